"""Django admin of partners: organisations, who writes for them, and declared interests."""

from django.contrib import admin

from cites.admin_step_up import StepUpDatedAdmin
from cites.core.admin import DatedAdmin, JournaledAdmin, ReferenceAdmin
from cites.core.import_admin import ImportMixin
from partners.imports import OrganisationImporter
from partners.models import Interest, Membership, Organisation, OrganisationKind


@admin.register(OrganisationKind)
class OrganisationKindAdmin(ReferenceAdmin):
    list_display = ("code", "label", "is_private", "needs_rna", "needs_uai", "asks_cer", "is_active")


@admin.register(Organisation)
class OrganisationAdmin(ImportMixin, JournaledAdmin):
    importer = OrganisationImporter
    list_display = ("name", "short_name", "kind", "city", "siret", "siret_to_check")
    list_filter = ("kind", "siret_to_check", "city")
    list_select_related = ("kind",)
    readonly_fields = ("siret_to_check",)
    search_fields = ("name", "short_name", "siret", "rna", "uai")


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
