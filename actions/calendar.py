"""The calendar of published calls, for an agenda: RFC 5545, hours of Paris, the same identifier at each reading."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from actions.models import Call, CallDate, CallWindow
from cites.core import clock

LONGEST = 75  # octets of a line, its end not counted
# Since 1996, and in no other way within the years that the portal knows.
PARIS = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE"""


def ics(calls: Iterable[Call]) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cité éducative//Appels à projets//FR", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", "X-WR-CALNAME:Appels à projets", *PARIS.splitlines()]
    for call in calls:
        for window in call.windows_in_order:
            lines += _event(call, f"periode-{window.pk}", [*_window(window)])
        for day in call.dates.all():
            lines += _event(call, f"date-{day.pk}", [*_day(day)])
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _event(call: Call, name: str, lines: list[str]) -> list[str]:
    changed = [one.applied_at for one in call.amendments.all() if one.applied_at]
    stamp = max([call.published_at, *changed]) if call.published_at else clock.now()
    url = f"{settings.SITE_URL}{call.get_absolute_url()}"
    head = [f"UID:{name}@{urlsplit(settings.SITE_URL).hostname}", f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"]
    return ["BEGIN:VEVENT", *head, f"SEQUENCE:{len(changed)}", *lines, f"URL:{url}", "END:VEVENT"]


def _window(window: CallWindow) -> Iterator[str]:
    about = f" – {window.label}" if window.label else ""
    yield f"DTSTART;TZID=Europe/Paris:{_local(window.opens_at)}"
    yield f"DTEND;TZID=Europe/Paris:{_local(window.closes_at)}"
    yield f"SUMMARY:{_escaped(f'Dépôt des dossiers : {window.call.title}{about}')}"


def _day(day: CallDate) -> Iterator[str]:
    yield f"DTSTART;VALUE=DATE:{_compact(day.on)}"
    yield f"DTEND;VALUE=DATE:{_compact(day.on + timedelta(days=1))}"
    yield f"SUMMARY:{_escaped(f'{day.get_kind_display()} : {day.call.title}')}"
    if day.label:
        yield f"DESCRIPTION:{_escaped(day.label)}"


def _local(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y%m%dT%H%M%S}"


def _compact(day: date) -> str:
    return f"{day:%Y%m%d}"


def _escaped(text: str) -> str:
    flat = " ".join(text.split())
    for character in ("\\", ";", ","):
        flat = flat.replace(character, f"\\{character}")
    return flat


def _folded(line: str) -> Iterator[str]:
    """A line is cut after 75 octets, never within a character; what follows begins with a space."""
    cut = ""
    for character in line:
        if len((cut + character).encode()) > LONGEST:
            yield cut
            cut = " "
        cut += character
    yield cut
