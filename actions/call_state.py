"""Where a call stands, in one word and its colour, for those who prepare it."""

from dataclasses import dataclass

from actions.models import Call, CallAgreement, CallAmendment
from cites.core import clock


@dataclass(frozen=True)
class State:
    """`code` chooses the colour of the badge."""

    code: str
    label: str


PREPARED = State("call_prepared", "En préparation")
ASKED = State("call_asked", "Chez les pilotes")
REFUSED = State("call_refused", "Refus à traiter")
TO_COME = State("call_to_come", "Publication à venir")
PUBLISHED = State("call_published", "Publié")
AMENDED = State("call_asked", "Rectificatif chez les pilotes")
OPEN = State("call_open", "Ouvert")
CLOSED = State("call_closed", "Clos")


def of(call: Call) -> State:
    if call.published_at is None:
        return _before(call)
    if call.asked_id:
        return AMENDED
    if call.published_at > clock.now():
        return TO_COME
    if call.is_open():
        return OPEN
    return PUBLISHED if call.closes_at and call.closes_at > clock.now() else CLOSED


def was_refused(call: Call) -> bool:
    """The last answer was a refusal, and nobody has been asked since."""
    last = max(call.agreements.all(), key=lambda answer: answer.pk, default=None)
    return call.asked_id is None and last is not None and last.answer == CallAgreement.Answer.REFUSED


def proposed(call: Call) -> CallAmendment | None:
    """The change of a published call that the pilots are asked about."""
    return CallAmendment.objects.select_related("window").filter(sealed=call.asked_id).first()


def _before(call: Call) -> State:
    if call.asked_id:
        return ASKED
    return REFUSED if was_refused(call) else PREPARED
