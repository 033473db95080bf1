"""The map and the charts in a browser: nothing the policy refuses, everything reached by the keyboard."""

from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from cites import guides
from cites.models import Cite, Quartier, School
from tests import factories
from tests.core.test_maps import OUTLINE, POINT

NAME = "École maternelle des Oseraies"


@pytest.fixture
def places(committed_db: None) -> None:
    factories.make_quartier()
    factories.make_school()
    Quartier.objects.update(geometry=OUTLINE)
    School.objects.update(geometry=POINT)


def test_the_map_marks_what_the_list_names_and_obeys_the_keyboard(places: None, page: Page) -> None:
    page.goto("/cite/")
    school, quartier = (
        page.get_by_role("button", name=f"1 – {NAME}"),
        page.get_by_role("button", name="A – Les Oseraies"),
    )
    expect(school).to_be_visible()
    expect(quartier).to_be_visible()
    expect(page.locator("path.portal-map__outline")).to_have_count(1)

    school.focus()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Voir dans la liste")
    expect(link).to_be_focused()
    page.keyboard.press("Escape")
    expect(school).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("tr:focus")).to_contain_text(NAME)

    page.get_by_role("button", name=f"1 : voir sur la carte {NAME}").press("Enter")
    expect(link).to_be_focused()


def test_names_and_zoom_are_in_french(places: None, page: Page) -> None:
    page.goto("/cite/")
    for name in ("Agrandir la carte", "Réduire la carte"):
        expect(page.get_by_role("button", name=name)).to_be_visible()
    expect(page.get_by_role("group", name="Carte du territoire")).to_be_visible()
    page.get_by_role("button", name=f"1 – {NAME}").click()
    expect(page.get_by_role("button", name="Fermer", exact=True).first).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_names_of_outlines_stand_inside_the_map(places: None, page: Page, width: int) -> None:
    Quartier.objects.update(name="Quartier au nom très long, entre la gare et les aqueducs")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/cite/")
    frame, name = (page.locator(f".portal-map__{part}").bounding_box() for part in ("frame", "name"))
    assert frame and name
    assert frame["x"] <= name["x"] and name["x"] + name["width"] <= frame["x"] + frame["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_the_list_is_alone(places: None, browser: Browser, live_site: str) -> None:
    context = browser.new_context(base_url=live_site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/cite/")
    expect(page.locator("[data-map]")).to_be_hidden()
    expect(page.locator("tr[id^=etablissement]")).to_contain_text(NAME)
    context.close()


def test_a_bar_and_its_table_lead_to_the_same_list(committed_db: None, page: Page) -> None:
    Cite.objects.create(pk=1, name="Cité éducative de Valenton")
    factories.make_notified()
    page.goto("/")
    chart = page.get_by_role("group", name="Actions par champ").last
    expect(chart.locator("rect.chart-part")).to_have_count(1)
    page.get_by_text("Voir les chiffres").press("Enter")
    row = page.locator(".portal-chart tbody tr").first
    expect(row).to_be_visible()
    address = row.get_by_role("link").get_attribute("href")
    chart.get_by_role("link").first.press("Enter")
    page.wait_for_url(f"**{address}")


def test_the_envelope_is_drawn_above_its_table(committed_db: None, page: Page) -> None:
    factories.make_tranche("P147", amount=Decimal("5000.00"))
    coordination = factories.make_coordination(password=factories.PASSWORD)
    page.goto("/espace/budget/")
    page.get_by_label("Adresse électronique", exact=False).first.fill(coordination.email)
    page.get_by_label("Mot de passe", exact=True).fill(factories.PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.locator("svg.portal-chart__drawing")).to_be_visible()
    expect(page.locator(".portal-chart rect.chart-empty").last).to_be_visible()
    expect(page.locator("main table")).to_have_count(1)


def test_the_contents_of_a_guide_lead_to_its_parts(committed_db: None, page: Page) -> None:
    page.goto(guides.GUIDES["partenaire"].url)
    page.get_by_role("navigation", name="Sommaire").get_by_role("link", name="Relire et déposer").click()
    expect(page.locator("#relire-et-deposer")).to_be_in_viewport()
