"""What every answer carries, whatever happened: the policy of the page, the fixed headers, no cookie but ours."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import reverse

from cites.models import Cite
from tests.house import answers
from tests.house.story import Story, aside

pytestmark = pytest.mark.one_database

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "manifest-src 'self'"
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# The address of this page is a secret: its path is told to nobody, not even to the portal.
SECRET_ADDRESS, ITS_POLICY = "/comptes/invitation/", {"Referrer-Policy": "strict-origin"}
NEVER = ("Server", "X-Powered-By", "Access-Control-Allow-Origin")
OURS = "cites.core.middleware."

Ask = Callable[[Story], Any]


def get(role: str, address: str) -> Ask:
    return lambda story: story.client(role).get(address)


def named(role: str, route: str, *words: str) -> Ask:
    def ask(story: Story) -> Any:
        names = {**story.seances, **{name: file for name, file in story.files.items() if name not in story.seances}}
        args = [getattr(names[word], "key", names[word].pk) if word in names else word for word in words]
        return story.client(role).get(reverse(route, args=args))

    return ask


def method(name: str, address: str = "/") -> Ask:
    return lambda story: story.client("coordination").generic(name, address)


def with_cookie(story: Story) -> Any:
    client = story.client("anonyme")
    client.cookies["session"] = "a\x00b"
    return client.get("/")


def stale(story: Story) -> Any:
    address = reverse("proposals:edit", args=[story.files["brouillon"].key])
    return story.client("porteur").post(address, {"draft_version": "0", "title": "Un titre"})


def without_key(story: Story) -> Any:
    client = Client(enforce_csrf_checks=True)
    client.cookies = story.client("porteur").cookies
    return client.post(reverse("account_logout"))


def broken(role: str, address: str) -> Ask:
    """The database goes away in the middle of the page."""

    def ask(story: Story) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Cite, "current", classmethod(_no_database))
            return story.client(role).get(address)

    return ask


def _no_database(model: type[Cite]) -> None:
    raise OperationalError("could not connect to server at /var/run/postgresql")


# Every kind of answer: its status, whether it may be kept by a browser, how to get it.
ANSWERS: dict[str, tuple[int, bool, Ask]] = {
    "a public page": (200, True, get("anonyme", "/")),
    "a public page, signed in": (200, False, get("porteur", "/")),
    "a page of the espace": (200, False, get("porteur", "/espace/")),
    "the administration": (200, False, get("admin", "/admin/")),
    "the login page": (200, False, get("anonyme", "/comptes/login/")),
    "the probe": (200, False, get("anonyme", "/sante/")),
    "a static file": (200, True, get("anonyme", "/static/portal.css")),
    "a spreadsheet": (200, False, get("coordination", "/espace/actions/export.csv")),
    "a budget": (200, False, named("porteur", "proposals:budget_ods", "depose")),
    "a receipt": (200, False, named("porteur", "proposals:receipt_pdf", "depose", "1")),
    "a relevé": (200, False, named("education", "seances:releve_pdf", "close")),
    "an invitation": (200, False, lambda s: s.client("anonyme").get(f"/comptes/invitation/{s.tokens['en_attente']}/")),
    "an invitation that is over": (410, False, get("anonyme", "/comptes/invitation/x/")),
    "the way to the login page": (302, False, get("anonyme", "/espace/")),
    "the way back home": (302, False, get("anonyme", "/comptes/logout/")),
    "a slash forgotten": (301, True, get("anonyme", "/actions")),
    "a malformed address": (400, True, get("anonyme", "/actions/%00/")),
    "a malformed parameter": (400, True, get("anonyme", "/actions/?q=%00")),
    "a malformed cookie": (400, True, with_cookie),
    "a host that is not ours": (400, True, lambda s: s.client("anonyme").get("/", headers={"host": "x.example"})),
    "a refusal": (403, False, get("porteur", "/espace/actions/")),
    "a form without its key": (403, False, without_key),
    "no page": (404, True, get("anonyme", "/inconnu/")),
    "no page, signed in": (404, False, get("porteur", "/inconnu/")),
    "no static file": (404, True, get("anonyme", "/static/inconnu.css")),
    "a file of another": (404, False, named("autre", "proposals:detail", "depose")),
    "a method of the page": (405, False, method("POST", "/espace/")),
    **{f"the method {name}": (405, True, method(name)) for name in ("TRACE", "PUT", "DELETE", "PATCH", "CONNECT")},
    "two tabs": (409, False, stale),
    "an error": (500, True, broken("anonyme", "/cite/")),
    "an error, signed in": (500, False, broken("porteur", "/espace/")),
}


def faults(response: Any, status: int, keeps: bool) -> Iterator[str]:
    """What the answer lacks, or has too much of."""
    if response.status_code != status:
        yield f"{response.status_code} instead of {status}"
    path = getattr(getattr(response, "wsgi_request", None), "path", "")
    for name, value in {**FIXED, **(ITS_POLICY if path.startswith(SECRET_ADDRESS) else {})}.items():
        if response.get(name) != value:
            yield f"{name}: {response.get(name)}"
    yield from (name for name in NEVER if response.has_header(name))
    caching = str(response.get("Cache-Control", ""))
    if not keeps and not ("no-store" in caching and "private" in caching):
        yield f"may be kept: {caching}"
    for name, cookie in response.cookies.items():
        if name not in answers.COOKIES or not cookie["httponly"] or cookie["samesite"] != "Lax" or cookie["max-age"]:
            yield f"cookie {cookie.OutputString()}"


def look(story: Story, kind: str) -> tuple[list[str], str]:
    status, keeps, ask = ANSWERS[kind]
    with aside():
        response = ask(story)
        return list(faults(response, status, keeps)), answers.body_of(response).decode(errors="replace")


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_answer_carries_the_policy_and_the_headers(story: Story, kind: str) -> None:
    assert look(story, kind)[0] == []


IN_FRENCH = {400: "Nous n’avons pas compris", 404: "Cette page n’existe pas", 500: "Le portail a rencontré une erreur"}
INSIDE = ("Traceback", "Exception", "Error(", "django", "sqlite", "postgres", str(settings.BASE_DIR), "SELECT ")


@pytest.mark.parametrize("kind", [kind for kind, (status, _, _) in ANSWERS.items() if status in (400, 403, 404, 500)])
def test_an_error_speaks_french_and_says_nothing_of_the_inside(story: Story, kind: str) -> None:
    body = look(story, kind)[1]
    assert IN_FRENCH.get(ANSWERS[kind][0], '<html lang="fr"') in body
    assert [word for word in INSIDE if word.lower() in body.lower()] == []


@pytest.mark.parametrize("text", ["%00", "a%00b", "%ff", "%ed%a0%80", "%EF%BF%BE", "%2500", "%E2%80%AE", "a" * 4000])
def test_odd_text_in_an_address_is_never_an_error(story: Story, text: str) -> None:
    """NUL is refused before a database sees it; the rest is text that finds nothing."""
    client = story.client("coordination")
    for address in (
        *(f"/actions/?{name}={text}" for name in ("q", "champ", "quartier", "ecole", "annee", "page")),
        *(f"/espace/actions/?{name}={text}" for name in ("q", "status", "call", "champ", "avis_missing", "page")),
        *(f"/convention/?periode={text}", f"/espace/journal/?page={text}", f"/{text}/", f"/actions/{text}/"),
        *(f"/appels/{text}/", f"/espace/actions/{text}/", f"/admin/cites/event/?q={text}"),
    ):
        with aside():
            status = client.get(address).status_code
        assert status == 400 if "%00" in text else status < 500, address


@pytest.mark.parametrize("host, status", [("testserver", 200), ("testserver:8001", 200), ("x.example", 400), ("", 400)])
def test_only_our_host_is_answered(story: Story, host: str, status: int) -> None:
    assert story.client("anonyme").get("/", headers={"host": host}).status_code == status


def test_in_production_cookies_are_bound_to_https_and_pages_to_the_host(tmp_path: Any) -> None:
    """Settings are read once, so another process reads those of production."""
    (tmp_path / "static").mkdir()
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings as s; from django.test import Client\n"
        "plain, safe = Client(), Client()\n"
        "host = {'host': 'portail.example'}\n"
        "print(plain.get('/sante/', headers=host)['Location'])\n"
        "print(safe.get('/sante/', headers=host, secure=True)['Strict-Transport-Security'])\n"
        "policy = safe.get('/sante/', headers=host, secure=True)['Content-Security-Policy']\n"
        "print('upgrade-insecure-requests' in policy)\n"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    )
    production = {"SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "portail.example", "BRAND": "etat"}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**kept, **production, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cites.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=settings.BASE_DIR, capture_output=True)
    assert done.stdout.decode().splitlines() == [
        "https://portail.example/sante/",
        "max-age=31536000; includeSubDomains; preload",
        "True",
        "__Host-session __Host-csrf True True",
    ], done.stderr.decode()


# ------------------------------------------------------------------ negative controls


@pytest.mark.parametrize(
    "removed, kind, lacking",
    [
        (f"{OURS}security_headers", "a public page", "Content-Security-Policy: None"),
        (f"{OURS}security_headers", "an error", "Content-Security-Policy: None"),
        (f"{OURS}security_headers", "the method TRACE", "Content-Security-Policy: None"),
        (f"{OURS}private_pages", "a page of the espace", "may be kept: "),
        (f"{OURS}private_pages", "a receipt", "may be kept: "),
        (f"{OURS}refuse_malformed", "a malformed cookie", " instead of 400"),
    ],
)
def test_without_a_middleware_its_headers_are_missed(story: Story, removed: str, kind: str, lacking: str) -> None:
    with override_settings(MIDDLEWARE=[name for name in settings.MIDDLEWARE if name != removed]):
        clients = story.clients
        try:
            story.clients = {
                role: (Client(raise_request_exception=False), cookies) for role, (_, cookies) in clients.items()
            }
            assert any(lacking in fault for fault in look(story, kind)[0])
        finally:
            story.clients = clients


def test_a_cookie_of_another_kind_is_missed(story: Story) -> None:
    response = story.client("anonyme").get("/")
    response.set_cookie("measure", "1", max_age=3600)
    assert any("measure" in fault for fault in faults(response, 200, True))
