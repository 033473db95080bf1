"""The budget while it is typed: totals, balance and share, with JavaScript and without, the same as the server's."""

import random
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from playwright.sync_api import Browser, Page, expect

from actions.models import Action
from cites.core.money import format_euros, parse_euros
from cites.models import Cite
from tests import factories
from tests.factories import PASSWORD

SHARE = "[data-budget-share]"
# What JavaScript and the server must read alike.
HARD = [
    "", "0", "12", "12,5", "12.50", "1234,56€", "1 234,56 €", "1\u202f234,56\u202f€", "1\u00a0234\u00a0567,89", "0012",
    "1 23", "1,234.56", "12,", ",5", "12,345", "-12", "−3", "1e3", "٣", "１２", "²", "12 €€", "€", "1000000000",
    "1000000000,01", "99999999999999", "1  234", "\t12\t", "1\t234", "NaN", "0x10", "+4", "1 234 56", "12 345",
]  # fmt: skip


@pytest.fixture
def action(committed_db: None) -> Action:
    Cite.objects.create(pk=1, name="Cité éducative de Valenton")
    action = factories.make_draft()
    action.created_by.set_password(PASSWORD)
    action.created_by.save()
    return action


def open_budget(page: Page, action: Action) -> None:
    page.goto(f"/espace/depots/{action.key}/saisie/budget/")
    page.get_by_label("Adresse électronique", exact=False).first.fill(action.created_by.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/saisie/budget/")


@pytest.fixture
def bare(browser: Browser, live_site: str) -> Iterator[Page]:
    """A browser without JavaScript."""
    context = browser.new_context(base_url=live_site, java_script_enabled=False, locale="fr-FR")
    yield context.new_page()
    context.close()


def test_totals_follow_what_is_typed(action: Action, page: Page) -> None:
    open_budget(page, action)
    expect(page.locator("[data-budget-gap]")).to_have_text("Le budget est équilibré.")
    page.locator("#id_line_641").fill("9 000,50")
    expect(page.locator("[data-budget-total=charge]")).to_have_text("11\u202f000,50\u202f€")
    expect(page.locator("[data-budget-gap]")).to_have_text("Il manque 1\u202f000,50\u202f€ de produits.")
    expect(page.locator(SHARE)).to_have_text(
        "La subvention sollicitée de 8\u202f000,00\u202f€ représente 80\u202f% du total des produits du projet."
    )
    page.locator("#id_line_864").fill("150")
    expect(page.locator("[data-budget-cvn]")).to_have_text("Il manque 150,00\u202f€ en 87.")


def test_a_co_funder_more_and_one_that_refuses(action: Action, page: Page) -> None:
    open_budget(page, action)
    page.get_by_role("button", name="Ajouter un financeur").click()
    added = page.get_by_role("group", name="Financeur 4", exact=True)
    expect(added.get_by_label("Sorte de financeur")).to_be_focused()
    added.get_by_label("Sorte de financeur").select_option("74orgasoc")
    added.get_by_label("Nom du financeur").fill("CAF")
    added.get_by_label("Montant").fill("2 000")
    expect(page.locator("[data-budget-line='74orgasoc']")).to_have_text("2\u202f000,00\u202f€")
    expect(page.locator("[data-budget-total=produit]")).to_have_text("12\u202f000,00\u202f€")
    expect(page.locator(SHARE)).to_contain_text("66,7\u202f%")
    added.get_by_label("Où en est l'aide").select_option("refused")
    expect(page.locator("[data-budget-total=produit]")).to_have_text("10\u202f000,00\u202f€")
    page.get_by_role("button", name="Recalculer").last.click()
    expect(page.get_by_role("group", name="Financeur 4", exact=True).get_by_label("Montant")).to_have_value("2 000")
    action.refresh_from_db()
    assert (action.draft["cofunder_3_name"], action.draft["cofunder_3_state"]) == (["CAF"], ["refused"])


def test_the_script_reads_amounts_as_the_server_does(action: Action, page: Page) -> None:
    open_budget(page, action)
    luck = random.Random(141112)  # noqa: S311 - a sample that is the same each time
    mixed = ["".join(luck.choices("0123456789 ,.\u202f\u00a0€-", k=luck.randint(1, 9))) for _ in range(400)]
    texts = [*HARD, *mixed]
    shown = page.evaluate(
        """texts => {
            const [input, total] = [document.getElementById('id_line_860'),
                                    document.querySelector('[data-budget-total=cvn_charge]')];
            return texts.map(text => {
                input.value = text;
                input.dispatchEvent(new Event('input', {bubbles: true}));
                return total.textContent;
            });
        }""",
        texts,
    )
    assert dict(zip(texts, shown, strict=True)) == {text: format_euros(as_the_server_reads(text)) for text in texts}


def as_the_server_reads(text: str) -> Decimal:
    try:
        return parse_euros(text) if text else parse_euros("0")
    except ValidationError:
        return parse_euros("0")


def test_without_javascript_the_server_says_the_same(action: Action, bare: Page) -> None:
    open_budget(bare, action)
    bare.get_by_role("button", name="Ajouter un financeur").click()
    expect(bare.get_by_role("group", name="Financeur 4", exact=True)).to_be_visible()
    expect(bare.get_by_role("group", name="Financeur 5", exact=True)).to_have_count(0)
    last = bare.get_by_role("group", name="Financeur 4", exact=True)
    last.get_by_label("Sorte de financeur").select_option("74orgasoc")
    last.get_by_label("Nom du financeur").fill("CAF")
    last.get_by_label("Montant").fill("2 000")
    last.get_by_label("Où en est l'aide").select_option("promised")
    bare.get_by_role("button", name="Recalculer").last.click()
    expect(bare.locator("[data-budget-line='74orgasoc']")).to_have_text("2\u202f000,00\u202f€")
    expect(bare.locator("[data-budget-gap]")).to_have_text("Il manque 2\u202f000,00\u202f€ de charges.")
    expect(bare.locator(SHARE)).to_have_text(
        "La subvention sollicitée de 8\u202f000,00\u202f€ représente 66,7\u202f% du total des produits du projet."
    )
