"""One function per message about an action; every one passes through the outbox, on commit."""

from actions import announced, in_charge
from actions.models.action import Action
from actions.models.agreements import CallAgreement, CallAmendment
from actions.models.calls import Call
from actions.models.completion import CompletionQuestion, CompletionRequest
from cites.core import clock, outbox
from cites.models import Mandate


def partner_addresses(action: Action) -> list[str]:
    """The person in charge of the file and the responsables of its organisation."""
    return in_charge.addresses(action)


def coordination_addresses() -> list[str]:
    mandates = Mandate.objects.active().filter(role=Mandate.Role.COORDINATION)
    return list(mandates.order_by("pk").values_list("user__email", flat=True))


def pilot_addresses() -> list[str]:
    return list(Mandate.objects.active().pilots().order_by("pk").values_list("user__email", flat=True))


def _to_partner(name: str, action: Action) -> None:
    outbox.post(name, partner_addresses(action), {"action": action})


def _to_coordination(name: str, action: Action) -> None:
    outbox.post(name, coordination_addresses(), {"action": action})


def receipt(action: Action) -> None:
    _to_partner("receipt", action)
    _to_coordination("proposal_arrived", action)


def completion_requested(action: Action) -> None:
    """The questions of all the institutions, once, in the order of the form."""
    request = action.completion_requests.order_by("number").last()
    questions = list(request.questions.select_related("institution")) if request else []
    context = {"action": action, "request": request, "questions": questions}
    outbox.post("completion_requested", partner_addresses(action), context)


def question_dropped(question: CompletionQuestion) -> None:
    outbox.post("question_dropped", [question.asked_by.email], {"question": question, "action": question.action})


def question_reworded(question: CompletionQuestion, text: str) -> None:
    context = {"question": question, "action": question.action, "text": text}
    outbox.post("question_reworded", [question.asked_by.email], context)


def completion_reminder(request: CompletionRequest) -> None:
    outbox.post(
        "completion_reminder", partner_addresses(request.action), {"action": request.action, "request": request}
    )


def completion_late(request: CompletionRequest) -> None:
    outbox.post("completion_late", coordination_addresses(), {"action": request.action, "request": request})


def admissible(action: Action) -> None:
    _to_partner("admissible", action)


def inadmissible(action: Action) -> None:
    _to_partner("inadmissible", action)


def avis_asked(action: Action) -> None:
    outbox.post("avis_asked", pilot_addresses(), {"action": action})


def decision(action: Action) -> None:
    """Verdict, amount, reserve and reason come from the decision, which `funding` keeps on the agenda item."""
    item = action.agenda_items.order_by("pk").last()
    taken = item.decisions.last() if item else None
    is_cut = taken is not None and 0 < taken.amount < (action.requested or 0)
    until = announced.revised_before(clock.now()) if is_cut else None
    outbox.post("decision", partner_addresses(action), {"action": action, "decision": taken, "revise_before": until})


def dropped(action: Action) -> None:
    _to_partner("dropped", action)


def condition_lifted(action: Action) -> None:
    _to_partner("condition_lifted", action)


def renounced(action: Action) -> None:
    _to_coordination("renounced", action)


def abandoned(action: Action) -> None:
    _to_coordination("abandoned", action)


def report_due(action: Action) -> None:
    _to_partner("report_due", action)


def dates_changed(action: Action) -> None:
    _to_partner("dates_changed", action)


def report_missing(action: Action) -> None:
    _to_partner("report_missing", action)


def report_received(action: Action) -> None:
    _to_partner("report_received", action)
    _to_coordination("report_arrived", action)


def report_to_correct(action: Action) -> None:
    _to_partner("report_to_correct", action)


def report_accepted(action: Action) -> None:
    _to_partner("report_accepted", action)


def withdrawn(action: Action) -> None:
    _to_partner("withdrawn", action)
    if action.reference:
        _to_coordination("withdrawn", action)


def call_to_agree(call: Call) -> None:
    outbox.post("call_to_agree", pilot_addresses(), {"call": call})


def call_refused(call: Call, refusal: CallAgreement) -> None:
    outbox.post("call_refused", coordination_addresses(), {"call": call, "refusal": refusal})


def call_published(call: Call) -> None:
    """Told to those who made it; the public reads it on its page."""
    outbox.post("call_published", [*pilot_addresses(), *coordination_addresses()], {"call": call})


def call_amended(call: Call, amendment: CallAmendment) -> None:
    outbox.post("call_amended", [*pilot_addresses(), *coordination_addresses()], {"call": call, "amendment": amendment})
