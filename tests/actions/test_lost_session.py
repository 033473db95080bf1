"""A session that dies while someone writes: they sign in again and find their text, not saved yet. Nobody else does."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session

from actions import drafts
from actions.models import Action, Avis
from cites.core import clock
from cites.core.parked import COOKIE, KEY, MAX_AGE_SECONDS, MAX_BYTES
from cites.models import Cite, User
from tests import factories
from tests.visitor import BACKEND, Page, Visitor

SAVE = "Enregistrer le brouillon"
RECOVERED = "Votre session avait expiré."
LOGIN = "/comptes/login/"
TYPED = {
    "title": "Tapé pendant que la session mourait",
    "line_641": "12,5O",
    "objectives": "Un objectif tapé.",
}


def expires() -> None:
    Session.objects.update(expire_date=clock.now() - timedelta(days=3650))


def is_closed_elsewhere() -> None:
    Session.objects.all().delete()


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton")
        yield


@pytest.fixture
def action(now: None) -> Action:
    return factories.make_draft()


@pytest.fixture
def partner(action: Action) -> Visitor:
    user = factories.writer_of(action)
    user.set_password(factories.PASSWORD)
    user.save()
    return Visitor(factories.fresh(user))


def edit_url(action: Action) -> str:
    return f"/espace/depots/{action.key}/saisie/"


def signs_in(visitor: Visitor, page: Page, user: User | None = None) -> Page:
    """As the login form would: the session of before goes on; then where the login page leads."""
    user = user or visitor.user
    assert user is not None
    visitor.client.force_login(factories.fresh(user), backend=BACKEND)
    return visitor.open(parse_qs(urlsplit(page.url).query)["next"][0])


def parked(visitor: Visitor) -> Any:
    return visitor.client.session.get(KEY)


# ------------------------------------------------------------------ the text comes back


@pytest.mark.parametrize("dies", [expires, is_closed_elsewhere])
def test_the_text_is_there_after_signing_in_again(partner: Visitor, action: Action, dies: Callable[[], None]) -> None:
    page = partner.open(edit_url(action))
    dies()
    wall = page.press(SAVE, **TYPED)
    assert wall.path == LOGIN
    back = signs_in(partner, wall)
    assert back.path == edit_url(action)
    assert RECOVERED in back.text
    assert {name: back.value(name) for name in TYPED} == TYPED
    action.refresh_from_db()
    assert action.draft["title"] == ["Ateliers du soir au collège"], "not saved before the person confirms"
    assert partner.open(edit_url(action)).value("title") == TYPED["title"], "opening the page twice loses nothing"

    saved = back.press(SAVE)
    action.refresh_from_db()
    assert {name: action.draft[name] for name in TYPED} == {name: [text] for name, text in TYPED.items()}
    assert RECOVERED not in saved.text
    assert parked(partner) is None


def test_by_the_real_login_form(partner: Visitor, action: Action) -> None:
    page = partner.open(edit_url(action))
    is_closed_elsewhere()
    wall = page.press(SAVE, **TYPED)
    assert wall.buttons[0] == "Se connecter"
    assert partner.user is not None
    back = wall.press("Se connecter", login=partner.user.email, password=factories.PASSWORD)
    assert back.path == edit_url(action)
    assert RECOVERED in back.text
    assert {name: back.value(name) for name in TYPED} == TYPED
    assert back.press(SAVE).value("title") == TYPED["title"]


def test_a_wrong_password_first_loses_nothing(partner: Visitor, action: Action) -> None:
    page = partner.open(edit_url(action))
    is_closed_elsewhere()
    wall = page.press(SAVE, **TYPED)
    assert partner.user is not None
    wrong = wall.press("Se connecter", login=partner.user.email, password="pas le bon")
    assert wrong.path == LOGIN
    back = wrong.press("Se connecter", login=partner.user.email, password=factories.PASSWORD)
    assert back.value("title") == TYPED["title"]


def test_a_newer_text_of_a_colleague_is_not_covered(partner: Visitor, action: Action) -> None:
    page = partner.open(edit_url(action))
    is_closed_elsewhere()
    wall = page.press(SAVE, **TYPED)
    colleague = factories.make_member(action.organisation, "redacteur")
    drafts.save(action, {**action.draft, "title": ["De la collègue"]}, seen=action.draft_version, by=colleague)
    conflict = signs_in(partner, wall).press(SAVE)
    assert conflict.status == 409
    assert "De la collègue" in conflict.text
    assert conflict.value("title") == TYPED["title"]
    action.refresh_from_db()
    assert action.draft["title"] == ["De la collègue"]


def test_without_the_address_of_the_form_the_text_waits_on_its_page(partner: Visitor, action: Action) -> None:
    """A browser that sends no Referer is led to the espace; the form has the text when it is opened."""
    partner.open(edit_url(action))
    is_closed_elsewhere()
    wall = partner.post(edit_url(action), {**TYPED, "draft_version": action.draft_version})
    assert signs_in(partner, wall).path == "/espace/"
    assert partner.open(edit_url(action)).value("title") == TYPED["title"]


def test_an_avis_and_a_verdict_come_back_too(partner: Visitor) -> None:
    reviewed = factories.make_in_review()
    ville = Visitor(factories.make_pilot("ville"))
    page = ville.open(f"/espace/actions/{reviewed.reference}/avis/")
    is_closed_elsewhere()
    typed = {"position": "defavorable", "amount": "1 2OO", "reason": "Un long motif."}
    back = signs_in(ville, page.press("Signer l'avis", **typed))
    assert {name: back.value(name) for name in typed} == typed
    assert back.error("amount").startswith("Écrivez le montant en chiffres")
    assert not Avis.objects.exists()


# ------------------------------------------------------------------ and to nobody else


def test_somebody_of_another_organisation_does_not_get_it(partner: Visitor, action: Action) -> None:
    page = partner.open(edit_url(action))
    is_closed_elsewhere()
    wall = page.press(SAVE, **TYPED)
    stranger = factories.make_member(factories.make_organisation("Le Fil rouge"))
    there = signs_in(partner, wall, stranger)
    assert there.status == 404
    assert TYPED["title"] not in there.text
    assert TYPED["title"] not in partner.open("/espace/").text


def test_another_pilot_on_the_same_computer_does_not_read_the_avis(partner: Visitor) -> None:
    """The same address is a page of both institutions: under the veil, one must not find the other's text."""
    reviewed = factories.make_in_review()
    shared = Visitor(factories.make_pilot("ville"))
    page = shared.open(f"/espace/actions/{reviewed.reference}/avis/")
    is_closed_elsewhere()
    wall = page.press("Signer l'avis", position="defavorable", amount="1 200", reason="Motif de la ville.")
    there = signs_in(shared, wall, factories.make_pilot("prefecture"))
    assert there.status == 200
    assert (there.value("reason"), there.value("amount"), there.value("position")) == ("", "", "")
    assert "Motif de la ville." not in there.text
    assert parked(shared) is None, "and it is gone"


def test_a_forged_cookie_says_nothing(partner: Visitor, action: Action) -> None:
    page = partner.open(edit_url(action))
    is_closed_elsewhere()
    stranger = factories.make_member(action.organisation, "redacteur")
    partner.client.cookies[COOKIE] = f"{stranger.pk}:forged:signature"
    page.press(SAVE, **TYPED)
    assert parked(partner) is None


def test_nothing_is_kept_for_a_browser_where_nobody_wrote(action: Action) -> None:
    nobody = Visitor()
    assert nobody.post(edit_url(action), TYPED).path == LOGIN
    assert parked(nobody) is None


@pytest.mark.parametrize("name", ["HttpOnly", "SameSite"])
def test_the_cookie_is_for_the_server_alone(partner: Visitor, name: str) -> None:
    partner.open("/espace/")
    morsel = partner.client.cookies[COOKIE]
    assert morsel[name.lower()] in (True, "Lax")
    assert morsel["max-age"] == morsel["expires"] == "", "gone with the browser"


# ------------------------------------------------------------------ what is never kept


@pytest.mark.parametrize(
    "secrets",
    [
        {"oldpassword": "secret", "password1": "secret", "password2": "secret"},
        {"password": "secret"},
        {"code": "secret"},
        {"credential": "secret"},
        {"csrfmiddlewaretoken": "secret"},
    ],
)
def test_secrets_are_never_kept(partner: Visitor, secrets: dict[str, str]) -> None:
    partner.open("/espace/")
    is_closed_elsewhere()
    partner.post("/comptes/password/change/", secrets)
    assert parked(partner) is None
    partner.post("/comptes/password/change/", {**secrets, "title": "Gardé"})
    assert parked(partner)["lists"] == {"title": ["Gardé"]}


def test_too_much_is_not_kept(partner: Visitor, action: Action) -> None:
    page = partner.open(edit_url(action))
    is_closed_elsewhere()
    kept = page.press(SAVE, **{**TYPED, "description": "é" * (MAX_BYTES // 2)})
    assert parked(partner) is not None
    assert kept.path == LOGIN
    is_closed_elsewhere()
    page.press(SAVE, **{**TYPED, "description": "é" * (MAX_BYTES + 1)})
    assert parked(partner) is None
    partner.post(edit_url(action), {"x" * MAX_BYTES: "é"})
    assert parked(partner) is None, "names of fields weigh too"


def test_characters_that_no_database_keeps_are_replaced(partner: Visitor, action: Action) -> None:
    page = partner.open(edit_url(action))
    is_closed_elsewhere()
    wall = partner.post(edit_url(action), "title=A%00B%ED%A0%80C&draft_version=1", page=page.url)
    assert signs_in(partner, wall).value("title") == "A\ufffdB\ufffd\ufffd\ufffdC"


@pytest.mark.parametrize(("after", "there"), [(MAX_AGE_SECONDS, True), (MAX_AGE_SECONDS + 1, False)])
def test_it_waits_for_an_hour(partner: Visitor, action: Action, after: int, there: bool) -> None:
    page = partner.open(edit_url(action))
    is_closed_elsewhere()
    wall = page.press(SAVE, **TYPED)
    with clock.at(factories.NOON + timedelta(seconds=after)):
        back = signs_in(partner, wall)
    assert (back.value("title") == TYPED["title"]) is there
    assert (RECOVERED in back.text) is there


def test_a_reading_that_meets_the_wall_keeps_nothing(partner: Visitor, action: Action) -> None:
    partner.open(edit_url(action))
    is_closed_elsewhere()
    wall = partner.open(edit_url(action), title="Dans l'adresse")
    assert wall.path == LOGIN
    assert parked(partner) is None
    assert RECOVERED not in signs_in(partner, wall).text
