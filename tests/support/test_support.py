"""The ground under the other tests: if one of these fails, believe nothing else."""

import re
import socket
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from django.contrib.sites.models import Site
from django.db import connection, connections
from playwright.sync_api import Browser

from tests.support import browser as browser_module
from tests.support.network import NetworkBlocked

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site(db: None) -> Site:
    """Stands for the cast: asks for `db`, whatever kind of database the test has."""
    return Site.objects.create(domain="fixture.example", name="fixture")


def names_seen_by_another_thread() -> list[str]:
    seen: list[str] = []
    thread = Thread(target=lambda: seen.extend(Site.objects.values_list("name", flat=True)))
    thread.start()
    thread.join()
    return seen


def test_a_plain_test_is_rolled_back_and_unseen_by_threads(site: Site) -> None:
    assert connection.in_atomic_block
    assert "fixture" not in names_seen_by_another_thread()


@pytest.mark.parametrize("turn", [1, 2])
def test_a_committed_database_is_fresh_each_time_and_seen_by_threads(turn: int, committed_db: None, site: Site) -> None:
    assert not connection.in_atomic_block
    assert Site.objects.filter(name="fixture").count() == 1
    assert "fixture" in names_seen_by_another_thread()


@pytest.mark.django_db
def test_the_mark_gives_way_to_a_committed_database(committed_db: None) -> None:
    assert not connection.in_atomic_block


def test_nothing_is_left_for_the_next_test(db: None) -> None:
    assert not Site.objects.filter(name="fixture").exists()


def test_without_a_fixture_there_is_no_database() -> None:
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Site.objects.count()


def test_sqlite_is_a_file() -> None:
    database = connections.settings["default"]
    assert connection.vendor == "postgresql" or isinstance(database["NAME"], Path)


@pytest.mark.postgres_only
def test_postgres_is_reached_by_a_unix_socket(db: None) -> None:
    assert connections.settings["default"]["HOST"].startswith("/")
    assert connection.vendor == "postgresql"


def test_the_site_is_served_with_its_static_files(live_site: str) -> None:
    with urllib.request.urlopen(f"{live_site}/static/admin/css/base.css") as answer:  # noqa: S310 - loopback
        assert answer.status == 200


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "2001:db8::1"])
def test_no_test_leaves_the_machine(host: str) -> None:
    with pytest.raises(NetworkBlocked):
        socket.create_connection((host, 80), timeout=1)


@pytest.fixture
def faults(browser: Browser) -> Iterator[list[str]]:
    """What `page` would complain about, of a page that does both forbidden things."""
    context = browser.new_context()
    opened = context.new_page()
    found: list[str] = []
    browser_module.watch(opened, "http://127.0.0.1:1", found)
    opened.set_content("<img src='http://outside.example/x.png'><script>throw new Error('boum')</script>")
    opened.wait_for_load_state("load")
    yield found
    context.close()


def test_the_browser_reports_calls_outside_and_errors(faults: list[str]) -> None:
    assert "outside: http://outside.example/x.png" in faults
    assert any("boum" in fault for fault in faults)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_dependency_is_locked(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + (project["optional-dependencies"]["dev"] if "dev" in name else [])
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / name).read_text(), re.MULTILINE))
    assert {re.split(r"[\[<>=]", line)[0] for line in wanted} <= locked
