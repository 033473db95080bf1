"""What the doors send leads to the portal's own address, in French, once; and no `next` leads elsewhere."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils.http import urlencode

from cites.accounts.adapter import canonical
from cites.models import Cite, OutboxMail, User
from tests import factories
from tests.accounts import factors
from tests.visitor import BACKEND

pytestmark = pytest.mark.one_database

PASSWORD, NEW = factories.PASSWORD, "lavande kiwi raquette vitrail"
LOGIN, LOGOUT, REAUTH = "/comptes/login/", "/comptes/logout/", "/comptes/reauthenticate/"
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # what hashing costs is looked at elsewhere
SITE = "https://portail.cite.exemple"
ENGLISH = re.compile(r"\b(hello|thank you|you are|your|please|account|email address|has been|the following)\b", re.I)


@pytest.fixture(autouse=True)
def portal(db: None) -> Iterator[None]:
    Cite.objects.create(pk=1, name="Cité éducative de Valenton")
    with override_settings(
        PASSWORD_HASHERS=QUICK, SITE_URL=SITE, ALLOWED_HOSTS=["testserver", "portail.cite.exemple", "autre.nom.exemple"]
    ):
        yield


@pytest.fixture
def user() -> User:
    return factories.make_user("connue@exemple.test", password=PASSWORD)


def in_session(user: User) -> Client:
    """Signed in by the form, a moment ago."""
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    return client


def sent() -> list[OutboxMail]:
    return list(OutboxMail.objects.order_by("pk"))


# ------------------------------------------------------------------ addresses in mails

Asks = Callable[[dict[str, Any]], object]


def asks_reset(headers: dict[str, Any]) -> None:
    Client().post("/comptes/password/reset/", {"email": "connue@exemple.test"}, **headers)


def asks_reset_for_nobody(headers: dict[str, Any]) -> None:
    Client().post("/comptes/password/reset/", {"email": "inconnue@exemple.test"}, **headers)


def asks_code_for_nobody(headers: dict[str, Any]) -> None:
    Client().post("/comptes/login/code/", {"email": "inconnue@exemple.test"}, **headers)


def signs_up_again(headers: dict[str, Any]) -> None:
    typed = {"full_name": "Qui", "email": "connue@exemple.test", "password1": NEW, "password2": NEW}
    Client().post("/comptes/signup/", typed, **headers)


POISONS = (
    {"HTTP_HOST": "testserver:6666"},
    {"HTTP_HOST": "autre.nom.exemple"},
    {"HTTP_X_FORWARDED_HOST": "mechant.exemple"},
    {"HTTP_X_FORWARDED_PROTO": "gopher", "HTTP_FORWARDED": "host=mechant.exemple"},
    {"HTTP_ORIGIN": "https://mechant.exemple", "HTTP_REFERER": "https://mechant.exemple/"},
)


@pytest.mark.parametrize("asks", [asks_reset, asks_reset_for_nobody, asks_code_for_nobody, signs_up_again])
@pytest.mark.parametrize("poison", POISONS)
def test_links_are_those_of_the_portal(user: User, asks: Asks, poison: dict[str, Any]) -> None:
    asks(poison)
    (mail,) = sent()
    links = re.findall(r"https?://\S+", mail.body)
    assert links
    assert {urlsplit(link)[:2] for link in links} == {("https", "portail.cite.exemple")}
    for strange in ("testserver", ":6666", "autre.nom", "mechant", "example.com"):
        assert strange not in mail.subject + mail.body


def test_a_name_that_is_not_ours_is_refused(user: User) -> None:
    asks_reset({"HTTP_HOST": "mechant.exemple"})
    assert sent() == []


def test_a_link_keeps_its_path_and_question() -> None:
    assert canonical("http://testserver:1/comptes/x/?a=b&c=d#e") == f"{SITE}/comptes/x/?a=b&c=d"


def test_the_link_of_a_reset_serves_once_and_is_not_sent_on(user: User) -> None:
    asks_reset({})
    found = re.search(rf"{SITE}(/\S+)", sent()[0].body)
    assert found
    client = Client()
    hidden = client.get(found[1])
    assert hidden.status_code == 302
    assert hidden["Location"].endswith("-set-password/"), "the page that is shown has no key in its address"
    assert client.post(hidden["Location"], {"password1": NEW, "password2": NEW}).status_code == 302
    assert "Ce lien ne fonctionne plus" in Client().get(found[1]).text
    assert Client().post(LOGIN, {"login": user.email, "password": NEW}).status_code == 302


def test_the_link_of_a_reset_dies_after_an_hour(user: User) -> None:
    asks_reset({})
    found = re.search(rf"{SITE}(/\S+)", sent()[0].body)
    assert found
    assert settings.PASSWORD_RESET_TIMEOUT == 3600
    with override_settings(PASSWORD_RESET_TIMEOUT=-1):
        assert "Ce lien ne fonctionne plus" in Client().get(found[1]).text


# ------------------------------------------------------------------ security mails


def changes_password(client: Client, user: User) -> None:
    typed = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/comptes/password/change/", typed).status_code == 302


def resets_password(client: Client, user: User) -> None:
    asks_reset({})
    found = re.search(rf"{SITE}(/\S+)", sent()[-1].body)
    assert found
    OutboxMail.objects.all().delete()
    other = Client()
    form = other.get(found[1])["Location"]
    assert other.post(form, {"password1": NEW, "password2": NEW}).status_code == 302


def sets_password(client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(password="!")
    other = Client()
    other.force_login(factories.fresh(user), backend=BACKEND)
    assert other.post("/comptes/password/set/", {"password1": NEW, "password2": NEW}).status_code == 302


def changes_address(client: Client, user: User) -> None:
    assert client.post("/comptes/email/", {"email": "nouvelle@exemple.test", "action_add": ""}).status_code == 302
    found = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", sent()[-1].body, re.MULTILINE)
    assert found, sent()[-1].body
    OutboxMail.objects.all().delete()
    assert client.post("/comptes/confirm-email/", {"code": found[1]}).status_code == 302
    user.refresh_from_db()
    assert user.email == "nouvelle@exemple.test"


def adds_app(client: Client, user: User) -> None:
    client.get("/comptes/2fa/totp/activate/")
    code = factors.code_of(client.session["mfa.totp.secret"])
    assert client.post("/comptes/2fa/totp/activate/", {"code": code}).status_code == 302
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def removes_app(client: Client, user: User) -> None:
    factors.give_app(user)
    assert client.post("/comptes/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(user=user, type="totp").exists()


EVENTS: list[tuple[Callable[[Client, User], None], list[str]]] = [
    (changes_password, ["Mot de passe modifié"]),
    (resets_password, ["Réinitialisation"]),
    (sets_password, ["Mot de passe"]),
    (changes_address, ["E-mail modifié"]),
    (adds_app, ["authentification"]),
    (removes_app, ["authentification"]),
]


@pytest.mark.parametrize(("happens", "subjects"), EVENTS, ids=[one[0].__name__ for one in EVENTS])
def test_the_person_is_told_once_in_french(
    user: User,
    happens: Callable[..., None],
    subjects: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = in_session(user)
    before = user.email
    OutboxMail.objects.all().delete()
    cache.clear()
    with django_capture_on_commit_callbacks(execute=True):
        happens(client, user)
    mails = sent()
    assert len(mails) == len(subjects), [mail.subject for mail in mails]
    for mail, words in zip(mails, subjects, strict=True):
        assert mail.to == before
        assert words.lower() in mail.subject.lower()
        assert mail.subject.startswith("[Cité éducative de Valenton] ")
        assert not ENGLISH.search(mail.subject + mail.body), mail.body
        assert "\n" not in mail.subject
        assert PASSWORD not in mail.body
        assert NEW not in mail.body


def test_what_the_browser_says_of_itself_cannot_write_the_mail(user: User) -> None:
    client = in_session(user)
    OutboxMail.objects.all().delete()
    typed = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post("/comptes/password/change/", typed, HTTP_USER_AGENT="x" * 300 + "\r\nBcc: a@mechant.exemple")
    (mail,) = sent()
    assert mail.to == user.email
    assert "mechant" not in mail.body


# ------------------------------------------------------------------ next

HOSTILE = (
    *("https://mechant.exemple", "http://mechant.exemple/espace/", "//mechant.exemple", "///mechant.exemple"),
    *(
        "////mechant.exemple/%2e%2e",
        "/\\mechant.exemple",
        "\\\\mechant.exemple",
        "/\\/mechant.exemple",
        "\\/mechant.exemple",
    ),
    *("https:mechant.exemple", "https:/mechant.exemple", "http:///mechant.exemple", "HTTPS://MECHANT.EXEMPLE"),
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "ftp://mechant.exemple"),
    *(" https://mechant.exemple", "\thttps://mechant.exemple", "\nhttps://mechant.exemple", "\x01//mechant.exemple"),
    *("https://testserver@mechant.exemple", "https://testserver.mechant.exemple", "https://mechant.exemple#testserver"),
    *("https://testserver:6666/", "http://autre.nom.exemple/", "//testserver:6666/", "//testserver/espace/"),
    *(
        "/\t/mechant.exemple",
        "//mechant.exemple/..//",
        "mechant.exemple",
        "?next=//mechant.exemple",
        "//%6d%65chant",
    ),
    *("https://ｍechant.exemple", "https://mechant。exemple", "//mechant\u2024exemple", "https://[::1]/", "//[::1"),
)


def stays(location: str) -> bool:
    """A path of this site, as a browser reads it."""
    read = re.sub(r"[\t\r\n]", "", location).strip().replace("\\", "/")
    return read.startswith("/") and not read.startswith("//")


def ends(answer: Any) -> str:
    assert answer.status_code == 302, answer.status_code
    return str(answer["Location"])


def by_login(user: User, goal: str) -> str:
    return ends(Client().post(LOGIN, {"login": user.email, "password": PASSWORD, "next": goal}))


def by_login_address(user: User, goal: str) -> str:
    return ends(Client().post(f"{LOGIN}?{urlencode({'next': goal})}", {"login": user.email, "password": PASSWORD}))


def by_logout(user: User, goal: str) -> str:
    return ends(in_session(user).post(LOGOUT, {"next": goal}))


def by_being_in_already(user: User, goal: str) -> str:
    return ends(in_session(user).get(LOGIN, {"next": goal}))


def by_saying_again(user: User, goal: str) -> str:
    return ends(in_session(user).post(REAUTH, {"password": PASSWORD, "next": goal}))


@pytest.mark.parametrize("door", [by_login, by_login_address, by_logout, by_being_in_already, by_saying_again])
def test_no_next_leads_outside(user: User, door: Callable[[User, str], str]) -> None:
    assert len(HOSTILE) >= 30
    led: dict[str, str] = {}
    for goal in HOSTILE:
        cache.clear()
        led[goal] = door(user, goal)
    assert {goal: where for goal, where in led.items() if not stays(where)} == {}
    assert set(led.values()) <= {"/espace/", "/", "/comptes/email/"}, "and none is half believed"


@pytest.mark.parametrize("door", [by_login, by_login_address, by_logout, by_being_in_already, by_saying_again])
def test_a_page_of_the_portal_is_where_one_arrives(user: User, door: Callable[[User, str], str]) -> None:
    assert door(user, "/espace/journal/?page=2") == "/espace/journal/?page=2"


def test_a_hostile_referer_of_a_posted_form_leads_nowhere(user: User) -> None:
    answer = Client().post("/espace/journal/", {"a": "b"}, HTTP_REFERER="http://testserver//mechant.exemple/")
    client = Client()
    led = client.post(answer["Location"], {"login": user.email, "password": PASSWORD})
    assert led["Location"] == "/espace/"


# ------------------------------------------------------------------ cookies


def test_three_cookies_and_no_other(user: User) -> None:
    client = in_session(user)
    for path in ("/", "/espace/", "/comptes/email/", "/comptes/2fa/", "/comptes/sessions/", LOGIN):
        client.get(path)
    asks_reset({})
    client.post(LOGOUT)
    client.get(LOGIN)
    assert set(client.cookies) == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "writer"}
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]
        assert not cookie["max-age"] or cookie.value == ""
