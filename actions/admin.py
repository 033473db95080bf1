"""Django admin of actions: calls and vocabulary are edited; files, avis and reports are only read."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from actions.imports import ActionImporter
from actions.models import (
    Action,
    AgendaItem,
    Avis,
    BudgetLine,
    Call,
    DecisionReason,
    Position,
    ProposedCriterion,
    ReceiptNotice,
    Report,
    Review,
    ReviewSeat,
    Submission,
)
from actions.models.avis import veiled_reviews
from cites.core.admin import Inline, ReadOnlyAdmin, ReferenceAdmin, amount_column
from cites.core.import_admin import ImportMixin
from cites.core.money import format_euros

VEILED = "Voilé jusqu'à ce que tous aient répondu"


@admin.register(BudgetLine)
class BudgetLineAdmin(ReferenceAdmin):
    list_display = ("code", "label", "side", "group_label", "funder", "asks_comment", "rank", "is_active")
    list_filter = ("side", "funder", "is_active")


@admin.register(DecisionReason)
class DecisionReasonAdmin(ReferenceAdmin):
    list_display = ("code", "label", "kind", "rank", "is_active")
    list_filter = ("kind", "is_active")


@admin.register(ProposedCriterion)
class ProposedCriterionAdmin(ReferenceAdmin):
    list_display = ("code", "label", "weight", "rank", "is_active", "mark")


@admin.register(ReceiptNotice)
class ReceiptNoticeAdmin(ReferenceAdmin):
    """What every new receipt says of the answer and of the remedies; those handed over keep their words."""

    list_display = ("code", "label", "rank", "is_active", "mark")


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    """Coordination prepares calls in the portal, the pilots agree on them: here they are only read."""

    list_display = ("title", "year", "decision_rule", "published_at")
    list_filter = ("year", "period")
    list_select_related = ("period",)
    search_fields = ("title", "slug")


@admin.register(Action)
class ActionAdmin(ImportMixin, ReadOnlyAdmin):
    """Submitted files. What a partner is still typing is its own."""

    importer = ActionImporter

    list_display = ("reference", "title", "organisation", "call", "status", "announced_status")
    list_filter = ("status", "call", "champ")
    list_select_related = ("organisation", "call")
    search_fields = ("reference", "origin_reference", "title", "organisation__name")
    fields = (
        "reference",
        "origin_reference",
        "dauphin_number",
        "version",
        "call",
        "organisation",
        "status",
        "announced_status",
        "status_at",
        "on_paper",
        "created_by",
        "created_at",
        "title",
        "objectives",
        "description",
        "public_description",
        "champ",
        "theme",
        "participants",
        "starts_on",
        "ends_on",
        "age_ranges",
        "school_times",
        "schools",
        "quartiers",
        "actors",
        "actors_note",
        "requested",
        "minimum",
        "total",
        "internal_title",
        "instructed_champ",
        "instructed_theme",
        "follow_up",
        "inadmissible_reason",
        "condition",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Action]:
        return super().get_queryset(request).filter(reference__isnull=False)


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    hidden = ("receipt", "words", "document")
    list_display = ("action", "number", "submitted_by", "submitted_at")
    list_select_related = ("action", "submitted_by")
    search_fields = ("action__reference",)
    date_hierarchy = "submitted_at"


class SeatInline(Inline):
    """Who was expected to answer."""

    model = ReviewSeat
    fields = ("institution",)


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("action", "version", "opened_at", "due_at", "blind", "unveiled_at")
    list_filter = ("blind", ("unveiled_at", admin.EmptyFieldListFilter))
    list_select_related = ("action",)
    search_fields = ("action__reference",)
    inlines = (SeatInline,)


@admin.register(Avis)
class AvisAdmin(ReadOnlyAdmin):
    """Under the veil: who has answered, as coordination sees it, and nothing of what."""

    list_display = (
        "review",
        "institution",
        "shown_position",
        "shown_amount",
        "signed_by",
        "signed_at",
        "is_late",
    )
    list_filter = ("institution", "is_late")
    list_select_related = ("review__action", "institution", "signed_by")
    search_fields = ("review__action__reference",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Avis]:
        rows: QuerySet[Avis] = super().get_queryset(request)
        return rows.annotate(veiled=Exists(veiled_reviews().filter(pk=OuterRef("review"))))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The page of a veiled avis does not open: even its title says what was answered."""
        return super().has_view_permission(request, obj) and not getattr(obj, "veiled", False)

    @admin.display(description="position")
    def shown_position(self, obj: Any) -> str:
        return VEILED if obj.veiled else str(obj.get_position_display())

    @admin.display(description="montant proposé")
    def shown_amount(self, obj: Any) -> str:
        return "–" if obj.veiled or obj.amount is None else format_euros(obj.amount)


@admin.register(AgendaItem)
class AgendaItemAdmin(ReadOnlyAdmin):
    list_display = ("seance", "rank", "action")
    list_filter = ("seance__instance",)
    list_select_related = ("seance__instance", "action")
    search_fields = ("action__reference",)


@admin.register(Position)
class PositionAdmin(ReadOnlyAdmin):
    list_display = ("item", "institution", "position", "recorded_by")
    list_filter = ("institution", "position")
    list_select_related = ("item__action", "institution", "recorded_by")
    search_fields = ("item__action__reference",)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = (
        "action",
        "participations",
        "distinct_persons",
        amount_column("spent", "dépenses"),
        "submitted_at",
    )
    list_select_related = ("action",)
    search_fields = ("action__reference",)
