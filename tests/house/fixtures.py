"""One story per run, in a database that each module of the house tests gets a copy of."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from cites.core import clock
from tests.house import story as stories
from tests.support import databases


@pytest.fixture(scope="session")
def told(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[stories.Story, Any]]:
    """The story, told once by the real verbs, and the name of the database that holds it."""
    name = databases.numbered(connections.settings["default"]["NAME"])
    blank = databases.template_name()
    with django_db_blocker.unblock(), clock.at(stories.NOW), copied(blank, name), transaction.atomic():
        story = stories.build()
    yield story, name
    with django_db_blocker.unblock():
        databases.drop(name)


@pytest.fixture(scope="module")
def story(told: tuple[stories.Story, Any], django_db_blocker: DjangoDbBlocker) -> Iterator[stories.Story]:
    """The cast and the files, at NOW, second factors asked for. Ask in `stories.aside()`, which undoes what it does."""
    story, source = told
    name = databases.numbered(connections.settings["default"]["NAME"])
    with django_db_blocker.unblock(), clock.at(stories.NOW), copied(source, name):
        with override_settings(MFA_REQUIRED=True), transaction.atomic():
            yield deepcopy(story)
            transaction.set_rollback(True)
        databases.close_all()
        databases.drop(name)


@contextmanager
def copied(source: Any, name: Any) -> Iterator[None]:
    """Inside, the database is `name`, a copy of `source`; it stays afterwards."""
    settings = connections.settings["default"]
    shared = settings["NAME"]
    databases.close_all()
    databases.copy(source, name)
    settings["NAME"] = name  # one dict for all threads
    try:
        yield
    finally:
        databases.close_all()
        settings["NAME"] = shared
