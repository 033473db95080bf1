"""The day of the stories, and the file that most of them start from."""

from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace

import pytest

from cites.core import clock
from tests import factories
from tests.ledger.stories import notified


@pytest.fixture(autouse=True)
def october(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        yield


@pytest.fixture
def file() -> SimpleNamespace:
    """600 € decided on a tranche of 1 000 €, programmed by the séance, told to the partner."""
    tranche = notified()
    decision = factories.make_notified(Decimal("600"), tranche=tranche)
    return SimpleNamespace(
        tranche=tranche,
        decision=decision,
        award=factories.award_of(decision),
        by=factories.make_coordination(),
    )
