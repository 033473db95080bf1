"""What the administration does to a row beside editing it: a page says each gesture before it is done."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from cites.accounts import step_up
from cites.core.admin import person
from cites.core.http import attempt
from cites.core.permissions import check


class GesturesAdmin(admin.ModelAdmin[Any]):
    """A recent sign-in, then a page with a title and a text, then the verb."""

    # By the name of the route: slug, rule, verb, title, text, done.
    gestures: ClassVar[dict[str, dict[str, Any]]] = {}

    def summary(self, obj: Any) -> str:
        """The row as the page of a gesture names it."""
        return str(obj)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(step_up.recent_sign_in(self.gesture_view))
        own = [
            path(f"<int:pk>/{one['slug']}/", view, {"name": name}, name=f"{self._route}_{name}")
            for name, one in self.gestures.items()
        ]
        return [*own, *super().get_urls()]

    @property
    def _route(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def gesture_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        gesture, row = self.gestures[name], self.get_queryset(request).filter(pk=pk).first()
        if row is None:
            raise Http404
        check(request.user, gesture["rule"], row)
        if request.method == "POST":
            attempt(request, lambda: gesture["verb"](row, by=person(request)), gesture["done"])
            return redirect(f"admin:{self._route}_change", pk)
        shown = {"opts": self.opts, "row": row, "summary": self.summary(row)}
        context = {**self.admin_site.each_context(request), **gesture, **shown}
        return TemplateResponse(request, "admin/cites/gesture.html", context)
