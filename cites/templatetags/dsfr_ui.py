"""Components of the design system: one tag, named arguments, everything escaped.

Block tags (`{% table %}…{% endtable %}`) wrap what the page writes between them. The templates are in
`templates/dsfr/`, one file per component; every tag is shown in all its states at `/composants/`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BaseFormSet
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cites.core.colours import COLOURS
from cites.core.text import file_size

register = template.Library()

ALERTS = ("info", "success", "warning", "error")
# Django's message levels that are not an alert of the design system.
MESSAGE_KINDS = {"debug": "info"}
LANGUAGES = {"en": "en anglais"}


def _alert_kind(kind: str) -> str:
    kind = MESSAGE_KINDS.get(kind, kind)
    return kind if kind in ALERTS else "info"


# Brand ------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def brand(context: template.Context, part: str) -> SafeString:
    """`{% brand "head" %}`: the part of the page that belongs to BRAND; the cité is all it may name, if it is known."""
    return render_to_string(f"brand/{settings.BRAND or 'etat'}/_{part}.html", {"cite": context.get("cite")})


# Small things -----------------------------------------------------------------------------------


@register.inclusion_tag("dsfr/badge.html", name="badge")
def badge(text: Any, kind: str = "", small: bool = False) -> dict[str, Any]:
    return {"text": text, "kind": kind, "small": small}


@register.inclusion_tag("dsfr/badge.html")
def status_badge(code: str, label: Any = "", small: bool = True) -> dict[str, Any]:
    """A state in its colour: `{% status_badge action.status action.get_status_display %}`."""
    return {"text": label or code, "kind": COLOURS.get(code, ""), "small": small}


@register.inclusion_tag("dsfr/alert.html")
def alert(text: Any, kind: str = "info", title: str = "", small: bool = True) -> dict[str, Any]:
    return {"text": text, "kind": _alert_kind(kind), "title": title, "small": small and not title}


@register.simple_block_tag
def alertbox(content: SafeString, kind: str = "info", title: str = "") -> SafeString:
    context = {"text": content, "kind": _alert_kind(kind), "title": title, "small": not title, "block": True}
    return render_to_string("dsfr/alert.html", context)


@register.inclusion_tag("dsfr/empty_state.html")
def empty_state(title: str, text: str = "", url: str = "", link: str = "", heading: str = "p") -> dict[str, Any]:
    return {"title": title, "text": text, "url": url, "link": link, "heading": heading}


@register.inclusion_tag("dsfr/submit.html")
def submit(label: str, variant: str = "primary", name: str = "", value: str = "", icon: str = "") -> dict[str, Any]:
    return {"label": label, "variant": variant, "name": name, "value": value, "icon": icon}


@register.inclusion_tag("dsfr/post_button.html", takes_context=True)
def post_button(context: template.Context, label: str, url: str, kind: str = "secondary") -> dict[str, Any]:
    return {"label": label, "url": url, "kind": kind, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("dsfr/reference.html")
def reference(text: Any) -> dict[str, Any]:
    """A number to quote: one click selects it whole, a button copies it."""
    return {"text": text}


@register.inclusion_tag("dsfr/download.html")
def download(label: str, url: str, kind: str, size: int | None = None, lang: str = "") -> dict[str, Any]:
    """A file to fetch, with what is needed to decide to: its format, its weight, its language if not French."""
    detail = [kind, file_size(size) if size else "", LANGUAGES.get(lang, "")]
    return {"label": label, "url": url, "lang": lang, "detail": " – ".join(filter(None, detail))}


# Finding one's way ------------------------------------------------------------------------------


@register.inclusion_tag("dsfr/breadcrumb.html")
def breadcrumb(*parts: Any) -> dict[str, Any]:
    """`{% breadcrumb "Accueil" home_url "Actions" %}`: label, address, …, and the page itself last."""
    *links, current = parts
    return {"links": list(zip(links[::2], links[1::2], strict=True)), "current": current}


@register.inclusion_tag("dsfr/stepper.html")
def stepper(steps: Sequence[tuple[str, str]], current: int, with_done: bool = True) -> dict[str, Any]:
    """Where one is in a long form: (title, address) of each step, the number of this one; done steps are links.

    `with_done` is False where the page lists every step with its state.
    """
    following = steps[current][0] if current < len(steps) else ""
    return {
        "title": steps[current - 1][0],
        "current": current,
        "total": len(steps),
        "following": following,
        "done": steps[: current - 1] if with_done else (),
    }


@register.simple_tag(takes_context=True)
def aria_current(context: template.Context, url: str, current: bool = False) -> str:
    """`page` for the page itself, `true` for the section it is in, nothing elsewhere."""
    path = getattr(context.get("request"), "path", "")
    if url == path:
        return "page"
    return "true" if current or (url != "/" and not context.get("navigation") and path.startswith(url)) else ""


@register.inclusion_tag("dsfr/pagination.html", takes_context=True)
def pagination(
    context: template.Context, page: Page[Any], param: str = "page", label: str = "Pagination"
) -> dict[str, Any]:
    """Links to the pages that keep the filters of the address."""
    query = context["request"].GET.copy() if "request" in context else None

    def link(number: int) -> str:
        if query is None:
            return f"?{param}={number}"
        query[param] = str(number)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "pages": [(n, link(n) if isinstance(n, int) else "") for n in numbers],
        "page": page,
        "previous": link(page.number - 1) if page.has_previous() else "",
        "next": link(page.number + 1) if page.has_next() else "",
        "label": label,
    }


@register.inclusion_tag("dsfr/tile.html")
def tile(title: str, url: str, text: str = "", detail: str = "", heading: str = "h3") -> dict[str, Any]:
    return {"title": title, "url": url, "text": text, "detail": detail, "heading": heading}


@register.simple_block_tag
def tiles(content: SafeString) -> SafeString:
    return format_html('<ul class="fr-grid-row fr-grid-row--gutters portal-tiles">{}</ul>', content)


@register.inclusion_tag("dsfr/card_link.html")
def card_link(
    title: str, url: str, text: str = "", detail: str = "", badge_code: str = "", badge_label: str = ""
) -> dict[str, Any]:
    return {
        "title": title,
        "url": url,
        "text": text,
        "detail": detail,
        "badge_kind": COLOURS.get(badge_code, ""),
        "badge_label": badge_label,
    }


@register.simple_block_tag
def links(content: SafeString) -> SafeString:
    return format_html('<ul class="portal-links">{}</ul>', content)


# Data -------------------------------------------------------------------------------------------


@register.simple_block_tag
def table(content: SafeString, caption: str, hide_caption: bool = False, detail: str = "") -> SafeString:
    """A table that scrolls in its own region, reached by the keyboard and named by its caption."""
    context = {"content": content, "caption": caption, "hide_caption": hide_caption, "detail": detail}
    return render_to_string("dsfr/table.html", context)


@register.simple_block_tag
def dl(content: SafeString) -> SafeString:
    return format_html('<dl class="portal-dl">{}</dl>', content)


@register.simple_tag
def item(term: Any, value: Any) -> SafeString:
    shown = "—" if value is None or value == "" else value
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", term, shown)


@register.simple_block_tag
def figures(content: SafeString) -> SafeString:
    return format_html('<ul class="portal-figures">{}</ul>', content)


@register.inclusion_tag("dsfr/figure.html")
def figure(value: Any, label: str, url: str = "") -> dict[str, Any]:
    return {"value": value, "label": label, "url": url}


@register.simple_block_tag
def timeline(content: SafeString) -> SafeString:
    return format_html('<ol class="portal-timeline">{}</ol>', content)


@register.inclusion_tag("dsfr/event.html")
def event(when: Any, text: Any, by: Any = "") -> dict[str, Any]:
    """One line of a timeline: when, what, in what capacity."""
    return {"when": when, "text": text, "by": by}


# Forms ------------------------------------------------------------------------------------------


@register.inclusion_tag("dsfr/error_summary.html")
def error_summary(*sources: "BaseForm | BaseFormSet[Any]") -> dict[str, Any]:
    """Every error of these forms and formsets, each a link to its field."""
    errors = [error for source in sources for error in _errors(source)]
    return {"errors": errors, "count": len(errors)}


@register.inclusion_tag("dsfr/required_note.html")
def required_note(form: BaseForm) -> dict[str, Any]:
    """What the form asks for, said before its first field."""
    shown = form.visible_fields()
    return {
        "asks": any(field.field.required for field in shown),
        "optional": any(getattr(field, "optional", False) for field in shown),
    }


def _errors(source: "BaseForm | BaseFormSet[Any] | None") -> Iterator[tuple[str, str, str]]:
    """(id of the field or nothing, its label or nothing, the sentence)."""
    if not source or not source.is_bound:
        return
    if isinstance(source, BaseFormSet):
        yield from (("", "", str(error)) for error in source.non_form_errors())
        for number, form in enumerate(source.forms, start=1):
            yield from (
                (focus, f"Ligne {number}, {label}" if label else f"Ligne {number}", text)
                for focus, label, text in _errors(form)
            )
        return
    yield from (("", "", str(error)) for error in source.non_field_errors())
    for field in source:
        hidden = field.is_hidden
        focus = "" if hidden else getattr(field, "focus_id", field.id_for_label)
        yield from ((focus, str(field.label or ""), str(error)) for error in field.errors)
