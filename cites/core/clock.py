"""The only place that reads the clock. Deadlines are to the second, in Europe/Paris."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from django.utils import timezone

_moved: list[datetime] = []


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _moved[-1].astimezone(UTC) if _moved else timezone.now()


def today() -> date:
    """The civil day in Europe/Paris."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Live at `moment` for a while: the demo tells years in a minute, tests need their day."""
    if timezone.is_naive(moment):
        raise ValueError("A moved clock needs an aware datetime.")
    _moved.append(moment)
    try:
        yield
    finally:
        _moved.pop()
