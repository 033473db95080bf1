"""What a page does beyond its source: on paper, without JavaScript, at the keyboard, when a part of it changes."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cites.models import Cite
from tests import factories
from tests.factories import PASSWORD

BLACK, WHITE = "rgb(0, 0, 0)", "rgb(255, 255, 255)"
GALLERY = "/composants/"


def ink(page: Page) -> set[str]:
    """Every colour that a text of the page has."""
    found = page.evaluate("[...document.querySelectorAll('main *, .fr-header *')].map(n => getComputedStyle(n).color)")
    return set(found)


def cut(page: Page) -> list[str]:
    """Boxes of tables that keep a part of their table to themselves."""
    return list(
        page.evaluate(
            "[...document.querySelectorAll('.fr-table__container')]"
            ".filter(n => getComputedStyle(n).overflowX !== 'visible').map(n => n.ariaLabel)"
        )
    )


def test_a_printed_page_is_black_on_white_without_the_ways_around(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(GALLERY)
    assert BLACK not in ink(page) and cut(page)
    page.emulate_media(media="print", color_scheme="dark")
    assert ink(page) == {BLACK}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == WHITE
    assert cut(page) == []
    for away in (".fr-nav", ".fr-footer", ".fr-breadcrumb", ".portal-filter", ".portal-actions", ".fr-pagination"):
        assert not page.locator(away).first.is_visible(), away
    assert page.get_by_text("Étape 3 sur 4").is_visible()


def test_paper_keeps_a_total_at_the_end_and_a_heading_on_each_sheet(page: Page) -> None:
    page.emulate_media(media="print")
    page.goto(GALLERY)
    shown = "tag => getComputedStyle(document.querySelector(tag)).display"
    assert page.evaluate(shown, "tfoot") == "table-row-group"
    assert page.evaluate(shown, "thead") == "table-header-group"


@pytest.mark.parametrize("scripts", [True, False])
def test_after_a_form_is_refused_the_errors_have_the_focus(browser: Browser, live_site: str, scripts: bool) -> None:
    context = browser.new_context(base_url=live_site, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(GALLERY)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-error-summary] a").first).to_be_focused()
    context.close()


def test_a_reference_is_copied_and_it_is_said(browser: Browser, live_site: str) -> None:
    context = browser.new_context(base_url=live_site, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(GALLERY)
    page.get_by_role("button", name="Copier la référence 2026-014").click()
    expect(page.locator("#annonces")).to_have_text("2026-014 est copié.")
    assert page.evaluate("navigator.clipboard.readText()") == "2026-014"
    context.close()


# ------------------------------------------------------------------ the working list, a part at a time


@pytest.fixture
def working_list(page: Page, committed_db: None) -> Page:
    Cite.objects.create(pk=1, name="Cité éducative de Valenton")
    coordination = factories.make_coordination(password=PASSWORD)
    for title in ("Chorale", "Ateliers du soir"):
        factories.make_submitted(title=title)
    page.goto("/espace/actions/")
    page.get_by_label("Adresse électronique", exact=False).first.fill(coordination.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Actions")
    return page


def test_a_filter_changes_the_list_where_it_stands_and_says_so(working_list: Page) -> None:
    page = working_list
    page.evaluate("window.kept = 'the same page'")
    page.get_by_label("Mot du titre, porteur ou référence").fill("chorale")
    page.keyboard.press("Enter")
    expect(page.locator("#annonces")).to_contain_text("1 action")
    expect(page.locator("main")).not_to_contain_text("Ateliers du soir")
    expect(page.locator("summary .fr-badge")).to_have_text("1 filtre actif")
    assert "q=chorale" in page.url
    assert page.evaluate("window.kept") == "the same page"
    assert focused(page) == "id_q", "whoever types goes on typing"
    page.get_by_role("link", name="Effacer les filtres").click()
    expect(page.locator("#annonces")).to_contain_text("2 actions")
    expect(page.locator("[data-announce]")).to_be_focused()


def focused(page: Page) -> Any:
    return page.evaluate("document.activeElement.id")
