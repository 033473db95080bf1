"""What the pilot institutions said of a call's text, and what was changed in it after it was published."""

from django.db import models
from django.db.models import Q

from actions.models.call_parts import CallWindow
from actions.models.calls import Call
from cites.core import constraints
from cites.core.append_only import AppendOnly
from cites.models import PilotInstitution, SealedVersion, User


class CallAgreement(AppendOnly):
    """One institution's answer on exactly one sealed text; the institution is the mandate's."""

    class Answer(models.TextChoices):
        AGREED = "agreed", "Accord"
        REFUSED = "refused", "Refus"

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="agreements")
    sealed = models.ForeignKey(SealedVersion, on_delete=models.PROTECT, related_name="call_agreements")
    institution = models.ForeignKey(PilotInstitution, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField("réponse", max_length=8, choices=Answer)
    reason = models.TextField("motif", blank=True)
    given_by = models.ForeignKey(User, verbose_name="donné par", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField("donné le")

    class Meta:
        verbose_name = "accord d'un pilote"
        verbose_name_plural = "accords des pilotes"
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sealed", "institution"],
                name="call_agreement_once",
                violation_error_message="Votre institution a déjà répondu sur ce texte.",
            ),
            constraints.known("call_agreement", "answer", ["agreed", "refused"]),
            models.CheckConstraint(
                name="call_agreement_refusal_says_why",
                condition=Q(answer="agreed") | ~Q(reason=""),
                violation_error_message="Un refus dit pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution} : {self.get_answer_display()}"


class CallAmendment(models.Model):
    """What the readers of a published call are told: an erratum, perhaps a later closing. Agreed on as the call was."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="amendments")
    text = models.TextField("ce qui change")
    window = models.ForeignKey(
        CallWindow, verbose_name="période prolongée", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closes_at = models.DateTimeField("nouvelle fermeture", null=True, blank=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("proposé le")
    # None while the pilots are asked, and for ever if one refuses.
    applied_at = models.DateTimeField("en vigueur le", null=True)
    sealed = models.OneToOneField(SealedVersion, on_delete=models.PROTECT, related_name="call_amendment")

    class Meta:
        verbose_name = "rectificatif"
        ordering = ["pk"]
        constraints = [
            constraints.both_or_neither(
                "call_amendment", "window", "closes_at", "Une prolongation dit la période et sa nouvelle fermeture."
            ),
        ]

    def __str__(self) -> str:
        return f"Rectificatif de « {self.call} »"
