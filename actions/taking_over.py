"""Actions that were decided before the portal: written as they stand, with the number they had. See docs/adr/0016.

Nothing is invented of what did not happen here: no submission, no avis, no séance. The row of the file is sealed, so
that what was taken over can always be read again.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from actions import submission, workflow
from actions.models import Action, Call, ReferenceCounter
from cites.core import clock, permissions, sealed
from cites.core.text import searchable
from cites.models import LabelPeriod, SealedVersion, User

KIND = "reprise"
MANY = ("schools", "quartiers")


def lock_counters(years: Iterable[int]) -> None:
    """Before any row is written: the numbers of a year are given under its counter's lock, in the order of years."""
    for year in sorted(set(years)):
        ReferenceCounter.objects.get_or_create(year=year)
        ReferenceCounter.objects.select_for_update().get(year=year)


def call_for(year: int, period: LabelPeriod) -> Call:
    """The call that holds the actions of a year whose own call was not in the portal. It is never published."""
    first = date(year, 1, 1)
    call, _ = Call.objects.get_or_create(
        slug=f"avant-le-portail-{year}",
        defaults={
            "title": f"Actions {year} décidées avant le portail",
            "year": year,
            "period": period,
            "latest_end": first.replace(year=year + 2),
        },
    )
    return call


@transaction.atomic
def take_over(
    action: Action, status: str, *, chosen: Mapping[str, list[Any]], text: Mapping[str, Any], by: User
) -> Action:
    """Write a new `action` and put it where it stands today; `text` is what the file said of it, to be sealed."""
    permissions.check(by, "actions.take_over", action)
    moment = clock.now()
    action.created_by, action.created_at, action.status_at = by, moment, moment
    action.reference = submission.next_reference(action.call.year)
    words = (action.reference, action.origin_reference, action.title, action.organisation.name)
    action.search_text = searchable(" ".join(words))
    action.save()
    for name in MANY:
        getattr(action, name).add(*chosen.get(name, ()))
    version = sealed.seal(KIND, action, text, by=by)
    return workflow.apply(
        action, f"take_over_{status}", by=by, origin=action.origin_reference, version_sha256=version.sha256
    )


def sealed_text(action: Action) -> Any:
    """What the file said when the action was taken over."""
    version = SealedVersion.objects.of(KIND, action).order_by("number").last()
    return sealed.read(version.payload) if version else None
