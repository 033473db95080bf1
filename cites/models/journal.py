"""Who did what, when: rows chained by hash, written only by core/audit.py."""

from typing import Any

from django.db import models
from django.db.models import Q

from cites.core.append_only import AppendOnly


class JournalHead(models.Model):
    """The lock and the last link of the chain: one row."""

    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="journal_head_single_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: models.Model) -> "EventQuerySet":
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)


class Event(AppendOnly):
    class Audience(models.TextChoices):
        INTERNAL = "internal", "Pilotes et coordination"
        PARTNER = "partner", "Aussi le partenaire"

    seq = models.PositiveBigIntegerField("n°", unique=True)
    at = models.DateTimeField("quand", db_index=True)
    actor = models.ForeignKey("cites.User", verbose_name="qui", null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField("en qualité de", max_length=200)
    institution_code = models.CharField("institution", max_length=40, blank=True)
    kind = models.CharField("quoi", max_length=60)
    subject_type = models.CharField("objet", max_length=60)
    subject_id = models.BigIntegerField("n° de l'objet")
    reference = models.CharField("référence", max_length=120, blank=True)
    audience = models.CharField("visible par", max_length=10, choices=Audience)
    data = models.JSONField("détail", default=dict)
    prev_hash = models.CharField("empreinte précédente", max_length=64, blank=True)
    hash = models.CharField("empreinte", max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "événement du journal"
        verbose_name_plural = "journal"
        ordering = ["-seq"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="event_subject")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.reference}"

    def chained(self) -> dict[str, Any]:
        """What the hash covers. The person's number stands in it, never the name."""
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "actor": self.actor_id,
            "role": self.role,
            "institution": self.institution_code,
            "kind": self.kind,
            "subject": f"{self.subject_type}:{self.subject_id}",
            "reference": self.reference,
            "audience": self.audience,
            "data": self.data,
            "prev": self.prev_hash,
        }
