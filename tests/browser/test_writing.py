"""A proposal written in a browser: by the keyboard alone, without JavaScript, and by a page that is killed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from actions.forms.steps import STEPS
from actions.models import Action
from cites.models import Cite
from tests import factories
from tests.factories import PASSWORD

RECEIPT = "Récépissé de dépôt"
SAVED = "Enregistré à"
STATUS = "#enregistrement"


@pytest.fixture
def call(committed_db: None) -> str:
    """An open call, a partner who can sign in, the places that the form offers."""
    Cite.objects.create(pk=1, name="Cité éducative de Valenton", contact_email="contact@exemple.test")
    factories.make_member(password=PASSWORD)
    factories.make_quartier()
    factories.make_school()
    return factories.make_call().slug


@pytest.fixture
def no_script(browser: Browser, live_site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=live_site, locale="fr-FR", java_script_enabled=False)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page) -> None:
    page.goto("/espace/depots/")
    page.get_by_label("Adresse électronique", exact=False).first.fill(factories.make_member().email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/espace/depots/")


def begin(page: Page, call: str) -> Action:
    page.goto(f"/espace/depots/nouveau/{call}/")
    page.get_by_role("button", name="Commencer le dossier").click()
    page.wait_for_url("**/saisie/porteur/")
    return Action.objects.get()


def answers() -> dict[str, list[str]]:
    return factories.draft_values(factories.make_call())


# ------------------------------------------------------------------ without a mouse


def test_the_whole_form_by_the_keyboard_alone(page: Page, call: str) -> None:
    """Tab, letters, arrows, space and Enter: every question of every step, up to the receipt."""
    sign_in(page)
    action = begin(page, call)
    for rank, step in enumerate(STEPS, 1):
        expect(page.locator("main")).to_contain_text(f"Étape {rank} sur {len(STEPS)}")
        type_step(page, step.only(answers()))
        last = step == STEPS[-1]
        press_button(page, "Enregistrer et relire avant de déposer" if last else "Enregistrer et continuer")
    page.wait_for_url("**/relecture/")
    press_button(page, "Déposer le dossier")
    expect(page.get_by_role("heading", level=1)).to_contain_text(RECEIPT)
    action.refresh_from_db()
    assert action.version == 1


def type_step(page: Page, values: dict[str, list[str]]) -> None:
    """Go through the page once, in its order, and answer what is met."""
    left = {(name, value) for name, texts in values.items() for value in texts}
    page.locator("#contenu").focus()
    for _ in range(150):
        if not left:
            return
        page.keyboard.press("Tab")
        left -= answer_focused(page, values)
    raise AssertionError(f"The keyboard never met {left}")


def answer_focused(page: Page, values: dict[str, list[str]]) -> set[tuple[str, str]]:
    """What was answered in the control that has the focus."""
    focused = page.evaluate(
        "(({name = '', type = '', value = ''}) => ({name, kind: type, value}))(document.activeElement)"
    )
    name, kind, value = focused["name"], focused["kind"], focused["value"]
    if name not in values:
        return set()
    if kind == "checkbox":
        if value in values[name] or (value == "on" and values[name] == ["on"]):
            page.keyboard.press("Space")
            return {(name, value)}
        return set()
    [wanted] = values[name]
    if kind == "radio":
        choose_radio(page, wanted)
    elif kind == "select-one":
        choose_option(page, wanted)
    elif kind == "date":
        type_date(page, wanted)
    else:
        page.keyboard.press("Control+A")
        page.keyboard.type(wanted)
    return {(name, wanted)}


def type_date(page: Page, wanted: str) -> None:
    """Digits only, in the order of the browser's own language; arrows lead back to the first part."""
    year, month, day = wanted.split("-")
    for digits in (f"{month}{day}{year}", f"{day}{month}{year}"):
        page.keyboard.type(digits)
        if page.evaluate("document.activeElement.value") == wanted:
            return
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
    raise AssertionError(wanted)


def choose_radio(page: Page, wanted: str) -> None:
    page.keyboard.press("Space")
    for _ in range(6):
        if page.evaluate("document.activeElement.value") == wanted:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(wanted)


def choose_option(page: Page, wanted: str) -> None:
    for _ in range(120):
        if page.evaluate("document.activeElement.value") == wanted:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(wanted)


def press_button(page: Page, label: str) -> None:
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == label:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"The keyboard never met {label}")


# ------------------------------------------------------------------ without JavaScript


def test_without_javascript_up_to_the_receipt(no_script: Page, call: str) -> None:
    page = no_script
    sign_in(page)
    action = begin(page, call)
    for step in STEPS:
        for name, texts in step.only(answers()).items():
            fill(page, name, texts)
        page.locator("button[name=check]" if step == STEPS[-1] else "button[name=next]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Relire avant de déposer")
    page.get_by_role("button", name="Déposer le dossier").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(RECEIPT)
    action.refresh_from_db()
    assert action.version == 1


def fill(page: Page, name: str, texts: list[str]) -> None:
    control = page.locator(f"#saisie [name='{name}']").first
    kind = control.get_attribute("type")
    if kind in ("checkbox", "radio"):
        for text in texts:
            box = page.locator(f"#saisie [name='{name}'][value='{text}']")
            box = box if box.count() else control
            page.locator(f"label[for='{box.get_attribute('id')}']").click()
    elif control.evaluate_handle("e => e.tagName").json_value() == "SELECT":
        control.select_option(texts[0])
    else:
        control.fill(texts[0])


# ------------------------------------------------------------------ saved by the page


def test_what_is_typed_is_there_after_the_page_is_killed(page: Page, call: str) -> None:
    sign_in(page)
    action = begin(page, call)
    address = f"/espace/depots/{action.key}/saisie/projet/"
    page.goto(address)
    page.get_by_label("Intitulé de l'action").press_sequentially("Ateliers du soir")
    page.get_by_label("Objectifs").press_sequentially("Un texte que personne n'enregistre.")
    expect(page.locator(STATUS)).to_contain_text(SAVED, timeout=9_000)
    context: BrowserContext = page.context
    page.close(run_before_unload=False)
    again = context.new_page()
    again.goto(address)
    expect(again.get_by_label("Intitulé de l'action")).to_have_value("Ateliers du soir")
    expect(again.get_by_label("Objectifs")).to_have_value("Un texte que personne n'enregistre.")


def test_without_network_the_page_says_so_then_saves(page: Page, call: str) -> None:
    sign_in(page)
    action = begin(page, call)
    page.goto(f"/espace/depots/{action.key}/saisie/projet/")
    page.context.set_offline(True)
    page.get_by_label("Intitulé de l'action").press_sequentially("Tapé hors connexion")
    expect(page.locator(STATUS)).to_contain_text("n’est pas encore enregistré", timeout=9_000)
    page.context.set_offline(False)
    expect(page.locator(STATUS)).to_contain_text(SAVED, timeout=15_000)
    action.refresh_from_db()
    assert action.draft["title"] == ["Tapé hors connexion"]


def test_two_tabs_and_a_click_while_the_page_saves(page: Page, call: str) -> None:
    """The older tab stops by itself and says what to do; the button then shows both texts."""
    sign_in(page)
    action = begin(page, call)
    address = f"/espace/depots/{action.key}/saisie/projet/"
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    other.get_by_label("Intitulé de l'action").fill("De l'autre onglet")
    expect(other.locator(STATUS)).to_contain_text(SAVED, timeout=9_000)
    other.get_by_label("Objectifs").press_sequentially("Et tout de suite le bouton.")
    other.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(other.locator("#messages")).to_contain_text("Brouillon enregistré")
    page.get_by_label("Intitulé de l'action").press_sequentially("D'ici")
    expect(page.locator(STATUS)).to_contain_text("rien n’est perdu", timeout=9_000)
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.locator("main")).to_contain_text("Deux textes différents")
    expect(page.locator("main")).to_contain_text("De l'autre onglet")
    expect(page.get_by_label("Intitulé de l'action", exact=True)).to_have_value("D'ici")
