"""Requests of a signed-in person, and the two or three things every POST view does the same way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest

from cites.core import parked
from cites.core.errors import Blocked
from cites.models import User


class Request(HttpRequest):
    """Behind the login wall `user` is always a person."""

    user: User


def typed(request: HttpRequest, form_url: str | None = None) -> Any:
    """What this page was sent: the POST, or the text parked while the session was gone; None at first."""
    return request.POST if request.method == "POST" else parked.take(request, form_url)


def attempt(request: HttpRequest, verb: Callable[[], Any], success: str = "") -> bool:
    """Call a verb; a refusal by the state becomes a message. True if it went through."""
    try:
        verb()
    except Blocked as blocked:
        for reason in blocked.reasons:
            messages.error(request, reason)
        return False
    if success:
        messages.success(request, success)
    return True


@contextmanager
def blocked_as_errors(form: BaseForm) -> Iterator[None]:
    """Inside, a refusal by the state becomes an error of the form: nothing typed is lost."""
    try:
        yield
    except Blocked as blocked:
        for reason in blocked.reasons:
            form.add_error(None, reason)
