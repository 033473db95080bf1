"""The buttons of the sheet for Dauphin: one click copies a field, a refusal selects it, and both are said aloud."""

import pytest
from playwright.sync_api import Page, expect

from actions.models import Action
from cites.models import Cite
from tests import factories
from tests.factories import PASSWORD


@pytest.fixture
def action(committed_db: None) -> Action:
    Cite.objects.create(pk=1, name="Cité éducative de Valenton")
    action = factories.make_submitted(description="Deux soirs par semaine.\nEt le mercredi.")
    action.created_by.set_password(PASSWORD)
    action.created_by.save()
    return action


def test_a_click_copies_the_very_text_and_says_so(action: Action, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/espace/depots/{action.key}/dauphin/")
    page.get_by_label("Adresse électronique", exact=False).first.fill(action.created_by.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/dauphin/")
    button = page.get_by_role("button", name="Copier : Description de l'action")
    button.click()
    expect(page.locator("#annonces")).to_have_text("Description de l'action : copié.")
    assert page.evaluate("navigator.clipboard.readText()") == "Deux soirs par semaine.\nEt le mercredi."
    expect(page.get_by_role("button", name="Copié : Description de l'action")).to_be_visible()

    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error('no')))")
    page.get_by_role("button", name="Copier : SIRET").click()
    expect(page.locator("#annonces")).to_have_text("SIRET : le texte est sélectionné, copiez-le au clavier.")
    assert page.evaluate("window.getSelection().toString()") == action.organisation.siret
