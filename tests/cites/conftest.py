"""Who opens the administration."""

from collections.abc import Iterator

import pytest
from django.test import Client

from cites.core import clock
from cites.models import User
from tests import factories


@pytest.fixture
def staff(db: None, client: Client) -> User:
    user = factories.make_admin()
    client.force_login(user)
    return user


@pytest.fixture
def moved_clock() -> Iterator[None]:
    with clock.at(factories.NOON):
        yield
