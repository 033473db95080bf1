"""The working list: every submitted file, filtered, with what was asked and decided."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from actions.filters import ActionFilter
from actions.models import Action
from actions.views.file import visible
from cites.core.exports import csv_response
from cites.core.htmx import render_page
from cites.core.http import Request
from cites.core.money import ZERO
from cites.core.paging import page_of

GRANTED_ACCOUNTS = ("programmed", "committed", "paid")


@require_safe
def actions(request: Request) -> HttpResponse:
    filtered = _filtered(request)
    totals = filtered.qs.order_by().aggregate(requested=Sum("requested"), minimum=Sum("minimum"))
    context = {
        "filter": filtered,
        "page": page_of(request, filtered.qs),
        "requested": totals["requested"] or ZERO,
        "granted": _granted_total(filtered.qs),
    }
    return render_page(request, "actions/list.html", "actions/_list.html", context)


@require_safe
def export(request: Request) -> StreamingHttpResponse:
    """Exactly the filtered list, as a spreadsheet opens it."""
    headers = ("Référence", "Intitulé", "Porteur", "Appel", "État", "Demandé (€)", "Minimum (€)", "Décidé (€)")
    return csv_response("actions.csv", headers, _rows(_filtered(request).qs))


def _rows(actions: QuerySet[Action]) -> Iterator[tuple[Any, ...]]:
    for action in actions.iterator(chunk_size=500):
        yield (
            action.reference,
            action.internal_title or action.title,
            action.organisation.name,
            action.call.title,
            action.get_status_display(),
            action.requested,
            action.minimum,
            getattr(action, "granted", None),
        )


def _filtered(request: Request) -> ActionFilter:
    rows = with_granted(visible(request).select_related("organisation", "call", "champ"))
    return ActionFilter(request.GET, queryset=rows.order_by("-reference"), request=request)


def with_granted(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Adds `granted`: what the ledger holds for the action, from programmed to paid."""
    held = (
        Action.objects.filter(pk=OuterRef("pk"), awards__accounts__kind__in=GRANTED_ACCOUNTS)
        .order_by()
        .values("pk")
        .annotate(total=Sum("awards__accounts__balance"))
        .values("total")
    )
    return actions.annotate(granted=Subquery(held))


def _granted_total(actions: QuerySet[Action]) -> Decimal:
    """Over the distinct files of the list, whatever the filter joined."""
    chosen = Action.objects.filter(pk__in=actions.order_by().values("pk"))
    held = chosen.filter(awards__accounts__kind__in=GRANTED_ACCOUNTS)
    return held.aggregate(total=Sum("awards__accounts__balance"))["total"] or ZERO
