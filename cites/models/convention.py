"""The three-year label periods, and the convention-cadre that binds the pilots."""

from django.db import models
from django.db.models import Q

from cites.core import constraints
from cites.models.governance import PilotInstitution
from cites.models.references import Champ


class LabelPeriod(models.Model):
    """Years are civil and inclusive. Its tranches are in `funding`."""

    first_year = models.PositiveSmallIntegerField("première année", unique=True)
    last_year = models.PositiveSmallIntegerField("dernière année")
    label = models.CharField("intitulé", max_length=120)

    class Meta:
        verbose_name = "période de labellisation"
        verbose_name_plural = "périodes de labellisation"
        ordering = ["-first_year"]
        constraints = [
            constraints.ordered("label_period", "first_year", "last_year", "La dernière année précède la première."),
        ]

    def __str__(self) -> str:
        return f"{self.first_year}–{self.last_year}"


class ConventionCadre(models.Model):
    """Editable until it is sealed; then every page reads the sealed text."""

    title = models.CharField("titre", max_length=200)
    period = models.ForeignKey(
        LabelPeriod, verbose_name="période", on_delete=models.PROTECT, related_name="conventions_cadres"
    )
    preamble = models.TextField("préambule", blank=True)
    articles = models.TextField("articles", blank=True, help_text="Un titre par ligne commençant par « Article ».")
    evaluation_protocol = models.TextField("protocole d'évaluation", blank=True)
    signed_on = models.DateField("signée le", null=True, blank=True)
    sealed_at = models.DateTimeField("scellée le", null=True, editable=False)

    class Meta:
        verbose_name = "convention-cadre"
        verbose_name_plural = "conventions-cadres"
        ordering = ["-period__first_year"]
        constraints = [
            models.CheckConstraint(
                name="convention_cadre_sealed_when_signed",
                condition=Q(sealed_at__isnull=True) | Q(signed_on__isnull=False),
                violation_error_message="On ne scelle qu'une convention-cadre signée.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None


class Signatory(models.Model):
    """Who signs, by function: the text of a convention names the office, the paper names the person."""

    convention_cadre = models.ForeignKey(ConventionCadre, on_delete=models.PROTECT, related_name="signatories")
    institution_name = models.CharField("institution", max_length=150)
    capacity = models.CharField("en qualité de", max_length=150)
    signed_on = models.DateField("a signé le", null=True, blank=True)
    rank = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "signataire"
        ordering = ["rank", "pk"]

    def __str__(self) -> str:
        return f"{self.institution_name}, {self.capacity}"


class Commitment(models.Model):
    """What a party promises, for when, and what will show that it was done."""

    convention_cadre = models.ForeignKey(ConventionCadre, on_delete=models.PROTECT, related_name="commitments")
    text = models.TextField("engagement")
    owner = models.ForeignKey(
        PilotInstitution, verbose_name="porté par", on_delete=models.PROTECT, related_name="commitments"
    )
    champ = models.ForeignKey(Champ, verbose_name="champ", null=True, blank=True, on_delete=models.PROTECT)
    due_on = models.DateField("échéance", null=True, blank=True)
    evidence = models.CharField("preuve attendue", max_length=250, blank=True)
    rank = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "engagement"
        ordering = ["rank", "pk"]

    def __str__(self) -> str:
        return self.text[:80]
