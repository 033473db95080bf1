"""The places of the cité, as the page `/cite/` lists them and its map marks them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from string import ascii_uppercase
from typing import Any

from cites.core.maps import Place
from cites.models import Quartier, School


@dataclass(frozen=True)
class Territory:
    """Rows of the two lists, each with its place; a sign stands only where there is something to mark."""

    quartiers: list[tuple[Quartier, Place]]
    schools: list[tuple[School, Place]]

    @property
    def places(self) -> list[Place]:
        return [place for _, place in (*self.quartiers, *self.schools) if place.geometry]


def read() -> Territory:
    quartiers = Quartier.objects.select_related("commune")
    schools = School.objects.select_related("commune")
    return Territory(list(_signed(quartiers, quartier, letter)), list(_signed(schools, school, str)))


def _signed(rows: Iterable[Any], place: Callable[[Any, str], Place], sign: Callable[[int], str]) -> Iterator[Any]:
    ranks = count(1)
    for row in rows:
        yield row, place(row, sign(next(ranks)) if row.geometry else "")


def quartier(row: Quartier, sign: str) -> Place:
    detail = f"Quartier prioritaire, {row.commune.name}"
    return Place(anchor=f"quartier-{row.pk}", sign=sign, name=row.name, detail=detail, geometry=row.geometry)


def school(row: School, sign: str) -> Place:
    detail = ", ".join(filter(None, [row.get_kind_display(), row.network, row.commune.name]))
    return Place(anchor=f"etablissement-{row.pk}", sign=sign, name=row.name, detail=detail, geometry=row.geometry)


def letter(rank: int) -> str:
    """1 is A, 26 is Z, 27 is AA: as the columns of a spreadsheet."""
    before, last = divmod(rank - 1, 26)
    return (letter(before) if before else "") + ascii_uppercase[last]
