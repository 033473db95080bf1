"""After the action: dates, bilan, correction, acceptance."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from actions import plan, workflow
from actions.models import Action, Report
from actions.models.action import Status
from cites.core import clock, permissions, sealed
from cites.core.audit import SYSTEM
from cites.core.errors import Blocked
from cites.models import Rule, User

KIND = "bilan"


@transaction.atomic
def submit_report(action: Action, values: dict[str, Any], *, by: User) -> Report:
    """Write and seal the bilan: text, participations, distinct persons, expenses in euros."""
    locked = workflow.lock(action)
    permissions.check(by, "actions.submit_report", locked)
    report, _ = Report.objects.update_or_create(
        action=locked, defaults={**values, "submitted_by": by, "submitted_at": clock.now(), "correction_request": ""}
    )
    workflow.apply(action, "submit_report", by=by)
    sealed.seal(KIND, locked, {**values, "reference": locked.reference, "held_to": _held_to(locked)}, by=by)
    return report


def _held_to(action: Action) -> dict[str, Any]:
    """The plan that the expenses are compared with: the one revised after a cut, else the submitted one."""
    revised, budget = plan.accepted(action), plan.of_action(action)
    which = {"revised": revised.number} if revised else {"version": action.version}
    return {**which, "charges": budget.charges, "produits": budget.produits}


@transaction.atomic
def ask_correction(action: Action, request: str, *, by: User) -> None:
    if not request.strip():
        raise Blocked("Dites au partenaire ce qui est à corriger.")
    workflow.apply(action, "correct_report", by=by)
    Report.objects.filter(action=action).update(correction_request=request)


@transaction.atomic
def change_dates(action: Action, ends_on: date, *, by: User) -> None:
    """The action goes on until `ends_on`; it is expected to report then."""
    locked = workflow.lock(action)
    if locked.ends_on and ends_on <= max(locked.ends_on, clock.today()):
        raise Blocked("La nouvelle date de fin doit être postérieure à l'actuelle et à aujourd'hui.")
    locked.ends_on = ends_on
    locked.save(update_fields=["ends_on"])
    workflow.apply(action, "change_dates", by=by, ends_on=ends_on.isoformat())
    action.ends_on = ends_on


def delay() -> timedelta:
    """From the end of an action to the day its bilan is due."""
    return timedelta(days=int(Rule.amount("report_delay_months")) * 30)


def late_before() -> date:
    """An action that ended before this day should have its bilan."""
    return clock.today() - delay()


def advance_by_date() -> int:
    """What the calendar does by itself: start, ask for the bilan, find it missing. Returns how many moved."""
    today, late = clock.today(), late_before()
    due: tuple[tuple[str, dict[str, Any]], ...] = (
        ("start", {"status": Status.APPROVED, "announced_status": Status.APPROVED, "starts_on__lte": today}),
        ("expect_report", {"status": Status.UNDER_WAY, "ends_on__lt": today}),
        ("miss_report", {"status": Status.REPORT_DUE, "ends_on__lt": late}),
    )
    count = 0
    for name, condition in due:
        for action in Action.objects.filter(**condition).order_by("pk"):
            workflow.apply(action, name, by=SYSTEM)
            count += 1
    return count
