"""Calls for projects, and the reference rows of a proposal."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property

from cites.core import clock, constraints
from cites.core.money import EuroField
from cites.models import LabelPeriod, SealedVersion
from cites.models.references import Reference
from partners.models import DocumentKind, OrganisationKind

if TYPE_CHECKING:
    from actions.models.call_parts import CallWindow


class BudgetLine(Reference):
    """A line of the plan de financement, with its Dauphin code."""

    class Side(models.TextChoices):
        CHARGE = "charge", "Charges"
        PRODUIT = "produit", "Produits"
        CVN_CHARGE = "cvn_charge", "Emplois des contributions volontaires (86)"
        CVN_PRODUIT = "cvn_produit", "Contributions volontaires en nature (87)"

    class Funder(models.TextChoices):
        ASKED = "asked", "Demandé ici"
        STATE = "state", "État"
        LOCAL = "local", "Collectivités"
        PUBLIC = "public", "Autre financeur public"
        PRIVATE = "private", "Financeur privé"

    # The line that holds what is asked from the cité: the amount requested is nowhere else.
    REQUEST = "74cite"

    side = models.CharField("côté", max_length=12, choices=Side)
    group = models.CharField("groupe", max_length=20)
    group_label = models.CharField("libellé du groupe", max_length=120)
    funder = models.CharField(
        "financeur",
        max_length=8,
        choices=Funder,
        blank=True,
        help_text="D'où vient l'argent d'une ligne de subvention : elle se remplit financeur par financeur.",
    )
    asks_comment = models.BooleanField(
        "demande une précision", default=False, help_text="Une ligne « divers » s'explique en quelques mots."
    )

    class Meta(Reference.Meta):
        verbose_name = "ligne de budget"
        verbose_name_plural = "lignes de budget"

    @property
    def has_cofunders(self) -> bool:
        """Its amount is the sum of what each co-funder brings; nobody types it."""
        return self.funder not in ("", self.Funder.ASKED)

    @property
    def is_public_money(self) -> bool:
        return self.funder not in ("", self.Funder.PRIVATE)


class DecisionReason(Reference):
    """Why a file is refused or postponed, as the partner reads it, with what could help next time."""

    class Kind(models.TextChoices):
        REJECTED = "rejected", "Refus"
        POSTPONED = "postponed", "Ajournement"
        WAITLISTED = "waitlisted", "Liste d'attente"

    kind = models.CharField("pour", max_length=12, choices=Kind)
    sentence = models.TextField("phrase pour le partenaire")
    advice = models.TextField("conseil", blank=True)

    class Meta(Reference.Meta):
        verbose_name = "motif de décision"
        verbose_name_plural = "motifs de décision"


class CallQuerySet(models.QuerySet["Call"]):
    def published(self) -> "CallQuerySet":
        return self.filter(published_at__lte=clock.now())

    def open(self) -> "CallQuerySet":
        """Those with a window open now, the first to close first; `until` is when that window does."""
        moment = clock.now()
        now_open = self.published().filter(windows__opens_at__lte=moment, windows__closes_at__gt=moment)
        return now_open.annotate(until=models.F("windows__closes_at")).order_by("until", "pk")

    def visible_to(self, user: Any) -> "CallQuerySet":
        """Published calls are everyone's; what is in preparation, the steering side's."""
        if user.is_authenticated and (user.is_steering or user.is_staff):
            return self
        return self.published()


class Call(models.Model):
    class DecisionRule(models.TextChoices):
        UNANIMITY = "unanimity", "Unanimité des pilotes"
        MAJORITY = "majority", "Majorité des pilotes"
        EACH_FUNDER = "each_funder_decides", "Chaque financeur décide pour son argent"

    slug = models.SlugField("adresse", max_length=80, unique=True)
    title = models.CharField("intitulé", max_length=200)
    year = models.PositiveSmallIntegerField("année")
    period = models.ForeignKey(LabelPeriod, verbose_name="période", on_delete=models.PROTECT, related_name="calls")
    summary = models.TextField("en bref", blank=True)
    text = models.TextField("texte de l'appel", blank=True)
    priorities = models.TextField("priorités", blank=True, help_text="Une par ligne.")
    documents = models.TextField(
        "autres pièces demandées", blank=True, help_text="Une par ligne : ce que la liste n'a pas."
    )
    required_documents = models.ManyToManyField(
        DocumentKind,
        verbose_name="pièces à joindre",
        blank=True,
        help_text="Prises dans le portefeuille de l'organisation, si elle est concernée ; le dépôt les attend.",
    )
    contact_name = models.CharField("contact", max_length=150, blank=True)
    contact_email = models.EmailField("courriel du contact", blank=True)
    eligible_kinds = models.ManyToManyField(
        OrganisationKind, verbose_name="organisations admises", blank=True, help_text="Aucune cochée : toutes."
    )
    latest_end = models.DateField("fin des actions au plus tard")
    indicative_amount = EuroField("montant indicatif", null=True, blank=True)
    decision_rule = models.CharField("règle de décision", max_length=20, choices=DecisionRule, default="unanimity")
    blind_avis = models.BooleanField("avis à l'aveugle", default=True)
    avis_due_at = models.DateTimeField("avis attendus avant le", null=True, blank=True)
    allows_planned_money = models.BooleanField(
        "programme aussi les crédits prévus", default=False, help_text="Sinon, seuls les crédits notifiés."
    )
    title_prefix = models.CharField(
        "début imposé de l'intitulé",
        max_length=80,
        blank=True,
        help_text="{organisation} y devient le nom du porteur. Par exemple : 94-CE-VAL – {organisation} – ",
    )
    title_max = models.PositiveSmallIntegerField(
        "longueur de l'intitulé",
        default=160,
        help_text="En caractères, 160 au plus.",
        validators=[MinValueValidator(20), MaxValueValidator(160)],
    )
    edit_version = models.PositiveIntegerField(default=0, editable=False)
    # The very text that the pilots are asked about now; none while it is written, nor once all have agreed.
    asked = models.ForeignKey(
        SealedVersion, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    publish_at = models.DateTimeField("à publier le", null=True, blank=True, help_text="Vide : dès le dernier accord.")
    published_at = models.DateTimeField("publié le", null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = "appel à projets"
        verbose_name_plural = "appels à projets"
        ordering = ["-year", "-pk"]
        constraints = [
            *constraints.not_negative("call", "indicative_amount"),
            constraints.known("call", "decision_rule", ["unanimity", "majority", "each_funder_decides"]),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("actions:call", args=[self.slug])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None and self.published_at <= clock.now()

    @cached_property
    def windows_in_order(self) -> "list[CallWindow]":
        return sorted(self.windows.all(), key=lambda window: window.opens_at)

    @property
    def current_window(self) -> "CallWindow | None":
        """The window that is open, or else the next, or else the last."""
        moment = clock.now()
        ahead = [window for window in self.windows_in_order if moment < window.closes_at]
        return ahead[0] if ahead else next(reversed(self.windows_in_order), None)

    @property
    def opens_at(self) -> datetime | None:
        return self.current_window.opens_at if self.current_window else None

    @property
    def closes_at(self) -> datetime | None:
        return self.current_window.closes_at if self.current_window else None

    @property
    def earliest_start(self) -> date | None:
        return self.current_window.earliest_start if self.current_window else None

    def is_open(self, moment: datetime | None = None) -> bool:
        """A published call, while one of its windows is open."""
        moment = moment or clock.now()
        published = self.published_at is not None and self.published_at <= moment
        return published and any(window.holds(moment) for window in self.windows_in_order)
