"""What this app shows on the public home page: open calls, figures, the latest actions."""

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse

from actions import published
from actions.models import Action, Call
from actions.models.action import GRANTED
from cites.core import charts
from cites.core.registry import Block, home_blocks
from cites.models import Champ

LATEST = 3


@home_blocks.register
def open_calls(request: HttpRequest) -> Block:
    rows = list(Call.objects.open())
    return Block("actions/_home_calls.html", {"calls": rows}, rank=10)


@home_blocks.register
def figures(request: HttpRequest) -> Block | None:
    """Counted at each visit, from what is announced alone."""
    counts = Action.objects.published().aggregate(
        actions=Count("pk", distinct=True),
        partners=Count("organisation", distinct=True),
        schools=Count("schools", distinct=True),
    )
    if not counts["actions"]:
        return None
    figures = {**counts, "granted": published.granted_total(), "by_champ": by_champ()}
    return Block("actions/_home_figures.html", figures, rank=30)


def by_champ() -> charts.Chart:
    """How many published actions each champ has; a bar leads to their list."""
    announced = Count("action", filter=Q(action__announced_status__in=GRANTED))
    bars = [
        charts.Bar(
            label=champ.label,
            values=(champ.announced,),
            url=f"{reverse('actions:public_list')}?champ={champ.code}",
        )
        for champ in Champ.objects.filter(is_active=True).annotate(announced=announced)
    ]
    series = [charts.Series("Actions")]
    return charts.draw("champs", "Actions par champ", first="Champ", series=series, bars=bars, unit=charts.COUNT)


@home_blocks.register
def latest(request: HttpRequest) -> Block | None:
    rows = [published.card(row) for row in published.actions().prefetch_related("quartiers")[:LATEST]]
    return Block("actions/_home_actions.html", {"actions": rows}, rank=40) if rows else None
