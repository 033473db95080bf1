"""Secrets of second factors are not in the database as they are; a key that changes locks nobody out."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import RequestFactory

from cites.accounts import vault
from cites.core import clock
from cites.core.registry import maintenance_jobs
from cites.models import Cite, User
from tests import factories
from tests.accounts.factors import code_of, give_app, give_recovery_codes, sign_in

ASKED, HOME = "/comptes/2fa/authenticate/", "/espace/"
FORMER, TODAY = "clef-ancienne-" * 5, "clef-nouvelle-" * 5


@pytest.fixture(autouse=True)
def now(db: None, settings: Any) -> Iterator[None]:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = FORMER, []
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton", contact_email="contact@exemple.test")
        yield


@pytest.fixture
def pilot() -> User:
    return factories.make_pilot("ville", password=factories.PASSWORD)


def stored(user: User) -> str:
    return json.dumps(list(Authenticator.objects.filter(user=user).values_list("data", flat=True)))


def arrives(user: User, code: str) -> str:
    """Where the real forms lead, password then code."""
    visitor, page = sign_in(user)
    assert page.path == ASKED
    answer = visitor.post(page.path, {"code": code})
    assert answer.status == 200
    return visitor.open(HOME).path


def test_the_table_holds_neither_the_secret_nor_the_seed(pilot: User) -> None:
    secret, codes = give_app(pilot), give_recovery_codes(pilot)
    seed = vault.decrypt(Authenticator.objects.get(user=pilot, type="recovery_codes").data["seed"])
    kept = stored(pilot)
    assert secret not in kept
    assert seed not in kept
    assert vault.encrypt("x") != vault.encrypt("x"), "two equal secrets do not look alike"
    assert arrives(pilot, code_of(secret)) == HOME
    assert arrives(pilot, codes[0]) == HOME


def test_after_a_rotation_the_former_key_still_reads(pilot: User, settings: Any) -> None:
    secret, codes = give_app(pilot), give_recovery_codes(pilot)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = TODAY, [FORMER]
    assert arrives(pilot, code_of(secret)) == HOME
    assert arrives(pilot, codes[0]) == HOME


def test_without_it_the_code_is_only_wrong(pilot: User, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    secret, codes = give_app(pilot), give_recovery_codes(pilot)
    settings.SECRET_KEY = TODAY
    with caplog.at_level(logging.ERROR, "cites.accounts.vault"):
        visitor, page = sign_in(pilot)
        for code in (code_of(secret), codes[0]):
            answer = visitor.post(page.path, {"code": code})
            assert (answer.status, answer.path) == (200, ASKED)
            assert "Code incorrect" in answer.text
    assert "SECRET_KEY_FALLBACKS" in caplog.text
    assert secret not in caplog.text


def test_maintenance_writes_them_under_the_key_of_today(pilot: User, settings: Any) -> None:
    secret, codes = give_app(pilot), give_recovery_codes(pilot)
    RecoveryCodes(Authenticator.objects.get(user=pilot, type="recovery_codes")).validate_code(codes[0])
    assert vault.renew_old in list(maintenance_jobs)
    assert vault.renew_old() == 0
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = TODAY, [FORMER]
    assert vault.renew_old() == 2
    written = stored(pilot)
    assert vault.renew_old() == 0
    assert stored(pilot) == written
    settings.SECRET_KEY_FALLBACKS = []
    assert arrives(pilot, code_of(secret)) == HOME
    assert arrives(pilot, codes[1]) == HOME
    _, page = sign_in(pilot)
    assert page.visitor.post(page.path, {"code": codes[0]}).path == ASKED, "used before, used still"


def test_what_no_key_opens_is_left_alone(pilot: User, settings: Any) -> None:
    give_app(pilot)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = TODAY, ["une-autre-" * 6]
    written = stored(pilot)
    assert vault.renew_old() == 0
    assert stored(pilot) == written


# ------------------------------------------------------------------ how a telephone and a browser name the portal


def test_an_app_names_the_cite(pilot: User) -> None:
    url = urlsplit(get_adapter().build_totp_url(pilot, "ABC"))
    assert parse_qs(url.query)["issuer"] == ["Cité éducative de Valenton"]
    Cite.objects.all().delete()
    assert get_adapter().get_totp_issuer() == "Cité éducative"


def test_a_passkey_belongs_to_the_name_people_type(rf: RequestFactory, settings: Any) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://portail.exemple:8443", ["autre.nom.exemple"]
    with context.request_context(rf.get("/", headers={"host": "autre.nom.exemple:8000"})):
        settings.LOCAL = False
        named = get_adapter().get_public_key_credential_rp_entity()
        assert named == {"id": "portail.exemple", "name": "Cité éducative de Valenton"}
        settings.LOCAL = True
        assert get_adapter().get_public_key_credential_rp_entity()["id"] == "autre.nom.exemple"
