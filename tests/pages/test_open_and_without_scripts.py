"""What opens over a page, and every page when scripts are off."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect

from tests.house.answers import Asker, Block
from tests.house.story import Story
from tests.pages import listing, look
from tests.pages.check import report
from tests.pages.listing import Shown
from tests.pages.stage import HEIGHT, LOOK, NARROW, WIDE, Stage

BRANDS = ("etat", "neutre")
PAGES = {"anonyme": "/", "coordination": "/espace/"}
# The button that opens, the box that it opens, the width at which it is there.
BOXES = {"Menu": ("#menu-mobile", NARROW), "Paramètres d’affichage": ("#fr-theme-modal", WIDE)}


def page_of(story: Story, role: str) -> Shown:
    return Shown(role, role, PAGES[role], story.client(role).get(PAGES[role]))


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("role", PAGES)
@pytest.mark.parametrize("brand", BRANDS)
def test_what_opens_over_a_page(story: Story, stage: Stage, brand: str, role: str, box: str) -> None:
    """It passes axe in both themes; Escape closes it and gives the focus back."""
    with override_settings(BRAND=brand):
        page = stage.show(page_of(story, role), BOXES[box][1])
    button = page.get_by_role("button", name=box, exact=True)
    button.click()
    expect(page.locator(BOXES[box][0])).to_be_visible()
    page.mouse.move(0, 0)
    report(f"{role} – {fault}" for fault in themes(page))
    page.keyboard.press("Escape")
    expect(page.locator(BOXES[box][0])).to_be_hidden()
    expect(button).to_be_focused()
    assert stage.faults == []


def themes(page: Page) -> Iterator[str]:
    page.evaluate("look.frames(30)")
    page.evaluate(look.AXE)
    page.evaluate("look.flatten()")
    for scheme in ("light", "dark"):
        page.evaluate("scheme => look.theme(scheme)", scheme)
        yield from look.axe(page)


# ------------------------------------------------------------------ without JavaScript

# Django's admin has buttons for its comforts alone; that its forms are sent without scripts is read in their source.
OURS = [block for block in listing.READ if not block.route.startswith("admin:")][::4]


@pytest.fixture(scope="module")
def still(browser: Browser) -> Iterator[Stage]:
    stage = Stage(browser, javascript=False)
    yield stage
    stage.context.close()


def lost(still: Stage, shown: Shown) -> Iterator[str]:
    """Buttons that do nothing, what is cut or wide on a small screen."""
    page = still.show(shown, NARROW)
    page.evaluate(LOOK)
    yield from page.evaluate("look.dead()")
    page.set_viewport_size({"width": look.SMALLEST, "height": HEIGHT})
    yield from (*page.evaluate("look.wide()"), *page.evaluate("look.regions()"))
    yield from still.faults


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("block", OURS, ids=lambda block: block.title)
def test_pages_without_scripts(asker: Asker, still: Stage, brand: str, block: Block) -> None:
    with override_settings(BRAND=brand):
        pages = list(listing.read(asker, block))[:1]
    report(f"{shown.name} – {fault}" for shown in pages for fault in lost(still, shown))


def test_a_button_that_needs_a_script_is_reported(story: Story, still: Stage) -> None:
    shown = page_of(story, "anonyme")
    shown.answer.content = shown.html.replace("</main>", '<button type="button">Ouvrir</button></main>')
    assert any("Ouvrir" in fault for fault in lost(still, shown))
