"""Who else pays for an action, and where each of them stands."""

from django.db import models

from actions.models.action import Action
from actions.models.calls import BudgetLine
from cites.core import constraints
from cites.core.money import EuroField


class Cofunder(models.Model):
    """One co-funder of the submitted budget. Rewritten from the draft at each submission, as the budget is."""

    class State(models.TextChoices):
        ASKED = "asked", "Demandée"
        PROMISED = "promised", "Promise"
        CONFIRMED = "confirmed", "Confirmée"
        REFUSED = "refused", "Refusée"

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="cofunders")
    line = models.ForeignKey(BudgetLine, verbose_name="ligne du budget", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("nom du cofinanceur", max_length=150)
    amount = EuroField("montant")
    state = models.CharField("état de l'aide", max_length=12, choices=State)
    rank = models.PositiveSmallIntegerField("rang")

    class Meta:
        verbose_name = "cofinanceur"
        ordering = ["line__rank", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["action", "rank"], name="cofunder_rank_once"),
            constraints.positive("cofunder", "amount"),
            constraints.known("cofunder", "state", ["asked", "promised", "confirmed", "refused"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} : {self.amount}"
