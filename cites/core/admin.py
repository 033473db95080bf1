"""The administration. What may be edited is journaled; what is sealed is only read, whatever is posted.

Staff see and edit by being staff (`PortalAdminSite.has_permission`); there are no model permissions to
give. Nothing here decides, gives an avis or moves money: those are verbs of the domain.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from functools import cache
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models, router, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode

from cites.core import audit, clock, parked
from cites.core.fields import LONGEST_NUMBER, RowsField, TypedJSONField, known_year
from cites.core.money import EuroField, format_euros
from cites.core.permissions import Refused
from cites.models import User

audit.sentence("cites.admin_added", "{actor} a ajouté dans l'administration : {model} {reference}")
audit.sentence("cites.admin_changed", "{actor} a modifié dans l'administration : {model} {reference} ({fields})")
audit.sentence("cites.admin_deleted", "{actor} a supprimé dans l'administration : {model} {reference}")

FOUND_AGAIN = (
    "Votre session avait expiré, ou votre identité devait être confirmée. Voici votre saisie : rien n'est encore"
    " enregistré. Relisez puis enregistrez."
)

# What goes, how many of each, what lacks a permission, what forbids it.
Deletion = tuple[list[str], dict[str, int], set[str], list[str]]


class PortalAdminSite(admin.AdminSite):
    """Registers our own pages only: those of libraries edit second factors, addresses and sessions."""

    site_title = "Administration"
    site_header = "Administration"
    index_title = "Ce que porte la cité éducative"
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff, with a second factor where one is asked: the wall says so too, but may be missing."""
        return is_staff(request) and (not settings.MFA_REQUIRED or person(request).has_second_factor)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The portal's own sign-in, with its limits and its second factor: Django's form is never shown."""
        index = reverse("admin:index", current_app=self.name)
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or index, reverse("account_login"))
        if not is_staff(request):
            raise Refused("Réservé à l'administration.")
        if not self.has_permission(request):
            return redirect_to_login(index, reverse("accounts:second_factor"))
        return HttpResponseRedirect(index)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """The portal has one page for it, with its own checks and its mail."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        if admin_class is not None and issubclass(admin_class, PortalAdmin):
            super().register(model_or_iterable, admin_class, **options)


def is_staff(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff)


def person(request: HttpRequest) -> User:
    return cast(User, request.user)


class NotConfirmed:
    """Beside the class of a form: never valid, so that a text found again is read before it is saved."""

    def clean(self) -> Any:
        data = super().clean()  # type: ignore[misc]
        cast(forms.ModelForm[Any], self).add_error(None, FOUND_AGAIN)
        return data


class Related(admin.options.BaseModelAdmin):
    """Fields that name another row offer to choose it or to add one, never to delete it from here."""

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, **{"form_class": RowsField, **kwargs})

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if isinstance(db_field, models.JSONField):
            kwargs["form_class"] = TypedJSONField
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(db_field, models.DateTimeField):
            field.validators.append(known_year)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field


class Inline(Related, admin.options.InlineModelAdmin):
    """Rows of the object's page: as editable as the object itself."""

    extra = 0
    template = "admin/edit_inline/stacked.html"  # each field beside its label, and narrow enough for a phone

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_staff(request)

    def _follows(self, request: HttpRequest, obj: Any) -> bool:
        return bool(self.admin_site.get_model_admin(self.parent_model).has_change_permission(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]
        return self._follows(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._follows(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._follows(request, obj)


class PortalAdmin(Related, admin.ModelAdmin):
    """What every page of the administration does the same way."""

    actions = None
    list_per_page = 50
    view_on_site = False  # it would go through the domain of django.contrib.sites
    # Lookups of the address that no filter of the page makes.
    other_lookups: tuple[str, ...] = ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_staff(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_staff(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the page's own filters: any other lookup would let what the page hides be guessed."""
        filters = [item[0] if isinstance(item, tuple) else item for item in self.list_filter]
        names = [*map(str, filters), *self.other_lookups, self.date_hierarchy]
        own = any(name and (lookup == name or lookup.startswith(f"{name}__")) for name in names)
        return own and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A number that no row can have is answered as Django answers any filter that means nothing."""
        asked = [str(value) for value in request.GET.values()]
        if any(len(value) > LONGEST_NUMBER and value.strip("+-").isdigit() for value in asked):
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A text typed before signing in again is back in the form, not saved."""
        typed = parked.find(request) if request.method == "GET" else None
        if request.method == "POST":
            parked.forget(request)
        if typed is not None:
            try:
                return self._found_again(request, typed, object_id, form_url, extra_context)
            except PermissionDenied:
                """The row is only read by now."""
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _found_again(self, request: HttpRequest, typed: Any, *args: Any) -> HttpResponse:
        """The page as after a POST with an error; whatever else it might write is undone."""
        replay: Any = copy(request)
        replay.method, replay.POST, replay.is_found_again = "POST", typed, True
        replay._files = MultiValueDict()
        with transaction.atomic():
            response = super().changeform_view(replay, *args)
            transaction.set_rollback(True)
        return response

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        if not getattr(request, "is_found_again", False):
            return form
        return type(form)(form.__name__, (NotConfirmed, form), {"__module__": __name__})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The journal is the only history."""
        query = urlencode({"subject_type": self.opts.label_lower, "subject_id": object_id})
        return HttpResponseRedirect(f"{reverse('admin:cites_event_changelist')}?{query}")

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Iterable[Any], add: bool = False
    ) -> Any:
        """The names of what changed, for the journal: never the values, which may be personal."""
        names = [self._label(name) for name in form.changed_data]
        for formset in formsets or ():
            if formset.new_objects or formset.changed_objects or formset.deleted_objects:
                names.append(str(formset.model._meta.verbose_name_plural))
        return names

    def _label(self, name: str) -> str:
        try:
            return str(self.opts.get_field(name).verbose_name)  # type: ignore[union-attr]
        except FieldDoesNotExist:
            return name

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record("cites.admin_added", request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        if message:
            self._record("cites.admin_changed", request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._record("cites.admin_deleted", request, obj, [])

    def _record(self, kind: str, request: HttpRequest, obj: Any, fields: Sequence[str]) -> None:
        """In the transaction of the edit. The reference is a code or a number, never a name."""
        audit.record(
            kind,
            obj,
            by=person(request),
            reference=str(getattr(obj, "code", "") or getattr(obj, "slug", "") or f"n° {obj.pk}"),
            model=str(self.opts.verbose_name),
            fields=list(fields),
        )


class ReadOnlyAdmin(PortalAdmin):
    """Shown to staff, changed by nobody: a forged POST is answered 403."""

    # Fields that stay out of the page.
    hidden: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = self.fields or [f.name for f in self.opts.fields if f.name not in ("id", *self.hidden)]
        return [self._shown(str(name)) for name in names]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(self.get_fields(request, obj))

    def _shown(self, name: str) -> Any:
        field = self.opts.get_field(name)
        return amount_column(name, str(field.verbose_name)) if isinstance(field, EuroField) else name

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "POST":
            raise PermissionDenied
        return super().changelist_view(request, extra_context)


class JournaledAdmin(PortalAdmin):
    """Edited by staff, one row at a time, each edit an event of the journal in the same transaction."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_staff(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_staff(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_staff(request)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Held until the edit is written: what seals or uses the row meanwhile waits."""
        obj = super().get_object(request, object_id, from_field)
        if obj is None or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return obj
        return self.get_queryset(request).select_related(None).select_for_update(of=("self",)).get(pk=obj.pk)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Deletion:
        """What would go and what forbids it, counted: the text of a related row may be veiled.

        A row that others chose in a list of several (a school of an action) is in use too.
        """
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        gone = {_plural(model): len(rows) for model, rows in collector.model_objs.items()}
        users = Counter(_plural(type(row)) for row in collector.protected)
        for relation in self.opts.related_objects:
            if _is_plain(relation):
                chosen_in = {f"{relation.field.name}__in": list(objs)}
                rows = relation.related_model._base_manager.filter(**chosen_in)
                users[_plural(relation.related_model)] += rows.count()
        protected = [f"{name} : {count}" for name, count in sorted(users.items()) if count]
        return [str(obj) for obj in objs], gone, set(), protected


class ReferenceAdmin(JournaledAdmin):
    """A row of vocabulary: its code is quoted by sealed texts, so it stays; it is withdrawn, not deleted."""

    list_display: Any = ("code", "label", "rank", "is_active", "source", "mark")
    list_display_links: Any = ("code", "label")
    list_filter: ClassVar[Any] = ("is_active", "mark")
    search_fields = ("code", "label")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code first, also once it is only read."""
        return sorted(super().get_fields(request, obj), key=lambda name: name != "code")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DatedAdmin(JournaledAdmin):
    """A dated role or tie. Once begun it is ended by a date, so that who could do what stays known."""

    list_filter: ClassVar[Any] = (("ends_on", admin.EmptyFieldListFilter),)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_staff(request) and (obj is None or obj.starts_on > clock.today())


@cache
def amount_column(name: str, label: str) -> Any:
    """A column of euros, ordered by the amount."""

    @admin.display(description=label, ordering=name)
    def column(obj: Any) -> str:
        amount = getattr(obj, name)
        return "–" if amount is None else format_euros(amount)

    return column


def _is_plain(relation: Any) -> bool:
    """A many-to-many whose rows nothing else holds, so that a deletion would take them silently."""
    return bool(relation.many_to_many and relation.through._meta.auto_created)


def _plural(model: Any) -> str:
    return str(model._meta.verbose_name_plural)


__all__ = [
    "DatedAdmin",
    "Inline",
    "JournaledAdmin",
    "PortalAdmin",
    "PortalAdminSite",
    "ReadOnlyAdmin",
    "ReferenceAdmin",
    "amount_column",
    "is_staff",
    "person",
]
