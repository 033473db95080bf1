"""Who to write to in an organisation, and who works with whom, on what."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from partners.models.organisations import Organisation


class Contact(models.Model):
    """Someone to write to, who needs no account."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField("nom et prénom", max_length=150)
    function = models.CharField("fonction", max_length=150, blank=True)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)

    class Meta:
        verbose_name = "contact"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name}, {self.function}" if self.function else self.name


class AllianceTieQuerySet(models.QuerySet["AllianceTie"]):
    def of(self, organisation: Organisation) -> "AllianceTieQuerySet":
        """From either side."""
        mine = Q(organisation=organisation) | Q(other=organisation)
        return self.filter(mine).select_related("organisation", "other")


class AllianceTie(models.Model):
    """Two organisations of the alliance éducative that work together. Said by one of them, shown by both."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="ties")
    other = models.ForeignKey(
        Organisation, verbose_name="travaille avec", on_delete=models.CASCADE, related_name="ties_of_others"
    )
    subject = models.CharField("sur quoi", max_length=150)
    since = models.DateField("depuis le", null=True, blank=True)

    objects = AllianceTieQuerySet.as_manager()

    class Meta:
        verbose_name = "lien d'alliance éducative"
        verbose_name_plural = "liens d'alliance éducative"
        ordering = ["subject", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "other", "subject"],
                name="alliance_tie_once",
                violation_error_message="Ce lien est déjà noté.",
            ),
            models.CheckConstraint(
                condition=~Q(organisation=F("other")),
                name="alliance_tie_two_sides",
                violation_error_message="Une organisation ne travaille pas avec elle-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} et {self.other} : {self.subject}"

    def seen_from(self, organisation: Organisation) -> Any:
        """The one across."""
        return self.organisation if organisation == self.other else self.other
