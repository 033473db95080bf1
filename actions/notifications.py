"""One function per message about an action; every one passes through the outbox, on commit."""

from actions.models.action import Action
from cites.core import outbox
from cites.models import Mandate
from partners.models import Membership


def partner_addresses(action: Action) -> list[str]:
    """The people who write for the organisation today."""
    members = Membership.objects.active().filter(organisation=action.organisation, user__is_active=True)
    writing = members.exclude(role=Membership.Role.LECTEUR)
    return list(writing.order_by("pk").values_list("user__email", flat=True))


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
    _to_partner("completion_requested", action)


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
    outbox.post("decision", partner_addresses(action), {"action": action, "decision": taken})


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
