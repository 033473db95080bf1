"""The windows of a call: which one counts for a file, which overlap, how far the next hour is."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils import timezone

from actions.models import Call, CallWindow, Submission
from cites.core import clock
from cites.templatetags.portal import paris_date


def of_file(call: Call, action_pk: int | None) -> CallWindow | None:
    """The window a file was first handed in during; for a draft, the one that is open, or the next."""
    if action_pk and len(call.windows_in_order) > 1:
        first = Submission.objects.filter(action=action_pk).order_by("number").first()
        for window in call.windows_in_order if first else ():
            if first and window.holds(first.submitted_at):
                return window
    return call.current_window


def problems(windows: Iterable[CallWindow]) -> list[str]:
    """What is wrong with them together, in French."""
    rows = sorted(windows, key=lambda window: window.opens_at)
    found = [f"La période qui ouvre le {_hour(w.opens_at)} se ferme avant." for w in rows if w.closes_at <= w.opens_at]
    for one, following in pairwise(rows):
        if following.opens_at < one.closes_at:
            found.append(
                f"Deux périodes se chevauchent : l'une ferme le {_hour(one.closes_at)},"
                f" l'autre ouvre le {_hour(following.opens_at)}."
            )
    return found


def left(until: datetime) -> str:
    """How long before `until`, in words: days, then hours, then minutes."""
    remaining = until - clock.now()
    if remaining >= timedelta(days=2):
        return f"dans {remaining.days} jours"
    if remaining >= timedelta(hours=2):
        return f"dans {remaining // timedelta(hours=1)} heures"
    minutes = max(remaining // timedelta(minutes=1), 0)
    return f"dans {minutes} minutes" if minutes > 1 else "dans moins de deux minutes"


def named(window: CallWindow) -> str:
    """How a window is chosen in a list."""
    return f"{window.label or 'Période'} – ferme le {_hour(window.closes_at)}"


def _hour(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y à %H:%M:%S}"


def closing(moment: datetime | None) -> str:
    """“31 janvier 2027 à minuit” for what closes as the 1st begins; elsewhere the hour, to the second if it has any."""
    if not moment:
        return ""
    local = timezone.localtime(moment)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{paris_date(local - timedelta(days=1))} à minuit"
    seconds = f"\u00a0min\u00a0{local:%S}\u00a0s" if local.second else ""
    return f"{paris_date(local)} à {local:%-H}\u00a0h\u00a0{local:%M}{seconds}"
