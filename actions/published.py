"""What the public reads of an action: these fields, no others, once it is announced as granted."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse

from actions.models import Action, Call
from actions.models.action import Status
from cites.core.money import ZERO
from cites.models import Champ, Theme

# Promised, bound or paid: the accounts of an award that hold what was decided for it.
DECIDED = Q(awards__accounts__kind__in=["programmed", "committed", "paid"])
# In the public's words: neither a reserve nor a late bilan is anyone else's business.
PHASES = {
    Status.APPROVED: "À venir",
    Status.APPROVED_WITH_CONDITIONS: "À venir",
    Status.UNDER_WAY: "En cours",
    Status.ABANDONED: "Arrêtée",
}
OVER = "Terminée"
KINDS = {"À venir": "info", "En cours": "success"}


@dataclass(frozen=True, kw_only=True)
class Card:
    """One line of the list."""

    reference: str
    title: str
    summary: str
    champ: Champ | None
    organisation: str
    year: int
    places: tuple[str, ...]
    granted: Decimal
    phase: str

    @property
    def phase_kind(self) -> str:
        return KINDS.get(self.phase, "")

    @property
    def url(self) -> str:
        return reverse("actions:public_detail", args=[self.reference])


@dataclass(frozen=True, kw_only=True)
class Sheet(Card):
    """The page of an action."""

    call: Call
    theme: Theme | None
    city: str
    participants: int | None
    starts_on: date | None
    ends_on: date | None
    age_ranges: tuple[Any, ...]
    school_times: tuple[Any, ...]
    schools: tuple[Any, ...]
    quartiers: tuple[Any, ...]
    actors: tuple[Any, ...]


def actions() -> QuerySet[Action]:
    """Published actions with the amount decided for each, which later joins cannot multiply."""
    itself = Action.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
    amount = itself.annotate(total=Sum("awards__accounts__balance", filter=DECIDED))
    rows = Action.objects.published().annotate(granted=Subquery(amount.values("total")))
    return rows.select_related("organisation", "champ", "call").order_by("-reference")


def card(action: Action) -> Card:
    return Card(**_common(action))


def sheet(action: Action) -> Sheet:
    return Sheet(
        **_common(action),
        call=action.call,
        theme=action.theme,
        city=action.organisation.city,
        participants=action.participants,
        starts_on=action.starts_on,
        ends_on=action.ends_on,
        age_ranges=tuple(action.age_ranges.all()),
        school_times=tuple(action.school_times.all()),
        schools=tuple(action.schools.select_related("commune")),
        quartiers=tuple(action.quartiers.all()),
        actors=tuple(action.actors.all()),
    )


def granted_total() -> Decimal:
    """Every euro decided and announced, whatever its stage."""
    held = Sum("awards__accounts__balance", filter=DECIDED)
    return Action.objects.published().aggregate(total=held)["total"] or ZERO


def _common(action: Action) -> dict[str, Any]:
    return {
        "reference": action.reference,
        "title": action.title,
        "summary": action.public_description,
        "champ": action.champ,
        "organisation": action.organisation.name,
        "year": action.call.year,
        "places": tuple(quartier.name for quartier in action.quartiers.all()),
        "granted": getattr(action, "granted", None) or ZERO,
        "phase": PHASES.get(Status(action.announced_status), OVER),
    }
