"""What the directory of organisations says of their actions: what runs, what is late, what was proposed."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from actions.models import Action
from actions.models.action import Status
from actions.reporting import late_before
from cites.core.registry import Block, Fact, organisation_facts, organisation_history
from partners.models import Organisation

RUNNING = (Status.APPROVED, Status.UNDER_WAY)
OWED = (Status.REPORT_DUE, Status.REPORT_MISSING, Status.REPORT_TO_CORRECT)


def is_late() -> Q:
    """The report is missing, or its time has passed and the calendar has not yet said so."""
    return Q(status=Status.REPORT_MISSING) | Q(status=Status.REPORT_DUE, ends_on__lt=late_before())


@organisation_facts.register
def facts() -> Iterator[Fact]:
    actions = Action.objects.order_by()
    running = actions.filter(status__in=RUNNING)
    yield Fact("en_cours", "A une action en cours", running.values("organisation"))
    yield Fact("bilan_en_retard", "A un bilan en retard", actions.filter(is_late()).values("organisation"))


@organisation_history.register
def history(user: Any, organisation: Organisation) -> Iterator[Block]:
    """Its proposals, newest first, then the reports that it owes."""
    visible = Action.objects.visible_to(user).filter(organisation=organisation)
    rows = list(visible.submitted().select_related("call", "champ").order_by("-reference"))
    yield Block("actions/_organisation_proposals.html", {"actions": rows}, rank=10)
    owed = [row for row in rows if row.status in OWED]
    yield Block("actions/_organisation_reports.html", {"actions": owed}, rank=30)
