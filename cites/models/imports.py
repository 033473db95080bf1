"""A file that an administrator brings in: kept between its dry run and its confirmation, then only its trace."""

from django.db import models

from cites.core import clock
from cites.models.user import User


class DataImport(models.Model):
    """`content` and `report` hold what the file says; they are emptied once it is imported, or after a day."""

    subject = models.CharField("objet", max_length=40)
    file_name = models.CharField("fichier", max_length=100)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    content = models.JSONField("lignes", default=dict)
    mapping = models.JSONField("colonnes", default=dict)
    report = models.JSONField("compte rendu", default=dict)
    started_by = models.ForeignKey(User, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField("envoyé le", default=clock.now)
    applied_at = models.DateTimeField("importé le", null=True)
    created = models.PositiveIntegerField("lignes ajoutées", default=0)
    changed = models.PositiveIntegerField("lignes modifiées", default=0)
    unchanged = models.PositiveIntegerField("lignes déjà là", default=0)

    class Meta:
        verbose_name = "import"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.subject} – {self.file_name}"
