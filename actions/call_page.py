"""A call as people read it: the public page, the preview of coordination and what the pilots agree on are the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from actions import call_text, call_windows, titles
from actions.models import Call, CallWindow
from actions.models.action import GRANTED
from actions.models.grids import MAX_SCORE
from cites.core import clock

RULES = {
    "unanimity": "Une action est accordée quand toutes les institutions pilotes sont d'accord.",
    "majority": "Une action est accordée quand la majorité des institutions pilotes est d'accord.",
    "each_funder_decides": "Chaque financeur décide pour son propre argent ; les autres donnent leur avis.",
}
BLIND = "Chaque institution donne son avis sans connaître celui des autres, puis elles en parlent ensemble."
SEEN = "Chaque institution donne son avis en voyant celui des autres."


@dataclass(frozen=True)
class Period:
    """A window in words: where it stands today, how far the next hour is."""

    window: CallWindow
    state: str
    left: str


@dataclass(frozen=True)
class Day:
    """A line of the calendar."""

    on: date
    label: str
    call: Call


def context(call: Call) -> dict[str, Any]:
    grid = call_text.last_grid(call)
    criteria = list(grid.criteria.all()) if grid else []
    return {
        "call": call,
        "is_open": call.is_open(),
        "is_upcoming": call.opens_at is not None and call.opens_at > clock.now(),
        "periods": [period(window) for window in call.windows_in_order],
        "kinds": list(call.eligible_kinds.all()),
        "priorities": call_text.lines(call.priorities),
        "documents": [*call.required_documents.all(), *call_text.lines(call.documents)],
        "title_rule": titles.rule(call),
        "how_decided": [RULES[call.decision_rule], BLIND if call.blind_avis else SEEN],
        "dates": list(call.dates.all()),
        "questions": list(call.questions.all()),
        "criteria": criteria,
        "most": sum(one.weight for one in criteria) * MAX_SCORE,
        "errata": list(call.amendments.filter(applied_at__isnull=False).order_by("-applied_at")),
        "granted": call.actions.filter(announced_status__in=GRANTED).count(),
    }


def period(window: CallWindow) -> Period:
    moment = clock.now()
    if window.holds(moment):
        return Period(window, "Ouverte", f"ferme {call_windows.left(window.closes_at)}")
    if moment < window.opens_at:
        return Period(window, "À venir", f"ouvre {call_windows.left(window.opens_at)}")
    return Period(window, "Close", "")


def calendar(calls: Iterable[Call]) -> list[Day]:
    """What is still to come, in order: openings, closings, dates to know."""
    days = [day for call in calls for day in _days(call)]
    return sorted((day for day in days if day.on >= clock.today()), key=lambda day: (day.on, day.label))


def _days(call: Call) -> list[Day]:
    days = [Day(row.on, str(row), call) for row in call.dates.all()]
    for window in call.windows_in_order:
        about = f" ({window.label})" if window.label else ""
        opens, closes = timezone.localtime(window.opens_at), timezone.localtime(window.closes_at)
        days.append(Day(opens.date(), f"Ouverture à {_hour(opens)}{about}", call))
        last_day = timezone.localtime(window.closes_at - timedelta(microseconds=1)).date()
        at = "à minuit" if last_day < closes.date() else f"à {_hour(closes)}"
        days.append(Day(last_day, f"Clôture {at}{about}", call))
    return days


def _hour(moment: datetime) -> str:
    return f"{moment:%-H}\u00a0h\u00a0{moment:%M}"
