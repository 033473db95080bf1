"""Where the stories of a séance take place."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from cites.core import clock
from cites.models import Cite
from tests import factories
from tests.funding.room import Room


@pytest.fixture
def noon(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton")
        yield


@pytest.fixture
def room(noon: None) -> Room:
    tranche = factories.make_tranche(amount=Decimal("10000.00"))
    return Room(factories.make_scheduled(), tranche)
