"""The envelope at a glance, and each tranche down to its moves."""

from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cites.core import charts, permissions
from cites.core.http import Request
from cites.core.money import ZERO
from cites.core.paging import page_of
from cites.models import LabelPeriod
from funding.models import Account, Move, Tranche

COLUMNS = ("outside", "available", "programmed", "committed", "paid", "frozen", "shortfall")
# From what is done to what is free: together, all that a tranche holds.
HELD: tuple[tuple[str, charts.Series], ...] = (
    ("paid", charts.Series("Payé", "full")),
    ("committed", charts.Series("Engagé", "hatch")),
    ("programmed", charts.Series("Programmé", "line")),
    ("available", charts.Series("Disponible", "empty")),
    ("frozen", charts.Series("Gelé", "dots")),
)


@require_safe
def overview(request: Request) -> HttpResponse:
    permissions.check(request.user, "funding.view")
    tranches = Tranche.objects.visible_to(request.user).select_related("source", "period")
    balances = _balances(Account.objects.filter(tranche__in=tranches))
    rows: list[dict[str, Any]] = [{"tranche": tranche, **_columns(balances, tranche.pk)} for tranche in tranches]
    periods = [
        {
            "period": period,
            "rows": (own := [row for row in rows if row["tranche"].period_id == period.pk]),
            "totals": {column: sum((row[column] for row in own), ZERO) for column in COLUMNS},
            "chart": _chart(period, own),
        }
        for period in LabelPeriod.objects.all()
    ]
    return render(request, "funding/budget.html", {"periods": periods, "internal": _internal()})


@require_safe
def tranche(request: Request, pk: int) -> HttpResponse:
    permissions.check(request.user, "funding.view")
    one = get_object_or_404(Tranche.objects.visible_to(request.user).select_related("source", "period"), pk=pk)
    balances = _balances(Account.objects.filter(tranche=one))
    moves = Move.objects.filter(Q(origin__tranche=one) | Q(target__tranche=one)).select_related(
        "origin__tranche__source", "target__tranche__source", "origin__award__action", "target__award__action", "by"
    )
    context = {"tranche": one, "columns": _columns(balances, one.pk), "page": page_of(request, moves)}
    return render(request, "funding/tranche.html", context)


def _balances(accounts: Any) -> dict[tuple[int, str], Decimal]:
    rows = accounts.order_by().values_list("tranche_id", "kind").annotate(total=Sum("balance"))
    return {(tranche_id, kind): total for tranche_id, kind, total in rows}


def _columns(balances: dict[tuple[int, str], Decimal], pk: int) -> dict[str, Decimal]:
    return {column: balances.get((pk, column), ZERO) for column in COLUMNS}


def _chart(period: LabelPeriod, rows: list[dict[str, Any]]) -> charts.Chart:
    """Each tranche as one bar, with what was planned for it and what it lacks."""
    bars = [
        charts.Bar(
            label=str(row["tranche"]),
            values=tuple(row[column] for column, _ in HELD),
            url=row["tranche"].get_absolute_url(),
            aim=row["tranche"].planned,
            lacking=row["shortfall"],
        )
        for row in rows
    ]
    series = [one for _, one in HELD]
    return charts.draw(
        f"enveloppe-{period.pk}", "Ce que tient chaque tranche", first="Tranche", series=series, bars=bars
    )


def _internal() -> Decimal:
    """Internal transfers stand in two circuits: said apart, so that nobody adds them twice."""
    return Move.objects.filter(is_internal=True).aggregate(total=Sum("amount"))["total"] or ZERO
