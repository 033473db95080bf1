"""What this app shows on the public home page: open calls, figures, the latest actions."""

from django.db.models import Count
from django.http import HttpRequest

from actions import published
from actions.models import Action, Call
from cites.core.registry import Block, home_blocks

LATEST = 3


@home_blocks.register
def open_calls(request: HttpRequest) -> Block:
    rows = list(Call.objects.open().order_by("closes_at"))
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
    return Block("actions/_home_figures.html", {**counts, "granted": published.granted_total()}, rank=30)


@home_blocks.register
def latest(request: HttpRequest) -> Block | None:
    rows = [published.card(row) for row in published.actions().prefetch_related("quartiers")[:LATEST]]
    return Block("actions/_home_actions.html", {"actions": rows}, rank=40) if rows else None
