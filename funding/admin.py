"""Django admin of funding: sources and planned tranches are edited; decisions and money are only read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from cites.core.admin import JournaledAdmin, ReadOnlyAdmin, ReferenceAdmin, amount_column
from cites.core.import_admin import ImportMixin
from funding.imports import AwardImporter
from funding.models import Account, Act, Award, Contest, Decision, Move, Notice, PriorDecision, Source, Tranche


class SourceForm(forms.ModelForm):
    act_kinds = forms.MultipleChoiceField(
        label="Actes exigés avant notification",
        choices=Act.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="L'un de ceux-là suffit. Aucun coché : n'importe lequel.",
    )


@admin.register(Source)
class SourceAdmin(ReferenceAdmin):
    form = SourceForm
    list_display = ("code", "label", "decider", "exercise", "in_envelope", "is_active")
    list_filter = ("in_envelope", "is_active")
    list_select_related = ("decider",)


class TrancheForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        period, year = data.get("period"), data.get("year")
        if period and year and not period.first_year <= year <= period.last_year:
            raise ValidationError({"year": f"Cette année n'est pas dans la période {period}."})
        return data


@admin.register(Tranche)
class TrancheAdmin(JournaledAdmin):
    """A tranche is planned here. It is entered, notified and closed by the verbs of the budget."""

    form = TrancheForm
    list_display = (
        "__str__",
        "period",
        amount_column("planned", "montant prévu"),
        "notified_on",
        "closed_on",
    )
    list_filter = ("year", "source", "period")
    list_select_related = ("source", "period")
    fields = ("period", "source", "year", "planned", "notified_on", "notified_reference", "closed_on")
    readonly_fields = ("notified_on", "notified_reference", "closed_on")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Once money is on its accounts, the row says what the ledger was told."""
        return super().has_change_permission(request, obj) and not self._in_ledger(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._in_ledger(obj)

    @staticmethod
    def _in_ledger(obj: Tranche | None) -> bool:
        return obj is not None and obj.pk is not None and obj.accounts.exists()


@admin.register(Award)
class AwardAdmin(ImportMixin, ReadOnlyAdmin):
    importer = AwardImporter
    list_display = ("action", "source")
    list_filter = ("source",)
    list_select_related = ("action", "source")
    search_fields = ("action__reference",)


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("tranche", "kind", "award", amount_column("balance", "solde"))
    list_filter = ("kind", "tranche__year", "tranche__source")
    list_select_related = ("tranche__source", "award__action", "award__source")
    search_fields = ("award__action__reference",)


@admin.register(Move)
class MoveAdmin(ReadOnlyAdmin):
    list_display = ("seq", "at", "kind", amount_column("amount", "montant"), "origin", "target", "by")
    list_filter = ("kind", "is_internal")
    list_select_related = ("origin__tranche__source", "target__tranche__source", "by")
    search_fields = ("reference", "reason")
    date_hierarchy = "at"


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("item", "verdict", amount_column("amount", "montant accordé"), "decided_by", "decided_at")
    list_filter = ("verdict", "rule")
    list_select_related = ("item__action", "decided_by")
    search_fields = ("item__action__reference",)
    date_hierarchy = "decided_at"


@admin.register(PriorDecision)
class PriorDecisionAdmin(ReadOnlyAdmin):
    list_display = ("award", "tranche", amount_column("amount", "montant accordé"), "decided_on", "document")
    list_filter = ("tranche__year", "tranche__source")
    list_select_related = ("award__action", "award__source", "tranche__source")
    search_fields = ("award__action__reference", "award__action__origin_reference", "document")
    date_hierarchy = "decided_on"


@admin.register(Contest)
class ContestAdmin(ReadOnlyAdmin):
    list_display = ("decision", "institution", "contested_by", "contested_at")
    list_select_related = ("decision__item__action", "institution", "contested_by")


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("decision", "sent_by", "sent_at")
    list_select_related = ("decision__item__action", "sent_by")


@admin.register(Act)
class ActAdmin(ReadOnlyAdmin):
    list_display = ("award", "kind", "number", "signed_on", amount_column("amount", "montant"), "recorded_by")
    list_filter = ("kind",)
    list_select_related = ("award__action", "award__source", "recorded_by")
    search_fields = ("number", "award__action__reference")
    date_hierarchy = "signed_on"
