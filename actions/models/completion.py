"""What is asked of a partner after it submitted: questions, each about one place of the file, sent as one request."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from actions.models.action import Action, Submission
from cites.core import clock, constraints
from cites.core.append_only import AppendOnly
from cites.models import PilotInstitution, SealedVersion, User

COORDINATION = "La coordination"


class CompletionQuestionQuerySet(models.QuerySet["CompletionQuestion"]):
    def pending(self) -> "CompletionQuestionQuerySet":
        """Neither sent nor put aside."""
        return self.filter(asked=None, dropped_at=None)

    def visible_to(self, user: Any) -> "CompletionQuestionQuerySet":
        """Before it is sent, a question is its institution's, and coordination's who merges them."""
        if not user.is_authenticated or not user.is_steering:
            return self.none()
        return self if user.is_coordination else self.filter(institution=user.institution, institution__isnull=False)


class CompletionQuestion(models.Model):
    """A question as its author wrote it. `anchor`: a field of the form, "budget", "pieces" or "piece:<code>"."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="completion_questions")
    version = models.PositiveSmallIntegerField("version lue")
    anchor = models.CharField("endroit du dossier", max_length=80)
    label = models.CharField("endroit, en clair", max_length=250)
    text = models.TextField("ce qui est demandé")
    institution = models.ForeignKey(PilotInstitution, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, verbose_name="écrite par", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("écrite le")
    dropped_at = models.DateTimeField("écartée le", null=True)
    dropped_because = models.TextField("raison de l'écarter", blank=True)

    objects = CompletionQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "question préparée"
        verbose_name_plural = "questions préparées"
        ordering = ["action", "pk"]

    def __str__(self) -> str:
        return f"{self.who} : {self.text[:60]}"

    @property
    def who(self) -> str:
        return str(self.institution or COORDINATION)


class CompletionRequest(AppendOnly):
    """The one request that the partner receives. `opened`: the places of the form that open again."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="completion_requests")
    version = models.PositiveSmallIntegerField("version à compléter")
    number = models.PositiveSmallIntegerField("numéro")
    due_on = models.DateField("attendu au plus tard le")
    opened = models.JSONField("questions rouvertes", default=list)
    sent_by = models.ForeignKey(User, verbose_name="envoyée par", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("envoyée le")
    sealed = models.OneToOneField(SealedVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "demande de complément"
        verbose_name_plural = "demandes de complément"
        ordering = ["action", "number"]
        constraints = [
            models.UniqueConstraint(fields=["action", "number"], name="completion_request_number_once"),
            models.UniqueConstraint(
                fields=["action", "version"],
                name="completion_request_once_per_version",
                violation_error_message="Un complément est déjà demandé sur cette version.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action.reference}, demande {self.number}"

    @property
    def answered_late(self) -> bool:
        """The version that answers came after the last day."""
        answer = next((one for one in self.action.submissions.all() if one.number == self.version + 1), None)
        return answer is not None and self.is_late(answer.submitted_at)

    def is_late(self, moment: datetime | None = None) -> bool:
        """The last day is whole, in Paris."""
        return timezone.localtime(moment or clock.now()).date() > self.due_on


class AskedQuestion(AppendOnly):
    """A question as the partner reads it, perhaps in coordination's words."""

    request = models.ForeignKey(CompletionRequest, on_delete=models.PROTECT, related_name="questions")
    question = models.OneToOneField(CompletionQuestion, on_delete=models.PROTECT, related_name="asked")
    anchor = models.CharField("endroit du dossier", max_length=80)
    label = models.CharField("endroit, en clair", max_length=250)
    text = models.TextField("ce qui est demandé")
    institution = models.ForeignKey(PilotInstitution, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "question posée"
        verbose_name_plural = "questions posées"
        ordering = ["request", "pk"]

    def __str__(self) -> str:
        return f"{self.who} : {self.text[:60]}"

    @property
    def who(self) -> str:
        return str(self.institution or COORDINATION)


class CompletionAnswer(AppendOnly):
    """What the partner says to a question, beside what it changed; sealed with the version that it comes with."""

    asked = models.OneToOneField(AskedQuestion, on_delete=models.PROTECT, related_name="answer")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField("réponse")

    class Meta:
        verbose_name = "réponse à une question"
        verbose_name_plural = "réponses aux questions"
        ordering = ["asked"]

    def __str__(self) -> str:
        return self.text[:60]


class CompletionReminder(AppendOnly):
    """A reminder that left, so that it leaves once."""

    class Kind(models.TextChoices):
        BEFORE = "before", "Avant l'échéance"
        AFTER = "after", "Après l'échéance"

    request = models.ForeignKey(CompletionRequest, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField("rappel", max_length=8, choices=Kind)
    sent_at = models.DateTimeField("envoyé le")

    class Meta:
        verbose_name = "rappel de complément"
        verbose_name_plural = "rappels de complément"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "kind"], name="completion_reminder_once"),
            constraints.known("completion_reminder", "kind", ["before", "after"]),
        ]

    def __str__(self) -> str:
        return f"{self.request} : {self.get_kind_display()}"
