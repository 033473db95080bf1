"""Who may follow the money beyond what the séance decides."""

from typing import Any

from cites.core.permissions import Refused, rule
from funding.models import Source


@rule("funding.view")
def view(user: Any, obj: Any) -> None:
    if not (user.is_steering or user.is_staff):
        raise Refused("Réservé aux pilotes, à l'instruction, à la coordination et à l'administration.")


@rule("funding.manage")
def manage(user: Any, award: Any) -> None:
    """Acts and payments: the pilot of the source's deciding institution, or coordination for all."""
    decider = award.source.decider if award is not None else None
    if user.is_coordination or (user.is_pilot and decider is not None and user.institution == decider):
        return
    raise Refused("Réservé à la coordination et à l'institution qui décide de cette source.")


@rule("funding.pay")
def pay(user: Any, obj: Any) -> None:
    """Someone who orders payments of at least one source, and so reads where the money goes."""
    if user.is_coordination or (user.is_pilot and Source.objects.filter(decider=user.institution).exists()):
        return
    raise Refused("Réservé à la coordination et aux institutions qui paient.")
