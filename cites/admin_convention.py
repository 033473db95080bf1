"""The convention-cadre in the admin: edited with its signatories and commitments until it is sealed."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db.models import TextField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from cites import convention as conventions
from cites.accounts.step_up import recent_sign_in
from cites.core.admin import Inline, JournaledAdmin, person
from cites.core.http import attempt
from cites.models import Commitment, ConventionCadre, Signatory


class SignatoryInline(Inline):
    model = Signatory
    fields = (("rank", "institution_name"), ("capacity", "signed_on"))


class CommitmentInline(Inline):
    model = Commitment
    fields = ("text", ("owner", "champ"), ("due_on", "rank"), "evidence")
    formfield_overrides = {TextField: {"widget": AdminTextareaWidget(attrs={"rows": 2})}}


class ConventionCadreAdmin(JournaledAdmin):
    list_display = ("title", "period", "signed_on", "sealed_at")
    list_filter = ("period", ("sealed_at", admin.EmptyFieldListFilter))
    list_select_related = ("period",)
    search_fields = ("title",)
    fields = ("title", "period", "preamble", "articles", "evaluation_protocol", "signed_on", "sealed_at")
    readonly_fields = ("sealed_at",)
    inlines = (SignatoryInline, CommitmentInline)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_sealed)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_sealed)

    def get_urls(self) -> list[URLPattern]:
        seal = self.admin_site.admin_view(recent_sign_in(self.seal_view))
        return [path("<int:pk>/sceller/", seal, name="cites_conventioncadre_seal"), *super().get_urls()]

    def seal_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Read the whole text once more, then seal that text and no other."""
        convention = ConventionCadre.objects.filter(pk=pk).select_related("period").first()
        if convention is None:
            raise Http404
        if not self.has_view_permission(request, convention) or not request.user.has_perm(
            "cites.seal_convention", convention
        ):
            raise PermissionDenied
        if request.method == "POST":
            seen = request.POST.get("seen", "")
            attempt(
                request,
                lambda: conventions.seal(convention, by=person(request), seen=seen or "-"),
                "La convention-cadre est scellée : son texte ne change plus.",
            )
            return redirect("admin:cites_conventioncadre_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": "Sceller la convention signée",
            "opts": self.opts,
            "convention": convention,
            "text": conventions.reading(convention),
            "seen": conventions.fingerprint(convention),
            "refusals": conventions.refusals(convention),
        }
        return TemplateResponse(request, "admin/cites/conventioncadre/seal.html", context)
