"""What the directory of organisations says of their money: each award, with where it stands."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, Sum

from actions.models import Action
from cites.core.registry import Block, organisation_history
from funding.models import Award
from partners.models import Organisation

ACCOUNTS = ("programmed", "committed", "paid")


@organisation_history.register
def awards(user: Any, organisation: Organisation) -> Iterator[Block]:
    """From the ledger's balances: what is decided, of which committed, of which paid."""
    sums = {name: Sum("accounts__balance", filter=Q(accounts__kind=name)) for name in ACCOUNTS}
    visible = Action.objects.visible_to(user).filter(organisation=organisation)
    rows = Award.objects.filter(action__in=visible).select_related("action", "source").annotate(**sums)
    found = list(rows.order_by("-action__reference", "source__rank"))
    yield Block("funding/_organisation_awards.html", {"awards": found}, rank=20)
