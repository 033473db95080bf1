"""Accounts in the admin: who exists and who may sign in. Roles are mandates and memberships, not set here."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from cites.core import outbox
from cites.core.admin import JournaledAdmin
from cites.models import User


class AccountForm(UserChangeForm):
    """Staff and mandates exclude each other: an administrator gives no avis and decides nothing."""

    editor: User

    class Meta:
        model = User
        fields = ("email", "password", "full_name", "function", "is_active", "is_staff")
        field_classes: dict[str, Any] = {}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("is_staff") and self.instance.pk and self.instance.mandates.active().exists():
            self.add_error("is_staff", "Cette personne a un mandat : l'administration demande un autre compte.")
        keeps_access = data.get("is_active") and data.get("is_staff")
        if self.instance.pk == self.editor.pk and not keeps_access:
            self.add_error(None, "Vous ne pouvez pas fermer votre propre accès à l'administration.")
        return data


class AccountCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "full_name", "function")
        field_classes: dict[str, Any] = {}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class UserAdmin(JournaledAdmin, DjangoUserAdmin):
    form = AccountForm
    add_form = AccountCreationForm
    fieldsets = (
        (None, {"fields": ("email", "password", "full_name", "function")}),
        ("Accès", {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "full_name", "function", "usable_password", "password1", "password2")}),
    )
    readonly_fields = ("is_superuser", "last_login", "date_joined")
    list_display = ("full_name", "email", "function", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("full_name", "email")
    ordering = ("full_name", "email")
    filter_horizontal = ()
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # deactivated instead: the journal names people

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.editor = request.user
        return form

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """An address that is replaced no longer opens the account."""
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).exclude(email__iexact=obj.email).delete()

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        with transaction.atomic():
            return super().user_change_password(request, id, form_url)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The person learns that an administrator set their password."""
        super().log_change(request, obj, message)
        if self._label("password") in message:
            outbox.post("password_set_by_admin", [obj.email], {"person": obj})
