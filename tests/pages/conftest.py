"""The stories that the pages are read from, and the tab that they are shown in."""

from collections.abc import Iterator

import pytest
from django.db import connections, transaction
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from cites.core import clock
from tests.house import story as stories
from tests.house.answers import Asker
from tests.house.fixtures import copied
from tests.house.story import Story
from tests.pages import check
from tests.pages.stage import Stage
from tests.support import databases


@pytest.fixture(scope="session", autouse=True)
def looked(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    """One list for the run: the folder of each worker lies in one that they share."""
    own = tmp_path_factory.getbasetemp()
    check.looked = (own if worker_id == "master" else own.parent) / "looked"
    check.looked.mkdir(exist_ok=True)


@pytest.fixture(scope="module")
def asker(story: Story) -> Asker:
    return Asker(story)


@pytest.fixture(scope="module")
def empty_story(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Story]:
    """The cast of the story, and nothing that happened."""
    name = databases.numbered(connections.settings["default"]["NAME"])
    with django_db_blocker.unblock(), clock.at(stories.NOW), copied(databases.template_name(), name):
        with transaction.atomic():
            yield stories.empty()
            transaction.set_rollback(True)
        databases.close_all()
        databases.drop(name)


@pytest.fixture(scope="session")
def stage(browser: Browser) -> Stage:
    return Stage(browser)
