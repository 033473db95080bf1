"""`kill -9` of the whole server while proposals are submitted: none that was acknowledged is lost, none is half there.

What survives is the transaction's; a machine that loses its power is the affair of `PRAGMA synchronous=FULL`.
"""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from actions.models import Action
from actions.models.action import Status
from cites.core import audit, sealed
from cites.models import Event, OutboxMail, SealedVersion, User
from tests import factories
from tests.support import databases

pytestmark = pytest.mark.one_database  # a file of SQLite is what a killed process could leave half written
DRAFTS, CLIENTS, KILLS, SEED = 40, 4, 3, 20261005
PATIENCE = 20
ROOT = Path(__file__).resolve().parents[2]


# ------------------------------------------------------------------ the server, as it is run


class Server:
    """gunicorn with its two workers, in a group of processes of its own; killed as a whole."""

    def __init__(self, var: Path) -> None:
        self.port, self.var = _free_port(), var
        self.log = (var / "server.log").open("ab")

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "cites.wsgi:application", "--bind", f"127.0.0.1:{self.port}"]
        workers = ["--workers", "2", "--threads", "4", "--worker-class", "gthread", "--preload"]
        environment = {**os.environ, "VAR_DIR": str(self.var), "SITE_URL": f"http://127.0.0.1:{self.port}"}
        self.process = subprocess.Popen(
            [*command, *workers],
            cwd=ROOT, env=environment, stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip
        self._wait()

    def kill(self) -> None:
        """Master and workers at once: nobody is left to finish anything."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def stop(self) -> None:
        if hasattr(self, "process") and self.process.poll() is None:
            self.kill()
        self.log.close()

    def _wait(self) -> None:
        for _ in range(PATIENCE * 20):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                assert self.process.poll() is None, (self.var / "server.log").read_text()[-2000:]
                time.sleep(0.05)
        raise AssertionError("The server did not start.")

    def send(self, method: str, path: str, cookies: str, data: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, where it leads, body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, urlencode(data) if data else None, headers)
            answer = connection.getresponse()
            body = answer.read().decode("utf-8", "replace")
            return answer.status, answer.headers.get("Location", ""), body
        finally:
            connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def var(committed_db: None, tmp_path: Path) -> Iterator[Path]:
    """The folder of an installation, and its database, which this process reads too."""
    (tmp_path / "static").mkdir()
    yield tmp_path
    databases.close_all()


@contextmanager
def installed(var: Path) -> Iterator[Server]:
    """From here on the database is the installation's."""
    default = connections.settings["default"]
    ours = default["NAME"]
    databases.close_all()
    databases.copy(ours, var / "db.sqlite3")
    default["NAME"] = var / "db.sqlite3"
    server = Server(var)
    try:
        yield server
    finally:
        server.stop()
        databases.close_all()
        default["NAME"] = ours


# ------------------------------------------------------------------ forty people press


def drafts() -> list[str]:
    """Forty files ready to be submitted, by their keys."""
    factories.make_coordination()
    return [str(factories.make_draft(title=f"Atelier n° {number}").key) for number in range(DRAFTS)]


def sessions(user: User) -> list[str]:
    """The cookies of as many browsers."""
    clients = [Client() for _ in range(CLIENTS)]
    for client in clients:
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    return [f"{name}={client.cookies[name].value}; csrf={'k' * 32}" for client in clients]


def press(server: Server, session: str, keys: list[str], acknowledged: list[str]) -> None:
    """Open each page of relecture, press, note what was acknowledged; the server may die at any moment."""
    while keys:
        key = keys.pop()
        address = f"/espace/depots/{key}/relecture/"
        try:
            status, _, page = server.send("GET", address, session)
            version = re.search(r'name="draft_version" value="([0-9]+)"', page)
            assert status == 200 and version, (status, page[:500])
            data = {"csrfmiddlewaretoken": "k" * 32, "draft_version": version[1]}
            status, where, page = server.send("POST", address, session, data)
        except (OSError, HTTPException):
            return
        assert (status, where) == (302, f"/espace/depots/{key}/recepisse/"), (status, where, page[:500])
        acknowledged.append(key)


def crowd(server: Server, browsers: list[str], keys: list[str], delay: float | None) -> list[str]:
    """What was acknowledged, to everybody, until `delay` seconds after the first answer or until nothing is left."""
    acknowledged: list[str] = []
    with ThreadPoolExecutor(CLIENTS) as threads:
        working = [threads.submit(press, server, browser, keys, acknowledged) for browser in browsers]
        if delay is not None:
            wait(working, PATIENCE, acknowledged)
            time.sleep(delay)
            server.kill()
        for one in working:
            one.result()
    return acknowledged


def wait(working: list[Future[None]], seconds: float, acknowledged: list[str]) -> None:
    """Until somebody was answered, or somebody failed."""
    end = time.monotonic() + seconds
    while not acknowledged and not any(one.done() for one in working) and time.monotonic() < end:
        time.sleep(0.01)


# ------------------------------------------------------------------ what is left


def halves() -> list[str]:
    """Files that are neither a draft with nothing after it, nor submitted with all of it."""
    found = []
    mails = list(OutboxMail.objects.values_list("subject", "body"))
    for action in Action.objects.all():
        versions = SealedVersion.objects.filter(subject_id=action.pk, kind="proposition")
        events = Event.objects.filter(subject_type="actions.action", subject_id=action.pk, kind="actions.submit")
        told = sum(f"/{action.key}/" in body for _, body in mails)
        counted = (action.submissions.count(), versions.count(), events.count(), min(told, 1))
        whole = (1, 1, 1, 1) if action.status == Status.SUBMITTED else (0, 0, 0, 0)
        if counted != whole or bool(action.reference) != bool(whole[0]):
            found.append(f"{action.key} {action.status} {counted} {action.reference}")
    return found


def test_nothing_acknowledged_is_lost_and_nothing_is_half_there(var: Path) -> None:
    keys, user = drafts(), factories.make_member()
    browsers, chance = sessions(user), random.Random(SEED)  # noqa: S311
    acknowledged: list[str] = []
    with installed(var) as server:
        for _ in range(KILLS):
            server.start()
            left = [key for key in keys if Action.objects.get(key=key).status == Status.DRAFT]
            acknowledged += crowd(server, browsers, left, chance.uniform(0, 0.8))
            assert halves() == []
            kept = set(map(str, Action.objects.filter(status=Status.SUBMITTED).values_list("key", flat=True)))
            assert set(acknowledged) <= kept
        assert 0 < len(acknowledged) < DRAFTS
        server.start()
        left = [key for key in keys if Action.objects.get(key=key).status == Status.DRAFT]
        crowd(server, browsers, left, None)
        for key in keys:
            status, _, page = server.send("GET", f"/espace/depots/{key}/recepisse/", browsers[0])
            assert (status, "Récépissé" in page) == (200, True), page
        assert halves() == []
        assert list(audit.verify_journal()) == []
        assert list(sealed.verify_sealed()) == []
        references = list(Action.objects.order_by("reference").values_list("reference", flat=True))
    assert len(set(references)) == DRAFTS


@pytest.mark.parametrize("lost", ["mail", "état", "référence"])
def test_a_half_would_be_seen(db: None, lost: str) -> None:
    action = factories.make_submitted()
    assert halves() == []
    if lost == "mail":
        OutboxMail.objects.all().delete()
    else:
        changes: dict[str, dict[str, Any]] = {
            "état": {"status": Status.DRAFT},
            "référence": {"status": Status.DRAFT, "reference": None},
        }
        Action.objects.filter(pk=action.pk).update(**changes[lost])
    assert len(halves()) == 1
