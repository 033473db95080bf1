"""The second factor, for real: an application's code computed from the secret on the page, and a passkey made by
Chromium's own virtual authenticator. Passkeys want a name, so the site is opened as localhost."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from cites.models import Cite, OutboxMail
from tests import factories
from tests.factories import PASSWORD


@pytest.fixture
def pilot(page: Page, live_site: str, settings: Any) -> Page:
    """A pilot who has just been given a mandate, on the sign-in page, in an installation that asks for two factors."""
    settings.MFA_REQUIRED = True
    Cite.objects.create(pk=1, name="Cité éducative de Valenton")
    factories.make_pilot("ville", password=PASSWORD)
    page.goto(f"{live_site.replace('127.0.0.1', 'localhost')}/espace/")
    return page


def sign_in(page: Page) -> None:
    page.get_by_label("Adresse électronique").fill("titulaire.ville@exemple.test")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Déconnexion").first.click()
    expect(page.get_by_role("link", name="Se connecter").first).to_be_visible()
    page.goto(f"{site(page)}/comptes/login/?next=/espace/")


def site(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_an_application_on_the_phone_opens_the_espace(pilot: Page) -> None:
    sign_in(pilot)
    expect(pilot.get_by_role("heading", level=1)).to_have_text("Protégez votre compte pour continuer")
    pilot.get_by_role("link", name="Une application sur votre téléphone").click()
    secret = pilot.locator(".portal-secret").inner_text()

    pilot.get_by_label("Code de l'authentificateur").fill("000000")
    pilot.get_by_role("button", name="Relier l’application").click()
    expect(pilot.locator("main")).to_contain_text(re.compile("code .*incorrect", re.IGNORECASE))
    assert pilot.locator(".portal-secret").inner_text() == secret, "the drawing already photographed stays good"

    pilot.get_by_label("Code de l'authentificateur").fill(code(secret))
    pilot.get_by_role("button", name="Relier l’application").click()
    expect(pilot.get_by_role("heading", level=1)).to_have_text("Codes de récupération")
    codes = pilot.locator(".portal-codes code").all_inner_texts()
    assert len(codes) == 10
    pilot.get_by_role("link", name="J’ai noté mes codes").click()
    expect(pilot.get_by_role("heading", level=1)).to_contain_text("Bonjour")

    sign_out(pilot)
    sign_in(pilot)
    expect(pilot.get_by_role("heading", level=1)).to_have_text("Deuxième étape de la connexion")
    pilot.get_by_label("Code", exact=True).fill(codes[0])
    pilot.get_by_role("button", name="Se connecter", exact=True).click()
    expect(pilot.get_by_role("heading", level=1)).to_contain_text("Bonjour")

    sign_out(pilot)
    sign_in(pilot)
    pilot.get_by_label("Code", exact=True).fill(codes[0])
    pilot.get_by_role("button", name="Se connecter", exact=True).click()
    expect(pilot.get_by_role("heading", level=1)).to_have_text("Deuxième étape de la connexion")
    expect(pilot.locator("main")).to_contain_text("incorrect")
    assert OutboxMail.objects.filter(to="titulaire.ville@exemple.test").exists(), "the person is told of the new factor"


def virtual_passkey(page: Page) -> None:
    session: Any = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_opens_it_and_replaces_the_password(pilot: Page) -> None:
    virtual_passkey(pilot)
    sign_in(pilot)
    pilot.get_by_role("link", name="Une clé d’accès").click()
    pilot.get_by_label("Nom de la clé").fill("Ordinateur du bureau")
    pilot.get_by_text("Se connecter avec cette clé seule").click()
    pilot.get_by_role("button", name="Ajouter cette clé").click()
    expect(pilot.get_by_role("heading", level=1)).to_have_text("Codes de récupération")
    pilot.goto(f"{site(pilot)}/comptes/2fa/webauthn/")
    expect(pilot.get_by_role("rowheader")).to_contain_text("Ordinateur du bureau")

    sign_out(pilot)
    pilot.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(pilot.get_by_role("heading", level=1)).to_contain_text("Bonjour")

    sign_out(pilot)
    sign_in(pilot)
    pilot.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(pilot.get_by_role("heading", level=1)).to_contain_text("Bonjour")
