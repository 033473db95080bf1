"""Many people at once: each opens the page in a session of its own, then all press the button together."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from threading import Barrier
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.test import Client

from cites.models import User

PATIENCE = 90  # seconds: longer than every lock of the databases


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


@dataclass(frozen=True)
class Press:
    """Open `path`, fill its form with `data`, press: what one person does."""

    path: str
    data: dict[str, str]


def press_together(site: str, user: User | Sequence[User], presses: Sequence[Press]) -> list[Answer]:
    """The answers, in the order of `presses`; all pages open before the first press. One person, or one a press."""
    users = [user] * len(presses) if isinstance(user, User) else user
    sessions = [_session(one) for one in users]
    barrier = Barrier(len(presses), timeout=PATIENCE)

    def one(session: str, press: Press) -> Answer:
        page, cookies = _get(site, press.path, session)
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, page[:500]
        barrier.wait()
        return _post(site, press.path, cookies, {"csrfmiddlewaretoken": found[1], **press.data})

    with ThreadPoolExecutor(len(presses)) as threads:
        return list(threads.map(one, sessions, presses))


def _session(user: User) -> str:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _get(site: str, path: str, session: str) -> tuple[str, str]:
    """The page, and the cookies to send back with its form."""
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}"
    answer, body = _send(site, "GET", path, {"Cookie": cookies})
    assert answer.status == 200, (answer.status, body[:500])
    given = [header.partition(";")[0] for header in answer.headers.get_all("Set-Cookie", [])]
    return body, "; ".join([cookies, *given])


def _post(site: str, path: str, cookies: str, data: dict[str, str]) -> Answer:
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    answer, body = _send(site, "POST", path, headers, urlencode(data))
    return Answer(answer.status, body)


def _send(
    site: str, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[HTTPResponse, str]:
    connection = HTTPConnection(urlsplit(site).netloc, timeout=PATIENCE)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer, answer.read().decode()
    finally:
        connection.close()
