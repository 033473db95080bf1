"""The action: a draft as typed, then a file with a reference, then what was decided and done."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from actions.models.calls import BudgetLine, Call
from cites.core import constraints
from cites.core.append_only import AppendOnly
from cites.core.money import EuroField
from cites.models import ActorKind, AgeRange, Champ, Quartier, School, SchoolTime, SealedVersion, Theme, User
from partners.models import Organisation


class Status(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    SUBMITTED = "submitted", "Déposé"
    TO_COMPLETE = "to_complete", "À compléter"
    ADMISSIBLE = "admissible", "Recevable"
    INADMISSIBLE = "inadmissible", "Non recevable"
    IN_REVIEW = "in_review", "En instruction"
    REVIEWED = "reviewed", "Avis rendus"
    SCHEDULED = "scheduled", "À l'ordre du jour"
    APPROVED = "approved", "Accordé"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions", "Accordé sous réserve"
    WAITLISTED = "waitlisted", "Liste d'attente"
    POSTPONED = "postponed", "Ajourné"
    REJECTED = "rejected", "Refusé"
    UNDER_WAY = "under_way", "En cours"
    RENOUNCED = "renounced", "Renoncé"
    ABANDONED = "abandoned", "Abandonné"
    REPORT_DUE = "report_due", "Bilan attendu"
    REPORT_SUBMITTED = "report_submitted", "Bilan déposé"
    REPORT_TO_CORRECT = "report_to_correct", "Bilan à corriger"
    REPORT_ACCEPTED = "report_accepted", "Bilan accepté"
    REPORT_MISSING = "report_missing", "Bilan manquant"
    CLOSED = "closed", "Clos"
    WITHDRAWN = "withdrawn", "Retiré"


class Nature(models.TextChoices):
    NEW = "new", "Nouvelle action"
    RENEWED = "renewed", "Reconduction d'une action de l'an dernier"
    EXTENDED = "extended", "Extension d'une action qui existe (plus de lieux, de jeunes, de temps)"
    SPREAD = "spread", "Essaimage d'une action faite ailleurs"


DECIDED = (
    Status.APPROVED,
    Status.APPROVED_WITH_CONDITIONS,
    Status.WAITLISTED,
    Status.POSTPONED,
    Status.REJECTED,
)
# What the partner and the public may be told of an action that was granted money.
GRANTED = (
    Status.APPROVED,
    Status.APPROVED_WITH_CONDITIONS,
    Status.UNDER_WAY,
    Status.ABANDONED,
    Status.REPORT_DUE,
    Status.REPORT_SUBMITTED,
    Status.REPORT_TO_CORRECT,
    Status.REPORT_ACCEPTED,
    Status.REPORT_MISSING,
    Status.CLOSED,
)
WAITING_LABEL = "En attente de décision"


class ReferenceCounter(models.Model):
    """The last number given in a year; its row is the lock of the next one."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year} : {self.last}"


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, user: Any) -> "ActionQuerySet":
        """The steering side sees every file once submitted; a partner, those that its organisations write."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_steering:
            return self.filter(Q(reference__isnull=False) | Q(on_paper=True))
        if user.is_staff:
            return self.submitted()
        return self.of_organisations(user)

    def of_organisations(self, user: Any) -> "ActionQuerySet":
        """The files of this person's organisations, and those that they write with another one."""
        own = [m.organisation_id for m in user.active_memberships]
        return self.filter(Q(organisation__in=own) | Q(pk__in=co_edited(own))) if own else self.none()

    def submitted(self) -> "ActionQuerySet":
        return self.filter(reference__isnull=False)

    def published(self) -> "ActionQuerySet":
        """What the public reads: granted, and announced as such."""
        return self.filter(announced_status__in=GRANTED)


def co_edited(organisations: list[int]) -> Any:
    """The keys of the files that these organisations write with their porteur today."""
    co_editors: Any = Action._meta.get_field("co_editors").related_model
    return co_editors.objects.active().filter(organisation__in=organisations).values("action")


class Action(models.Model):
    """`status` is assigned by `workflow.apply` alone; `announced_status` is the last one told outside."""

    Status = Status

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(Call, verbose_name="appel", on_delete=models.PROTECT, related_name="actions")
    organisation = models.ForeignKey(
        Organisation, verbose_name="porteur", on_delete=models.PROTECT, related_name="actions"
    )
    status = models.CharField("état", max_length=30, choices=Status, default=Status.DRAFT, editable=False)
    announced_status = models.CharField(
        "état annoncé", max_length=30, choices=Status, default=Status.DRAFT, editable=False
    )
    # False between a decision and its notification, also when the same decision is taken twice.
    is_announced = models.BooleanField("état annoncé", default=True, editable=False)
    status_at = models.DateTimeField("état depuis le", editable=False)
    created_by = models.ForeignKey(User, verbose_name="commencé par", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("commencé le")
    # Who answers for the file in its organisation; see `handing_over` for when that person has left.
    in_charge = models.ForeignKey(
        User, verbose_name="chargé du dossier", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    on_paper = models.BooleanField("dossier papier saisi par la coordination", default=False)

    # What was typed, however wrong, and how many times it was saved (the token of two open tabs).
    draft = models.JSONField("saisie", default=dict)
    draft_version = models.PositiveIntegerField(default=0)
    draft_saved_at = models.DateTimeField("saisie enregistrée le", null=True)
    # For each step of the form, the version that last wrote it and the page it was written on.
    draft_marks = models.JSONField(default=dict, editable=False)
    # The same request in Dauphin, eight digits, and how many times it was written (the token of its page).
    dauphin_number = models.CharField("n° du dossier Dauphin", max_length=8, blank=True, editable=False)
    dauphin_version = models.PositiveIntegerField(default=0, editable=False)
    # The action of another year that this one goes on from.
    renews = models.ForeignKey(
        "self",
        verbose_name="action reconduite",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="renewals",
    )

    # Written from the draft at submission.
    reference = models.CharField("référence", max_length=12, unique=True, null=True, blank=True)
    # Its number before the portal: an action that has one was taken over, never submitted here (docs/adr/0016).
    origin_reference = models.CharField("référence d'origine", max_length=60, blank=True, editable=False)
    version = models.PositiveSmallIntegerField("version déposée", default=0)
    title = models.CharField("intitulé", max_length=160, blank=True)
    objectives = models.TextField("objectifs", blank=True)
    description = models.TextField("description", blank=True)
    # Not sealed: a person may ask to be forgotten, a sealed text cannot forget.
    contact_name = models.CharField("personne chargée du dossier", max_length=150, blank=True)
    contact_email = models.EmailField("courriel de la personne chargée du dossier", blank=True)
    contact_phone = models.CharField("téléphone de la personne chargée du dossier", max_length=20, blank=True)
    public_description = models.TextField("résumé pour le public", blank=True)
    champ = models.ForeignKey(Champ, verbose_name="champ", null=True, on_delete=models.PROTECT)
    theme = models.ForeignKey(Theme, verbose_name="sous-thème", null=True, on_delete=models.PROTECT)
    nature = models.CharField("nature de l'action", max_length=10, blank=True, choices=Nature)
    participants = models.PositiveIntegerField("participants prévus", null=True)
    girls = models.PositiveIntegerField("dont filles ou femmes", null=True, blank=True)
    boys = models.PositiveIntegerField("dont garçons ou hommes", null=True, blank=True)
    from_quartiers = models.PositiveIntegerField("dont habitants d'un QPV", null=True, blank=True)
    starts_on = models.DateField("début", null=True)
    ends_on = models.DateField("fin", null=True)
    age_ranges = models.ManyToManyField(AgeRange, verbose_name="publics")
    school_times = models.ManyToManyField(SchoolTime, verbose_name="temps")
    schools = models.ManyToManyField(School, verbose_name="établissements", blank=True, related_name="actions")
    quartiers = models.ManyToManyField(Quartier, verbose_name="quartiers", blank=True, related_name="actions")
    actors = models.ManyToManyField(ActorKind, verbose_name="acteurs autour de l'école", blank=True)
    actors_note = models.TextField("ce que font ces acteurs", blank=True)
    requested = EuroField("montant demandé", null=True)
    minimum = EuroField("montant minimum viable", null=True)
    total = EuroField("coût total", null=True)
    search_text = models.TextField(editable=False, blank=True)

    # The pilots' own: never part of the sealed proposal.
    internal_title = models.CharField("titre de travail", max_length=160, blank=True)
    instructed_champ = models.ForeignKey(
        Champ, verbose_name="champ retenu", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    instructed_theme = models.ForeignKey(
        Theme, verbose_name="sous-thème retenu", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    follow_up = models.TextField("suivi", blank=True)
    edit_version = models.PositiveIntegerField(default=0)
    inadmissible_reason = models.TextField("raison de la non-recevabilité", blank=True)
    condition = models.TextField("réserve à lever", blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = "action"
        ordering = ["-reference"]
        indexes = [
            models.Index(fields=["status", "reference"], name="action_status"),
            models.Index(fields=["announced_status"], name="action_announced"),
        ]
        constraints = [
            constraints.known("action", "status", Status.values),
            constraints.known("action", "announced_status", Status.values),
            constraints.known("action", "nature", ["", *Nature.values]),
            constraints.ordered("action", "starts_on", "ends_on", "La fin de l'action précède son début."),
            *constraints.not_negative("action", "requested", "minimum", "total"),
            models.UniqueConstraint(
                fields=["origin_reference"],
                condition=~Q(origin_reference=""),
                name="action_origin_once",
                violation_error_message="Une action reprise porte déjà cette référence d'origine.",
            ),
            models.CheckConstraint(
                name="action_minimum_within_request",
                condition=Q(minimum__lte=models.F("requested")) | Q(minimum__isnull=True),
                violation_error_message="Le montant minimum viable dépasse le montant demandé.",
            ),
            models.CheckConstraint(
                name="action_request_within_total",
                condition=Q(requested__lte=models.F("total")) | Q(requested__isnull=True),
                violation_error_message="Le montant demandé dépasse le coût total de l'action.",
            ),
            models.CheckConstraint(
                name="action_reference_once_submitted",
                condition=Q(status__in=[Status.DRAFT, Status.WITHDRAWN]) | Q(reference__isnull=False),
                violation_error_message="Un dossier déposé porte une référence.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} – {self.title}" if self.reference else (self.title or "Brouillon sans titre")

    def get_absolute_url(self) -> str:
        return reverse("actions:file", args=[self.reference])

    @property
    def name(self) -> str:
        """What the file is called before and after submission."""
        return self.title or str(self.draft.get("title", [""])[0] or "").strip() or "Brouillon sans titre"

    @property
    def prior_decisions(self) -> list[Any]:
        """What was decided before the portal, which `funding` keeps on each award."""
        if not self.origin_reference:
            return []
        awards = self.awards.prefetch_related("prior_decisions__tranche__source")
        return [prior for award in awards for prior in award.prior_decisions.all()]

    @property
    def announced_label(self) -> str:
        """The status in the partner's words: nothing of the review or the séance shows through."""
        waiting = (Status.ADMISSIBLE, Status.IN_REVIEW, Status.REVIEWED, Status.SCHEDULED)
        return WAITING_LABEL if self.announced_status in waiting else self.get_announced_status_display()


class BudgetItem(models.Model):
    """One amount of the submitted budget. Rewritten from the draft at each submission."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="budget")
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT)
    amount = EuroField("montant")
    comment = models.CharField("précision", max_length=200, blank=True)

    class Meta:
        verbose_name = "montant du budget"
        verbose_name_plural = "montants du budget"
        ordering = ["line__rank"]
        constraints = [
            models.UniqueConstraint(fields=["action", "line"], name="budget_item_line_once"),
            constraints.positive("budget_item", "amount"),
        ]

    def __str__(self) -> str:
        return f"{self.line} : {self.amount}"


class SubmissionManager(models.Manager["Submission"]):
    def get_queryset(self) -> models.QuerySet["Submission"]:
        """The bytes are read when they are handed over, never by a list."""
        return super().get_queryset().defer("receipt", "document")


class Submission(AppendOnly):
    """One submitted version: the sealed text, its receipt and the file as PDF, byte for byte as handed over."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField("version")
    sealed = models.OneToOneField(SealedVersion, on_delete=models.PROTECT, related_name="submission")
    submitted_by = models.ForeignKey(User, verbose_name="déposé par", on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField("déposé le")
    receipt = models.BinaryField("récépissé")
    # What the receipt says, kept: figures and addresses change, what was told does not.
    words = models.JSONField("mots du récépissé")
    document = models.BinaryField("dossier en PDF")

    objects = SubmissionManager()

    class Meta:
        verbose_name = "version déposée"
        verbose_name_plural = "versions déposées"
        ordering = ["action", "number"]
        constraints = [models.UniqueConstraint(fields=["action", "number"], name="submission_number_once")]

    def __str__(self) -> str:
        return f"{self.action.reference} v{self.number}"
