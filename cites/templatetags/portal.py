"""Amounts, dates and rights in templates."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template

from cites.core.money import format_euros

register = template.Library()

PARIS = ZoneInfo("Europe/Paris")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


@register.filter
def euros(amount: Decimal | int | None) -> str:
    """`{{ action.amount|euros }}`: “1 234,56 €”, nothing for nothing. The sum of no amount is an int."""
    return "" if amount is None or amount == "" else format_euros(Decimal(amount))


@register.filter
def paris_date(moment: date | datetime | None) -> str:
    """“24 novembre 2026”, “1er janvier 2027”."""
    if not moment:
        return ""
    day = _in_paris(moment)
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]} {day.year}"


@register.filter
def paris_datetime(moment: datetime | None) -> str:
    """“24 novembre 2026 à 14 h 32”, with no-break spaces around the h."""
    if not moment:
        return ""
    local = _in_paris(moment)
    return (
        f"{paris_date(local)} à {local:%-H}\u00a0h\u00a0{local:%M}"
        if isinstance(local, datetime)
        else paris_date(local)
    )


def _in_paris(moment: date | datetime) -> date | datetime:
    aware = isinstance(moment, datetime) and moment.tzinfo is not None
    return moment.astimezone(PARIS) if aware and isinstance(moment, datetime) else moment


# What a browser says of itself, most telling word first: Edge also says Chrome, Chrome also says Safari.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


@register.filter
def browser(user_agent: str) -> str:
    """“Firefox, Windows”, enough to recognise one’s own."""
    names = [next((name for word, name in words if word in user_agent), "") for words in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, names)) or "Navigateur inconnu"


@register.simple_tag(takes_context=True)
def can(context: template.Context, permission: str, obj: Any = None) -> bool:
    """`{% can "actions.submit" action as ok %}`: the same answer as the view's."""
    user = context.get("user")
    return bool(user is not None and user.has_perm(permission, obj))
