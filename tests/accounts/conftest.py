"""The day, the people and the log of the stories of accounts."""

import io
import logging
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from cites.core import clock
from cites.core.logs import Discreet
from cites.models import Cite, User
from tests import factories
from tests.accounts import identity_provider
from tests.accounts.identity_provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.accounts.round_trip import EMAIL, HUGO


@pytest.fixture
def moved_clock() -> Iterator[None]:
    with clock.at(factories.NOON):
        yield


@pytest.fixture
def noon_in_valenton(db: None, moved_clock: None) -> None:
    Cite.objects.create(pk=1, name="Cité éducative de Valenton", contact_email="contact@exemple.test")


@pytest.fixture
def claire() -> User:
    return factories.make_admin()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the portal's own handler writes."""
    handler = next(one for one in logging.getLogger().handlers if isinstance(one.formatter, Discreet))
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written := io.StringIO())
    yield written
    handler.setStream(before)


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    with identity_provider.serving(dict(HUGO)) as served:
        settings.PROCONNECT_ISSUER = served.url
        settings.PROCONNECT_CLIENT_ID, settings.PROCONNECT_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
        yield served


@pytest.fixture
def hugo() -> User:
    return factories.make_user(EMAIL, "Hugo Marin")
