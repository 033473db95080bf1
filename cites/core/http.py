"""Requests of a signed-in person, and the two or three things every POST view does the same way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.utils.choices import flatten_choices

from cites.core import parked
from cites.core.errors import Blocked, Stale
from cites.models import User


class Request(HttpRequest):
    """Behind the login wall `user` is always a person."""

    user: User


def typed(request: HttpRequest, form_url: str | None = None) -> Any:
    """What this page was sent: the POST, or the text parked while the session was gone; None at first."""
    if request.method == "POST":
        parked.forget(request)
        return request.POST
    return parked.find(request, form_url)


def attempt(request: HttpRequest, verb: Callable[[], Any], success: str = "", *, refusal: str = "") -> bool:
    """Call a verb; a refusal by the state becomes a message: its reasons, or `refusal` where they would tell too much.

    True if it went through.
    """
    try:
        verb()
    except Blocked as blocked:
        for reason in [refusal] if refusal else blocked.reasons:
            messages.error(request, reason)
        return False
    if success:
        messages.success(request, success)
    return True


@contextmanager
def blocked_as_errors(form: BaseForm) -> Iterator[None]:
    """Inside, a refusal by the state becomes an error of the form, and a stale page quotes what was typed."""
    try:
        yield
    except Blocked as blocked:
        for reason in blocked.reasons:
            form.add_error(None, reason)
    except Stale as stale:
        held = {str(field.label): in_words(field) for field in form.visible_fields()}
        stale.typed = {label: text for label, text in held.items() if text}
        raise


def in_words(field: BoundField) -> str:
    """What a field holds, as its page reads: the labels of what is chosen, else the text as typed."""
    value = field.value()
    if isinstance(value, bool):
        return "oui" if value else ""
    flat: Any = flatten_choices(getattr(field.field, "choices", ()))
    labels = {str(key): str(label) for key, label in flat}
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(labels.get(str(one), str(one)) for one in values if one not in (None, ""))
