"""Where: communes, priority neighbourhoods, schools."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from cites.core.maps import validate_outline, validate_point

UAI = re.compile(r"(?:0[0-8][0-9]|09[0-5]|9[78][0-9]|[67]20)[0-9]{4}[A-Z]")
UAI_KEYS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def validate_uai(value: str) -> None:
    """An UAI ends with a letter computed from its seven digits (domain: python key table, 23 letters)."""
    if not UAI.fullmatch(value) or UAI_KEYS[int(value[:7]) % 23] != value[7]:
        raise ValidationError("Ce code UAI n'est pas valable : 7 chiffres puis la lettre-clé, par exemple 0750655E.")


class Commune(models.Model):
    insee = models.CharField("code INSEE", max_length=5, unique=True, validators=[RegexValidator(r"^\d[0-9AB]\d{3}$")])
    name = models.CharField("nom", max_length=100)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Quartier(models.Model):
    """A priority neighbourhood (QPV), under its 2015 code, its 2024 code, or both."""

    name = models.CharField("nom", max_length=100, unique=True)
    commune = models.ForeignKey(Commune, verbose_name="commune", on_delete=models.PROTECT, related_name="quartiers")
    code_2015 = models.CharField("code 2015", max_length=8, blank=True, validators=[RegexValidator(r"^QP\d{6}$")])
    code_2024 = models.CharField(
        "code 2024", max_length=8, blank=True, validators=[RegexValidator(r"^Q[NP]\d{2}[0-9AB]\d{2}[A-Z]$")]
    )
    geometry = models.JSONField(
        "contour",
        null=True,
        blank=True,
        validators=[validate_outline],
        help_text="Pour la carte : géométrie GeoJSON (Polygon ou MultiPolygon), longitude puis latitude.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class School(models.Model):
    class Kind(models.TextChoices):
        MATERNELLE = "maternelle", "École maternelle"
        ELEMENTAIRE = "elementaire", "École élémentaire"
        PRIMAIRE = "primaire", "École primaire"
        COLLEGE = "college", "Collège"
        LYCEE = "lycee", "Lycée"

    uai = models.CharField("UAI", max_length=8, unique=True, validators=[validate_uai])
    name = models.CharField("nom", max_length=120)
    kind = models.CharField("type", max_length=12, choices=Kind)
    commune = models.ForeignKey(Commune, verbose_name="commune", on_delete=models.PROTECT, related_name="schools")
    network = models.CharField("réseau (REP, REP+)", max_length=10, blank=True)
    geometry = models.JSONField(
        "position",
        null=True,
        blank=True,
        validators=[validate_point],
        help_text='Pour la carte, longitude puis latitude : {"type": "Point", "coordinates": [2.467, 48.745]}',
    )

    class Meta:
        verbose_name = "établissement scolaire"
        verbose_name_plural = "établissements scolaires"
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name
