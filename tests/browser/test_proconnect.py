"""There and back in a real browser: the policy of forms lets the button leave, and leaving closes both sessions."""

from collections.abc import Iterator
from threading import Thread

import pytest
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from tests import factories
from tests.accounts import identity_provider
from tests.accounts.identity_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.live import Handler, Server

HUGO = {"sub": "abc", "given_name": "Hugo", "usual_name": "MARIN", "email": "hugo.marin@ville.test"}


@pytest.fixture
def issuer(settings: Settings) -> Iterator[str]:
    with identity_provider.serving(HUGO) as provider:
        settings.PROCONNECT_ISSUER = provider.url
        settings.PROCONNECT_CLIENT_ID, settings.PROCONNECT_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
        yield provider.url.removesuffix("/api/v2")


@pytest.fixture
def site(committed_db: None, settings: Settings, issuer: str) -> Iterator[str]:
    """The whole site, as it starts where ProConnect is configured."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.SECURE_CSP = {**settings.SECURE_CSP, "form-action": ["'self'", issuer]}
    server = Server(("127.0.0.1", 0), Handler)
    server.set_app(WSGIHandler())
    settings.SITE_URL = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield settings.SITE_URL
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


@pytest.fixture
def agent(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, locale="fr-FR")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_an_agent_comes_in_and_leaves_both(agent: Page) -> None:
    factories.make_user("hugo.marin@ville.test", "Hugo Marin")
    agent.goto("/comptes/login/?next=/espace/")
    agent.get_by_role("button", name="S’identifier avec ProConnect").click()
    expect(agent.get_by_role("heading", level=1)).to_contain_text("Bonjour")
    agent.get_by_role("button", name="Déconnexion").first.click()
    expect(agent.get_by_text("Vous êtes déconnecté du portail et de ProConnect.")).to_be_visible()
    expect(agent).to_have_url(f"{agent.url.rpartition('/')[0]}/")


def test_without_the_issuer_in_the_policy_of_forms_the_button_is_stopped(agent: Page, settings: Settings) -> None:
    """The negative control of `PROCONNECT_ORIGIN` in SECURE_CSP."""
    refused: list[str] = []
    agent.on("console", lambda message: refused.append(message.text))
    agent.goto("/comptes/login/")
    agent.route(
        "**/comptes/login/",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            headers={**answer.headers, "content-security-policy": "default-src 'none'; form-action 'self'"},
        ),
    )
    agent.goto("/comptes/login/")
    agent.get_by_role("button", name="S’identifier avec ProConnect").click()
    agent.wait_for_timeout(500)
    assert any("form-action" in text for text in refused)
    assert agent.url.endswith("/comptes/login/")
