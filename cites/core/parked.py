"""A session that dies while someone writes costs nothing.

The login wall parks the posted text in the anonymous session; after login the form that was posted
to finds it again. Nothing is saved in the person's name before they confirm.
"""

from typing import Any

from django.http import HttpRequest, QueryDict

from cites.core import clock
from cites.core.text import storable

KEY = "parked"
MAX_BYTES = 300_000
MAX_AGE_SECONDS = 3600
SECRET_FIELDS = ("csrfmiddlewaretoken", "password", "password1", "password2", "code")


def park(request: HttpRequest) -> bool:
    """Keep a urlencoded POST that met the login wall. True if there was text worth keeping."""
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return False
    lists = {k: [storable(v) for v in vs] for k, vs in request.POST.lists() if k not in SECRET_FIELDS}
    if not lists or sum(len(v) for vs in lists.values() for v in vs) > MAX_BYTES:
        return False
    request.session[KEY] = {"path": request.path, "lists": lists, "at": clock.now().timestamp()}
    return True


def take(request: HttpRequest, path: str | None = None) -> QueryDict | None:
    """The text parked for `path` (this page's own by default), once."""
    parked: dict[str, Any] | None = request.session.get(KEY)
    if not parked or parked["path"] != (path or request.path):
        return None
    del request.session[KEY]
    if clock.now().timestamp() - parked["at"] > MAX_AGE_SECONDS:
        return None
    data = QueryDict(mutable=True)
    for key, values in parked["lists"].items():
        data.setlist(key, values)
    return data
