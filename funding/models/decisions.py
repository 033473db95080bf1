"""What was decided on an action: in a séance of the portal, or before it."""

from django.db import models
from django.db.models import Q

from actions.models import Action, AgendaItem
from cites.core import constraints
from cites.core.append_only import AppendOnly
from cites.core.money import EuroField
from cites.models import PilotInstitution, SealedVersion, User
from funding.models.awards import Award
from funding.models.sources import Tranche


class Decision(AppendOnly):
    """One verdict of a séance on one sealed version, with the positions that opened it."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", "Accordé"
        APPROVED_WITH_CONDITIONS = "approved_with_conditions", "Accordé sous réserve"
        WAITLISTED = "waitlisted", "Liste d'attente"
        POSTPONED = "postponed", "Ajourné"
        REJECTED = "rejected", "Refusé"

    move_field = "decision"  # of the moves that it programs

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField("verdict", max_length=24, choices=Verdict)
    version = models.ForeignKey(SealedVersion, verbose_name="version décidée", on_delete=models.PROTECT)
    rule = models.CharField("règle", max_length=20)
    positions = models.JSONField("positions")
    amount = EuroField("montant accordé")
    reason = models.TextField("motif", blank=True)
    condition = models.TextField("réserve", blank=True)
    decided_by = models.ForeignKey(User, verbose_name="saisie par", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("décidé le")

    class Meta:
        verbose_name = "décision"
        ordering = ["pk"]
        constraints = [
            constraints.known(
                "decision",
                "verdict",
                ["approved", "approved_with_conditions", "waitlisted", "postponed", "rejected"],
            ),
            models.CheckConstraint(
                name="decision_amount_with_approval",
                condition=Q(verdict__in=["approved", "approved_with_conditions"], amount__gt=0)
                | (~Q(verdict__in=["approved", "approved_with_conditions"]) & Q(amount=0)),
                violation_error_message="Une décision accorde un montant, et elle seule.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.action.reference} : {self.get_verdict_display()}"

    @property
    def action(self) -> Action:
        return self.item.action


class PriorDecision(AppendOnly):
    """What was decided before the portal for one award and one year, as its document says: no vote is told here."""

    move_field = "prior"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="prior_decisions")
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="prior_decisions")
    amount = EuroField("montant accordé")
    decided_on = models.DateField("décidé le")
    document = models.CharField("pièce de la décision", max_length=120)
    recorded_by = models.ForeignKey(User, verbose_name="repris par", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("repris le")

    class Meta:
        verbose_name = "décision antérieure au portail"
        verbose_name_plural = "décisions antérieures au portail"
        ordering = ["decided_on", "pk"]
        constraints = [
            constraints.positive("prior_decision", "amount"),
            models.UniqueConstraint(
                fields=["award", "tranche"],
                name="prior_decision_once",
                violation_error_message="Cette attribution est déjà reprise pour cette année.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award} : {self.document}"

    @property
    def action(self) -> Action:
        return self.award.action


class Contest(AppendOnly):
    """An institution disputes a decision before it is notified: it reopens and its money is released."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="contest")
    institution = models.ForeignKey(PilotInstitution, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField("motif")
    contested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    contested_at = models.DateTimeField("contestée le")

    class Meta:
        verbose_name = "contestation"

    def __str__(self) -> str:
        return f"{self.institution} conteste {self.decision}"


class Notice(AppendOnly):
    """The partner was told of this decision, then and not before."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="notice")
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("notifiée le")

    class Meta:
        verbose_name = "notification"

    def __str__(self) -> str:
        return f"{self.decision} – notifiée"
