"""What each pilot institution thinks of a submitted version, hidden from the others until all have answered."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from actions.models.action import Action
from cites.core import clock, constraints
from cites.core.append_only import AppendOnly
from cites.core.money import EuroField
from cites.models import PilotInstitution, User


class PositionChoice(models.TextChoices):
    FAVORABLE = "favorable", "Favorable"
    RESERVES = "favorable_avec_reserve", "Favorable avec réserve"
    DEFAVORABLE = "defavorable", "Défavorable"
    SANS_AVIS = "sans_avis", "Sans avis"
    DEPORT = "deport", "Déport"


class Review(models.Model):
    """One round of avis on one submitted version. `unveiled_at` lifts the veil for the other pilots."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="reviews")
    version = models.PositiveSmallIntegerField("version examinée")
    opened_at = models.DateTimeField("ouvert le")
    due_at = models.DateTimeField("avis attendus avant le", null=True, blank=True)
    blind = models.BooleanField("à l'aveugle", default=True)
    unveiled_at = models.DateTimeField("avis rendus le", null=True)

    class Meta:
        verbose_name = "instruction"
        ordering = ["action", "version"]
        constraints = [models.UniqueConstraint(fields=["action", "version"], name="review_once_per_version")]

    def __str__(self) -> str:
        return f"{self.action.reference} v{self.version}"


class ReviewSeat(models.Model):
    """An institution expected to answer, frozen when the review opens."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="seats")
    institution = models.ForeignKey(PilotInstitution, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "institution attendue"
        verbose_name_plural = "institutions attendues"
        ordering = ["institution__rank"]
        constraints = [models.UniqueConstraint(fields=["review", "institution"], name="review_seat_once")]

    def __str__(self) -> str:
        return str(self.institution)


class AvisDraft(models.Model):
    """What an instructeur prepares, or a pilot leaves unfinished. Never signed, never counted."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="drafts")
    institution = models.ForeignKey(PilotInstitution, on_delete=models.PROTECT, related_name="+")
    position = models.CharField("position", max_length=24, choices=PositionChoice, blank=True)
    amount = models.CharField("montant proposé", max_length=40, blank=True)
    reason = models.TextField("motif", blank=True)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = "avis préparé"
        verbose_name_plural = "avis préparés"
        constraints = [models.UniqueConstraint(fields=["review", "institution"], name="avis_draft_once")]

    def __str__(self) -> str:
        return f"{self.institution} (préparé)"


class AvisQuerySet(models.QuerySet["Avis"]):
    def visible_to(self, user: Any) -> "AvisQuerySet":
        """One's own institution's at once; the others' once unveiled. Partners and administration: never."""
        if not user.is_authenticated or not user.is_steering:
            return self.none()
        unveiled = Q(review__unveiled_at__isnull=False)
        if user.institution is None:
            return self.filter(unveiled)
        return self.filter(unveiled | Q(review__blind=False) | Q(institution=user.institution))


class Avis(AppendOnly):
    """Signed by a mandate holder; the institution is the mandate's, never the request's."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="avis")
    institution = models.ForeignKey(PilotInstitution, on_delete=models.PROTECT, related_name="+")
    position = models.CharField("position", max_length=24, choices=PositionChoice)
    amount = EuroField("montant proposé", null=True)
    reason = models.TextField("motif", blank=True)
    signed_by = models.ForeignKey(User, verbose_name="signé par", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField("signé le")
    is_late = models.BooleanField("hors délai", default=False)

    objects = AvisQuerySet.as_manager()

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["institution__rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "institution"],
                name="avis_once",
                violation_error_message="Votre institution a déjà rendu son avis sur cette version.",
            ),
            constraints.known("avis", "position", PositionChoice.values),
            *constraints.not_negative("avis", "amount"),
        ]

    def __str__(self) -> str:
        return f"{self.institution} : {self.get_position_display()}"


def veiled_reviews() -> models.QuerySet[Review]:
    """Rounds whose avis stay hidden from the other institutions; a later round that is unveiled frees them."""
    later = Review.objects.filter(action=OuterRef("action"), version__gt=OuterRef("version"), unveiled_at__isnull=False)
    return Review.objects.filter(~Exists(later), unveiled_at__isnull=True, blind=True)
