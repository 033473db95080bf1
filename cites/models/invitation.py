"""The way in by an address, for a role, within fourteen days, once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.models import Q

from cites.core import clock, constraints
from cites.core.permissions import allows
from cites.models.governance import Mandate, PilotInstitution
from cites.models.user import User

LIFETIME = timedelta(days=14)
# A mandate has an institution and dates; a role in an organisation is told by the app that knows it.
WITHOUT_DATES = ("administration", "responsable", "redacteur", "lecteur")
WITHOUT_INSTITUTION = ("coordination", *WITHOUT_DATES)


def two_weeks_from_now() -> datetime:
    return clock.now() + LIFETIME


@dataclass(frozen=True)
class Grant:
    """What accepting gives: what forbids it, asked when inviting and again when accepting; then the gift.

    `about` is what the role is held in, `rule` the verb that says who may invite to it: the administration, unless
    another app says otherwise. `sender` ends the sentence "Nadège Fontanel, … vous invite".
    """

    refusals: Callable[["Invitation", User], Iterator[str]]
    give: Callable[["Invitation", User], None]
    about: Callable[["Invitation"], Any] = attrgetter("institution")
    rule: str = ""
    sender: str = "de l'administration du portail"


# By role: each app adds those of its own.
GRANTS: dict[str, Grant] = {}


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> "InvitationQuerySet":
        """Neither used nor withdrawn nor too old. Whether who invited still may is asked row by row."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=clock.now())


class Invitation(models.Model):
    """Only the hash of its token is kept: who reads the database cannot open the link."""

    class Role(models.TextChoices):
        TITULAIRE = "titulaire", "Pilote titulaire"
        SUPPLEANT = "suppleant", "Pilote suppléant"
        INSTRUCTEUR = "instructeur", "Instructeur"
        COORDINATION = "coordination", "Coordination"
        ADMINISTRATION = "administration", "Administration"
        RESPONSABLE = "responsable", "Responsable"
        REDACTEUR = "redacteur", "Rédacteur"
        LECTEUR = "lecteur", "Lecteur"

    email = models.EmailField("adresse électronique", help_text="La seule qui pourra accepter.")
    role = models.CharField("rôle", max_length=14, choices=Role)
    institution = models.ForeignKey(
        PilotInstitution,
        verbose_name="institution",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Vide pour la coordination et pour l'administration.",
    )
    starts_on = models.DateField("mandat à partir du", null=True, blank=True, help_text="Vide pour l'administration.")
    ends_on = models.DateField("mandat jusqu'au", null=True, blank=True)
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, verbose_name="invité par", on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField("invité le", default=clock.now, editable=False)
    expires_at = models.DateTimeField("valable jusqu'au", default=two_weeks_from_now, editable=False)
    accepted_by = models.ForeignKey(
        User, verbose_name="accepté par", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField("accepté le", null=True, editable=False)
    revoked_at = models.DateTimeField("révoqué le", null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="invitation_institution_as_its_mandate",
                condition=Q(role__in=WITHOUT_INSTITUTION, institution__isnull=True)
                | (~Q(role__in=WITHOUT_INSTITUTION) & Q(institution__isnull=False)),
                violation_error_message="La coordination et l'administration n'ont pas d'institution ;"
                " les autres rôles en ont une.",
            ),
            models.CheckConstraint(
                name="invitation_dates_of_a_mandate",
                condition=Q(role__in=WITHOUT_DATES, starts_on__isnull=True, ends_on__isnull=True)
                | (~Q(role__in=WITHOUT_DATES) & Q(starts_on__isnull=False)),
                violation_error_message="Un mandat a une date de début ; l'administration n'a pas de dates.",
            ),
            models.CheckConstraint(
                name="invitation_one_end",
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                violation_error_message="Une invitation acceptée ne se révoque pas.",
            ),
            constraints.both_or_neither(
                "invitation", "accepted_by", "accepted_at", "Une invitation acceptée dit par qui et quand."
            ),
            constraints.known("invitation", "role", [*Mandate.Role.values, *WITHOUT_DATES]),
            constraints.ordered("invitation", "starts_on", "ends_on", "La fin du mandat précède son début."),
        ]
        indexes = [models.Index(fields=["email"], name="invitation_email")]

    def __str__(self) -> str:
        return self.email

    @property
    def reference(self) -> str:
        """How the journal names it: never by the address."""
        return f"n° {self.pk}"

    @property
    def about(self) -> Any:
        """The institution or the organisation where the role is held; nothing for the others."""
        grant = GRANTS.get(self.role)
        return grant.about(self) if grant else None

    @property
    def label(self) -> str:
        return f"{self.get_role_display()} – {self.about}" if self.about else self.get_role_display()

    @property
    def sender(self) -> str:
        return f"{self.invited_by}, {GRANTS[self.role].sender}"

    @property
    def state(self) -> str:
        """An invitation falls with the account that made it, or with its right to."""
        if self.accepted_at:
            return "acceptée"
        if self.revoked_at or not allows(self.invited_by, "cites.invite", self):
            return "révoquée"
        return "en attente" if self.expires_at > clock.now() else "expirée"

    @property
    def is_waiting(self) -> bool:
        return self.state == "en attente"
