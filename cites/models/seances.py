"""Instances that decide, their séances, and the signatures of the relevé de décisions."""

from django.db import models
from django.urls import reverse

from cites.core import constraints
from cites.core.append_only import AppendOnly
from cites.models.governance import PilotInstitution
from cites.models.references import Reference
from cites.models.sealed import SealedVersion
from cites.models.user import User


class Instance(Reference):
    """COPIL, COTECH, comité restreint…: how many there are is the cité's choice."""

    composition = models.TextField("composition", blank=True)
    decides = models.TextField("ce qu'elle décide", blank=True)
    rhythm = models.CharField("rythme", max_length=100, blank=True)
    can_decide = models.BooleanField("rend les décisions", default=False)

    class Meta(Reference.Meta):
        verbose_name = "instance"


class Seance(models.Model):
    """Prepared, then open, then closed: the relevé is drawn at closing and re-drawn after a contest."""

    instance = models.ForeignKey(Instance, verbose_name="instance", on_delete=models.PROTECT, related_name="seances")
    starts_at = models.DateTimeField("date et heure")
    place = models.CharField("lieu", max_length=150, blank=True)
    opened_at = models.DateTimeField("ouverte le", null=True, editable=False)
    closed_at = models.DateTimeField("close le", null=True, editable=False)

    class Meta:
        verbose_name = "séance"
        ordering = ["-starts_at"]
        constraints = [
            constraints.ordered("seance", "opened_at", "closed_at", "La clôture précède l'ouverture."),
        ]

    def __str__(self) -> str:
        return f"{self.instance.label} du {self.starts_at:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("seances:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None and self.closed_at is None

    @property
    def state(self) -> str:
        if self.closed_at:
            return "Close"
        return "En cours" if self.opened_at else "En préparation"


class Signature(AppendOnly):
    """An institution signs one sealed relevé; a re-drawn relevé asks for new signatures."""

    releve = models.ForeignKey(SealedVersion, on_delete=models.PROTECT, related_name="signatures")
    institution = models.ForeignKey(PilotInstitution, on_delete=models.PROTECT, related_name="signatures")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField("signé le")

    class Meta:
        verbose_name = "signature"
        constraints = [
            models.UniqueConstraint(
                fields=["releve", "institution"],
                name="signature_once",
                violation_error_message="Cette institution a déjà signé ce relevé.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution} – {self.signed_at:%d/%m/%Y}"
