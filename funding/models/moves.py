"""The accounts of the ledger and the moves between them."""

from typing import Any

from django.db import models
from django.db.models import Q

from cites.core import constraints
from cites.core.append_only import AppendOnly
from cites.core.money import ZERO, EuroField
from cites.models import User
from funding.models.awards import Act, Award
from funding.models.decisions import Decision, PriorDecision
from funding.models.sources import Tranche


class Account(models.Model):
    """A balance, always at or above zero, always the sum of its moves.

    `outside` and `shortfall` are contra accounts: their balance is what left them minus what entered.
    """

    class Kind(models.TextChoices):
        OUTSIDE = "outside", "Reçu du financeur"
        AVAILABLE = "available", "Disponible"
        FROZEN = "frozen", "Gelé"
        SHORTFALL = "shortfall", "Manque à couvrir"
        PROGRAMMED = "programmed", "Programmé"
        COMMITTED = "committed", "Engagé"
        PAID = "paid", "Payé"

    CONTRA = ("outside", "shortfall")
    PER_AWARD = ("programmed", "committed", "paid")

    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="accounts")
    award = models.ForeignKey(Award, null=True, on_delete=models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=10, choices=Kind)
    balance = EuroField("solde", default=ZERO)

    class Meta:
        verbose_name = "compte"
        ordering = ["tranche", "kind", "award"]
        constraints = [
            models.CheckConstraint(
                name="account_balance_not_negative",
                condition=Q(balance__gte=0),
                violation_error_message="Il n'y a pas assez sur ce compte.",
            ),
            constraints.known(
                "account",
                "kind",
                ["outside", "available", "frozen", "shortfall", "programmed", "committed", "paid"],
            ),
            models.CheckConstraint(
                name="account_award_when_promised",
                condition=Q(kind__in=["programmed", "committed", "paid"], award__isnull=False)
                | (~Q(kind__in=["programmed", "committed", "paid"]) & Q(award__isnull=True)),
            ),
            models.UniqueConstraint(
                fields=["tranche", "kind"], condition=Q(award__isnull=True), name="account_once_per_tranche"
            ),
            models.UniqueConstraint(
                fields=["tranche", "kind", "award"],
                condition=Q(award__isnull=False),
                name="account_once_per_award",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.tranche}"

    @property
    def is_contra(self) -> bool:
        return self.kind in self.CONTRA


class LedgerHead(models.Model):
    """The lock and the last link of the moves: one row."""

    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="ledger_head_single_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"


class Move(AppendOnly):
    """An amount goes from one account to another; a mistake is mended by another move, never edited."""

    class Kind(models.TextChoices):
        PLANNING = "planning", "Prévision"
        NOTIFICATION = "notification", "Notification"
        AVENANT = "avenant", "Avenant"
        CUT = "cut", "Réduction par le financeur"
        FREEZE = "freeze", "Gel"
        THAW = "thaw", "Dégel"
        ABSORPTION = "absorption", "Manque couvert"
        PROGRAMMING = "programming", "Programmation"
        COMMITMENT = "commitment", "Engagement"
        PAYMENT = "payment", "Paiement"
        RELEASE = "release", "Libération"
        TRANSFER = "transfer", "Virement"
        CARRY_OVER = "carry_over", "Report"
        RECOVERY = "recovery", "Reversement"
        CORRECTION = "correction", "Correction"

    seq = models.PositiveBigIntegerField("n°", unique=True)
    kind = models.CharField("nature", max_length=12, choices=Kind)
    amount = EuroField("montant")
    origin = models.ForeignKey(Account, verbose_name="de", on_delete=models.PROTECT, related_name="moves_out")
    target = models.ForeignKey(Account, verbose_name="vers", on_delete=models.PROTECT, related_name="moves_in")
    is_internal = models.BooleanField("virement interne", default=False)
    decision = models.ForeignKey(
        Decision, verbose_name="décision", null=True, on_delete=models.PROTECT, related_name="moves"
    )
    prior = models.ForeignKey(
        PriorDecision,
        verbose_name="décision antérieure",
        null=True,
        on_delete=models.PROTECT,
        related_name="moves",
    )
    act = models.ForeignKey(Act, verbose_name="acte", null=True, on_delete=models.PROTECT, related_name="moves")
    corrects = models.OneToOneField(
        "self", verbose_name="corrige", null=True, on_delete=models.PROTECT, related_name="correction"
    )
    reference = models.CharField("pièce", max_length=120, blank=True)
    reason = models.CharField("motif", max_length=250, blank=True)
    by = models.ForeignKey(User, verbose_name="par", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("quand")
    # The day in the real world, where the portal was told of it later.
    happened_on = models.DateField("date de l'opération", null=True)
    prev_hash = models.CharField("empreinte précédente", max_length=64, blank=True)
    hash = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "mouvement"
        ordering = ["-seq"]
        constraints = [
            constraints.positive("move", "amount"),
            models.CheckConstraint(
                name="move_between_two_accounts",
                condition=~Q(origin=models.F("target")),
                violation_error_message="Un mouvement va d'un compte à un autre.",
            ),
            models.CheckConstraint(
                name="move_programming_with_decision",
                condition=~Q(kind="programming")
                | Q(decision__isnull=False, prior__isnull=True)
                | Q(decision__isnull=True, prior__isnull=False),
                violation_error_message="On ne programme qu'avec une décision.",
            ),
            models.CheckConstraint(
                name="move_commitment_with_act",
                condition=~Q(kind="commitment") | Q(act__isnull=False),
                violation_error_message="On n'engage qu'avec un acte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.get_kind_display()} {self.amount}"

    def chained(self) -> dict[str, Any]:
        """What the hash covers: cents, never decimal text; what came later only where it is said."""
        late = {"prior": self.prior_id, "happened_on": self.happened_on}
        return {
            "seq": self.seq,
            "kind": self.kind,
            "amount": self.amount,
            "origin": self.origin_id,
            "target": self.target_id,
            "internal": self.is_internal,
            "decision": self.decision_id,
            "act": self.act_id,
            "corrects": self.corrects_id,
            "reference": self.reference,
            "reason": self.reason,
            "by": self.by_id,
            "at": self.at.isoformat(),
            "prev": self.prev_hash,
            **{name: value for name, value in late.items() if value is not None},
        }
