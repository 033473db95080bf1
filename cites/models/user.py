"""People who sign in. What they may do comes from mandates and memberships, never from being superuser."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from cites.core import clock
from cites.core.permissions import RULES, allows
from cites.core.text import one_line

if TYPE_CHECKING:
    from cites.models.governance import Mandate, PilotInstitution


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField("adresse électronique", unique=True)
    full_name = models.CharField("nom et prénom", max_length=150)
    function = models.CharField("fonction", max_length=150, blank=True)
    is_active = models.BooleanField("compte actif", default=True)
    is_staff = models.BooleanField(
        "administration",
        default=False,
        help_text="Ouvre l'administration. Un compte d'administration ne donne pas d'avis et ne décide pas.",
    )
    date_joined = models.DateTimeField("créé le", default=clock.now, editable=False)
    # Part of what a session is checked against: one more, and every session of the person has ended.
    sign_in_epoch = models.PositiveIntegerField(default=0, editable=False)
    authenticator_set: Any  # of allauth.mfa
    # Among several organisations, the one chosen for this session.
    current_organisation_id: int | None = None

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "compte"
        ordering = ["full_name", "email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_any_case",
                violation_error_message="Un compte existe déjà avec cette adresse.",
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_name = one_line(self.full_name)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """The domain's verbs are answered by their rule alone, for a superuser too."""
        if perm in RULES:
            return allows(self, perm, obj)
        return super().has_perm(perm, obj)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        salt, value = "cites.User.session", f"{self.sign_in_epoch}:{self.password}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    @cached_property
    def has_second_factor(self) -> bool:
        """An app or a passkey: recovery codes alone are none. Asked once per request."""
        return bool(self.authenticator_set.exclude(type="recovery_codes").exists())

    @cached_property
    def active_mandates(self) -> "list[Mandate]":
        """Read once per request, so that a revocation counts from the next one."""
        if not self.is_active or self.is_staff:
            return []
        return list(self.mandates.active().select_related("institution"))

    def _mandate(self, *roles: str) -> "Mandate | None":
        return next((m for m in self.active_mandates if m.role in roles), None)

    @property
    def pilot_mandate(self) -> "Mandate | None":
        return self._mandate("titulaire", "suppleant")

    @property
    def institution(self) -> "PilotInstitution | None":
        """The pilot institution this person speaks or prepares for."""
        mandate = self._mandate("titulaire", "suppleant", "instructeur")
        return mandate.institution if mandate else None

    @property
    def is_pilot(self) -> bool:
        return self.pilot_mandate is not None

    @property
    def is_instructeur(self) -> bool:
        return self._mandate("instructeur") is not None

    @property
    def is_coordination(self) -> bool:
        return self._mandate("coordination") is not None

    @property
    def is_steering(self) -> bool:
        """Any seat on the pilots' side of the table."""
        return bool(self.active_mandates)

    @cached_property
    def active_memberships(self) -> list[Any]:
        """The one of the organisation chosen comes first."""
        if not self.is_active or self.is_staff:
            return []
        rows = self.memberships.active().select_related("organisation")
        return sorted(rows, key=lambda row: row.organisation_id != self.current_organisation_id)

    @property
    def ever_held_a_role(self) -> bool:
        """Then or now: such an account never administers."""
        return bool(self.mandates.exists() or self.memberships.exists())

    @property
    def is_partner(self) -> bool:
        return bool(self.active_memberships)

    @property
    def role_label(self) -> str:
        """What the header shows and what the journal records beside the name."""
        if self.active_mandates:
            return self.active_mandates[0].label
        if self.is_staff:
            return "Administration"
        if self.active_memberships:
            return f"Partenaire – {self.active_memberships[0].organisation.name}"
        return "Compte sans rattachement"
