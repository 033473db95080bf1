"""Where money comes from, and how much of it a year brings."""

from typing import Any

from django.db import models
from django.urls import reverse

from cites.core import constraints
from cites.core.money import EuroField
from cites.models import LabelPeriod, PilotInstitution
from cites.models.references import Reference


class Source(Reference):
    """Where money comes from, who decides on it, and what its act must be."""

    class Exercise(models.TextChoices):
        CIVIL = "civil", "Année civile"
        SCOLAIRE = "scolaire", "Année scolaire"

    class Recovery(models.TextChoices):
        AVAILABLE = "available", "Revient à l'enveloppe de l'année"
        OUTSIDE = "outside", "Retourne au financeur"

    code = models.CharField("code", max_length=40, unique=True)
    decider = models.ForeignKey(
        PilotInstitution,
        verbose_name="institution qui décide",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sources",
    )
    exercise = models.CharField("exercice", max_length=10, choices=Exercise, default="civil")
    in_envelope = models.BooleanField("entre dans l'enveloppe du label", default=True)
    counts_as_cofinancing = models.BooleanField("compte dans le cofinancement", default=False)
    act_kinds = models.JSONField("actes exigés avant notification", default=list, blank=True)
    recovery_to = models.CharField("un reversement", max_length=10, choices=Recovery, default="available")
    fed_from = models.ForeignKey(
        "self",
        verbose_name="alimentée par un virement interne de",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="feeds",
    )

    class Meta(Reference.Meta):
        verbose_name = "source de financement"
        verbose_name_plural = "sources de financement"


class TrancheQuerySet(models.QuerySet["Tranche"]):
    def visible_to(self, user: Any) -> "TrancheQuerySet":
        """The envelope is the steering side's and the administration's."""
        if user.is_authenticated and (user.is_steering or user.is_staff):
            return self
        return self.none()


class Tranche(models.Model):
    """One source, one year. Planned until `notified_on`; a closed year takes no new promise."""

    period = models.ForeignKey(LabelPeriod, verbose_name="période", on_delete=models.PROTECT, related_name="tranches")
    source = models.ForeignKey(Source, verbose_name="source", on_delete=models.PROTECT, related_name="tranches")
    year = models.PositiveSmallIntegerField("année")
    planned = EuroField("montant prévu")
    notified_on = models.DateField("notifiée le", null=True, editable=False)
    notified_reference = models.CharField("acte de notification", max_length=120, blank=True, editable=False)
    closed_on = models.DateField("exercice clos le", null=True, editable=False)

    objects = TrancheQuerySet.as_manager()

    class Meta:
        verbose_name = "tranche"
        ordering = ["-year", "source__rank", "source__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "year"],
                name="tranche_once",
                violation_error_message="Cette source a déjà une tranche pour cette année.",
            ),
            *constraints.not_negative("tranche", "planned"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("budget:tranche", args=[self.pk])

    @property
    def is_notified(self) -> bool:
        return self.notified_on is not None

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None

    @property
    def state(self) -> str:
        if self.is_closed:
            return "Close"
        return "Notifiée" if self.is_notified else "Prévue"
