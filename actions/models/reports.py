"""The bilan: what was done, for how many, at what cost."""

from django.db import models

from actions.models.action import Action
from cites.core import constraints
from cites.core.money import EuroField
from cites.models import User


class Report(models.Model):
    """The current text; each submission of it is sealed under the kind "bilan"."""

    action = models.OneToOneField(Action, on_delete=models.PROTECT, related_name="report")
    text = models.TextField("ce qui a été fait", help_text="N'écrivez aucun nom d'enfant ni de famille.")
    participations = models.PositiveIntegerField(
        "participations", help_text="Une personne venue dix fois compte dix participations."
    )
    distinct_persons = models.PositiveIntegerField("personnes différentes", help_text="Chaque personne une seule fois.")
    spent = EuroField("dépenses réalisées")
    correction_request = models.TextField("correction demandée", blank=True)
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField("déposé le", null=True)

    class Meta:
        verbose_name = "bilan"
        constraints = [
            *constraints.not_negative("report", "spent"),
            constraints.both_or_neither(
                "report", "submitted_at", "submitted_by", "Un bilan déposé dit par qui et quand."
            ),
            models.CheckConstraint(
                name="report_persons_within_participations",
                condition=models.Q(distinct_persons__lte=models.F("participations")),
                violation_error_message="Il ne peut pas y avoir plus de personnes différentes que de participations.",
            ),
        ]

    def __str__(self) -> str:
        return f"Bilan de {self.action.reference}"
