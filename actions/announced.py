"""What the partner was told of the decision on its file: `funding` decides, these rows are read from below."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from actions.models import Action, AgendaItem
from actions.models.action import Status
from cites.core import clock
from cites.models import Rule

# While the money is granted and the bilan is not given, the budget can still be fitted to it.
REVISABLE = (
    Status.APPROVED,
    Status.APPROVED_WITH_CONDITIONS,
    Status.UNDER_WAY,
    Status.REPORT_DUE,
    Status.REPORT_MISSING,
)


def decision(action: Action) -> Any:
    """The decision the partner was told, with its amount; None before the notification."""
    items = action.agenda_items.prefetch_related("decisions__notice")
    decisions = [d for item in items for d in item.decisions.all() if getattr(d, "notice", None)]
    return max(decisions, key=lambda d: d.pk, default=None)


def granted(action: Action) -> Decimal | None:
    """What was granted, as announced; nothing where nothing was, or before it is told."""
    told = decision(action)
    return (told.amount or None) if told else None


def cut(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Those of `actions` that were granted less than they asked for, and that still have to live with it."""
    told = AgendaItem.objects.filter(action=OuterRef("pk"), decisions__notice__isnull=False)
    last = told.order_by("-decisions__pk")
    rows = actions.filter(is_announced=True, announced_status__in=REVISABLE).annotate(
        granted=Subquery(last.values("decisions__amount")[:1]),
        notified_at=Subquery(last.values("decisions__notice__sent_at")[:1]),
    )
    return rows.filter(Q(granted__gt=0) & Q(granted__lt=F("requested")))


def revised_before(notified_at: datetime) -> date:
    """Until when a budget is to be revised after a cut that was told at that moment."""
    return timezone.localtime(notified_at).date() + timedelta(days=int(Rule.amount("revised_budget_days")))


def is_late(notified_at: datetime) -> bool:
    return clock.today() > revised_before(notified_at)
