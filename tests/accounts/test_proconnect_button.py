"""The ProConnect button: what it asks, the settings that make it exist, and what it says when nobody answers."""

import os
import subprocess
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.urls import reverse
from pytest_django import Settings

from tests.accounts.identity_provider import CLIENT_ID, Provider
from tests.accounts.round_trip import CALLBACK, LOGIN, assert_refused, start
from tests.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


# ------------------------------------------------------------------ what is asked


def test_the_button_leads_to_proconnect_with_what_it_wants(provider: Provider) -> None:
    page = Visitor().open(reverse("account_login"), next="/espace/journal/")
    assert "Qu’est-ce que ProConnect ?" in page.links
    assert page.sends("S’identifier avec ProConnect")["next"] == ["/espace/journal/"]
    answer = page.visitor.client.post(LOGIN)
    assert answer["Location"].startswith(f"{provider.url}/authorize?")
    asked = start(page.visitor)
    assert set(asked.pop("scope").split()) == {"openid", "given_name", "usual_name", "email", "siret", "uid"}
    secrets = {name: asked.pop(name) for name in ("state", "nonce", "code_challenge")}
    assert asked == {
        "client_id": CLIENT_ID,
        "redirect_uri": f"http://localhost:8000{CALLBACK}",
        "response_type": "code",
        "acr_values": "eidas1",
        "code_challenge_method": "S256",
    }
    again = start(page.visitor)
    assert not any(again[name] == value for name, value in secrets.items())


def test_the_address_of_the_page_changes_nothing_of_what_is_asked(provider: Provider) -> None:
    visitor = Visitor()
    odd = "process=connect&scope=admin&action=reauthenticate&auth_params=nonce%3Da%26acr_values%3Dnone%26prompt%3Dnone"
    answer = visitor.client.post(f"{LOGIN}?{odd}")
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert (asked["acr_values"], "admin" in asked["scope"][0], "prompt" in asked) == (["eidas1"], False, False)
    assert len(asked["nonce"][0]) == 64


def test_the_neutral_look_has_a_plain_button(provider: Provider, settings: Settings) -> None:
    settings.BRAND = "neutre"
    page = Visitor().open(reverse("account_login"))
    assert "S’identifier avec ProConnect" in page.buttons
    assert not list(page.root.iter("strong"))


# ------------------------------------------------------------------ nobody answers


@pytest.mark.parametrize("trouble", [500, b"", b"[]", b"{}"])
def test_when_proconnect_is_down_the_button_says_so(provider: Provider, trouble: Any) -> None:
    provider.broken = {"/.well-known/openid-configuration": trouble}
    assert_refused(Visitor().post(LOGIN, {}))


def test_when_nobody_answers_the_button_says_so(provider: Provider, settings: Settings) -> None:
    settings.PROCONNECT_ISSUER = "http://127.0.0.1:9/api/v2"
    assert_refused(Visitor().post(LOGIN, {}))


def test_one_computer_does_not_keep_the_portal_asking(provider: Provider, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    client = Visitor().client
    assert [client.post(LOGIN).status_code for _ in range(4)] == [302, 302, 302, 429]
    settings.ACCOUNT_RATE_LIMITS = {}
    assert client.post(LOGIN).status_code == 302, "it is the limit that stops it"


def test_the_questions_have_a_time_limit() -> None:
    assert settings.SOCIALACCOUNT_REQUESTS_TIMEOUT == 5


# ------------------------------------------------------------------ its settings


def test_without_its_settings_proconnect_does_not_exist() -> None:
    visitor = Visitor(raises=False)
    page = visitor.open(reverse("account_login"))
    assert "ProConnect" not in page.text
    for name in ("login", "callback", "logout", "logged_out"):
        address = reverse(f"proconnect_{name}")
        method = "post" if name == "login" else "get"
        assert getattr(visitor.client, method)(address).status_code == 404


def settings_of(tmp_path: Any, **environment: str) -> str:
    """Settings are read once: another process reads those of this environment."""
    code = "from django.conf import settings as s; print(s.SECURE_CSP['form-action'])"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    production = {"SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "portail.example", "BRAND": "etat", "VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, **production, "DJANGO_SETTINGS_MODULE": "cites.settings", **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
    )
    return (done.stdout + done.stderr).decode().strip().splitlines()[-1]


ISSUER = "https://fca.example/api/v2/"
KEYS = {"PROCONNECT_CLIENT_ID": "a", "PROCONNECT_CLIENT_SECRET": "b"}


@pytest.mark.parametrize(
    "environment, said",
    [
        ({}, """["'self'"]"""),
        ({"PROCONNECT_ISSUER": ISSUER, **KEYS}, """["'self'", 'https://fca.example']"""),
        ({"PROCONNECT_ISSUER": ISSUER}, "or none."),
        (KEYS, "or none."),
        ({"PROCONNECT_ISSUER": "http://fca.example", **KEYS}, "starts with https://."),
    ],
)
def test_production_wants_all_of_its_settings_or_none(tmp_path: Any, environment: dict[str, str], said: str) -> None:
    assert settings_of(tmp_path, **environment).endswith(said)
