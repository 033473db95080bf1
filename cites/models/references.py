"""Reference rows: the field's vocabulary and figures, each with its source and date, editable in the admin."""

from decimal import Decimal

from django.db import models


class Reference(models.Model):
    """A row that an administrator can correct; `mark` says how sure the source is."""

    code = models.SlugField("code", max_length=40, unique=True)
    label = models.CharField("libellé", max_length=200)
    rank = models.PositiveSmallIntegerField("rang", default=0)
    is_active = models.BooleanField("proposé dans les formulaires", default=True)
    source = models.CharField("source", max_length=300, blank=True)
    source_date = models.DateField("date de la source", null=True, blank=True)
    mark = models.CharField("fiabilité", max_length=10, blank=True)

    class Meta:
        abstract = True
        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.label


class Champ(Reference):
    short_label = models.CharField("libellé court", max_length=60)
    description = models.TextField("description", blank=True)

    class Meta(Reference.Meta):
        verbose_name = "champ"


class Theme(Reference):
    code = models.CharField("code", max_length=40, unique=True)
    champ = models.ForeignKey(Champ, verbose_name="champ", on_delete=models.PROTECT, related_name="themes")

    class Meta(Reference.Meta):
        verbose_name = "sous-thème"

    def __str__(self) -> str:
        return f"{self.code} – {self.label}"


class SchoolTime(Reference):
    """Scolaire, périscolaire, extrascolaire…: not tied to a champ."""

    description = models.TextField("description", blank=True)

    class Meta(Reference.Meta):
        verbose_name = "temps"
        verbose_name_plural = "temps"


class AgeRange(Reference):
    """A public. Ages are half-open: `min_age` included, `max_age` excluded; none for adults' publics."""

    min_age = models.PositiveSmallIntegerField("à partir de", null=True, blank=True)
    max_age = models.PositiveSmallIntegerField("jusqu'à (non compris)", null=True, blank=True)

    class Meta(Reference.Meta):
        verbose_name = "public"


class ActorKind(Reference):
    """The actors around the school, parents and teachers first."""

    class Meta(Reference.Meta):
        verbose_name = "acteur autour de l'école"
        verbose_name_plural = "acteurs autour de l'école"


class Rule(Reference):
    """A figure of the field (a threshold, a delay) with its legal source."""

    value = models.CharField("valeur", max_length=60)
    unit = models.CharField("unité", max_length=30, blank=True)

    class Meta(Reference.Meta):
        verbose_name = "règle chiffrée"
        verbose_name_plural = "règles chiffrées"

    @classmethod
    def amount(cls, code: str) -> Decimal:
        """The figure named `code`, as a Decimal. Unit: the row's own. Raises DoesNotExist."""
        return Decimal(cls.objects.values_list("value", flat=True).get(code=code))
