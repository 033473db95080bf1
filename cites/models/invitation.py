"""The way in for those who steer or administer: an address, a role, fourteen days, once."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from cites.core import clock, constraints
from cites.core.permissions import allows
from cites.models.governance import Mandate, PilotInstitution
from cites.models.user import User

LIFETIME = timedelta(days=14)


def two_weeks_from_now() -> datetime:
    return clock.now() + LIFETIME


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
                condition=Q(role__in=["coordination", "administration"], institution__isnull=True)
                | (~Q(role__in=["coordination", "administration"]) & Q(institution__isnull=False)),
                violation_error_message="La coordination et l'administration n'ont pas d'institution ;"
                " les autres rôles en ont une.",
            ),
            models.CheckConstraint(
                name="invitation_dates_of_a_mandate",
                condition=Q(role="administration", starts_on__isnull=True, ends_on__isnull=True)
                | (~Q(role="administration") & Q(starts_on__isnull=False)),
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
            constraints.known("invitation", "role", [*Mandate.Role.values, "administration"]),
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
    def label(self) -> str:
        return f"{self.get_role_display()} – {self.institution}" if self.institution else self.get_role_display()

    @property
    def state(self) -> str:
        """An invitation falls with the account that made it."""
        if self.accepted_at:
            return "acceptée"
        if self.revoked_at or not allows(self.invited_by, "cites.invite"):
            return "révoquée"
        return "en attente" if self.expires_at > clock.now() else "expirée"

    @property
    def is_waiting(self) -> bool:
        return self.state == "en attente"
