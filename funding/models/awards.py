"""What one action receives from one source, and the acts that bind it."""

from django.db import models

from actions.models import Action
from cites.core import constraints
from cites.core.append_only import AppendOnly
from cites.core.money import EuroField
from cites.models import User
from funding.models.sources import Source


class Award(AppendOnly):
    """What one action receives from one source. Its stage is computed from its accounts, never stored."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="awards")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="awards")

    class Meta:
        verbose_name = "attribution"
        constraints = [models.UniqueConstraint(fields=["action", "source"], name="award_once_per_source")]

    def __str__(self) -> str:
        return f"{self.action.reference} – {self.source}"


class Act(AppendOnly):
    """The legal act that commits an award: nothing is committed without one."""

    class Kind(models.TextChoices):
        ARRETE = "arrete", "Arrêté attributif"
        CONVENTION = "convention", "Convention"
        DELIBERATION_CA = "deliberation_ca", "Délibération du conseil d'administration"
        DELIBERATION_CM = "deliberation_cm", "Délibération du conseil municipal"
        NOTIFICATION = "notification", "Lettre de notification"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField("nature", max_length=16, choices=Kind)
    number = models.CharField("numéro", max_length=60)
    signed_on = models.DateField("signé le")
    transmitted_on = models.DateField("transmis le", null=True)
    amount = EuroField("montant")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "acte"
        ordering = ["signed_on", "pk"]
        constraints = [
            constraints.positive("act", "amount"),
            models.UniqueConstraint(
                fields=["award", "kind", "number"],
                name="act_once",
                violation_error_message="Cet acte est déjà enregistré.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} n° {self.number}"
