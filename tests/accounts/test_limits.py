"""Five tries, wherever they come from, whichever worker counts them; and always a way back for the owner."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.db import connection, connections
from django.test import Client, override_settings

from cites.accounts import limits
from cites.core.registry import maintenance_jobs
from cites.models import OutboxMail, User
from tests import factories
from tests.accounts import factors

LOGIN, RESET, CODE, CONFIRM = (
    "/comptes/login/",
    "/comptes/password/reset/",
    "/comptes/login/code/",
    "/comptes/login/code/confirm/",
)
PASSWORD = factories.PASSWORD
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
NEW = "lavande kiwi raquette vitrail"
LOCKED = "fermée pendant cinq minutes"


@pytest.fixture(autouse=True)
def quick_hashes(request: pytest.FixtureRequest) -> Iterator[None]:
    """What hashing costs is looked at elsewhere. The workers have the portal's own."""
    with nullcontext() if "committed_db" in request.fixturenames else override_settings(PASSWORD_HASHERS=QUICK):
        yield


def owner(name: str = "proprietaire") -> User:
    return factories.make_user(f"{name}@exemple.test", password=PASSWORD)


WRONG = "pas le bon"


def tries(email: str, password: str = WRONG, client: Client | None = None, **where: Any) -> str:
    answer = (client or Client()).post(LOGIN, {"login": email, "password": password}, **where)
    return "in" if answer.status_code == 302 else "locked" if LOCKED in answer.text else str(answer.status_code)


def lock(email: str) -> None:
    """From elsewhere, as an attacker does."""
    for _ in range(6):
        tries(email, REMOTE_ADDR="203.0.113.9")
    assert tries(email, PASSWORD) == "locked"


# ------------------------------------------------------------------ per account


def test_the_sixth_try_is_refused_even_with_the_password(db: None) -> None:
    user, other = owner(), owner("voisine")
    assert [tries(user.email) for _ in range(5)] == ["200"] * 5
    assert tries(user.email, PASSWORD) == "locked"
    assert tries(other.email, PASSWORD, REMOTE_ADDR="198.51.100.1") == "in", "nobody else is"


def test_the_sentence_says_how_long_and_what_to_do(db: None) -> None:
    lock(owner().email)
    page = Client().post(LOGIN, {"login": owner().email, "password": PASSWORD}).text
    for said in ("cinq minutes", "Mot de passe oublié", "Recevoir un code par courriel"):
        assert said in page


def test_signing_in_wrongly_four_times_then_well_opens(db: None) -> None:
    user = owner()
    for _ in range(3):
        assert [tries(user.email) for _ in range(4)] == ["200"] * 4
        assert tries(user.email, PASSWORD) == "in"
        cache.delete_many([])  # nothing is cleared: the owner's own sign-in lifted the count
        for ip in range(3):
            assert tries(user.email, PASSWORD, REMOTE_ADDR=f"198.51.100.{ip}") == "in"
        cache.clear()


DISGUISES: dict[str, Any] = {
    "another address in X-Forwarded-For": lambda n: {"HTTP_X_FORWARDED_FOR": f"198.51.100.{n}"},
    "several addresses there": lambda n: {"HTTP_X_FORWARDED_FOR": f"198.51.100.{n}, 203.0.113.{n}"},
    "other headers of proxies": lambda n: {
        "HTTP_X_REAL_IP": f"198.51.100.{n}",
        "HTTP_FORWARDED": f"for=198.51.100.{n}",
    },
    "another port": lambda n: {"HTTP_HOST": f"testserver:{8000 + n}"},
    "another name of the portal": lambda n: {"HTTP_HOST": f"{('localhost', '127.0.0.1', 'testserver')[n % 3]}:{n}"},
    "a name given by X-Forwarded-Host": lambda n: {"HTTP_X_FORWARDED_HOST": f"h{n}.exemple.test"},
    "another browser": lambda n: {"HTTP_USER_AGENT": f"Navigateur/{n}", "HTTP_ACCEPT_LANGUAGE": f"fr;q=0.{n}"},
    "another computer": lambda n: {"REMOTE_ADDR": f"198.51.100.{n}"},
}


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=list(DISGUISES))
def test_no_disguise_gives_a_sixth_try(db: None, disguise: Any) -> None:
    with override_settings(ALLOWED_HOSTS=["testserver", "localhost", "127.0.0.1"]):
        user = owner()
        assert [tries(user.email, **disguise(n)) for n in range(5)] == ["200"] * 5
        assert tries(user.email, PASSWORD, **disguise(6)) == "locked"


@pytest.mark.parametrize(
    "written", ["PROPRIETAIRE@exemple.test", " Proprietaire@Exemple.Test ", "proprietaire@EXEMPLE.TEST"]
)
def test_an_address_written_otherwise_is_the_same(db: None, written: str) -> None:
    user = owner()
    assert [tries(written) for _ in range(5)] == ["200"] * 5
    assert tries(user.email, PASSWORD) == "locked"


def test_the_count_is_kept_for_an_address_that_nobody_has(db: None) -> None:
    """Else the lock would tell who has an account."""
    assert [tries("personne.du.tout@exemple.test") for _ in range(5)] == ["200"] * 5
    assert tries("personne.du.tout@exemple.test") == "locked"


# ------------------------------------------------------------------ per computer


def test_ten_accounts_a_minute_from_one_computer(db: None) -> None:
    user = owner()
    assert [tries(f"cible{n}@exemple.test") for n in range(10)] == ["200"] * 10
    assert tries(user.email, PASSWORD) == "locked"
    assert tries(user.email, PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.7") == "locked"
    assert tries(user.email, PASSWORD, REMOTE_ADDR="198.51.100.7") == "in"


def test_a_network_of_ipv6_is_one_computer(db: None) -> None:
    for n in range(10):
        tries(f"cible{n}@exemple.test", REMOTE_ADDR=f"2001:db8:1:2::{n:x}")
    assert tries(owner().email, PASSWORD, REMOTE_ADDR="2001:db8:1:2:ffff::1") == "locked"
    assert tries(owner().email, PASSWORD, REMOTE_ADDR="2001:db8:1:3::1") == "in"


def test_ipv4_through_an_ipv6_socket_is_not_one_computer(db: None) -> None:
    for n in range(10):
        tries(f"cible{n}@exemple.test", REMOTE_ADDR="::ffff:203.0.113.9")
    assert tries(owner().email, PASSWORD, REMOTE_ADDR="::ffff:203.0.113.10") == "in"
    assert tries(owner().email, PASSWORD, REMOTE_ADDR="203.0.113.9") == "locked"


def test_behind_one_proxy_the_last_address_counts(db: None) -> None:
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
        for n in range(10):
            tries(f"cible{n}@exemple.test", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}, 203.0.113.9")
        assert tries(owner().email, PASSWORD, HTTP_X_FORWARDED_FOR="10.1.1.1, 203.0.113.9") == "locked"
        assert tries(owner().email, PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.9, 203.0.113.10") == "in"


def test_too_many_requests_have_their_page(db: None) -> None:
    client = Client()
    answers = [client.post(LOGIN, {"login": "", "password": ""}) for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {200}
    assert answers[60].status_code == 429
    assert int(answers[60].headers["Retry-After"]) > 0
    assert client.get(LOGIN).status_code == 200, "reading is not limited"


# ------------------------------------------------------------------ the other doors


def test_a_code_of_the_app_gives_five_tries(db: None) -> None:
    user = factors.give_password(factories.make_pilot())
    secret = factors.give_app(user)
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    said = [client.post("/comptes/2fa/authenticate/", {"code": "000000"}) for _ in range(5)]
    assert all("Code incorrect" in answer.text for answer in said)
    refused = client.post("/comptes/2fa/authenticate/", {"code": factors.code_of(secret)})
    assert refused.status_code == 200
    assert "Trop d’essais en peu de temps. Attendez cinq minutes" in refused.text
    assert client.get("/espace/").status_code == 302


def test_a_recovery_code_shares_them(db: None) -> None:
    user = factors.give_password(factories.make_pilot())
    factors.give_app(user)
    codes = factors.give_recovery_codes(user)
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    for _ in range(5):
        client.post("/comptes/2fa/authenticate/", {"code": "00000000"})
    again = Client()  # another browser, the same person
    again.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert "Trop d’essais" in again.post("/comptes/2fa/authenticate/", {"code": codes[0]}).text


def test_a_mailed_code_gives_three_tries_and_is_asked_three_times_a_minute(db: None) -> None:
    user = owner()
    client = Client()
    client.post(CODE, {"email": user.email})
    good = mailed_code()
    for _ in range(3):
        client.post(CONFIRM, {"code": "AAAA-AAAA"})
    assert client.post(CONFIRM, {"code": good})["Location"] == CODE
    assert client.get("/espace/").status_code == 302
    assert [Client().post(CODE, {"email": user.email}).status_code for _ in range(3)] == [302, 302, 200]


def test_resets_are_mailed_five_times_an_hour(db: None) -> None:
    statuses = [Client().post(RESET, {"email": owner().email}).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]
    assert OutboxMail.objects.filter(to=owner().email).count() == 5


def test_accounts_are_made_thirty_an_hour_from_one_place(db: None) -> None:
    answers = [Client().post("/comptes/signup/", {}).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


def test_the_present_password_is_asked_five_times_a_minute(db: None) -> None:
    client = Client()
    client.post(LOGIN, {"login": owner().email, "password": PASSWORD})
    typed = {"oldpassword": "pas le bon", "password1": NEW, "password2": NEW}
    statuses = [client.post("/comptes/password/change/", typed).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]


# ------------------------------------------------------------------ the way back


def last_mail() -> OutboxMail:
    found = OutboxMail.objects.order_by("-pk").first()
    assert found is not None
    return found


def mailed_code() -> str:
    found = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", last_mail().body, re.MULTILINE)
    assert found, last_mail().body
    return found[1]


def reset_password(email: str) -> None:
    client = Client()
    assert client.post(RESET, {"email": email}).status_code == 302
    found = re.search(r"https?://[^/]+(/comptes/password/reset/key/\S+)", last_mail().body)
    assert found, last_mail().body
    form = client.get(found[1], follow=True).redirect_chain[-1][0]
    assert client.post(form, {"password1": NEW, "password2": NEW}).status_code == 302


def test_the_owner_comes_back_by_a_reset(db: None) -> None:
    lock(owner().email)
    reset_password(owner().email)
    assert tries(owner().email, NEW) == "in"


def test_an_account_made_in_the_admin_too(db: None) -> None:
    user = owner()
    EmailAddress.objects.filter(user=user).delete()
    lock(user.email)
    reset_password(user.email)
    assert tries(user.email, NEW) == "in"


def test_the_owner_comes_back_by_a_mailed_code_and_the_lock_is_lifted(db: None) -> None:
    user = owner()
    lock(user.email)
    client = Client()
    client.post(CODE, {"email": user.email})
    assert client.post(CONFIRM, {"code": mailed_code()}).status_code == 302
    assert client.get("/espace/").status_code == 200
    assert tries(user.email, PASSWORD) == "in"


def test_coming_back_does_not_give_the_computer_more_tries(db: None) -> None:
    """Someone with an account of their own must not clear what they have tried on others."""
    mine = owner("assaillant")
    for n in range(9):
        tries(f"cible{n}@exemple.test")
    assert tries(mine.email, PASSWORD) == "in"
    assert [tries(f"cible{n}@exemple.test") for n in (10, 11)] == ["200", "locked"]


def test_without_the_lift_the_owner_would_wait(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "lift_lock", lambda request, email: None)
    user = owner()
    lock(user.email)
    client = Client()
    client.post(CODE, {"email": user.email})
    client.post(CONFIRM, {"code": mailed_code()})
    assert tries(user.email, PASSWORD) == "locked"


# ------------------------------------------------------------------ four workers


class Workers:
    """Processes that share nothing but the database."""

    def __init__(self, cache_kind: str, count: int = 4) -> None:
        name = str(connections.settings["default"]["NAME"])
        command = [sys.executable, "-m", "tests.accounts.worker", name, cache_kind]
        self.all = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)
        ]
        assert [self._read(one) for one in self.all] == ["ready"] * count

    def ask(self, number: int, email: str, password: str) -> str:
        one = self.all[number % len(self.all)]
        assert one.stdin is not None
        one.stdin.write(f"{email} {password}\n")
        one.stdin.flush()
        return self._read(one)

    def _read(self, one: "subprocess.Popen[str]") -> str:
        assert one.stdout is not None
        return one.stdout.readline().strip()

    def close(self) -> None:
        for one in self.all:
            one.communicate()


@contextmanager
def workers(cache_kind: str) -> Iterator[Workers]:
    found = Workers(cache_kind)
    try:
        yield found
    finally:
        found.close()


def test_four_workers_count_together(committed_db: None) -> None:
    user, crowd = owner(), owner("cible")
    with workers("shared") as four:
        assert [four.ask(n, user.email, "pas le bon") for n in range(5)] == ["wrong"] * 5
        assert four.ask(5, user.email, PASSWORD) == "locked"
        with ThreadPoolExecutor(4) as threads:  # all at once, three each, from the same computer
            said = Counter(
                answer
                for answers in threads.map(
                    lambda n: [four.ask(n, crowd.email, "pas le bon") for _ in range(3)], range(4)
                )
                for answer in answers
            )
    assert said["wrong"] <= 5, said
    assert said["locked"] == 12 - said["wrong"]


@pytest.mark.one_database
def test_with_a_cache_in_memory_they_would_not(committed_db: None) -> None:
    user = owner()
    with workers("of-its-own") as four:
        for n in range(5):
            four.ask(n, user.email, "pas le bon")
        assert four.ask(5, user.email, PASSWORD) == "in"


# ------------------------------------------------------------------ the table of counters


def test_a_flood_does_not_push_the_counters_out(db: None) -> None:
    lock(owner().email)
    for n in range(400):
        cache.set(f"flood{n}", n, 300)
    assert tries(owner().email, PASSWORD) == "locked"


def test_with_the_default_size_it_would(db: None) -> None:
    lock(owner().email)
    small = DatabaseCache("cache", {"OPTIONS": {"MAX_ENTRIES": 300}})
    for n in range(1200):
        small.set(f"zzz{n}", n, 300)
    assert tries(owner().email, PASSWORD) == "in"


def test_maintenance_forgets_what_has_run_out(db: None) -> None:
    assert limits.purge_counters in list(maintenance_jobs)
    cache.clear()
    for n in range(4):
        cache.set(f"old{n}", n, -1 if n < 3 else 300)
    rows = len(cache.get_many([f"old{n}" for n in range(4)]))
    assert rows == 1, "what has run out is not given, but it was there"
    limits.purge_counters()
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        assert [key for (key,) in cursor.fetchall()] == [":1:old3"]
