"""May this organisation answer this call now? Said before anything is typed, and held to when the file begins."""

from dataclasses import dataclass

from django.utils import timezone

from actions.models import Call, CallWindow
from cites.core import clock
from partners.models import Organisation


@dataclass(frozen=True)
class Answer:
    """One organisation before one call: no `refusal`, it may answer."""

    organisation: Organisation
    refusal: str


def answers(call: Call, organisations: list[Organisation]) -> list[Answer]:
    return [Answer(one, refusal(call, one)) for one in organisations]


def refusal(call: Call, organisation: Organisation) -> str:
    """Why not, in one sentence; nothing when it may."""
    if not call.is_open():
        return closed(call)
    kinds = call.eligible_kinds.all()
    if kinds and organisation.kind not in kinds:
        return f"Cet appel n'est pas ouvert aux organisations de type « {organisation.kind} »."
    return ""


def closed(call: Call) -> str:
    window = call.current_window
    if window is None or not call.is_published:
        return f"L'appel « {call.title} » n'est pas publié."
    if clock.now() < window.opens_at:
        return _not_open_yet(call, window)
    at = timezone.localtime(window.closes_at)
    return f"L'appel « {call.title} » est clos depuis le {at:%d/%m/%Y} à {at:%H:%M:%S} (heure de Paris)."


def _not_open_yet(call: Call, window: CallWindow) -> str:
    """Before the first window, or between two."""
    at = timezone.localtime(window.opens_at)
    if window == call.windows_in_order[0]:
        return f"L'appel « {call.title} » n'est pas encore ouvert."
    return f"L'appel « {call.title} » rouvre le {at:%d/%m/%Y} à {at:%H:%M:%S} (heure de Paris)."
