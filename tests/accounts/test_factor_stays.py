"""No other door goes round a second factor or takes it away: six of them, each by its real form."""

import re

import pytest

from cites.models import OutboxMail, User
from tests import factories
from tests.accounts.factors import code_of, factors_of, give_app, give_recovery_codes, sign_in
from tests.visitor import Page, Visitor

pytestmark = [pytest.mark.usefixtures("noon_in_valenton"), pytest.mark.one_database]

ASKED = "/comptes/2fa/authenticate/"
NEW = "une autre phrase de passe pour les tests"
MOVED = "nouvelle.adresse@exemple.test"


@pytest.fixture
def pilot() -> User:
    user = factories.make_pilot("ville", password=factories.PASSWORD)
    give_app(user)
    give_recovery_codes(user)
    return factories.fresh(user)


def last_mail(to: str) -> str:
    return OutboxMail.objects.filter(to=to).latest("pk").body


def still_asks(user: User, email: str, password: str) -> Page:
    """The factor is there, and a sign-in stops before it."""
    assert factors_of(user) == {"totp", "recovery_codes"}
    visitor = Visitor()
    page = visitor.open("/comptes/login/").press("Se connecter", login=email, password=password)
    assert page.path == ASKED
    assert visitor.open("/espace/").path == ASKED, "not signed in yet"
    return page


def chooses(visitor: Visitor, mail: str) -> None:
    """Follows the link of the message and chooses a password."""
    link = re.search(r"https?://[^/]+(/comptes/password/reset/key/\S+)", mail)
    assert link is not None
    visitor.post(visitor.open(link[1]).path, {"password1": NEW, "password2": NEW})


def test_1_a_password_forgotten(pilot: User) -> None:
    visitor = Visitor()
    visitor.open("/comptes/password/reset/").press("Recevoir le message", email=pilot.email)
    chooses(visitor, last_mail(pilot.email))
    assert visitor.open("/espace/").path == "/comptes/login/", "a reset signs nobody in"
    still_asks(pilot, pilot.email, NEW)


def test_2_a_code_instead_of_the_password(pilot: User) -> None:
    visitor = Visitor()
    page = visitor.open("/comptes/login/code/").press("Envoyer le code", email=pilot.email)
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", last_mail(pilot.email), re.MULTILINE)
    assert code is not None
    page = page.press("Valider le code", code=code[0])
    assert page.path == ASKED
    assert visitor.open("/espace/").path == ASKED


def test_3_a_password_changed_by_the_person(pilot: User) -> None:
    visitor = Visitor(pilot)
    form = {"oldpassword": factories.PASSWORD, "password1": NEW, "password2": NEW}
    visitor.post("/comptes/password/change/", form)
    still_asks(pilot, pilot.email, NEW)


def test_4_an_address_changed_by_the_person(pilot: User) -> None:
    visitor = Visitor(pilot)
    page = visitor.open("/comptes/email/").press("Changer d’adresse", email=MOVED)
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9-]+$", last_mail(MOVED), re.MULTILINE)
    assert code is not None
    page.press("Valider le code", code=code[0])
    assert factories.fresh(pilot).email == MOVED
    still_asks(pilot, MOVED, factories.PASSWORD)


def test_5_an_address_changed_by_an_administrator(pilot: User) -> None:
    admin = Visitor(factories.make_admin())
    admin.open(f"/admin/cites/user/{pilot.pk}/change/").press("Enregistrer", email=MOVED)
    assert factories.fresh(pilot).email == MOVED
    assert factors_of(pilot) == {"totp", "recovery_codes"}
    told = OutboxMail.objects.get(to=pilot.email)
    assert told.subject == "L'adresse de votre compte a été remplacée"


def test_6_a_link_sent_by_an_administrator(pilot: User) -> None:
    gesture = "Envoyer un lien pour choisir un mot de passe"
    page = Visitor(factories.make_admin()).open(f"/admin/cites/user/{pilot.pk}/change/")
    page.follow(gesture).press(gesture)
    chooses(Visitor(), last_mail(pilot.email))
    still_asks(pilot, pilot.email, NEW)


def test_the_door_opens_with_it(pilot: User) -> None:
    """The other side of the six: the code of the moment is what was missing."""
    user = factories.make_pilot("education", password=factories.PASSWORD)
    secret = give_app(user)
    visitor, page = sign_in(user)
    form = {"code": code_of(secret)}
    assert visitor.post(page.path, {"code": "000000"}).path == ASKED
    visitor.post(page.path, form)
    assert visitor.open("/espace/").path == "/espace/"
    again, page = sign_in(user)
    again.post(page.path, form)
    assert again.open("/espace/").path == ASKED, "a code serves once"
