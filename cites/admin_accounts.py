"""Accounts in the admin: who exists and who may sign in. Roles are mandates and memberships, not set here.

An account comes by sign-up, by an invitation or by the installation; its password is known to the person alone.
"""

from typing import Any

from django import forms
from django.http import HttpRequest

from cites.accounts import addresses, reset_link, second_factor
from cites.admin_gestures import GesturesAdmin
from cites.admin_step_up import StepUpAdmin
from cites.models import User
from cites.proconnect import people

# What an administrator can do to someone's access, by the name of its route.
GESTURES: dict[str, dict[str, Any]] = {
    "end_sessions": {
        "slug": "fermer-les-sessions",
        "rule": "cites.end_sessions",
        "verb": second_factor.end_sessions,
        "title": "Fermer toutes ses sessions",
        "text": "La personne est déconnectée partout, à sa prochaine page. Son compte reste ouvert : elle peut se"
        " reconnecter. Pour lui retirer l'accès, décochez « Compte actif ».",
        "done": "Toutes les sessions sont fermées. La personne est prévenue par courriel.",
    },
    "send_password_link": {
        "slug": "lien-de-mot-de-passe",
        "rule": "cites.send_password_link",
        "verb": reset_link.send,
        "title": "Envoyer un lien pour choisir un mot de passe",
        "text": "La personne reçoit à son adresse vérifiée le même message que par « Mot de passe oublié ». D'ici à ce"
        " qu'elle suive le lien, son mot de passe et ses sessions ne changent pas.",
        "done": "Le lien est envoyé.",
    },
    "lift_second_factor": {
        "slug": "lever-le-second-facteur",
        "rule": "cites.lift_second_factor",
        "verb": second_factor.lift,
        "title": "Lever le second facteur perdu",
        "text": "Vérifiez d'abord, de vive voix ou en personne, que c'est bien elle qui le demande : d'ici à ce qu'elle"
        " en installe un nouveau, son mot de passe suffira à ouvrir son compte. Toutes ses sessions sont fermées.",
        "done": "Le second facteur est levé et les sessions sont fermées. La personne est prévenue par courriel.",
    },
    "unlink_proconnect": {
        "slug": "detacher-proconnect",
        "rule": "cites.unlink_proconnect",
        "verb": people.unlink,
        "title": "Détacher l'identité ProConnect",
        "text": "Vérifiez d'abord qui le demande : la prochaine personne que ProConnect reconnaîtra à l'adresse de ce"
        " compte l'ouvrira. Utile quand la même personne a changé d'identité ProConnect.",
        "done": "Le compte n'est plus relié à une identité ProConnect.",
    },
}


OTHER_ACCOUNT = (
    "Cette personne a ou a eu un mandat, ou représente une organisation : l'administration demande un autre compte."
)


class AccountForm(forms.ModelForm[User]):
    """An administrator gives no avis, decides nothing and files nothing: that account never held a role."""

    editor: User

    class Meta:
        model = User
        fields = ("email", "full_name", "function", "is_active", "is_staff")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("is_staff") and "is_staff" in self.changed_data and self.instance.ever_held_a_role:
            self.add_error("is_staff", OTHER_ACCOUNT)
        keeps_access = data.get("is_active") and data.get("is_staff")
        if self.instance.pk == self.editor.pk and not keeps_access:
            self.add_error(None, "Vous ne pouvez pas fermer votre propre accès à l'administration.")
        return data


class UserAdmin(GesturesAdmin, StepUpAdmin):
    form = AccountForm
    gestures = GESTURES
    change_list_template = "admin/cites/user/change_list.html"
    fieldsets = (
        (None, {"fields": ("email", "full_name", "function")}),
        ("Accès", {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
    )
    readonly_fields = ("is_superuser", "last_login", "date_joined")
    list_display = ("full_name", "email", "function", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("full_name", "email")
    ordering = ("full_name", "email")

    def summary(self, obj: User) -> str:
        return f"{obj.full_name} ({obj.email})"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # deactivated instead: the journal names people

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.editor = request.user
        return form

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            addresses.replaced(obj, form.initial["email"])
