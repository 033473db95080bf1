"""A ProConnect of our own, with real keys: each lie in its answers is refused, and each return that is not ours."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from cites.models import User
from cites.proconnect import tokens
from tests.accounts.identity_provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.accounts.round_trip import CALLBACK, EMAIL, assert_refused, back, start, who
from tests.visitor import Visitor, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


# ------------------------------------------------------------------ lies


def past(seconds: int) -> int:
    return int(time.time()) - seconds


LIES: dict[str, dict[str, Any]] = {
    "signed by another key": {"key_name": "intrus"},
    "of an unknown key": {"kid": "inconnue"},
    "of a key that only encrypts": {"kid": "chiffrement"},
    "of a key of another kind": {"kid": "ec-1"},
    "unsigned": {"algorithm": "none"},
    "signed with the public key as a secret": {"algorithm": "HS256"},
    "with an algorithm that is not used": {"algorithm": "RS384"},
    "another nonce": {"id_claims": {"nonce": "0" * 64}},
    "no nonce": {"id_claims": {"nonce": None}},
    "made for another portal": {"id_claims": {"aud": "autre-client"}},
    "made for others too": {"id_claims": {"aud": [CLIENT_ID, "autre"], "azp": "autre"}},
    "by another issuer": {"id_claims": {"iss": "https://ailleurs.test"}},
    "expired": {"id_claims": {"exp": past(60), "iat": past(120)}},
    "without an end": {"id_claims": {"exp": None}},
    "made tomorrow": {"id_claims": {"iat": past(-86_400), "exp": past(-90_000)}},
    "userinfo of another person": {"info_claims": {"sub": "quelqu'un d'autre"}},
    "userinfo for another portal": {"info_claims": {"aud": "autre-client"}},
    "userinfo by another issuer": {"info_claims": {"iss": "https://ailleurs.test"}},
    "userinfo out of date": {"info_claims": {"exp": past(60)}},
    "userinfo that is not signed": {"plain_userinfo": True},
    "another issuer's addresses": {"discovery": {"issuer": "https://ailleurs.test"}},
    "no keys": {"broken": {"/jwks": b'{"keys": "rien"}'}},
    "keys that are not JSON": {"broken": {"/jwks": b"<html>"}},
    "no token": {"broken": {"/token": b'{"token_type": "Bearer"}'}},
    "no id token": {"broken": {"/token": b'{"access_token": "un-jeton"}'}},
    "an id token that is a number": {"broken": {"/token": b'{"access_token": "un-jeton", "id_token": 12}'}},
    "a list instead of an answer": {"broken": {"/token": b"[]"}},
    "an error instead of a token": {"broken": {"/token": 500}},
    "an error instead of the person": {"broken": {"/userinfo": 503}},
    "a redirection elsewhere": {"broken": {"/userinfo": 302}},
    "an empty subject": {"info_claims": {"sub": ""}, "id_claims": {"sub": ""}},
    "a subject without end": {"info_claims": {"sub": "x" * 200}, "id_claims": {"sub": "x" * 200}},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_signs_nobody_in(provider: Provider, hugo: User, lie: str, log: Any) -> None:
    visitor = Visitor()
    asked = start(visitor)
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    page = visitor.open(back(provider.authorize(asked)))
    assert_refused(page)
    assert not SocialAccount.objects.exists()
    written = log.getvalue()
    assert "ProConnect sign-in refused" in written
    assert not any(secret in written for secret in ("un-jeton", "eyJ", CLIENT_SECRET, asked["state"], EMAIL))


# ------------------------------------------------------------------ returns that are not ours


@pytest.mark.parametrize(
    "change",
    [
        {"state": "inventé"},
        {"state": None},
        {"code": "inventé"},
        {"code": None},
        {"code": None, "error": "access_denied"},
        {"code": None, "error": "server_error", "error_description": "<script>"},
    ],
)
def test_a_return_that_is_not_ours_signs_nobody_in(provider: Provider, hugo: User, change: dict[str, Any]) -> None:
    visitor = Visitor()
    query = parse_qs(urlsplit(provider.authorize(start(visitor))).query)
    sent = {name: value for name, value in {**query, **change}.items() if value is not None}
    page = visitor.open(CALLBACK, **sent)
    assert_refused(page)
    assert "script" not in text_of(page.root)


def test_a_return_serves_once(provider: Provider, hugo: User) -> None:
    visitor = Visitor()
    address = back(provider.authorize(start(visitor)))
    assert visitor.open(address).path == reverse("espace:home")
    visitor.client.post(reverse("account_logout"), {"next": "/"})
    assert_refused(visitor.open(address))


def test_a_code_that_was_already_used_signs_nobody_in(provider: Provider, hugo: User) -> None:
    visitor = Visitor()
    first = parse_qs(urlsplit(provider.authorize(start(visitor))).query)
    visitor.open(CALLBACK, **first)
    visitor.client.post(reverse("account_logout"), {"next": "/"})
    state = start(visitor)["state"]
    assert_refused(visitor.open(CALLBACK, code=first["code"][0], state=state))


def test_the_return_of_another_browser_signs_nobody_in(provider: Provider, hugo: User) -> None:
    """An intruder's return, slipped to a victim, must not sign the victim in as the intruder."""
    intruder, victim = Visitor(), Visitor()
    address = back(provider.authorize(start(intruder)))
    start(victim)
    assert_refused(victim.open(address))


# ------------------------------------------------------------------ negative controls


@pytest.mark.parametrize(
    "lie, guard",
    [
        ("another nonce", "check_nonce"),
        ("signed by another key", "read"),
        ("made for another portal", "read"),
        ("expired", "read"),
    ],
)
def test_without_its_guard_a_lie_comes_in(
    provider: Provider, hugo: User, lie: str, guard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unguarded = {
        "check_nonce": lambda claims, nonce: None,
        "read": lambda token, keys, **expected: {
            "nonce": "",
            **jwt.decode(token, options={"verify_signature": False}),
        },
    }
    monkeypatch.setattr(tokens, guard, unguarded[guard])
    visitor = Visitor()
    asked = start(visitor)
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    assert who(visitor.open(back(provider.authorize(asked)))) == hugo
