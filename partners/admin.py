"""Django admin of partners: organisations, who writes for them, and declared interests."""

from typing import Any, ClassVar

from django.contrib import admin

from cites.admin_step_up import StepUpDatedAdmin
from cites.core.admin import DatedAdmin, Inline, JournaledAdmin, ReferenceAdmin
from cites.core.admin_widgets import Checkboxes
from cites.core.import_admin import ImportMixin
from partners.imports import OrganisationImporter
from partners.models import AllianceTie, Contact, DocumentKind, Interest, Membership, Organisation, OrganisationKind


@admin.register(OrganisationKind)
class OrganisationKindAdmin(ReferenceAdmin):
    list_display = ("code", "label", "is_private", "needs_rna", "needs_uai", "asks_cer", "is_active")


@admin.register(DocumentKind)
class DocumentKindAdmin(ReferenceAdmin):
    list_display = ("code", "label", "months_valid", "holds_iban", "is_cer", "is_active")

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        widget = Checkboxes("Organisations concernées (aucune cochée : toutes)")
        return super().formfield_for_manytomany(db_field, request, **{"widget": widget, **kwargs})


class ContactInline(Inline):
    model = Contact
    fields = (("name", "function"), ("email", "phone"))


class TieInline(Inline):
    model = AllianceTie
    fk_name = "organisation"
    fields = (("other", "since"), "subject")


@admin.register(Organisation)
class OrganisationAdmin(ImportMixin, JournaledAdmin):
    importer = OrganisationImporter
    inlines = (ContactInline, TieInline)
    list_display = ("name", "short_name", "kind", "city", "siret", "siret_to_check")
    list_filter = ("kind", "siret_to_check", "city")
    list_select_related = ("kind",)
    readonly_fields = ("siret_to_check",)
    search_fields = ("name", "short_name", "siret", "rna", "uai")
    legends: ClassVar[dict[str, str]] = {"champs": "Champs d'action", "quartiers": "Quartiers d'intervention"}

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        widget = Checkboxes(self.legends[db_field.name])
        return super().formfield_for_manytomany(db_field, request, **{"widget": widget, **kwargs})


@admin.register(Membership)
class MembershipAdmin(StepUpDatedAdmin):
    list_display = ("user", "organisation", "role", "starts_on", "ends_on")
    list_filter = ("role", ("ends_on", admin.EmptyFieldListFilter))
    list_select_related = ("user", "organisation")
    search_fields = ("user__full_name", "user__email", "organisation__name")


@admin.register(Interest)
class InterestAdmin(DatedAdmin):
    list_display = ("user", "organisation", "nature", "starts_on", "ends_on")
    list_filter = (("ends_on", admin.EmptyFieldListFilter),)
    list_select_related = ("user", "organisation")
    search_fields = ("user__full_name", "user__email", "organisation__name")
