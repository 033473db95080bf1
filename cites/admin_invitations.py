"""Invitations in the admin: seen in their state, sent, sent again and revoked; never edited."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from cites.accounts import invitations, step_up
from cites.admin_gestures import GesturesAdmin
from cites.core import clock
from cites.core.admin import ReadOnlyAdmin, is_staff, person
from cites.models import Invitation
from cites.models.invitation import GRANTS

# What may be done to an invitation that has not ended, by the name of its route.
GESTURES: dict[str, dict[str, Any]] = {
    "resend": {
        "slug": "renvoyer",
        "rule": "cites.invite",
        "verb": invitations.resend,
        "title": "Renvoyer l’invitation",
        "text": "Un nouveau lien part, valable quatorze jours. Le lien précédent ne fonctionnera plus.",
        "done": "L’invitation est renvoyée.",
    },
    "revoke": {
        "slug": "revoquer",
        "rule": "cites.invite",
        "verb": invitations.revoke,
        "title": "Révoquer l’invitation",
        "text": "Le lien ne fonctionnera plus. La personne n’est pas prévenue.",
        "done": "L’invitation est révoquée.",
    },
}


class InvitationForm(forms.ModelForm[Invitation]):
    """What forbids the invitation is an error of the form."""

    class Meta:
        model = Invitation
        fields = ("email", "role", "institution", "starts_on", "ends_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields.get("role")
        if role:  # the roles that the administration gives
            role.choices = [choice for choice in role.choices if choice[0] not in _of_other_apps()]

    def clean(self) -> dict[str, Any]:
        """The first day that the page proposes means nothing for the administration."""
        data = super().clean() or {}
        if data.get("role") == Invitation.Role.ADMINISTRATION and not data.get("ends_on"):
            data["starts_on"] = None
        return data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            for reason in invitations.refusals(self.instance):
                self.add_error(None, reason)


def _of_other_apps() -> list[str]:
    return [role for role, grant in GRANTS.items() if grant.rule]


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = "état", "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("attente", "En attente"), ("acceptees", "Acceptées"), ("closes", "Expirées ou révoquées")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> QuerySet[Invitation]:
        over = queryset.filter(accepted_at=None)
        match self.value():
            case "attente":
                return over.filter(revoked_at=None, expires_at__gt=clock.now())
            case "acceptees":
                return queryset.exclude(accepted_at=None)
            case "closes":
                return over.exclude(revoked_at=None, expires_at__gt=clock.now())
        return queryset


class InvitationAdmin(GesturesAdmin, ReadOnlyAdmin):
    form = InvitationForm
    gestures = GESTURES
    list_display = ("email", "label", "shown_state", "invited_by", "invited_at", "expires_at")
    list_filter = ("role", "institution", StateFilter)
    list_select_related = ("institution", "invited_by")
    search_fields = ("email",)
    hidden = ("token_hash",)

    def summary(self, obj: Invitation) -> str:
        return f"{obj.label}, {obj.email} ({obj.state})"

    @admin.display(description="rôle proposé")
    def label(self, obj: Invitation) -> str:
        return obj.label

    @admin.display(description="état")
    def shown_state(self, obj: Invitation) -> str:
        return obj.state.capitalize()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        """An organisation's own invitations are its affair."""
        return super().get_queryset(request).exclude(role__in=_of_other_apps())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_staff(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["shown_state", *super().get_fields(request, obj)] if obj else self.form.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj),) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"starts_on": clock.today(), **super().get_changeform_initial_data(request)}

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """To read is free; to give a role asks who is there."""
        if object_id is None and not step_up.is_recent(request):
            return step_up.ask(request)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        invitations.issue(obj, person(request))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The verb has written its own event."""
