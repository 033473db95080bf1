"""What is joined to a proposal: chosen from the wallet or of its own, then sealed with each submitted version."""

from django.db import models

from actions.models.action import Action, Submission
from cites.core.append_only import AppendOnly
from cites.models import StoredFile, User
from partners.models import Document, DocumentKind


class Attachment(models.Model):
    """A file of the draft. `kind` is what it answers to, if the call or the wallet names it."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="attachments")
    kind = models.ForeignKey(
        DocumentKind, verbose_name="pièce", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey(
        Document, verbose_name="du portefeuille", null=True, blank=True, on_delete=models.PROTECT, related_name="uses"
    )
    file = models.ForeignKey(StoredFile, verbose_name="fichier", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("nom du fichier", max_length=120)
    added_by = models.ForeignKey(User, verbose_name="ajoutée par", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField("ajoutée le")

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ["action", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "kind"],
                name="attachment_kind_once",
                violation_error_message="Cette pièce est déjà jointe au dossier.",
            ),
            models.UniqueConstraint(
                fields=["action", "name"],
                name="attachment_name_once",
                violation_error_message="Un fichier de ce nom est déjà joint au dossier.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.kind.label if self.kind else "Pièce du dossier"


class SealedAttachment(AppendOnly):
    """The exact file of a submitted version: its bytes stay while the version does."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="sealed_uses")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="sealed_uses")
    label = models.CharField("pièce", max_length=200)
    name = models.CharField("nom du fichier", max_length=120)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)

    class Meta:
        verbose_name = "pièce déposée"
        verbose_name_plural = "pièces déposées"
        ordering = ["submission", "pk"]
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="sealed_attachment_name_once")]

    def __str__(self) -> str:
        return self.name
