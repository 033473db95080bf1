"""Every form in the design system's look, accessible, without subclassing any form.

`FORM_RENDERER` names the renderer. A page writes `{{ form }}` or `{{ form.title.as_field_group }}`; the
admin keeps its own templates, which print `{{ field }}` and never meet the classes added here.
"""

import copy
import re
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.safestring import SafeString

from cites.core.http import in_words

GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
# The first kind whose widgets match; a text input otherwise.
KINDS: tuple[tuple[str, tuple[type[forms.Widget], ...]], ...] = (
    ("group", GROUPS),
    ("checkbox", (forms.CheckboxInput,)),
    ("select", (forms.Select, forms.SelectMultiple)),
    ("file", (forms.FileInput,)),
    ("several", (forms.MultiWidget,)),
)
CONTROL_CLASSES = {"input": "fr-input", "select": "fr-select", "file": "fr-upload", "several": "fr-input"}
# HTML's own date inputs want ISO text, whatever the language of the page.
DATE_INPUTS = (
    (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M", parse_datetime),
    (forms.DateInput, "date", "%Y-%m-%d", parse_date),
)


class DsfrBoundField(BoundField):
    """A field that knows how it is drawn and which texts describe it."""

    @property
    def kind(self) -> str:
        widget = self.field.widget
        return next((name for name, classes in KINDS if isinstance(widget, classes)), "input")

    @property
    def aria_describedby(self) -> str | None:
        """Help text and error together, after what the widget already names."""
        if not self.auto_id or self.is_hidden:
            return None
        ids = str(self.field.widget.attrs.get("aria-describedby", "")).split()
        ids += [f"{self.auto_id}_helptext"] if self.help_text else []
        ids += [f"{self.auto_id}_note_{rank}" for rank, _ in enumerate(self.notes, 1)]
        ids += [f"{self.auto_id}_error"] if self.errors else []
        return " ".join(dict.fromkeys(ids)) or None

    @property
    def focus_id(self) -> str:
        """Where a link of the error summary leads: the control, or the first one of a group."""
        if self.kind == "group" and len(self):
            return str(self[0].id_for_label)
        if self.kind == "several":
            return f"{self.auto_id}_0"
        return self.id_for_label or self.auto_id

    @property
    def closed(self) -> bool:
        """Read, not asked: a form says so of a field that may not change now."""
        return bool(getattr(self.field, "closed", False))

    @property
    def notes(self) -> list[tuple[Any, BoundField]]:
        """What is said about this field by others, each with the field that answers it."""
        return [(note, self.form[name]) for note, name in getattr(self.field, "notes", ())]

    @property
    def words(self) -> str:
        """What a closed field holds, to read."""
        text = in_words(self)
        day = parse_date(text) if isinstance(self.field, forms.DateField) and _parses(parse_date, text) else None
        return f"{day:%d/%m/%Y}" if day else text

    @property
    def optional(self) -> bool:
        """Marked “(facultatif)”: not in a form that asks for nothing, nor for a box to tick."""
        if self.field.required or self.field.disabled or self.kind == "checkbox":
            return False
        asks = any(field.required for field in self.form.fields.values())
        return bool(getattr(self.form, "mark_optional", asks))

    @property
    def control(self) -> SafeString:
        """The widget with the classes of the design system, for the field's template only."""
        widget = self._date_widget() or self._number_as_text() or self.field.widget
        attrs: dict[str, Any] = {}
        if css := CONTROL_CLASSES.get(self.kind):
            error = f"{css}--error" if self.errors and self.kind != "file" else ""
            attrs["class"] = " ".join(filter(None, [widget.attrs.get("class"), css, error]))
        if _repeats(str(widget.attrs.get("placeholder", "")), str(self.label)):
            widget = copy.deepcopy(widget)
            del widget.attrs["placeholder"]
        if isinstance(widget, forms.MultiWidget):
            widget = copy.deepcopy(widget)  # each part of a date and an hour says which one it is
            for rank, part in enumerate(widget.widgets, start=1):
                part.attrs.setdefault("aria-label", f"{self.label}, {rank} sur {len(widget.widgets)}")
        return self.as_widget(widget, attrs)

    def _number_as_text(self) -> forms.Widget | None:
        """A browser empties its number box of a text that is none."""
        widget, value = self.field.widget, self.value()
        if isinstance(widget, forms.NumberInput) and isinstance(value, str) and value and not _is_number(value):
            widget = copy.deepcopy(widget)
            widget.input_type = "text"
            return widget
        return None

    def _date_widget(self) -> forms.Widget | None:
        """A date picker, except around a text it could not show: what was typed is never lost."""
        widget = self.field.widget
        value = self.value()
        for cls, input_type, pattern, parse in DATE_INPUTS:
            if isinstance(widget, cls) and widget.input_type == "text":
                if isinstance(value, str) and value and not _parses(parse, value):
                    return None
                widget = copy.deepcopy(widget)
                widget.input_type, widget.format, widget.is_localized = input_type, pattern, False
                return widget
        return None


def _repeats(placeholder: str, label: str) -> bool:
    """A placeholder that says no more than the label, as allauth's do."""
    shown, named = placeholder.casefold(), label.casefold()
    return bool(shown) and (shown in named or named in shown)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]+([.][0-9]+)?", text) is not None


def _parses(parse: Any, text: str) -> bool:
    try:
        return parse(text) is not None
    except ValueError:
        return False


class DsfrRenderer(TemplatesSetting):
    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = DsfrBoundField
