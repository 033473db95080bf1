"""The neutral look in the browser: a sample of pages held to every check, and what its own script does."""

from collections.abc import Iterator

import pytest
from django.db.models import Model
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect

from tests.house.answers import Asker, Block
from tests.house.story import Story, aside, complete
from tests.pages import extras, listing
from tests.pages.check import check
from tests.pages.listing import Shown
from tests.pages.stage import NARROW, Stage

# One page in twelve, and those that every visit goes through; the first block of each route.
ALWAYS = {
    *("public:home", "public:cite", "actions:public_list", "account_login", "mfa_index", "admin:index"),
    *("espace:home", "actions:list", "actions:file", "proposals:edit", "seances:detail", "seances:item"),
    *("budget:overview", "gallery:index"),
}
FIRST = {block.route: block for block in reversed(listing.READ) if block.route in ALWAYS}
SAMPLE = list({block.title: block for block in (*FIRST.values(), *listing.READ[::12])}.values())
SENT = [one for n, one in enumerate(listing.SENT) if n % 12 == 0 or one.route in ("actions:avis", "account_login")]
MODELS = listing.MODELS[::16]
ERRORS = extras.ERRORS[::3]


@pytest.fixture(autouse=True)
def _neutral() -> Iterator[None]:
    with override_settings(BRAND="neutre"):
        yield


def test_the_sample_names_pages_that_exist() -> None:
    assert set(FIRST) == ALWAYS


@pytest.mark.parametrize("block", SAMPLE, ids=lambda block: block.title)
def test_a_page(asker: Asker, stage: Stage, block: Block) -> None:
    check(stage, listing.read(asker, block))


@pytest.mark.parametrize("block", SENT, ids=lambda block: block.title)
def test_a_form_with_errors(asker: Asker, stage: Stage, block: Block) -> None:
    check(stage, listing.sent(asker, block))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_model_of_the_administration(story: Story, stage: Stage, model: type[Model]) -> None:
    with aside():
        complete(story)
        check(stage, listing.administration(story, model))


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error(story: Story, stage: Stage, kind: str) -> None:
    with aside():
        check(stage, extras.error(story, kind))


def home(story: Story) -> Shown:
    with aside():
        return Shown("home", "public:home", "/", story.client("anonyme").get("/"))


@pytest.fixture
def narrow(story: Story, stage: Stage) -> Page:
    return stage.show(home(story), NARROW)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_the_menu_of_a_small_screen_opens_by_the_keyboard_and_gives_the_focus_back(narrow: Page) -> None:
    menu, entry = narrow.get_by_role("button", name="Menu"), narrow.locator("#menu").get_by_role("link").last
    expect(entry).to_be_hidden()
    menu.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(entry).to_be_visible()
    expect(narrow.get_by_role("banner").get_by_role("link", name="Se connecter")).to_be_visible()
    narrow.keyboard.press("Tab")
    narrow.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    assert focused(narrow) == "Menu"


def test_the_theme_that_is_chosen_stays(narrow: Page) -> None:
    button = narrow.get_by_role("button", name="Paramètres d’affichage")
    button.press("Enter")
    dialog = narrow.get_by_role("dialog", name="Paramètres d’affichage")
    expect(dialog.get_by_label("Comme l’appareil")).to_be_checked()
    dialog.get_by_label("Thème sombre").check()
    narrow.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert focused(narrow) == "Paramètres d’affichage"
    narrow.reload()
    assert ground(narrow) == NIGHT
    narrow.evaluate("localStorage.removeItem('scheme')")


DAY, NIGHT = "rgb(253, 251, 247)", "rgb(18, 26, 26)"


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_without_a_script_the_menu_is_open_and_the_night_is_the_device_s(story: Story, browser: Browser) -> None:
    page = Stage(browser, javascript=False).show(home(story), NARROW)
    expect(page.locator("#menu").get_by_role("link").last).to_be_visible()
    expect(page.get_by_role("banner").get_by_role("link", name="Se connecter")).to_be_visible()
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()
    assert ground(page) == DAY
    page.emulate_media(color_scheme="dark")
    assert ground(page) == NIGHT


def test_paper_is_white_even_at_night(narrow: Page) -> None:
    narrow.emulate_media(color_scheme="dark", media="print")
    assert ground(narrow) == "rgb(255, 255, 255)"
    expect(narrow.locator(".fr-footer")).to_be_hidden()
    narrow.emulate_media(media="screen")


def test_with_forced_colours_the_focus_and_the_fields_keep_their_line(story: Story, stage: Stage) -> None:
    with aside():
        shown = Shown("login", "account_login", "/", story.client("anonyme").get("/comptes/login/"))
    page = stage.show(shown)
    page.emulate_media(forced_colors="active")
    field = page.get_by_label("Adresse électronique")
    field.focus()
    line = field.evaluate("e => [getComputedStyle(e).borderTopStyle, parseFloat(getComputedStyle(e).outlineWidth)]")
    assert line == ["solid", 3]
    page.emulate_media(forced_colors="none")
