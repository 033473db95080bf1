"""Nothing tells whether an address has an account: not the answer, its headers, its cookies, the mail, nor the time.

Time is the processor's, so that a busy machine does not matter, and both kinds take turns. A round that is not
conclusive is followed by another whose figures are added to it: noise averages out, a leak stays.
"""

import re
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client, override_settings

from cites.accounts import adapter
from cites.models import Cite, OutboxMail, User
from tests import factories

PAIRS, ROUNDS = 12, 4
TOLERATED, SECONDS = 0.10, 0.015
PASSWORD = factories.PASSWORD
WRONG = "pas le bon mot de passe"
QUICKLY = override_settings(
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]
)  # where time is no matter

# Each takes as long as in production.
SLOWLY = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])

Ask = Callable[[Client, str], Any]


def login(client: Client, email: str) -> Any:
    return client.post("/comptes/login/", {"login": email, "password": WRONG})


def reset(client: Client, email: str) -> Any:
    return client.post("/comptes/password/reset/", {"email": email})


def code(client: Client, email: str) -> Any:
    return client.post("/comptes/login/code/", {"email": email})


def sign_up(client: Client, email: str) -> Any:
    typed = {"full_name": "Quelqu'un", "email": email, "password1": PASSWORD, "password2": PASSWORD}
    return client.post("/comptes/signup/", typed)


def resend_code(client: Client, email: str) -> Any:
    return client.post("/comptes/login/code/confirm/", {"action": "resend"})


def resend_sign_up(client: Client, email: str) -> Any:
    cache.clear()
    return client.post("/comptes/confirm-email/", {"action": "resend"})


def wrong_code(client: Client, email: str) -> Any:
    return client.post("/comptes/login/code/confirm/", {"code": "AAAA-AAAA"})


FIRST: dict[Ask, Ask] = {resend_code: code, wrong_code: code, resend_sign_up: sign_up}


def member() -> User:
    return factories.make_user("aaaa.connue@exemple.test", password=PASSWORD)


def without_password() -> User:
    return factories.make_user("aaaa.sansmdp@exemple.test")


def deactivated() -> User:
    return factories.make_user("aaaa.inactif@exemple.test", password=PASSWORD, is_active=False)


def unverified() -> User:
    user = factories.make_user("aaaa.nverifi@exemple.test", password=PASSWORD)
    EmailAddress.objects.filter(user=user).update(verified=False)
    return user


FLOWS = [
    *((flow, member) for flow in (login, reset, code, sign_up, resend_code, resend_sign_up, wrong_code)),
    *((flow, make) for flow in (login, reset, code, sign_up) for make in (without_password, deactivated, unverified)),
]
TIMED = [
    *FLOWS[:4],
    *((resend, member) for resend in (resend_code, resend_sign_up)),
    (login, without_password),
    (login, deactivated),
]


@pytest.fixture(autouse=True)
def portal(db: None) -> None:
    Cite.objects.create(pk=1, name="Cité éducative de Valenton")


def unknown(known: str, number: int) -> str:
    """As long as the known one, so that the answers have the same length."""
    return f"{number:04d}{known[4:]}"


def ask(flow: Ask, email: str) -> tuple[Client, Any, float]:
    """The answer to a new visitor, and the processor's time. What comes before is not counted, nor the limits."""
    client = Client()
    cache.clear()
    if flow in FIRST:
        FIRST[flow](client, email)
    start = time.process_time()
    answer = flow(client, email)
    return client, answer, time.process_time() - start


# ------------------------------------------------------------------ what is answered


def seen(flow: Ask, email: str) -> dict[str, Any]:
    """All that a visitor gets, without what is new each time and what they typed."""
    OutboxMail.objects.all().delete()
    client, answer, _ = ask(flow, email)
    pages = [answer]
    while pages[-1].status_code == 302:
        pages.append(client.get(pages[-1]["Location"]))
    return {
        "status": [page.status_code for page in pages],
        "headers": [{k: v for k, v in page.headers.items() if k != "Expires"} for page in pages],
        "cookies": [sorted((m.key, m["path"], m["httponly"], m["max-age"]) for m in p.cookies.values()) for p in pages],
        "bodies": [plain(page.content.decode(), email) for page in pages],
    }


def plain(body: str, email: str) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", body).replace(email, "ADRESSE")


def mails(flow: Ask, email: str) -> list[str]:
    OutboxMail.objects.all().delete()
    ask(flow, email)
    return list(OutboxMail.objects.values_list("to", flat=True))


@pytest.mark.parametrize(("flow", "make"), FLOWS, ids=lambda one: one.__name__)
def test_the_answer_is_the_same(flow: Ask, make: Callable[[], User]) -> None:
    with QUICKLY:
        known = make().email
        assert seen(flow, known) == seen(flow, unknown(known, 1))


@pytest.mark.parametrize(("flow", "make"), [one for one in FLOWS if one[0] in (login, reset, code, sign_up)])
def test_whoever_owns_the_address_is_written_to_once(flow: Ask, make: Callable[[], User]) -> None:
    known = make().email
    expected = [] if flow is login else ["{}"]
    with QUICKLY:
        for email in (known, unknown(known, 2)):
            assert mails(flow, email) == [one.format(email) for one in expected]


def test_the_form_says_nothing_of_a_taken_address_before_it_is_valid() -> None:
    known = member().email
    for email in (known, unknown(known, 3)):
        answer = Client().post("/comptes/signup/", {"full_name": "", "email": email, "password1": "court"})
        assert plain(answer.content.decode(), email).count("ADRESSE") == 1
        assert "existe déjà" not in answer.text


# ------------------------------------------------------------------ the time


def assert_no_leak(flow: Ask, known: str) -> None:
    times: dict[bool, list[float]] = {True: [], False: []}
    for email in (known, unknown(known, 9999)):
        ask(flow, email)  # what is read once
    for turn in range(ROUNDS):
        for number in range(PAIRS):
            for is_known in (True, False) if number % 2 else (False, True):
                email = known if is_known else unknown(known, 100 + turn * PAIRS + number)
                times[is_known].append(ask(flow, email)[2])
        with_account, without = median(times[True]), median(times[False])
        gap = abs(with_account - without)
        if gap <= max(TOLERATED * max(with_account, without), SECONDS):
            return
    raise AssertionError(f"{flow.__name__}: {with_account * 1000:.0f} ms with an account, {without * 1000:.0f} without")


@SLOWLY
@pytest.mark.one_database
@pytest.mark.parametrize(("flow", "make"), TIMED, ids=lambda one: one.__name__)
def test_the_time_is_the_same(flow: Ask, make: Callable[[], User]) -> None:
    assert_no_leak(flow, make().email)


def test_enough_pairs_are_timed() -> None:
    assert len(TIMED) * PAIRS >= 60


# ------------------------------------------------------------------ negative controls


@SLOWLY
@pytest.mark.one_database
def test_sign_up_leaks_without_the_hash_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "burn", lambda: None)
    with pytest.raises(AssertionError, match="sign_up"):
        assert_no_leak(sign_up, member().email)


@SLOWLY
@pytest.mark.one_database
def test_login_leaks_without_allauths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AuthenticationBackend, "_mitigate_timing_attack", lambda self, password: None)
    with pytest.raises(AssertionError, match="login"):
        assert_no_leak(login, member().email)
