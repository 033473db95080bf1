"""The pages of refusals and errors: in French, mute, drawn without session nor context processors.

The name of the cité is read if the database answers; nothing else is asked of it, nor of the cache.
"""

import re
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.db.models import Field
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from cites.core import parked
from cites.core.permissions import Refused
from cites.core.text import file_size
from cites.models import Cite

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
SECRET = re.compile("password|code|credential|token|otp|secret|key|csrf")
WAIT_SECONDS = 300


def answer(template: str, status: int, **context: Any) -> HttpResponse:
    cite = None
    with suppress(DatabaseError):
        cite = Cite.current()
    return HttpResponse(render_to_string(template, {"cite": cite, **context}), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, TOO_LARGE):
        limit = getattr(exception, "limit", settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        return answer("413.html", 413, limit=file_size(limit))
    return answer("400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The reason is said when it is ours: a library's own words may tell of the inside."""
    return answer("403.html", 403, reason=str(exception) if isinstance(exception, Refused) else "")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer("404.html", 404)


def give_a_page(request: HttpRequest, response: HttpResponse) -> None:
    """A 405 without a body becomes readable; its headers stay."""
    if response.status_code == 405 and not response.streaming and not response.content and request.accepts("text/html"):
        response.content = answer("405.html", 405).content


def too_many(request: HttpRequest, wait: int = WAIT_SECONDS) -> HttpResponse:
    """`wait` in seconds, said in minutes to the person and as it is to a program."""
    response = answer("429.html", 429, minutes=-(-wait // 60))
    response["Retry-After"] = str(wait)
    return response


# ------------------------------------------------------------------ a form without its key


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Nothing typed is lost: it is shown back, and waits in its form when the form was ours.

    What another site sends is not shown: it would speak to people under our name.
    """
    kept, is_ours, form = False, _from_our_page(request), _form_of(request)
    with suppress(DatabaseError):
        kept = is_ours and request.user.is_authenticated and parked.park(request)
    typed = typed_back(request) if is_ours or form else {}
    return answer("403_csrf.html", 403, typed=typed, kept=kept, form=form)


def typed_back(request: HttpRequest) -> dict[str, str]:
    """The texts that were posted, by the labels of the models; never a password or a code, never a hidden number."""
    known: dict[str, str] = {}
    others: list[str] = []
    for name, values in request.POST.lists():
        texts = [text for text in values if text.strip()]
        if not texts or SECRET.search(name):
            continue
        if name in labels():
            label, choices = labels()[name]
            words = ", ".join(choices.get(text, text) for text in texts)
            known[label] = "\n".join(filter(None, [known.get(label), words]))
        else:
            others += [text for text in texts if re.search(r"\s", text.strip())]
    return {**known, **({"Autres textes": "\n".join(others)} if others else {})}


@cache
def labels() -> dict[str, tuple[str, dict[str, str]]]:
    """Field name -> its label and the words of its choices, where all our models agree on them."""
    ours = [config for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR]
    fields: list[Field[Any, Any]] = [f for c in ours for model in c.get_models() for f in model._meta.concrete_fields]
    found: dict[str, set[tuple[str, tuple[tuple[str, str], ...]]]] = {}
    for field in fields:
        is_named = "_" not in field.name or str(field.verbose_name) != field.name.replace("_", " ")
        if is_named and field.editable and not field.is_relation and not field.primary_key:
            choices = tuple((str(code), str(label)) for code, label in field.flatchoices)
            found.setdefault(field.name, set()).add((str(field.verbose_name), choices))
    agreed = {name: kinds.pop() for name, kinds in found.items() if len(kinds) == 1}
    return {name: (_sentence(label), dict(choices)) for name, (label, choices) in agreed.items()}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _from_our_page(request: HttpRequest) -> bool:
    """A browser says where a form stood; another site cannot fill a form of ours in someone's name."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _form_of(request: HttpRequest) -> str:
    """Where the form stood, when it stood here: see `middleware.page_of_the_form`."""
    prefix = f"{request.scheme}://{request.get_host()}"
    referer = request.headers.get("Referer", "")
    return "/" + referer.removeprefix(prefix).lstrip("/") if referer.startswith(f"{prefix}/") else ""
