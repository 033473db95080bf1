"""Parts of the admin that Django draws in a way that not everyone can use."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin


class ValuesFilter(admin.AllValuesFieldListFilter):
    """An empty value has a name too."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or "Aucun"}


class Checkboxes(forms.CheckboxSelectMultiple):
    """Several choices, all in sight, under their own name."""

    template_name = "admin/checkboxes.html"

    def __init__(self, legend: str) -> None:
        super().__init__()
        self.legend = legend

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        kept = {
            key: text for key, text in (attrs or {}).items() if key != "aria-describedby"
        }  # no help text has this id
        context = super().get_context(name, value, kept)
        context["widget"]["legend"] = self.legend
        return context
