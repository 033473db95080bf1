"""Maps: what a geometry may be, how the administration refuses one, and the list that always comes first."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from cites import territory
from cites.core import maps
from cites.models import Quartier, School
from tests import factories

ROOT = Path(__file__).parents[2]
POINT = {"type": "Point", "coordinates": [2.467, 48.745]}
RING = [[2.46, 48.74], [2.47, 48.74], [2.47, 48.75], [2.46, 48.74]]
OUTLINE = {"type": "Polygon", "coordinates": [RING]}
PARTS = {"type": "MultiPolygon", "coordinates": [[RING], [RING]]}


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def point(*position: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(position)}


def many(count: int) -> list[list[float]]:
    return [[2.46 + n / 10_000, 48.74] for n in range(count - 1)] + [[2.46, 48.74]]


@pytest.mark.parametrize("value", [OUTLINE, PARTS, polygon(RING, RING), polygon(many(maps.MAX_POSITIONS))])
def test_outlines_that_may_be_stored(value: Any) -> None:
    maps.validate_outline(value)


@pytest.mark.parametrize("value", [POINT, point(-52, 4), point(45.2, -12.8), point(180, -90)])
def test_points_that_may_be_stored(value: Any) -> None:
    maps.validate_point(value)


ALONE = "Collez la géométrie seule"
BETWEEN = "La longitude va de -180 à 180"
A_POINT = "Un point est une longitude puis une latitude"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("2.467, 48.745", ALONE),
        ([2.467, 48.745], ALONE),
        ({"type": "Feature", "properties": {}, "geometry": POINT}, ALONE),
        ({**POINT, "crs": "x"}, ALONE),
        (OUTLINE, ALONE),
        (point(2.467), A_POINT),
        (point(2.467, 48.745, 30), A_POINT),
        (point("2.467", "48.745"), A_POINT),
        (point(True, False), A_POINT),
        (point(None, 48), A_POINT),
        ({"type": "Point", "coordinates": {"x": 1}}, A_POINT),
        (point(181, 48), BETWEEN),
        (point(2, 91), BETWEEN),
        (point(float("nan"), 48), BETWEEN),
        (point(float("inf"), 48), BETWEEN),
        (point(10**400, 48), BETWEEN),
        (point(48.745, 2.467), "La longitude s'écrit avant la latitude"),
    ],
)
def test_points_that_are_refused(value: Any, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        maps.validate_point(value)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (POINT, ALONE),
        (polygon(), "Un contour est une liste d'anneaux"),
        (polygon([]), "Un contour est une liste d'anneaux"),
        (polygon("anneau"), "Un contour est une liste d'anneaux"),
        ({"type": "Polygon", "coordinates": RING}, "Un contour est une liste d'anneaux|Un point est"),
        (polygon(RING[:3]), "se ferme"),
        (polygon([RING[0], RING[1], RING[0]]), "au moins quatre points"),
        (polygon([*RING[:3], [2.461, 48.74]]), "se ferme"),
        (polygon(many(maps.MAX_POSITIONS + 1)), "trop détaillé"),
        (polygon([[2.123456789012345678, 48.123456789012345678]] * 900), "trop lourd"),
        ({"type": "MultiPolygon", "coordinates": [RING]}, "Un point est|Un contour est"),
    ],
)
def test_outlines_that_are_refused(value: Any, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        maps.validate_outline(value)


@pytest.mark.django_db
def test_the_models_ask_the_validator() -> None:
    quartier, school = factories.make_quartier(), factories.make_school()
    quartier.geometry, school.geometry = POINT, OUTLINE
    for row in (quartier, school):
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        assert list(refused.value.message_dict) == ["geometry"]


@pytest.mark.django_db
def test_the_administration_says_in_french_what_is_wrong_and_keeps_what_was_typed(client: Client) -> None:
    school = factories.make_school()
    client.force_login(factories.make_admin())
    address = reverse("admin:cites_school_change", args=[school.pk])
    form = {"uai": school.uai, "name": school.name, "kind": school.kind, "commune": school.commune_id, "network": ""}

    for nonsense in ('{"type": "Point"', "[" * 50_000, f"[{'9' * 5000}]"):
        broken = client.post(address, {**form, "geometry": nonsense})
        assert "Saisissez du contenu JSON valide." in broken.content.decode()
    swapped = client.post(address, {**form, "geometry": json.dumps(point(48.745, 2.467))})
    assert "ces deux nombres semblent inversés" in swapped.content.decode()
    assert "48.745" in swapped.content.decode()
    assert School.objects.get().geometry is None

    assert client.post(address, {**form, "geometry": json.dumps(POINT)}).status_code == 302
    assert School.objects.get().geometry == POINT


# ------------------------------------------------------------------ the map and its list

PAGE = Template('{% load maps %}{% map places "Carte" %}<ul>{{ rows }}</ul>{% endmap %}')


def place(**values: Any) -> maps.Place:
    return maps.Place(**{"anchor": "ecole-1", "name": "École", "detail": "", "geometry": POINT, "sign": "1", **values})


def drawn(*places: maps.Place) -> str:
    listed = Template('{% for p in places %}<li id="{{ p.anchor }}">{{ p.name }}</li>{% endfor %}')
    rows = listed.render(Context({"places": [p for p in places if p.name != "Oubliée"]}))
    return PAGE.render(Context({"places": places, "rows": rows}))


def test_a_map_never_says_what_its_list_does_not() -> None:
    page = drawn(place(), place(anchor="ecole-2", name="Oubliée"))
    assert "École" in page and "data-map" in page
    assert "Oubliée" not in page and "ecole-2" not in page
    alone = PAGE.render(Context({"places": [place()], "rows": ""}))
    assert "data-map" not in alone


def test_names_cannot_leave_the_data() -> None:
    page = drawn(place(name="</script><img src=x onerror=alert(1)>"))
    assert page.count("</script>") == 1
    assert "<img" not in page


@pytest.mark.django_db
def test_the_page_lists_every_place_and_marks_those_it_can(client: Client) -> None:
    quartier = factories.make_quartier()
    marked = factories.make_school()
    unmarked = School.objects.create(uai="0949906G", name="École sans point", kind="primaire", commune=marked.commune)
    assert "data-map" not in client.get("/cite/").content.decode()

    Quartier.objects.update(geometry=OUTLINE)
    School.objects.filter(pk=marked.pk).update(geometry=POINT)
    page = client.get("/cite/").content.decode()
    for row in (quartier, marked, unmarked):
        assert row.name in page
    assert [(p.sign, p.name) for p in territory.read().places] == [("A", quartier.name), ("1", marked.name)]
    assert f'<tr id="etablissement-{marked.pk}"><td data-sign>1</td>' in page
    assert f'<tr id="etablissement-{unmarked.pk}"><td data-sign>–</td>' in page


def test_quartiers_past_z_go_on() -> None:
    assert [territory.letter(rank) for rank in (1, 26, 27, 52, 53, 703)] == ["A", "Z", "AA", "AZ", "BA", "AAA"]


# ------------------------------------------------------------------ the background


def image_policy(**environment: str) -> str:
    code = "from django.conf import settings; print(' '.join(settings.SECURE_CSP['img-src']))"
    known = {"DJANGO_SETTINGS_MODULE": "cites.settings", "DEBUG": "1", "SECRET_KEY": "x" * 50, **environment}
    inherited = {name: os.environ[name] for name in ("PATH", "VAR_DIR") if name in os.environ}
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, cwd=ROOT, env=inherited | known, capture_output=True, text=True)
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_no_other_host_is_allowed_without_the_setting() -> None:
    assert image_policy() == "'self' data:"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://tuiles.example/{z}/{x}/{y}.png", "https://tuiles.example"),
        ("https://tuiles.example:8443/carte/{z}/{x}/{y}.png?cle=1", "https://tuiles.example:8443"),
        ("https://{s}.tuiles.example/{z}/{x}/{y}.png", "https://*.tuiles.example"),
    ],
)
def test_the_policy_opens_to_the_chosen_host_alone(address: str, origin: str) -> None:
    assert image_policy(MAP_TILES_URL=address) == f"'self' data: {origin}"


def test_a_background_comes_over_https() -> None:
    assert "MAP_TILES_URL starts with https://" in image_policy(MAP_TILES_URL="http://tuiles.example/{z}/{x}/{y}.png")
