"""The bytes of the files people send, in the database: a row and its file are written, saved and restored together."""

from django.db import models


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def light(self) -> "StoredFileQuerySet":
        """Everything but the bytes."""
        return self.defer("content")


class StoredFile(models.Model):
    """What came through `cites.core.attachments` and nothing else; never changed, removed when nothing refers to it."""

    media_type = models.CharField("type", max_length=100)
    size = models.PositiveIntegerField("taille")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    content = models.BinaryField("contenu")
    received_at = models.DateTimeField("reçu le")

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.media_type} {self.sha256[:12]}"
