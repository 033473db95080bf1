"""Sealed versions: written once by core/sealed.py, never changed."""

from django.db import models

from cites.core.append_only import AppendOnly


class SealedQuerySet(models.QuerySet["SealedVersion"]):
    def of(self, kind: str, subject: models.Model) -> "SealedQuerySet":
        return self.filter(kind=kind, subject_type=subject._meta.label_lower, subject_id=subject.pk)


class SealedVersion(AppendOnly):
    kind = models.CharField("nature", max_length=30)
    subject_type = models.CharField("objet", max_length=60)
    subject_id = models.BigIntegerField("n° de l'objet")
    number = models.PositiveIntegerField("version")
    payload = models.TextField("contenu")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    sealed_at = models.DateTimeField("scellé le")
    sealed_by = models.ForeignKey("cites.User", null=True, on_delete=models.PROTECT, related_name="+")

    objects = SealedQuerySet.as_manager()

    class Meta:
        verbose_name = "version scellée"
        verbose_name_plural = "versions scellées"
        ordering = ["kind", "subject_type", "subject_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id", "number"], name="sealed_version_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} v{self.number}"

    @property
    def short_hash(self) -> str:
        return self.sha256[:12]
