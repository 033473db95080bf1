"""Sources, tranches, the ledger's accounts and moves, decisions and the awards they make."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from actions.models import Action, AgendaItem
from cites.core import constraints
from cites.core.append_only import AppendOnly
from cites.core.money import ZERO, EuroField
from cites.models import LabelPeriod, PilotInstitution, SealedVersion, User
from cites.models.references import Reference


class Source(Reference):
    """Where money comes from, who decides on it, and what its act must be."""

    class Exercise(models.TextChoices):
        CIVIL = "civil", "Année civile"
        SCOLAIRE = "scolaire", "Année scolaire"

    class Recovery(models.TextChoices):
        AVAILABLE = "available", "Revient à l'enveloppe de l'année"
        OUTSIDE = "outside", "Retourne au financeur"

    code = models.CharField("code", max_length=40, unique=True)
    decider = models.ForeignKey(
        PilotInstitution,
        verbose_name="institution qui décide",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sources",
    )
    exercise = models.CharField("exercice", max_length=10, choices=Exercise, default="civil")
    in_envelope = models.BooleanField("entre dans l'enveloppe du label", default=True)
    counts_as_cofinancing = models.BooleanField("compte dans le cofinancement", default=False)
    act_kinds = models.JSONField("actes exigés avant notification", default=list, blank=True)
    recovery_to = models.CharField("un reversement", max_length=10, choices=Recovery, default="available")
    fed_from = models.ForeignKey(
        "self",
        verbose_name="alimentée par un virement interne de",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="feeds",
    )

    class Meta(Reference.Meta):
        verbose_name = "source de financement"
        verbose_name_plural = "sources de financement"


class TrancheQuerySet(models.QuerySet["Tranche"]):
    def visible_to(self, user: Any) -> "TrancheQuerySet":
        """The envelope is the steering side's and the administration's."""
        if user.is_authenticated and (user.is_steering or user.is_staff):
            return self
        return self.none()


class Tranche(models.Model):
    """One source, one year. Planned until `notified_on`; a closed year takes no new promise."""

    period = models.ForeignKey(LabelPeriod, verbose_name="période", on_delete=models.PROTECT, related_name="tranches")
    source = models.ForeignKey(Source, verbose_name="source", on_delete=models.PROTECT, related_name="tranches")
    year = models.PositiveSmallIntegerField("année")
    planned = EuroField("montant prévu")
    notified_on = models.DateField("notifiée le", null=True, editable=False)
    notified_reference = models.CharField("acte de notification", max_length=120, blank=True, editable=False)
    closed_on = models.DateField("exercice clos le", null=True, editable=False)

    objects = TrancheQuerySet.as_manager()

    class Meta:
        verbose_name = "tranche"
        ordering = ["-year", "source__rank", "source__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "year"],
                name="tranche_once",
                violation_error_message="Cette source a déjà une tranche pour cette année.",
            ),
            *constraints.not_negative("tranche", "planned"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("budget:tranche", args=[self.pk])

    @property
    def is_notified(self) -> bool:
        return self.notified_on is not None

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None

    @property
    def state(self) -> str:
        if self.is_closed:
            return "Close"
        return "Notifiée" if self.is_notified else "Prévue"


class Award(AppendOnly):
    """What one action receives from one source. Its stage is computed from its accounts, never stored."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="awards")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="awards")

    class Meta:
        verbose_name = "attribution"
        constraints = [models.UniqueConstraint(fields=["action", "source"], name="award_once_per_source")]

    def __str__(self) -> str:
        return f"{self.action.reference} – {self.source}"


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


class Decision(AppendOnly):
    """One verdict of a séance on one sealed version, with the positions that opened it."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", "Accordé"
        APPROVED_WITH_CONDITIONS = "approved_with_conditions", "Accordé sous réserve"
        WAITLISTED = "waitlisted", "Liste d'attente"
        POSTPONED = "postponed", "Ajourné"
        REJECTED = "rejected", "Refusé"

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField("verdict", max_length=24, choices=Verdict)
    version = models.ForeignKey(SealedVersion, verbose_name="version décidée", on_delete=models.PROTECT)
    rule = models.CharField("règle", max_length=20)
    positions = models.JSONField("positions")
    amount = EuroField("montant accordé")
    reason = models.TextField("motif", blank=True)
    condition = models.TextField("réserve", blank=True)
    decided_by = models.ForeignKey(User, verbose_name="saisie par", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("décidé le")

    class Meta:
        verbose_name = "décision"
        ordering = ["pk"]
        constraints = [
            constraints.known(
                "decision",
                "verdict",
                ["approved", "approved_with_conditions", "waitlisted", "postponed", "rejected"],
            ),
            models.CheckConstraint(
                name="decision_amount_with_approval",
                condition=Q(verdict__in=["approved", "approved_with_conditions"], amount__gt=0)
                | (~Q(verdict__in=["approved", "approved_with_conditions"]) & Q(amount=0)),
                violation_error_message="Une décision accorde un montant, et elle seule.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.action.reference} : {self.get_verdict_display()}"


class Contest(AppendOnly):
    """An institution disputes a decision before it is notified: it reopens and its money is released."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="contest")
    institution = models.ForeignKey(PilotInstitution, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField("motif")
    contested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    contested_at = models.DateTimeField("contestée le")

    class Meta:
        verbose_name = "contestation"

    def __str__(self) -> str:
        return f"{self.institution} conteste {self.decision}"


class Notice(AppendOnly):
    """The partner was told of this decision, then and not before."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="notice")
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("notifiée le")

    class Meta:
        verbose_name = "notification"

    def __str__(self) -> str:
        return f"{self.decision} – notifiée"


class Act(AppendOnly):
    """The legal act that commits an award: nothing is committed without one."""

    class Kind(models.TextChoices):
        ARRETE = "arrete", "Arrêté attributif"
        CONVENTION = "convention", "Convention"
        DELIBERATION_CA = "deliberation_ca", "Délibération du conseil d'administration"
        DELIBERATION_CM = "deliberation_cm", "Délibération du conseil municipal"
        NOTIFICATION = "notification", "Lettre de notification"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField("nature", max_length=16, choices=Kind)
    number = models.CharField("numéro", max_length=60)
    signed_on = models.DateField("signé le")
    transmitted_on = models.DateField("transmis le", null=True)
    amount = EuroField("montant")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "acte"
        ordering = ["signed_on", "pk"]
        constraints = [
            constraints.positive("act", "amount"),
            models.UniqueConstraint(
                fields=["award", "kind", "number"],
                name="act_once",
                violation_error_message="Cet acte est déjà enregistré.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} n° {self.number}"


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
    act = models.ForeignKey(Act, verbose_name="acte", null=True, on_delete=models.PROTECT, related_name="moves")
    corrects = models.OneToOneField(
        "self", verbose_name="corrige", null=True, on_delete=models.PROTECT, related_name="correction"
    )
    reference = models.CharField("pièce", max_length=120, blank=True)
    reason = models.CharField("motif", max_length=250, blank=True)
    by = models.ForeignKey(User, verbose_name="par", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("quand")
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
                condition=~Q(kind="programming") | Q(decision__isnull=False),
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
        """What the hash covers: cents, never decimal text."""
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
        }
