"""Sessions end: after silence, after a working day, at the door. What they were is worth nothing afterwards."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client, override_settings

from cites.accounts import sessions
from cites.core import clock
from cites.core.registry import maintenance_jobs
from cites.models import User
from tests import factories
from tests.visitor import BACKEND, Visitor

pytestmark = pytest.mark.one_database

HOME, LOGIN, STAY = "/espace/", "/comptes/login/", "/comptes/rester/"
MINUTE, NOON = timedelta(minutes=1), factories.NOON
Person = Callable[[], User]
STEERING: list[Person] = [factories.make_pilot, factories.make_instructeur, factories.make_coordination]
OTHERS: list[Person] = [factories.make_member, factories.make_user]


@pytest.fixture(autouse=True)
def noon(db: None) -> Iterator[None]:
    with clock.at(NOON), override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def is_in(client: Client, after: timedelta = timedelta(), **headers: Any) -> bool:
    with clock.at(NOON + after):
        answer = client.get(HOME, headers=headers)
    assert answer.status_code in (200, 302, 401)
    return answer.status_code == 200


# ------------------------------------------------------------------ silence


@pytest.mark.parametrize("make", [*STEERING, factories.make_admin, *OTHERS])
def test_a_silent_session_ends_to_the_second(make: Person) -> None:
    minutes = 60 if make in OTHERS else 30
    for seconds, stays in ((minutes * 60 - 1, True), (minutes * 60, False), (minutes * 60 + 1, False)):
        assert is_in(signed_in(make()), timedelta(seconds=seconds)) is stays


def test_each_request_of_the_person_starts_it_again() -> None:
    client = signed_in(factories.make_pilot())
    assert all(is_in(client, 29 * MINUTE * step) for step in range(1, 8))


def test_what_the_page_asks_by_itself_is_no_sign_of_life() -> None:
    client = signed_in(factories.make_pilot())
    for minute in range(1, 30):
        assert is_in(client, minute * MINUTE, **{"X-Background": "1"})
    assert not is_in(client, 30 * MINUTE)


def test_activity_is_written_once_a_minute_at_most() -> None:
    client = signed_in(factories.make_pilot())
    written = []
    for seconds in range(0, 180, 10):
        is_in(client, timedelta(seconds=seconds))
        written.append(client.session[sessions.ACTIVE])
    assert len(set(written)) == 3


def test_a_role_given_meanwhile_shortens_the_wait() -> None:
    user = factories.make_user()
    client = signed_in(user)
    user.mandates.create(role="coordination", starts_on=factories.MANDATES_START)
    assert not is_in(client, 31 * MINUTE)


# ------------------------------------------------------------------ a working day


def test_nobody_stays_longer_than_a_working_day() -> None:
    client = signed_in(factories.make_member())
    assert all(is_in(client, 15 * MINUTE * step) for step in range(1, 32))
    assert is_in(client, timedelta(hours=8) - timedelta(seconds=1))
    assert not is_in(client, timedelta(hours=8))


def test_signing_in_again_starts_another_day() -> None:
    user = factories.make_member(password=factories.PASSWORD)
    client = signed_in(user)
    with clock.at(NOON + timedelta(hours=8)):
        client.get(HOME)
        client.post(LOGIN, {"login": user.email, "password": factories.PASSWORD})
        assert client.get(HOME).status_code == 200
    assert is_in(client, timedelta(hours=8, minutes=59))


# ------------------------------------------------------------------ what the person reads


@pytest.mark.parametrize(
    ("make", "after", "why"),
    [
        (factories.make_pilot, 30 * MINUTE, "Vous avez été déconnecté après 30 minutes sans activité."),
        (factories.make_member, 60 * MINUTE, "Vous avez été déconnecté après 60 minutes sans activité."),
        (factories.make_member, 480 * MINUTE, "Vous avez été déconnecté : une session dure 8 heures au plus."),
    ],
)
def test_the_login_page_says_why_until_they_sign_in(make: Callable[..., User], after: timedelta, why: str) -> None:
    visitor = Visitor(make(password=factories.PASSWORD), comes_back=False)
    visitor.open(HOME)
    with clock.at(NOON + after):
        wall = visitor.open(HOME)
        assert wall.path == LOGIN
        assert why in wall.text
        assert visitor.user is not None
        wrong = wall.press("Se connecter", login=visitor.user.email, password="pas le bon")
        assert why in wrong.text
        assert wrong.press("Se connecter", login=visitor.user.email, password=factories.PASSWORD).path == HOME
        visitor.client.post("/comptes/logout/")
        assert why not in visitor.open(LOGIN).text


def test_what_was_typed_waits_behind_the_login() -> None:
    action = factories.make_draft()
    user = factories.writer_of(action)
    visitor = Visitor(user, comes_back=False)
    page = visitor.open(f"/espace/depots/{action.key}/saisie/")
    with clock.at(NOON + 61 * MINUTE):
        wall = page.press("Enregistrer le brouillon", title="Tapé pendant une heure")
        assert wall.path == LOGIN
        visitor.client.force_login(factories.fresh(user), backend=BACKEND)
        assert visitor.open(page.path).value("title") == "Tapé pendant une heure"


def test_a_public_page_stays_open_to_who_has_just_expired() -> None:
    client = signed_in(factories.make_pilot())
    with clock.at(NOON + 31 * MINUTE):
        answer = client.get("/cite/")
    assert answer.status_code == 200
    assert "Se connecter" in answer.text
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_part_asked_by_htmx_sends_the_whole_page_to_the_door() -> None:
    client = Client()
    page = "http://testserver/espace/actions/"
    answer = client.get("/espace/actions/?q=soir", headers={"HX-Request": "true", "Referer": page})
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == f"{LOGIN}?next=%2Fespace%2Factions%2F"
    assert answer.content == b""
    silent = client.get(HOME, headers={"HX-Request": "true", "X-Background": "1"})
    assert (silent.status_code, "HX-Redirect" in silent.headers) == (401, False)


# ------------------------------------------------------------------ the countdown


def test_the_page_knows_how_long_is_left() -> None:
    visitor = Visitor(factories.make_pilot())
    box = visitor.open(HOME).by_id("session")
    assert (box.get("data-idle"), box.get("data-end"), box.get("data-warn")) == ("1800", "28800", "120")
    assert box.get("role") == "status"
    assert (box.text or "").strip() == "", "nothing is said before the time"
    assert Visitor().open("/").by_id("session") is None


def test_asking_changes_nothing_and_staying_starts_again() -> None:
    client = signed_in(factories.make_pilot())
    with clock.at(NOON + 29 * MINUTE):
        asked = client.get(STAY, headers={"X-Background": "1"}).json()
        assert (asked["idle"], asked["end"]) == (60, 27060)
        assert client.get(STAY, headers={"X-Background": "1"}).json()["idle"] == 60
        stayed = client.post(STAY).json()
        assert (stayed["idle"], stayed["end"]) == (1800, 27060), "the day is not extended"
    assert is_in(client, 58 * MINUTE)


def test_staying_needs_the_key_of_the_page() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.make_pilot(), backend=BACKEND)
    assert client.post(STAY).status_code == 403


def test_when_it_is_over_the_page_is_told_and_stays() -> None:
    client = signed_in(factories.make_pilot())
    with clock.at(NOON + 31 * MINUTE):
        assert client.get(STAY, headers={"X-Background": "1"}).status_code == 401
        assert client.post(STAY).status_code == 302


# ------------------------------------------------------------------ old identifiers


def replay(key: str, after: timedelta = timedelta()) -> int:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    with clock.at(NOON + after):
        return client.get(HOME).status_code


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_the_identifier_of_before_login_is_not_the_one_of_after() -> None:
    user = factories.make_member(password=factories.PASSWORD)
    client = Client()
    assert client.post("/comptes/password/reset/", {"email": "x@exemple.test"}).status_code == 302
    session = client.session
    session["seen"] = True
    session.save()
    before = key_of(client)
    client.post(LOGIN, {"login": user.email, "password": factories.PASSWORD})
    assert client.get(HOME).status_code == 200
    assert key_of(client) != before
    assert replay(before) == 302


def by_logout(client: Client, user: User) -> None:
    client.post("/comptes/logout/")


def by_password_change(client: Client, user: User) -> None:
    new = "lavande kiwi raquette vitrail"
    typed = {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    assert client.post("/comptes/password/change/", typed).status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)


def by_deactivation(client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("end", [by_logout, by_password_change, by_deactivation])
def test_an_old_identifier_opens_nothing(end: Callable[[Client, User], None]) -> None:
    user = factories.make_member(password=factories.PASSWORD)
    client, elsewhere = Client(), Client()
    for one in (client, elsewhere):
        assert one.post(LOGIN, {"login": user.email, "password": factories.PASSWORD}).status_code == 302
    old = key_of(client)
    assert replay(old) == 200
    end(client, user)
    assert replay(old) == 302
    if end is not by_logout:
        assert replay(key_of(elsewhere)) == 302


def test_an_identifier_stolen_from_a_silent_session_opens_nothing() -> None:
    client = signed_in(factories.make_pilot())
    assert replay(key_of(client), 31 * MINUTE) == 302
    assert replay(key_of(client)) == 302, "it is gone, not asleep"


# ------------------------------------------------------------------ leaving


def test_leaving_empties_the_browser() -> None:
    client = signed_in(factories.make_pilot())
    before = key_of(client)
    assert "Clear-Site-Data" not in client.get(HOME).headers
    assert "Clear-Site-Data" not in client.get("/comptes/logout/").headers, "not before it is confirmed"
    answer = client.post("/comptes/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert replay(before) == 302
    assert "Clear-Site-Data" not in client.post("/comptes/logout/").headers


@pytest.mark.parametrize("path", [HOME, "/", "/cite/", "/comptes/email/", "/espace/journal/", STAY])
def test_nothing_shown_to_a_person_is_kept_by_the_browser(path: str) -> None:
    answer = signed_in(factories.make_coordination()).get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store, private"


# ------------------------------------------------------------------ the nightly broom


def test_maintenance_forgets_sessions_that_have_ended() -> None:
    assert sessions.purge_sessions in list(maintenance_jobs)
    alive, dead = signed_in(factories.make_pilot()), signed_in(factories.make_member())
    for client in (alive, dead):
        client.get(HOME)
        UserSession.objects.create(
            user=User.objects.get(pk=client.session["_auth_user_id"]), session_key=key_of(client), ip="127.0.0.1"
        )
    Session.objects.filter(pk=key_of(dead)).update(expire_date=clock.now() - MINUTE)
    assert sessions.purge_sessions() == 1
    assert [row.session_key for row in UserSession.objects.all()] == [key_of(alive)]
    assert is_in(alive)


# ------------------------------------------------------------------ negative control


def test_without_the_middleware_a_session_would_not_end() -> None:
    middleware = [name for name in settings.MIDDLEWARE if name != "cites.accounts.sessions.limits"]
    client = signed_in(factories.make_pilot())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MIDDLEWARE", middleware)
        assert is_in(client, timedelta(hours=7))
