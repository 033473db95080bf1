"""Mail that must leave: the table is the queue, at least once, nothing for a rolled-back transaction."""

from django.db import models

from cites.core import clock


class OutboxMail(models.Model):
    to = models.EmailField("destinataire")
    subject = models.CharField("objet", max_length=250)
    body = models.TextField("texte")
    created_at = models.DateTimeField("écrit le", default=clock.now)
    sent_at = models.DateTimeField("parti le", null=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_error = models.CharField("dernier échec", max_length=250, blank=True)

    class Meta:
        verbose_name = "courriel"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["sent_at", "id"], name="outbox_waiting")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
