"""Time: one place reads it, in UTC; days and deadlines are those of Paris, to the second."""

from datetime import UTC, date, datetime, timedelta

import pytest

from actions import submission
from cites.core import audit, clock
from cites.core.errors import Blocked
from cites.models import Event
from tests import factories
from tests.factories import paris

SUMMER_MIDNIGHT = paris(2026, 7, 1)  # 22:00 UTC the day before
CLOSING = paris(2026, 10, 9, 12)


def test_now_is_the_present_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().utcoffset() == timedelta(0)


def test_now_is_in_utc_however_the_clock_was_moved() -> None:
    with clock.at(SUMMER_MIDNIGHT):
        assert clock.now() == SUMMER_MIDNIGHT
        assert clock.now().isoformat() == "2026-06-30T22:00:00+00:00"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (paris(2026, 7, 1), date(2026, 7, 1)),
        (paris(2026, 6, 30, 23, 59, 59), date(2026, 6, 30)),
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_today_is_the_civil_day_in_paris(moment: datetime, day: date) -> None:
    with clock.at(moment):
        assert clock.today() == day


def test_a_moved_clock_comes_back_even_after_an_error() -> None:
    with clock.at(factories.NOON):
        with pytest.raises(ZeroDivisionError), clock.at(SUMMER_MIDNIGHT):
            _ = 1 / 0
        assert clock.now() == factories.NOON
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_moved_clock_needs_a_time_zone() -> None:
    naive = SUMMER_MIDNIGHT.replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"), clock.at(naive):
        pass


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (CLOSING - timedelta(days=20, seconds=1), False),
        (CLOSING - timedelta(days=20), True),
        (CLOSING - timedelta(seconds=1), True),
        (CLOSING - timedelta(microseconds=1), True),
        (CLOSING, False),
        (CLOSING + timedelta(seconds=1), False),
    ],
)
def test_a_call_closes_to_the_second(db: None, moment: datetime, is_open: bool) -> None:
    with clock.at(CLOSING - timedelta(days=10)):
        call = factories.make_call(closes_at=CLOSING)
    with clock.at(moment):
        assert call.is_open() is is_open
        assert (call in type(call).objects.open()) is is_open


def test_a_draft_is_refused_one_second_too_late_with_the_hour_of_paris(db: None) -> None:
    with clock.at(CLOSING - timedelta(days=10)):
        draft = factories.make_draft(call=factories.make_call(closes_at=CLOSING))
    writer = factories.writer_of(draft)
    with clock.at(CLOSING), pytest.raises(Blocked) as refusal:
        submission.submit(draft, seen=draft.draft_version, by=writer)
    assert refusal.value.reasons == [
        "L'appel « Appel à projets 2026 » est clos depuis le 09/10/2026 à 12:00:00 (heure de Paris)."
    ]
    with clock.at(CLOSING - timedelta(seconds=1)):
        submission.submit(draft, seen=draft.draft_version, by=writer)


def test_an_event_of_a_clock_moved_to_paris_keeps_its_hash(db: None) -> None:
    with clock.at(SUMMER_MIDNIGHT):
        factories.make_draft()
    assert Event.objects.latest("seq").at == SUMMER_MIDNIGHT
    assert list(audit.verify_journal()) == []
