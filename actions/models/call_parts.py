"""What a call is made of beside its text: windows to answer in, dates to know, questions of its own."""

from datetime import datetime

from django.db import models

from actions.models.calls import Call
from cites.core import constraints


class CallWindow(models.Model):
    """When one may answer: half-open to the second, Europe/Paris. The windows of a call do not overlap."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="windows")
    label = models.CharField(
        "pour quelles actions", max_length=120, blank=True, help_text="Par exemple : actions de l'été et de septembre."
    )
    opens_at = models.DateTimeField("ouvre le")
    closes_at = models.DateTimeField("ferme le", help_text="À la seconde, heure de Paris.")
    earliest_start = models.DateField("début des actions au plus tôt")

    class Meta:
        verbose_name = "période de dépôt"
        verbose_name_plural = "périodes de dépôt"
        ordering = ["opens_at"]
        constraints = [
            models.CheckConstraint(
                name="call_window_opens_before_it_closes",
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                violation_error_message="La fermeture précède l'ouverture.",
            ),
        ]

    def __str__(self) -> str:
        return self.label or str(self.call)

    def holds(self, moment: datetime) -> bool:
        """Open until the very second of closing, excluded."""
        return self.opens_at <= moment < self.closes_at


class CallDate(models.Model):
    """A day to know: an information meeting, a committee, the answer."""

    class Kind(models.TextChoices):
        MEETING = "meeting", "Réunion d'information"
        TECHNICAL = "technical", "Comité technique"
        STEERING = "steering", "Comité de pilotage"
        ANSWER = "answer", "Réponse aux porteurs"
        OTHER = "other", "Autre date"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="dates")
    kind = models.CharField("nature", max_length=10, choices=Kind)
    on = models.DateField("jour")
    label = models.CharField(
        "précision", max_length=160, blank=True, help_text="Par exemple : à 18 h, salle des fêtes."
    )

    class Meta:
        verbose_name = "date de l'appel"
        verbose_name_plural = "dates de l'appel"
        ordering = ["on", "pk"]
        constraints = [constraints.known("call_date", "kind", ["meeting", "technical", "steering", "answer", "other"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.label}" if self.label else self.get_kind_display()


class CallQuestion(models.Model):
    """What this call asks and no other: a row, never a field of the form."""

    class Kind(models.TextChoices):
        SHORT = "short", "Réponse courte"
        LONG = "long", "Réponse longue"
        YES_NO = "yes_no", "Oui ou non"
        NUMBER = "number", "Nombre"
        CHOICE = "choice", "Un choix dans une liste"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="questions")
    rank = models.PositiveSmallIntegerField("rang")
    kind = models.CharField("réponse attendue", max_length=8, choices=Kind)
    label = models.CharField("question", max_length=200)
    help = models.CharField("aide", max_length=300, blank=True)
    is_required = models.BooleanField("réponse obligatoire", default=False)
    options = models.TextField("choix proposés", blank=True, help_text="Un par ligne, pour un choix dans une liste.")

    class Meta:
        verbose_name = "question de l'appel"
        verbose_name_plural = "questions de l'appel"
        ordering = ["rank", "pk"]
        constraints = [constraints.known("call_question", "kind", ["short", "long", "yes_no", "number", "choice"])]

    def __str__(self) -> str:
        return self.label

    @property
    def choices(self) -> list[str]:
        return [line.strip() for line in self.options.splitlines() if line.strip()]
