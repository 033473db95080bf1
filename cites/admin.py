"""Django admin of the base app: the cité, its pilots and mandates, the territory, the vocabulary."""

from typing import Any

from django.contrib import admin
from django.db.models import ManyToManyField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from cites.admin_accounts import UserAdmin
from cites.admin_convention import ConventionCadreAdmin
from cites.admin_invitations import InvitationAdmin
from cites.admin_step_up import StepUpDatedAdmin
from cites.core.admin import DatedAdmin, JournaledAdmin, ReadOnlyAdmin, ReferenceAdmin
from cites.core.admin_widgets import Checkboxes, ValuesFilter
from cites.core.audit import read_sentence
from cites.models import (
    ActorKind,
    AgeRange,
    Champ,
    ChefDeFile,
    Cite,
    Commune,
    ConventionCadre,
    Event,
    Instance,
    Invitation,
    LabelPeriod,
    Mandate,
    OutboxMail,
    PilotInstitution,
    Quartier,
    Rule,
    School,
    SchoolTime,
    SealedVersion,
    Seance,
    Signature,
    Theme,
    User,
)

admin.site.register(User, UserAdmin)
admin.site.register(ConventionCadre, ConventionCadreAdmin)
admin.site.register(Invitation, InvitationAdmin)


@admin.register(Cite)
class CiteAdmin(JournaledAdmin):
    fieldsets = (
        (None, {"fields": ("name", "tagline", "presentation", "labelled_on", "academie", "communes")}),
        (
            "Contact et mentions légales",
            {
                "fields": (
                    "contact_email",
                    "publisher_name",
                    "publisher_address",
                    "publisher_phone",
                    "publication_director",
                    "host_name",
                    "host_address",
                    "host_phone",
                )
            },
        ),
    )
    formfield_overrides = {ManyToManyField: {"widget": Checkboxes("Communes")}}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Cite.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One row: straight to it."""
        cite = Cite.current()
        if cite is None or not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        return HttpResponseRedirect(reverse("admin:cites_cite_change", args=[cite.pk]))

    def save_model(self, request: HttpRequest, obj: Cite, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)


@admin.register(PilotInstitution)
class PilotInstitutionAdmin(JournaledAdmin):
    list_display = ("name", "kind", "rank", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()  # positions and decisions quote it


@admin.register(Mandate)
class MandateAdmin(StepUpDatedAdmin):
    list_display = ("user", "role", "institution", "starts_on", "ends_on")
    list_filter = ("role", "institution", ("ends_on", admin.EmptyFieldListFilter))
    list_select_related = ("user", "institution")
    search_fields = ("user__full_name", "user__email", "institution__name")


@admin.register(ChefDeFile)
class ChefDeFileAdmin(DatedAdmin):
    list_display = ("school", "starts_on", "ends_on")
    list_filter = (("ends_on", admin.EmptyFieldListFilter),)
    list_select_related = ("school",)


@admin.register(Commune)
class CommuneAdmin(JournaledAdmin):
    list_display = ("name", "insee")
    search_fields = ("name", "insee")


@admin.register(Quartier)
class QuartierAdmin(JournaledAdmin):
    list_display = ("name", "commune", "code_2024", "code_2015")
    list_filter = ("commune",)
    list_select_related = ("commune",)
    search_fields = ("name", "code_2024", "code_2015")


@admin.register(School)
class SchoolAdmin(JournaledAdmin):
    list_display = ("name", "kind", "commune", "network", "uai")
    list_filter = ("kind", ("network", ValuesFilter), "commune")
    list_select_related = ("commune",)
    search_fields = ("name", "uai")


@admin.register(LabelPeriod)
class LabelPeriodAdmin(JournaledAdmin):
    list_display = ("__str__", "label")
    search_fields = ("label",)


@admin.register(Champ)
class ChampAdmin(ReferenceAdmin):
    pass


@admin.register(Theme)
class ThemeAdmin(ReferenceAdmin):
    list_display = ("code", "label", "champ", "rank", "is_active", "source", "mark")
    list_filter = ("champ", "is_active", "mark")
    list_select_related = ("champ",)


@admin.register(SchoolTime, AgeRange, ActorKind)
class VocabularyAdmin(ReferenceAdmin):
    pass


@admin.register(Rule)
class RuleAdmin(ReferenceAdmin):
    list_display = ("label", "value", "unit", "source", "source_date", "mark")
    list_display_links = ("label",)


@admin.register(Instance)
class InstanceAdmin(ReferenceAdmin):
    list_display = ("code", "label", "can_decide", "rhythm", "is_active")
    list_filter = ("can_decide", "is_active")


@admin.register(Seance)
class SeanceAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "starts_at", "place", "state")
    list_filter = ("instance",)
    list_select_related = ("instance",)
    date_hierarchy = "starts_at"

    @admin.display(description="état")
    def state(self, obj: Seance) -> str:
        return obj.state


@admin.register(Signature)
class SignatureAdmin(ReadOnlyAdmin):
    list_display = ("releve", "institution", "signed_by", "signed_at")
    list_filter = ("institution",)
    list_select_related = ("releve", "institution", "signed_by")


@admin.register(SealedVersion)
class SealedVersionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "sealed_at", "sealed_by", "sha256")
    list_filter = ("kind",)
    list_select_related = ("sealed_by",)
    search_fields = ("sha256",)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("seq", "at", "sentence", "role", "reference")
    list_filter = ("kind", ("institution_code", ValuesFilter))
    list_select_related = ("actor",)
    search_fields = ("reference",)
    date_hierarchy = "at"
    other_lookups = ("subject_type", "subject_id")

    @admin.display(description="quoi")
    def sentence(self, obj: Event) -> str:
        return read_sentence(obj)


@admin.register(OutboxMail)
class OutboxMailAdmin(ReadOnlyAdmin):
    """Who was written to and whether it left. Never the text: it may hold a sign-in code."""

    hidden = ("body",)
    list_display = ("created_at", "to", "subject", "sent_at", "attempts", "last_error")
    list_filter = (("sent_at", admin.EmptyFieldListFilter),)
    search_fields = ("to", "subject")
    date_hierarchy = "created_at"
