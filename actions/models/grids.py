"""The grid a file is read with: criteria of a call, weighed, in numbered versions."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from actions.models.calls import Call
from cites.core import constraints
from cites.models.references import Reference

MAX_WEIGHT = 9
MAX_SCORE = 4


class ProposedCriterion(Reference):
    """Where a new grid starts from: the field's own criteria."""

    help = models.CharField("ce qui est regardé", max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField("poids", default=1)

    class Meta(Reference.Meta):
        verbose_name = "critère proposé"
        verbose_name_plural = "critères proposés"


class Grid(models.Model):
    """One version. Frozen once the pilots are asked about it: what comes after is another number."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="grids")
    number = models.PositiveSmallIntegerField("version")
    frozen_at = models.DateTimeField("figée le", null=True)

    class Meta:
        verbose_name = "grille de lecture"
        verbose_name_plural = "grilles de lecture"
        ordering = ["call", "number"]
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="grid_number_once")]

    def __str__(self) -> str:
        return f"Grille version {self.number}"


class GridCriterion(models.Model):
    """Scored from 0 to MAX_SCORE; its weight says how much it counts."""

    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="criteria")
    rank = models.PositiveSmallIntegerField("rang")
    label = models.CharField("critère", max_length=160)
    help = models.CharField("ce qui est regardé", max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(
        "poids", default=1, validators=[MinValueValidator(1), MaxValueValidator(MAX_WEIGHT)]
    )

    class Meta:
        verbose_name = "critère"
        verbose_name_plural = "critères"
        ordering = ["rank", "pk"]
        constraints = [constraints.positive("grid_criterion", "weight")]

    def __str__(self) -> str:
        return self.label
