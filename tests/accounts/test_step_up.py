"""What cannot be taken back asks again who is there, and nothing typed is lost on the way."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession

from cites.accounts import mailed_code, step_up
from cites.core import clock
from cites.models import Event, OutboxMail, Signature, User
from tests import factories
from tests.accounts.factors import code_of, give_app, give_password, sign_in
from tests.funding.conftest import noon, room
from tests.funding.room import SIGN, Room
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.one_database

__all__ = ["noon", "room"]
PASSWORD_PAGE = "/comptes/reauthenticate/"
CONFIRM = "/comptes/confirmer/"
SEND, AGAIN, OK = "Recevoir un code", "Envoyer un nouveau code", "Confirmer"
LATER = timedelta(minutes=6)


@pytest.fixture
def closed(room: Room) -> Room:
    room.positions(*factories.ALL_FOR)
    room.decide("approved", "1 500,00")
    room.close()
    return room


@pytest.fixture
def six_minutes_later(closed: Room) -> Iterator[Visitor]:
    """A pilot on the page of the relevé, who signed in six minutes ago, without password or factor."""
    visitor = Visitor(factories.make_pilot("ville"))
    visitor.open(f"{closed.url}releve/")
    with clock.at(factories.NOON + LATER):
        yield visitor


def releve(visitor: Visitor, room: Room) -> Page:
    return visitor.open(f"{room.url}releve/")


def signed() -> int:
    return Signature.objects.count()


def code_in_mail() -> str:
    body = OutboxMail.objects.filter(subject="Votre code de confirmation").latest("pk").body
    return next(line for line in body.splitlines() if len(line) == 9 and line[4] == "-")


# ------------------------------------------------------------------ fresh or not


def test_a_sign_in_counts_for_five_minutes(closed: Room) -> None:
    visitor = Visitor(factories.make_pilot("ville"))
    with clock.at(factories.NOON + timedelta(minutes=4, seconds=59)):
        assert "a signé le relevé" in releve(visitor, closed).press(SIGN).messages
    assert signed() == 1


@pytest.mark.parametrize("age", [timedelta(minutes=5), timedelta(minutes=6), timedelta(hours=-1)])
def test_then_it_is_asked_again_and_nothing_is_done(closed: Room, age: timedelta) -> None:
    visitor = Visitor(factories.make_pilot("ville"))
    with clock.at(factories.NOON + age):
        page = releve(visitor, closed).press(SIGN)
    assert (page.path, signed()) == (CONFIRM, 0)


def test_a_session_that_says_nothing_is_not_fresh(closed: Room) -> None:
    visitor = Visitor(factories.make_pilot("ville"))
    session = visitor.client.session
    del session[step_up.KEY]
    session.save()
    assert releve(visitor, closed).press(SIGN).path == CONFIRM
    assert signed() == 0


def test_the_steps_of_someone_elses_sign_in_freshen_nothing(closed: Room) -> None:
    """The mark is of a complete sign-in: a password without its second factor leaves none."""
    user = give_password(factories.make_pilot("ville"))
    give_app(user)
    visitor, page = sign_in(user)
    assert page.path == "/comptes/2fa/authenticate/"
    assert step_up.KEY not in visitor.client.session


# ------------------------------------------------------------------ three ways


def test_by_password(closed: Room) -> None:
    user = give_password(factories.make_pilot("ville"))
    visitor = Visitor(user)
    page = releve(visitor, closed)
    with clock.at(factories.NOON + LATER):
        asked = page.press(SIGN)
        assert asked.path == PASSWORD_PAGE
        wrong = asked.press("Confirmer", password="pas le bon mot de passe")
        assert (wrong.path, signed()) == (PASSWORD_PAGE, 0)
        back = wrong.press("Confirmer", password=factories.PASSWORD)
        assert back.path == f"{closed.url}releve/"
        assert step_up.CONFIRMED in back.messages
        assert signed() == 0, "confirming is not signing"
        back.press(SIGN)
    assert signed() == 1


def test_by_the_code_of_an_app(closed: Room) -> None:
    user = factories.make_pilot("ville")
    secret = give_app(user)
    visitor = Visitor(user)
    with clock.at(factories.NOON + LATER):
        asked = releve(visitor, closed).press(SIGN)
        assert asked.path == "/comptes/2fa/reauthenticate/"
        back = asked.press("Confirmer", code=code_of(secret))
        assert back.path == f"{closed.url}releve/"
        back.press(SIGN)
    assert signed() == 1


def test_by_a_mailed_code(six_minutes_later: Visitor, closed: Room) -> None:
    asked = releve(six_minutes_later, closed).press(SIGN)
    assert "titulaire.ville@exemple.test" in asked.text
    typing = asked.press(SEND)
    assert "valable cinq minutes" in typing.text
    back = typing.press(OK, code=code_in_mail().lower().replace("-", " "))
    assert back.path == f"{closed.url}releve/"
    back.press(SIGN)
    assert signed() == 1


def test_who_has_a_password_gets_no_mailed_code(closed: Room) -> None:
    """The weaker way is not beside the stronger one."""
    visitor = Visitor(give_password(factories.make_pilot("ville")))
    with clock.at(factories.NOON + LATER):
        assert visitor.open(CONFIRM).path == PASSWORD_PAGE
        assert visitor.post(CONFIRM, {"send": "1"}).path == PASSWORD_PAGE
    assert not OutboxMail.objects.filter(subject="Votre code de confirmation").exists()


# ------------------------------------------------------------------ the code


def test_a_code_serves_once(six_minutes_later: Visitor, closed: Room) -> None:
    visitor = six_minutes_later
    typing = releve(visitor, closed).press(SIGN).press(SEND)
    code = code_in_mail()
    typing.press(OK, code=code)
    with clock.at(factories.NOON + LATER * 2):
        again = visitor.post(CONFIRM, {"code": code})
        assert "Ce code ne sert plus" in again.text
        assert releve(visitor, closed).press(SIGN).path == CONFIRM


def test_it_dies_after_five_minutes(six_minutes_later: Visitor, closed: Room) -> None:
    typing = releve(six_minutes_later, closed).press(SIGN).press(SEND)
    with clock.at(factories.NOON + LATER + timedelta(minutes=5)):
        assert "Ce code ne sert plus" in typing.press(OK, code=code_in_mail()).text


def test_it_dies_after_five_tries(six_minutes_later: Visitor, closed: Room) -> None:
    typing = releve(six_minutes_later, closed).press(SIGN).press(SEND)
    for _ in range(mailed_code.TRIES - 1):
        assert "pas le code" in typing.press(OK, code="BBBB-BBBB").text
    assert "Ce code ne sert plus" in typing.press(OK, code="BBBB-BBBB").text
    late = six_minutes_later.post(CONFIRM, {"code": code_in_mail()})
    assert "Ce code ne sert plus" in late.text
    assert SEND in late.buttons


def test_a_new_code_replaces_the_former_and_few_are_sent(six_minutes_later: Visitor, closed: Room) -> None:
    page = releve(six_minutes_later, closed).press(SIGN).press(SEND)
    first = code_in_mail()
    page = page.press(AGAIN)
    assert "pas le code" in page.press(OK, code=first).text
    page = page.press(AGAIN)
    assert OutboxMail.objects.filter(subject="Votre code de confirmation").count() == 3
    page = page.press(AGAIN)
    assert "Trop de codes" in page.messages
    assert OutboxMail.objects.filter(subject="Votre code de confirmation").count() == 3


def test_it_is_of_one_person_and_not_in_the_session(six_minutes_later: Visitor, closed: Room) -> None:
    releve(six_minutes_later, closed).press(SIGN).press(SEND)
    code = code_in_mail()
    held = str(dict(six_minutes_later.client.session))
    assert code not in held
    assert code.replace("-", "") not in held
    other = Visitor(factories.make_pilot("education"))
    assert "Ce code ne sert plus" in other.post(CONFIRM, {"code": code}).text
    assert len(mailed_code.LETTERS) ** mailed_code.LENGTH >= 2**34


# ------------------------------------------------------------------ on the way


def test_the_way_back_stays_in_the_portal(six_minutes_later: Visitor, closed: Room) -> None:
    page = six_minutes_later.open(CONFIRM, next="https://ailleurs.example/")
    page = page.press(SEND).press(OK, code=code_in_mail())
    assert page.path == "/espace/"


def test_confirming_gives_the_session_a_new_identifier(closed: Room) -> None:
    user = give_password(factories.make_pilot("ville"))
    visitor, _ = sign_in(user)
    before = visitor.client.session.session_key
    with clock.at(factories.NOON + LATER):
        releve(visitor, closed).press(SIGN).press("Confirmer", password=factories.PASSWORD)
    after = visitor.client.session.session_key
    assert before != after
    assert list(UserSession.objects.filter(user=user).values_list("session_key", flat=True)) == [after]
    stolen = Visitor()
    stolen.client.cookies["session"] = str(before)
    assert stolen.open("/espace/").path == "/comptes/login/"


def test_allauth_asks_those_without_password_too(noon: None) -> None:
    """It lets them through by itself: a factor is not enrolled from a session found open."""
    visitor = Visitor(factories.make_pilot("ville"))
    assert visitor.open("/comptes/2fa/totp/activate/").path == "/comptes/2fa/totp/activate/"
    with clock.at(factories.NOON + LATER):
        for address in ("2fa/totp/activate/", "2fa/webauthn/add/", "password/set/"):
            assert visitor.open(f"/comptes/{address}").path == CONFIRM, address
        moved = visitor.open("/comptes/email/").press("Changer d’adresse", email="nouvelle@exemple.test")
        assert moved.path == CONFIRM
        back = moved.press(SEND).press(OK, code=code_in_mail())
    assert User.objects.filter(email="titulaire.ville@exemple.test").exists()
    assert "nouvelle@exemple.test" in back.text, "allauth goes on with what was asked"


# ------------------------------------------------------------------ in the administration


@pytest.fixture
def administrator(noon: None) -> Visitor:
    return Visitor(factories.make_admin(password=factories.PASSWORD))


def test_a_mandate_typed_too_slowly_is_found_again(administrator: Visitor) -> None:
    user = factories.make_user("nouvelle@exemple.test")
    page = administrator.open("/admin/cites/mandate/add/")
    with clock.at(factories.NOON + LATER):
        typed = {"user": user.pk, "role": "coordination", "starts_on": "05/10/2026"}
        asked = page.press("Enregistrer", **typed)
        assert asked.path == PASSWORD_PAGE
        back = asked.press("Confirmer", password=factories.PASSWORD)
        assert back.path == "/admin/cites/mandate/add/"
        assert "rien n'est encore enregistré" in back.text
        assert {name: back.value(name) for name in typed} == {name: str(value) for name, value in typed.items()}
        assert not user.mandates.exists()
        back.press("Enregistrer")
    assert user.mandates.get().role == "coordination"
    assert Event.objects.filter(kind="cites.admin_added").count() == 1


def test_it_is_asked_before_the_form_is_shown(administrator: Visitor) -> None:
    with clock.at(factories.NOON + LATER):
        page = administrator.open("/admin/cites/mandate/add/")
        assert page.path == PASSWORD_PAGE
        assert administrator.open("/admin/cites/mandate/").path == "/admin/cites/mandate/", "reading the list is free"
        assert page.press("Confirmer", password=factories.PASSWORD).path == "/admin/cites/mandate/add/"


def test_who_writes_for_an_organisation_is_a_role_too(administrator: Visitor) -> None:
    page = administrator.open("/admin/partners/membership/add/")
    organisation, user = factories.make_organisation(), factories.make_user("benevole@exemple.test")
    typed = {"user": user.pk, "organisation": organisation.pk, "role": "redacteur", "starts_on": "01/10/2026"}
    with clock.at(factories.NOON + LATER):
        asked = page.press("Enregistrer", **typed)
        assert asked.path == PASSWORD_PAGE
        assert not user.memberships.exists()
        asked.press("Confirmer", password=factories.PASSWORD).press("Enregistrer")
    assert user.memberships.get().role == "redacteur"


def test_without_the_decorator_it_goes_red(closed: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor(factories.make_pilot("ville"))
    monkeypatch.setattr(step_up, "is_recent", lambda request: True)
    with clock.at(factories.NOON + LATER):
        releve(visitor, closed).press(SIGN)
    assert signed() == 1
