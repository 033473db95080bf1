"""Every page of allauth that a route can show is drawn by a template of ours: none in the look it comes with."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import allauth
import pytest
from django.conf import settings as live_settings
from django.urls import reverse

from cites.core import clock
from cites.models import Cite, OutboxMail, User
from tests import factories
from tests.accounts.factors import give_app, give_passkey, give_recovery_codes, sign_in
from tests.house import answers
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.one_database

THEIRS, OURS = Path(allauth.__file__).parent, live_settings.BASE_DIR / "templates"
LIBRARIES = ("account_", "mfa_", "usersessions_")
# Theirs, and empty: they only extend a layout of ours, or hold the script of passkeys.
BARE = re.compile(r"(account|mfa|usersessions)/base_\w+\.html|mfa/webauthn/snippets/\w+\.html")
# Routes that answer with data, a file or a redirection, never with a page.
WITHOUT_A_PAGE = {"mfa_login_webauthn", "mfa_download_recovery_codes"}


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton", contact_email="contact@exemple.test")
        yield


def mail(to: str) -> str:
    return OutboxMail.objects.filter(to=to).latest("pk").body


def with_password() -> User:
    return factories.make_user(password=factories.PASSWORD)


def with_app() -> User:
    """A partner: nothing forbids taking the factor away."""
    user = factories.make_member(password=factories.PASSWORD)
    give_app(user)
    give_recovery_codes(user)
    return factories.fresh(user)


def with_passkey() -> User:
    user = factories.make_member(password=factories.PASSWORD)
    give_passkey(user)
    return factories.fresh(user)


def signed_in(route: str, make: Callable[[], User]) -> Callable[[], Page]:
    return lambda: Visitor(make()).open(reverse(route))


def anonymous(route: str, *args: Any) -> Callable[[], Page]:
    return lambda: Visitor().open(reverse(route, args=args))


def a_code_to_sign_in() -> Page:
    page = Visitor().open("/comptes/login/code/")
    return page.press("Envoyer le code", email=with_password().email)


def a_code_to_sign_up() -> Page:
    page = Visitor().open("/comptes/signup/")
    secret = "trois cigognes sous la halle"
    form = {"email": "nouvelle@exemple.test", "full_name": "Inès Arnaud", "password1": secret, "password2": secret}
    return page.visitor.post(page.path, form)


def a_code_to_change_address() -> Page:
    page = Visitor(with_password()).open("/comptes/email/")
    return page.press("Changer d’adresse", email="autre@exemple.test")


def a_new_password() -> Page:
    user = with_password()
    Visitor().open("/comptes/password/reset/").press("Recevoir le message", email=user.email)
    link = re.search(r"https?://[^/]+(/comptes/password/reset/key/\S+)", mail(user.email))
    assert link is not None
    return Visitor().open(link[1])


def a_passkey(route: str) -> Callable[[], Page]:
    def opens() -> Page:
        user = with_passkey()
        key = user.authenticator_set.get(type="webauthn")
        return Visitor(user).open(reverse(route, args=[key.pk]))

    return opens


# Route and situation -> the page. A route may be named twice.
PAGES: list[tuple[str, Callable[[], Page]]] = [
    ("account_login", anonymous("account_login")),
    ("account_signup", anonymous("account_signup")),
    ("account_inactive", anonymous("account_inactive")),
    ("account_request_login_code", anonymous("account_request_login_code")),
    ("account_confirm_login_code", a_code_to_sign_in),
    ("account_email_verification_sent", a_code_to_sign_up),
    ("account_email_verification_sent", a_code_to_change_address),
    ("account_logout", signed_in("account_logout", with_password)),
    ("account_email", signed_in("account_email", with_password)),
    ("account_change_password", signed_in("account_change_password", with_password)),
    ("account_set_password", signed_in("account_set_password", factories.make_user)),
    ("account_reauthenticate", signed_in("account_reauthenticate", with_password)),
    ("account_reset_password", anonymous("account_reset_password")),
    ("account_reset_password", signed_in("account_reset_password", with_password)),
    ("account_reset_password_done", anonymous("account_reset_password_done")),
    ("account_reset_password_from_key", anonymous("account_reset_password_from_key", "1", "x-y")),
    ("account_reset_password_from_key", a_new_password),
    ("account_reset_password_from_key_done", anonymous("account_reset_password_from_key_done")),
    ("mfa_authenticate", lambda: sign_in(with_app())[1]),
    ("mfa_index", signed_in("mfa_index", with_password)),
    ("mfa_index", signed_in("mfa_index", with_passkey)),
    ("mfa_reauthenticate", signed_in("mfa_reauthenticate", with_app)),
    ("mfa_activate_totp", signed_in("mfa_activate_totp", with_password)),
    ("mfa_deactivate_totp", signed_in("mfa_deactivate_totp", with_app)),
    ("mfa_view_recovery_codes", signed_in("mfa_view_recovery_codes", with_app)),
    ("mfa_generate_recovery_codes", signed_in("mfa_generate_recovery_codes", with_app)),
    ("mfa_list_webauthn", signed_in("mfa_list_webauthn", with_passkey)),
    ("mfa_add_webauthn", signed_in("mfa_add_webauthn", with_app)),
    ("mfa_edit_webauthn", a_passkey("mfa_edit_webauthn")),
    ("mfa_remove_webauthn", a_passkey("mfa_remove_webauthn")),
    ("mfa_reauthenticate_webauthn", signed_in("mfa_reauthenticate_webauthn", with_passkey)),
    ("usersessions_list", signed_in("usersessions_list", with_password)),
]


def raw(page: Page) -> list[str]:
    """Templates of the answer that are allauth's own, but for the bare ones."""
    used = [template for template in page.answer.templates if template.origin]
    theirs = {str(one.name) for one in used if Path(one.origin.name).is_relative_to(THEIRS)}
    return sorted(name for name in theirs if not BARE.fullmatch(name))


@pytest.mark.parametrize("route, opens", PAGES, ids=[route for route, _ in PAGES])
def test_a_page_of_ours(route: str, opens: Callable[[], Page]) -> None:
    page = opens()
    assert (page.status, answers.place(page.url)) == (200, route)
    assert Path(page.answer.templates[0].origin.name).is_relative_to(OURS)
    assert raw(page) == []


def test_no_route_is_forgotten() -> None:
    routes = {route.name for route in answers.routes() if route.name.startswith(LIBRARIES)}
    assert routes - WITHOUT_A_PAGE == {route for route, _ in PAGES}


def test_without_our_templates_the_pages_are_seen_raw(settings: Any) -> None:
    """Negative control: one page, looked for in allauth's folder first."""
    template = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**template, "DIRS": [THEIRS / "templates", *template["DIRS"]]}]
    assert "account/login.html" in raw(Visitor().open("/comptes/login/"))


@pytest.mark.parametrize("route", ["account_login", "account_signup", "account_reset_password"])
def test_an_address_is_called_the_same_everywhere(route: str) -> None:
    page = anonymous(route)()
    assert "Adresse électronique" in page.text
    assert "E-mail" not in page.text
    assert not [node.get("placeholder") for node in page.root.iter("input") if node.get("placeholder")]
