"""Access ends at the next request: sessions closed, a factor lifted or changed, a password, an account."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession

from cites.accounts import second_factor
from cites.core import audit, clock
from cites.core.errors import Blocked
from cites.core.permissions import Refused
from cites.models import Event, OutboxMail, User
from tests import factories
from tests.accounts.factors import factors_of, give_app, give_passkey, give_recovery_codes, sign_in
from tests.visitor import Page, Visitor

pytestmark = [pytest.mark.usefixtures("noon_in_valenton"), pytest.mark.one_database]

CLOSE, LIFT = "Fermer toutes ses sessions", "Lever le second facteur perdu"
LINK = "Envoyer un lien pour choisir un mot de passe"
NEW = "une autre phrase de passe pour les tests"
LOGIN = "/comptes/login/"


@pytest.fixture
def admin() -> Visitor:
    return Visitor(factories.make_admin())


@pytest.fixture
def pilot() -> User:
    return factories.make_pilot("ville", password=factories.PASSWORD)


def account(visitor: Visitor, user: User) -> Page:
    return visitor.open(f"/admin/cites/user/{user.pk}/change/")


def is_in(visitor: Visitor) -> bool:
    return visitor.open("/espace/").path == "/espace/"


def events(kind: str) -> list[str]:
    return [audit.read_sentence(event) for event in Event.objects.filter(kind=kind)]


# ------------------------------------------------------------------ by an administrator


def test_all_the_sessions_of_a_person(admin: Visitor, pilot: User) -> None:
    """One opened by the form, one that no list knows of."""
    listed, _ = sign_in(pilot)
    unlisted = Visitor(pilot)
    assert is_in(listed)
    assert is_in(unlisted)
    done = account(admin, pilot).follow(CLOSE).press(CLOSE)
    assert "Toutes les sessions sont fermées" in done.text
    assert not is_in(listed)
    assert not is_in(unlisted)
    assert not UserSession.objects.filter(user=pilot).exists()
    assert is_in(admin), "nobody else's"
    assert is_in(sign_in(pilot)[0]), "the account stays open"
    assert events("cites.sessions_ended") == [
        f"Claire Administration a fermé toutes les sessions du compte n° {pilot.pk}"
    ]
    assert OutboxMail.objects.get(subject="Toutes vos sessions ont été fermées").to == pilot.email


def test_a_lost_second_factor(admin: Visitor, pilot: User, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    give_passkey(admin_user(admin))
    give_app(pilot)
    give_recovery_codes(pilot)
    visitor = Visitor(pilot)
    page = account(admin, pilot).follow(LIFT)
    assert "de vive voix ou en personne" in page.text
    assert factors_of(pilot) == {"totp", "recovery_codes"}, "reading does nothing"
    page.press(LIFT)
    assert factors_of(pilot) == set()
    assert not is_in(visitor)
    assert events("cites.second_factor_lifted") == [
        f"Claire Administration a levé le second facteur du compte n° {pilot.pk}"
    ]
    assert OutboxMail.objects.get(subject="Votre second facteur a été levé").to == pilot.email
    assert sign_in(pilot)[1].path == "/comptes/second-facteur/", "a new one comes before anything else"


def admin_user(visitor: Visitor) -> User:
    assert visitor.user is not None
    return visitor.user


def test_nobody_lifts_their_own(admin: Visitor) -> None:
    user = admin_user(admin)
    give_passkey(user)
    assert LIFT not in account(admin, user).links
    for answer in (
        admin.open(f"/admin/cites/user/{user.pk}/lever-le-second-facteur/"),
        admin.post(f"/admin/cites/user/{user.pk}/lever-le-second-facteur/", {}),
    ):
        assert answer.status == 403
        assert "par une autre personne" in answer.text
    assert factors_of(user) == {"webauthn"}


def test_nor_does_anyone_who_is_not_staff(pilot: User) -> None:
    other = factories.make_coordination()
    give_app(pilot)
    for verb in (second_factor.lift, second_factor.end_sessions):
        with pytest.raises(Refused):
            verb(pilot, by=other)
    for slug in ("lever-le-second-facteur", "fermer-les-sessions"):
        assert Visitor(other).post(f"/admin/cites/user/{pilot.pk}/{slug}/", {}).status == 403
    assert factors_of(pilot) == {"totp"}


def test_there_is_nothing_to_lift_where_there_is_none(admin: Visitor, pilot: User) -> None:
    assert LIFT not in account(admin, pilot).links
    with pytest.raises(Blocked):
        second_factor.lift(pilot, by=admin_user(admin))
    assert admin.open("/admin/cites/user/999999/fermer-les-sessions/").status == 404
    assert not Event.objects.exists()


def test_both_ask_for_a_recent_sign_in(admin: Visitor, pilot: User) -> None:
    give_app(pilot)
    with clock.at(factories.NOON + timedelta(minutes=6)):
        for slug in ("lever-le-second-facteur", "fermer-les-sessions"):
            url = f"/admin/cites/user/{pilot.pk}/{slug}/"
            assert admin.open(url).path == admin.post(url, {}).path == "/comptes/confirmer/"
    assert factors_of(pilot) == {"totp"}


def test_a_deactivated_account_is_out_at_once(admin: Visitor, pilot: User) -> None:
    visitor, _ = sign_in(pilot)
    assert is_in(visitor)
    account(admin, pilot).press("Enregistrer", is_active=None)
    assert not is_in(visitor)
    assert sign_in(pilot)[1].path == "/comptes/inactive/"


# ------------------------------------------------------------------ by the person


def test_a_new_password_ends_the_other_sessions(pilot: User) -> None:
    here, _ = sign_in(pilot)
    elsewhere, _ = sign_in(pilot)
    page = here.open("/comptes/password/change/")
    form = {"oldpassword": factories.PASSWORD, "password1": NEW, "password2": NEW}
    here.post(page.path, form)
    assert is_in(here)
    assert not is_in(elsewhere)
    assert UserSession.objects.purge_and_list(pilot) == list(UserSession.objects.filter(user=pilot))
    assert UserSession.objects.filter(user=pilot).count() == 1


def test_a_link_from_an_administrator_ends_them_once_it_is_followed(admin: Visitor, pilot: User) -> None:
    visitor, _ = sign_in(pilot)
    account(admin, pilot).follow(LINK).press(LINK)
    assert is_in(visitor)
    link = re.search(r"/comptes/password/reset/key/\S+", OutboxMail.objects.filter(to=pilot.email).latest("pk").body)
    assert link is not None
    someone = Visitor()
    someone.post(someone.open(link[0]).path, {"password1": NEW, "password2": NEW})
    assert not is_in(visitor)
    assert is_in(sign_in(pilot, NEW)[0])


def test_a_factor_that_goes_ends_the_other_sessions() -> None:
    user = factories.make_member(password=factories.PASSWORD)
    give_app(user)
    here, elsewhere = Visitor(user), Visitor(user)
    here.post("/comptes/2fa/totp/deactivate/", {})
    assert factors_of(user) == set()
    assert is_in(here)
    assert not is_in(elsewhere)


def test_the_list_of_sessions_ends_the_others(pilot: User) -> None:
    here, _ = sign_in(pilot)
    elsewhere, _ = sign_in(pilot)
    here.post("/comptes/sessions/", {})
    assert is_in(here)
    assert not is_in(elsewhere)
