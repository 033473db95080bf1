"""A session that dies while someone writes costs nothing.

The login wall parks the posted text in the anonymous session; after login the same person finds it again in
the form that was posted to. Nothing is saved in their name before they confirm. A signed cookie that outlives
the session says who was writing: whoever signs in next on a shared computer does not read it.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

from cites.core import clock
from cites.core.text import storable

KEY = "parked"
COOKIE = "__Host-writer" if settings.HTTPS else "writer"
MAX_BYTES = 300_000
MAX_AGE_SECONDS = 3600
NOT_KEPT = ("csrfmiddlewaretoken", "code", "credential")


def sign_writer(request: HttpRequest, response: HttpResponse) -> None:
    """Leave the name of who is signed in with the browser."""
    writer = str(request.user.pk)
    if _writer(request) != writer:
        response.set_signed_cookie(
            COOKIE, writer, salt=KEY, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )


def park(request: HttpRequest) -> bool:
    """Keep a POST that met the login wall. True if there was text worth keeping, and someone to keep it for."""
    writer = _writer(request)
    if writer is None or request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return False
    lists = {storable(k): [storable(v) for v in vs] for k, vs in request.POST.lists() if _is_kept(k)}
    if not lists or sum(len(text) for name, vs in lists.items() for text in (name, *vs)) > MAX_BYTES:
        return False
    request.session[KEY] = {"path": request.path, "lists": lists, "at": clock.now().timestamp(), "writer": writer}
    return True


def find(request: HttpRequest, path: str | None = None) -> QueryDict | None:
    """The text that this person parked for `path` (this page's own by default), until it is posted again."""
    parked: dict[str, Any] | None = request.session.get(KEY)
    if not parked or parked["path"] != (path or request.path):
        return None
    is_old = clock.now().timestamp() - parked["at"] > MAX_AGE_SECONDS
    if is_old or parked["writer"] != str(request.user.pk):
        del request.session[KEY]
        return None
    data = QueryDict(mutable=True)
    for key, values in parked["lists"].items():
        data.setlist(key, values)
    return data


def forget(request: HttpRequest) -> None:
    """What was parked for this page is being posted again."""
    if request.session.get(KEY, {}).get("path") == request.path:
        del request.session[KEY]


def _writer(request: HttpRequest) -> str | None:
    writer: str | None = request.get_signed_cookie(COOKIE, default=None, salt=KEY)
    return writer


def _is_kept(name: str) -> bool:
    return name not in NOT_KEPT and "password" not in name
