"""What this app shows on the public home page: the three champs and who steers."""

from django.http import HttpRequest

from cites.core.registry import Block, home_blocks
from cites.models import Champ, PilotInstitution


@home_blocks.register
def champs(request: HttpRequest) -> Block | None:
    rows = list(Champ.objects.filter(is_active=True))
    return Block("cites/_home_champs.html", {"champs": rows}, rank=20) if rows else None


@home_blocks.register
def pilots(request: HttpRequest) -> Block | None:
    rows = list(PilotInstitution.objects.filter(is_active=True))
    return Block("cites/_home_pilots.html", {"pilots": rows}, rank=50) if rows else None
