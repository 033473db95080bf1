"""The directory of organisations: where they work, on the page and on its map."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from cites import territory
from cites.core.maps import Place
from cites.models import Quartier, School
from partners.models import Organisation


@dataclass(frozen=True)
class Where:
    """A row of the list under the map: a quartier with its organisations, or an establishment that is a partner."""

    place: Place
    organisations: int
    quartier: Quartier | None = None
    organisation: Organisation | None = None


def where(organisations: Any) -> list[Where]:
    """Quartiers first, by letters; then schools that are partners themselves, by numbers."""
    return [*_quartiers(organisations), *_schools(organisations)]


def _quartiers(organisations: Any) -> Iterator[Where]:
    through = Organisation.quartiers.through.objects.filter(organisation__in=organisations.values("pk"))
    held = Counter(through.values_list("quartier_id", flat=True))
    ranks = count(1)
    for row in Quartier.objects.filter(pk__in=held).select_related("commune"):
        sign = territory.letter(next(ranks)) if row.geometry else ""
        yield Where(territory.quartier(row, sign), held[row.pk], quartier=row)


def _schools(organisations: Any) -> Iterator[Where]:
    partners = {row.uai: row for row in organisations.exclude(uai="")}
    ranks = count(1)
    for row in School.objects.filter(uai__in=partners, geometry__isnull=False).select_related("commune"):
        yield Where(territory.school(row, str(next(ranks))), 1, organisation=partners[row.uai])
