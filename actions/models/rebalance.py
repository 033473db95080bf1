"""The budget of an action that was granted less than it asked for."""

from django.db import models

from actions.models.action import Action
from cites.core import constraints
from cites.core.money import EuroField
from cites.models import SealedVersion, User


class RevisedBudget(models.Model):
    """Typed again by the partner to fit what was granted; once accepted it is the plan of the action."""

    class State(models.TextChoices):
        DRAFT = "draft", "À revoir"
        SUBMITTED = "submitted", "Déposé"
        TO_CORRECT = "to_correct", "À corriger"
        ACCEPTED = "accepted", "Accepté"

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="revised_budgets")
    number = models.PositiveSmallIntegerField("numéro")
    granted = EuroField("montant accordé")
    state = models.CharField("état", max_length=12, choices=State, default=State.DRAFT, editable=False)

    # What was typed, however wrong, and how many times it was saved.
    draft = models.JSONField("saisie", default=dict)
    draft_version = models.PositiveIntegerField(default=0)
    draft_saved_at = models.DateTimeField("saisie enregistrée le", null=True)

    # The last one submitted: append-only, and the only one that is read as a plan.
    sealed = models.OneToOneField(
        SealedVersion, verbose_name="texte scellé", null=True, on_delete=models.PROTECT, related_name="revised_budget"
    )
    correction_request = models.TextField("correction demandée", blank=True)
    answered_by = models.ForeignKey(
        User, verbose_name="répondu par", null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("répondu le", null=True)
    reminded_at = models.DateTimeField("relancé le", null=True)

    class Meta:
        verbose_name = "budget révisé"
        verbose_name_plural = "budgets révisés"
        ordering = ["action", "number"]
        constraints = [
            models.UniqueConstraint(fields=["action", "number"], name="revised_budget_number_once"),
            constraints.positive("revised_budget", "granted"),
            constraints.known("revised_budget", "state", ["draft", "submitted", "to_correct", "accepted"]),
            constraints.both_or_neither(
                "revised_budget", "answered_at", "answered_by", "Une réponse à un budget révisé dit par qui et quand."
            ),
            models.CheckConstraint(
                name="revised_budget_sealed_once_submitted",
                condition=models.Q(state="draft") | models.Q(sealed__isnull=False),
                violation_error_message="Un budget révisé déposé est scellé.",
            ),
        ]

    def __str__(self) -> str:
        return f"Budget révisé {self.number} de {self.action.reference}"
