"""The pages of refusals and errors: French, mute, whole with the database and the cache gone, nothing typed lost."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.test import Client, RequestFactory, override_settings
from django.views.defaults import server_error

from actions.models import Action
from cites.core import clock, error_pages, parked
from cites.core.errors import Blocked, Stale
from cites.core.permissions import Refused
from cites.core.views import AnswerRefusals
from cites.models import Cite
from tests import factories
from tests.house.test_headers import INSIDE
from tests.visitor import BACKEND, text_of

pytestmark = pytest.mark.one_database

BRANDS = [path.name for path in sorted((settings.BASE_DIR / "templates/brand").iterdir())]
Ask = Callable[[HttpRequest], HttpResponse | None]


def not_allowed(request: HttpRequest) -> HttpResponse:
    response = HttpResponseNotAllowed(["POST"])
    error_pages.give_a_page(request, response)
    return response


def reserved(request: HttpRequest) -> HttpResponse:
    return error_pages.permission_denied(request, Refused("Réservé à la coordination."))


def refused(error: Exception) -> Ask:
    return lambda request: AnswerRefusals(lambda _: HttpResponse()).process_exception(request, error)


# Every page: its status, a word of it, how it is made.
PAGES: dict[str, tuple[int, str, Ask]] = {
    "400": (400, "Nous n’avons pas compris", lambda r: error_pages.bad_request(r, SuspiciousOperation("/etc"))),
    "403": (403, "Vous n’avez pas accès", lambda r: error_pages.permission_denied(r, PermissionDenied("SELECT 1"))),
    "403 of a rule": (403, "Réservé à la coordination.", reserved),
    "403 without key": (403, "Ce formulaire a expiré", error_pages.csrf_failure),
    "404": (404, "Cette page n’existe pas", lambda r: error_pages.not_found(r, Http404("SELECT 1"))),
    "405": (405, "Cette adresse ne s’ouvre pas ainsi", not_allowed),
    "409 stale": (409, "Ce que vous avez écrit", refused(Stale("Relisez.", typed={"Objet": "Bonjour"}))),
    "409 blocked": (409, "Séance close.", refused(Blocked("Séance close."))),
    "413": (413, "1\u00a0Mo de texte", lambda r: error_pages.bad_request(r, RequestDataTooBig("2621440"))),
    "413 fields": (413, "trop volumineux", lambda r: error_pages.bad_request(r, TooManyFieldsSent("DATA_UPLOAD"))),
    "429": (429, "Attendez 5 minutes", error_pages.too_many),
    "500": (500, "Le portail a rencontré une erreur", server_error),
}


class NoCache(LocMemCache):
    """A cache whose server is gone."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        raise ConnectionError("cache:6379")

    set = add = get_many = delete = touch = get


@pytest.fixture
def nothing_answers() -> Iterator[None]:
    """No `django_db` mark: the database is closed to these tests, its error is the one a driver raises."""

    def gone(model: type[Cite]) -> None:
        raise OperationalError("could not connect to server at /var/run/postgresql")

    caches = {"default": {"BACKEND": f"{__name__}.NoCache"}}
    with pytest.MonkeyPatch.context() as patch, override_settings(CACHES=caches):
        patch.setattr(Cite, "current", classmethod(gone))
        with pytest.raises(ConnectionError):
            cache.get("anything")
        yield


def request(method: str = "POST", **data: Any) -> HttpRequest:
    made = RequestFactory().generic(method, "/espace/") if method != "POST" else RequestFactory().post("/espace/", data)
    made.session = {}  # type: ignore[assignment]
    return made


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_with_the_database_and_the_cache_gone(nothing_answers: None, name: str, brand: str) -> None:
    status, words, ask = PAGES[name]
    with override_settings(BRAND=brand):
        response = ask(request())
    assert response is not None and response.status_code == status
    html = response.content.decode()
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert words.replace("\u00a0", " ") in text_of(root.find("body"))
    assert len(root.findall(".//h1")) == 1 and root.get("lang") == "fr"
    assert "/espace/" in [link.get("href") for link in root.iter("a")]
    assert {link.get("rel") for link in root.iter("link")} >= {"stylesheet"}
    assert f"Erreur {status}" in html
    assert [word for word in (*INSIDE, "2621440", "/etc") if word.lower() in html.lower()] == []


@pytest.mark.django_db
def test_a_page_names_the_cite_when_the_database_answers() -> None:
    Cite.objects.create(pk=1, name="Cité éducative de Valenton")
    assert b"<title>Page introuvable \xe2\x80\x93 Cit\xc3\xa9 \xc3\xa9ducative de Valenton</title>" in (
        Client().get("/inconnu/").content
    )


def test_a_page_drawn_as_any_other_would_need_the_database(nothing_answers: None) -> None:
    with pytest.raises(OperationalError):
        render(request(), "404.html", status=404)


# ------------------------------------------------------------------ each where it happens


@pytest.mark.django_db
def test_a_method_that_is_not_allowed_has_a_page_for_people_only() -> None:
    client = Client()
    page = client.post("/cite/")
    assert page.status_code == 405 and "Cette adresse ne s’ouvre pas ainsi" in page.content.decode()
    assert page["Allow"] == "GET, HEAD"
    assert client.put("/").content and client.put("/")["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert client.post("/cite/", headers={"accept": "application/json"}).content == b""
    signed_in = Client()
    signed_in.force_login(factories.make_member(), backend=BACKEND)
    assert "no-store" in signed_in.post("/espace/")["Cache-Control"]


def test_an_answer_with_a_body_keeps_it() -> None:
    response = JsonResponse({"detail": "Method not allowed"}, status=405)
    error_pages.give_a_page(request(), response)
    assert response.content == b'{"detail": "Method not allowed"}'


@pytest.mark.django_db
def test_a_text_that_is_too_long_says_how_much_is_taken() -> None:
    page = Client().post("/comptes/login/", {"login": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert page.status_code == 413 and "Votre envoi est trop volumineux" in page.content.decode()


def test_the_wait_is_said_in_minutes_and_in_seconds(nothing_answers: None) -> None:
    response = error_pages.too_many(request(), wait=61)
    assert response["Retry-After"] == "61" and "Attendez 2 minutes" in response.content.decode()
    assert "Attendez une minute" in error_pages.too_many(request(), wait=30).content.decode()


@pytest.mark.django_db
def test_too_many_tries_at_a_door_are_answered_by_this_page() -> None:
    with override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}):
        answers = [Client().post("/comptes/login/", {"login": "a@b.fr", "password": "x"}) for _ in range(70)]
        cache.clear()
    last = answers[-1]
    assert last.status_code == 429 and int(last["Retry-After"]) >= 60
    assert "Trop de demandes" in last.content.decode()


# ------------------------------------------------------------------ a form without its key

TYPED = {
    "objectives": "Ouvrir le collège le soir.\nDeux fois par semaine.",
    "title": "Ateliers du soir",
    "password": "un mot de passe",
    "password1": "un mot de passe",
    "code": "424242",
    "recovery_codes": "un deux",
    "csrfmiddlewaretoken": "jeton de formulaire",
    "draft_version": "3",
    "seen": "0" * 64,
    "theme": "12",
    "decision_rule": "majority",
    "empty": "",
}


def test_what_was_typed_is_shown_back_without_passwords_codes_or_keys() -> None:
    typed = error_pages.typed_back(request(**TYPED))
    assert typed == {
        "Objectifs": TYPED["objectives"],
        "Règle de décision": "Majorité des pilotes",
        "Autres textes": "Ateliers du soir",
    }


def test_without_its_list_of_secrets_a_password_would_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_pages, "SECRET", re.compile("(?!)"))
    assert "un mot de passe" in "".join(error_pages.typed_back(request(**TYPED)).values())


def sending(client: Client, address: str, **headers: str) -> str:
    page = client.post(address, TYPED, headers={"referer": f"http://testserver{address}", **headers})
    assert page.status_code == 403
    return str(page.content.decode())


@pytest.mark.django_db
def test_a_form_without_its_key_waits_on_its_own_page_and_nowhere_else() -> None:
    member = factories.make_member()
    action = Action.objects.create(
        **{"call": factories.make_call(), "organisation": member.active_memberships[0].organisation},
        created_by=member,
        created_at=clock.now(),
        status_at=clock.now(),
    )
    address = f"/espace/depots/{action.key}/saisie/"
    client = Client(enforce_csrf_checks=True)
    client.force_login(member, backend=BACKEND)
    client.get("/espace/")
    for elsewhere in ({}, {"origin": "https://ailleurs.example"}):
        page = sending(client, address, **elsewhere)
        assert "Copiez d’abord les textes" in page and "Ateliers du soir" in page
        assert f'href="{address}"' in page
        assert parked.KEY not in client.session
    page = sending(client, address, origin="http://testserver")
    assert "Votre saisie est gardée" in page and "un mot de passe" not in page and "424242" not in page
    again = client.get(address).content.decode()
    assert "Ateliers du soir" in again and "Ouvrir le collège le soir." in again
    action.refresh_from_db()
    assert action.draft == {}


@pytest.mark.django_db
@pytest.mark.parametrize("origin", ["https://ailleurs.example", "null"])
def test_what_another_site_sends_is_not_shown_under_our_name(origin: str) -> None:
    lure = {"message": "Votre compte est fermé, appelez le 08 99 00 00 00"}
    client = Client(enforce_csrf_checks=True)
    page = client.post("/comptes/login/", lure, headers={"origin": origin})
    assert page.status_code == 403 and "08 99" not in page.content.decode()
    ours = client.post("/comptes/login/", lure, headers={"origin": "http://testserver"})
    assert "08 99" in ours.content.decode(), "what was typed here is shown back"


@pytest.mark.django_db
def test_the_way_back_to_the_form_stays_here() -> None:
    page = sending(Client(enforce_csrf_checks=True), "/comptes/login/", referer="http://testserver//mechant.example/x")
    assert 'href="/mechant.example/x"' in page and 'href="//' not in page


# ------------------------------------------------------------------ the database really gone

GONE = """
import time, django; django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
for address in ("/cite/", "/inconnu/"):
    start = time.monotonic()
    response = client.get(address, headers={"host": "localhost"})
    body = response.content.decode()
    print(response.status_code, 'lang="fr"' in body, "Erreur" in body, time.monotonic() - start < 5)
"""


@pytest.mark.parametrize("address", ["postgres://nobody:secret@127.0.0.1:1/none", "sqlite"])
def test_a_portal_without_its_database_answers_in_french_within_five_seconds(tmp_path: Path, address: str) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**kept, "DEMO": "1", "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cites.settings"}
    if address != "sqlite":
        environment["DATABASE_URL"] = address
    (tmp_path / "static").mkdir()
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", GONE], env=environment, cwd=settings.BASE_DIR, capture_output=True)
    expected = ["500 True True True", "404 True True True"]
    assert done.stdout.decode().splitlines() == expected, done.stderr.decode()
    assert "secret" not in done.stdout.decode() and time.monotonic() - start < 60
