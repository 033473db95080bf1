"""Databases of the tests: one migrated per worker, a template copied from it, a copy per test that commits.

Append-only triggers refuse the flush that Django's TransactionTestCase ends with, and a flush would take the
reference data along. So a test that needs real transactions or threads asks for `committed_db`.
"""

import itertools
import shutil
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

import psycopg
import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.test.utils import setup_databases, teardown_databases
from psycopg import sql
from pytest_django import DjangoDbBlocker

# Durability is the disk's affair; the order of writes and the locks stay those of production.
QUICK_SQLITE = ("synchronous=FULL", "synchronous=OFF")
_numbers = itertools.count(1)
_opened: WeakSet[BaseDatabaseWrapper] = WeakSet()


@receiver(connection_created, weak=False)
def _remember(sender: type, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    _opened.add(connection)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """pytest-django's, with a SQLite file of this run alone and a template taken before any test."""
    settings = connections.settings["default"]
    if is_sqlite():
        settings["TEST"]["NAME"] = tmp_path_factory.mktemp("database") / "test.sqlite3"
        options = settings["OPTIONS"]
        options["init_command"] = options["init_command"].replace(*QUICK_SQLITE)
    settings["TEST"]["NAME"] = settings["TEST"]["NAME"] or f"test_{settings['NAME']}"
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
        close_all()
        drop(template_name())
        copy(settings["NAME"], template_name())
    yield
    with django_db_blocker.unblock():
        close_all()
        drop(template_name())
        teardown_databases(made, verbosity=0)


@pytest.fixture
def committed_db(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A database of its own, with the reference data, where commits are commits and threads see them."""
    if {"transactional_db", "live_server"} & set(request.fixturenames):
        pytest.fail("A flush is refused here: use committed_db and live_site.")
    with django_db_blocker.unblock(), database_of_its_own():
        yield


@pytest.fixture
def _django_db_helper(request: pytest.FixtureRequest) -> None:
    """`db` and the mark `django_db` mean "the database of this test": one cast of fixtures for both kinds."""
    kind = "committed_db" if "committed_db" in request.fixturenames else "_django_db_helper"
    request.getfixturevalue(kind)


@pytest.fixture(autouse=True)
def _empty_caches() -> Generator[None]:
    yield
    for cache in caches.all(initialized_only=True):
        if isinstance(cache, LocMemCache):
            cache.clear()


@contextmanager
def database_of_its_own() -> Iterator[None]:
    settings = connections.settings["default"]
    shared = settings["NAME"]
    name = numbered(shared)
    close_all()
    copy(template_name(), name)
    settings["NAME"] = name  # one dict for all threads
    try:
        yield
    finally:
        close_all()
        settings["NAME"] = shared
        drop(name)


def is_sqlite() -> bool:
    return "sqlite" in str(connections.settings["default"]["ENGINE"])


def template_name() -> Any:
    name = connections.settings["default"]["TEST"]["NAME"]
    return name.with_name("template.sqlite3") if isinstance(name, Path) else f"{name}_template"


def numbered(name: Any) -> Any:
    number = next(_numbers)
    return Path(name).with_name(f"copy{number}.sqlite3") if is_sqlite() else f"{name}_{number}"


def copy(source: Any, target: Any) -> None:
    if not is_sqlite():
        execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), target, source)
    elif Path(f"{source}-wal").exists():
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    else:
        shutil.copyfile(source, target)


def drop(name: Any) -> None:
    if not is_sqlite():
        execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)
        return
    for suffix in ("", "-wal", "-shm"):
        Path(f"{name}{suffix}").unlink(missing_ok=True)


def execute(statement: sql.SQL, *names: str) -> None:
    settings = connections.settings["default"]
    keys = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    where = {key: settings[name] for key, name in keys.items() if settings[name]}
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as connection:
        connection.execute(statement.format(*map(sql.Identifier, names)))


def close_all() -> None:
    """Also what other threads left open, and the pool, which would keep the database of before."""
    for wrapper in list(_opened):
        wrapper.inc_thread_sharing()
        try:
            wrapper.close()
        finally:
            wrapper.dec_thread_sharing()
    connections.close_all()
    close_pool = getattr(connections["default"], "close_pool", None)
    if close_pool:
        close_pool()
