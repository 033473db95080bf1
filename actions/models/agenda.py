"""A file on the agenda of a séance, and the position of each institution there."""

from django.db import models

from actions.models.action import Action
from actions.models.avis import PositionChoice
from cites.core import constraints
from cites.models import PilotInstitution, SealedVersion, Seance, User


class AgendaItem(models.Model):
    """`shown` is the sealed version on the screen: a decision is about it and no other."""

    seance = models.ForeignKey(Seance, on_delete=models.PROTECT, related_name="items")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="agenda_items")
    shown = models.ForeignKey(SealedVersion, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField("rang")

    class Meta:
        verbose_name = "point à l'ordre du jour"
        verbose_name_plural = "points à l'ordre du jour"
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seance", "action"],
                name="agenda_item_once",
                violation_error_message="Ce dossier est déjà à l'ordre du jour.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.action}"


class Position(models.Model):
    """Recorded in séance, pre-filled from the avis; frozen into the decision by the verdict."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="positions")
    institution = models.ForeignKey(PilotInstitution, on_delete=models.PROTECT, related_name="+")
    position = models.CharField("position", max_length=24, choices=PositionChoice)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "position en séance"
        verbose_name_plural = "positions en séance"
        ordering = ["institution__rank"]
        constraints = [
            models.UniqueConstraint(fields=["item", "institution"], name="position_once"),
            constraints.known("position", "position", PositionChoice.values),
        ]

    def __str__(self) -> str:
        return f"{self.institution} : {self.get_position_display()}"
