"""Places on a map: what a geometry may be, and what the page hands to its script. The list always comes first.

A geometry is GeoJSON without its wrapping: a `Point`, a `Polygon` or a `MultiPolygon`, longitude before latitude.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

MAX_POSITIONS = 500
MAX_BYTES = 20_000
# Metropolitan France with its two numbers swapped: out at sea, where no cité is.
SWAPPED_LONGITUDE, SWAPPED_LATITUDE = (41, 52), (-6, 10)


# What may be stored ----------------------------------------------------------------------------------


def validate_point(value: Any) -> None:
    _validate(value, ("Point",), 'un point : {"type": "Point", "coordinates": [2.467, 48.745]}')


def validate_outline(value: Any) -> None:
    _validate(
        value, ("Polygon", "MultiPolygon"), 'un contour : {"type": "Polygon", "coordinates": [[[2.46, 48.74], …]]}'
    )


def _validate(value: Any, kinds: tuple[str, ...], example: str) -> None:
    """Refuse at the first fault, with a sentence that says how to mend it."""
    if not isinstance(value, dict) or set(value) != {"type", "coordinates"} or value["type"] not in kinds:
        raise ValidationError(f"Collez la géométrie seule, sans ce qui l'entoure. Il faut {example}.")
    if len(json.dumps(value)) > MAX_BYTES:
        raise ValidationError(f"Ce tracé est trop lourd : {MAX_POSITIONS} points et {MAX_BYTES // 1000} ko au plus.")
    match value["type"]:
        case "Point":
            _position(value["coordinates"])
        case "Polygon":
            _polygons([value["coordinates"]])
        case _:
            _polygons(value["coordinates"])


def _polygons(polygons: Any) -> None:
    positions = [position for ring in _rings(polygons) for position in _closed(ring)]
    if len(positions) > MAX_POSITIONS:
        raise ValidationError(f"Ce tracé est trop détaillé : {MAX_POSITIONS} points au plus.")


def _rings(polygons: Any) -> Iterator[Any]:
    for polygon in _filled(polygons):
        yield from _filled(polygon)


def _filled(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise ValidationError("Un contour est une liste d'anneaux, et chaque anneau une liste de points.")
    return value


def _closed(ring: Any) -> list[Any]:
    for position in _filled(ring):
        _position(position)
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValidationError("Un anneau a au moins quatre points et se ferme : le dernier est le même que le premier.")
    return list(ring)


def _position(value: Any) -> None:
    numbers = isinstance(value, list) and all(type(number) in (int, float) for number in value)
    if not numbers or len(value) != 2:
        raise ValidationError("Un point est une longitude puis une latitude, sans altitude : [2.467, 48.745].")
    longitude, latitude = value
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValidationError("La longitude va de -180 à 180 et la latitude de -90 à 90.")
    if _within(longitude, SWAPPED_LONGITUDE) and _within(latitude, SWAPPED_LATITUDE):
        raise ValidationError("La longitude s'écrit avant la latitude : ces deux nombres semblent inversés.")


def _within(number: float, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= number <= bounds[1]


# What is shown ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Place:
    """One row of the list and its mark on the map; `anchor` is the id of the row, `sign` what both show."""

    anchor: str
    name: str
    detail: str
    geometry: dict[str, Any] | None
    sign: str = ""

    @property
    def feature(self) -> dict[str, Any]:
        told = {"anchor": self.anchor, "name": self.name, "detail": self.detail, "sign": self.sign}
        return {"type": "Feature", "geometry": self.geometry, "properties": told}


def collection(places: Iterable[Place], page_list: str) -> dict[str, Any]:
    """GeoJSON of the places that this list has a row for: a map never says what its list does not."""
    listed = [place for place in places if f'id="{place.anchor}"' in page_list]
    return {"type": "FeatureCollection", "features": [place.feature for place in listed]}


def tiles() -> dict[str, str]:
    """The background, when the installation has chosen one: no other host is called without it."""
    return {"url": settings.MAP_TILES_URL, "attribution": settings.MAP_TILES_ATTRIBUTION}
