"""Who steers or administers enrols a second factor before anything else, and cannot be left without one."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.conf import settings as live_settings
from django.db import connection
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext

from cites.accounts import second_factor
from cites.core import clock
from cites.core.admin import PortalAdminSite
from cites.models import Cite, User
from tests import factories
from tests.accounts.factors import code_of, factors_of, give_app, give_passkey, give_recovery_codes, sign_in
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.one_database

WALL = "/comptes/second-facteur/"
OUT = "Déconnexion"
WALLED = "cites.accounts.second_factor.SecondFactorWall"


@pytest.fixture(autouse=True)
def wall(db: None, settings: Any) -> Iterator[None]:
    settings.MFA_REQUIRED = True
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton", contact_email="contact@exemple.test")
        yield


def pilot(**fields: Any) -> User:
    return factories.make_pilot("ville", **fields)


def enrols(page: Page) -> Page:
    """From the wall's page to an app that works."""
    page = page.follow("Une application sur votre téléphone")
    secret = page.visitor.client.session[SECRET_SESSION_KEY]
    return page.visitor.post(page.path, {"code": code_of(secret)})


# ------------------------------------------------------------------ the wall


@pytest.mark.parametrize(
    "make", [factories.make_pilot, factories.make_instructeur, factories.make_coordination, factories.make_admin]
)
def test_who_steers_or_administers_meets_it_everywhere(make: Any) -> None:
    visitor = Visitor(make())
    for address in ("/espace/", "/espace/actions/", "/espace/budget/", "/espace/journal/", "/admin/", "/admin/logout/"):
        page = visitor.open(address)
        assert page.path == WALL or address == "/admin/logout/", address
        assert page.text.count("Protégez votre compte") == (page.path == WALL)


def test_partners_and_visitors_do_not(settings: Any) -> None:
    assert Visitor(factories.make_member()).open("/espace/").path == "/espace/"
    assert Visitor(factories.make_user("sans@exemple.test")).open("/espace/").path == "/espace/"
    assert Visitor().open("/espace/").path == "/comptes/login/"
    settings.MFA_REQUIRED = False
    assert Visitor(pilot()).open("/espace/").path == "/espace/"


def test_public_pages_stay_readable() -> None:
    visitor = Visitor(pilot())
    for address in ("/", "/cite/", "/actions/", "/appels/", "/sante/"):
        assert visitor.open(address).path == address


def test_recovery_codes_alone_are_no_factor() -> None:
    user = pilot()
    give_recovery_codes(user)
    assert Visitor(user).open("/espace/").path == WALL
    give_passkey(user)
    assert Visitor(factories.fresh(user)).open("/espace/").path == "/espace/"


def test_the_way_out_is_on_the_page() -> None:
    visitor = Visitor(pilot())
    page = visitor.open("/espace/").press(OUT)
    assert page.path == "/"
    assert visitor.open("/espace/").path == "/comptes/login/"


def test_enrolling_an_app_opens_the_house() -> None:
    user = pilot(password=factories.PASSWORD)
    visitor, page = sign_in(user)
    assert page.path == visitor.open("/espace/budget/").path == WALL
    codes = enrols(page)
    assert factors_of(user) == {"totp", "recovery_codes"}
    assert codes.follow("J’ai noté mes codes").path == "/espace/budget/", "where they were going"


def test_the_pages_of_the_account_are_open_meanwhile() -> None:
    visitor = Visitor(pilot())
    for address in ("2fa/", "2fa/webauthn/add/", "email/", "sessions/", "logout/", "password/set/"):
        assert visitor.open(f"/comptes/{address}").path == f"/comptes/{address}", address


def test_a_mandate_that_begins_raises_the_wall_at_the_next_request() -> None:
    user = factories.make_user("nouvelle@exemple.test")
    visitor = Visitor(user)
    assert visitor.open("/espace/").path == "/espace/"
    user.mandates.create(role="coordination", starts_on=clock.today())
    assert visitor.open("/espace/").path == WALL


def test_a_text_that_meets_the_wall_is_kept() -> None:
    user = factories.make_coordination(password=factories.PASSWORD)
    give_app(user)
    visitor = Visitor(user)
    page = visitor.open("/espace/seances/nouvelle/")
    Authenticator.objects.all().delete()  # lifted elsewhere, this session spared
    walled = page.press("Préparer la séance", place="Salle tapée avant le mur")
    assert walled.path == WALL
    give_app(user)
    back = visitor.open(WALL)
    assert back.path == "/espace/seances/nouvelle/"
    assert back.value("place") == "Salle tapée avant le mur"


def test_the_way_on_stays_here() -> None:
    user = pilot()
    visitor = Visitor(user)
    assert visitor.post("/espace/journal/", {"a": "b"}, page="//mechant.exemple/x").path == WALL
    give_app(user)
    assert visitor.client.get(WALL)["Location"] == "/espace/"


# ------------------------------------------------------------------ negative controls


def test_without_the_middleware_the_wall_is_gone() -> None:
    with override_settings(MIDDLEWARE=[name for name in live_settings.MIDDLEWARE if name != WALLED]):
        assert Visitor(pilot()).open("/espace/").path == "/espace/"


def test_the_administration_checks_by_itself() -> None:
    """Without the middleware, the admin still leads to the enrolment."""
    with override_settings(MIDDLEWARE=[name for name in live_settings.MIDDLEWARE if name != WALLED]):
        visitor = Visitor(factories.make_admin())
        for address in ("/admin/", "/admin/cites/user/", "/admin/cites/mandate/add/"):
            assert visitor.open(address).path == WALL, address
        assert visitor.post("/admin/cites/commune/add/", {"name": "x", "insee": "94074"}).path == WALL


def test_has_permission_is_staff_with_a_factor(rf: RequestFactory, settings: Any) -> None:
    request = rf.get("/admin/")
    site = PortalAdminSite()

    def allowed(user: User) -> bool:
        request.user = factories.fresh(user)
        return site.has_permission(request)

    admin = factories.make_admin()
    give_recovery_codes(admin)
    assert not allowed(admin)
    give_app(admin)
    assert allowed(admin)
    member = factories.make_pilot()
    give_app(member)
    assert not allowed(member)
    Authenticator.objects.all().delete()
    settings.MFA_REQUIRED = False
    assert allowed(admin)


# ------------------------------------------------------------------ the last one stays


def test_the_last_factor_is_not_deactivated() -> None:
    user = pilot()
    give_app(user)
    give_recovery_codes(user)
    visitor = Visitor(user)
    page = visitor.open("/comptes/2fa/totp/deactivate/")
    assert "C'est votre dernier second facteur" in page.messages
    visitor.post("/comptes/2fa/totp/deactivate/", {})
    assert factors_of(user) == {"totp", "recovery_codes"}


def test_nor_the_last_passkey() -> None:
    user = pilot()
    key = give_passkey(user)
    visitor = Visitor(user)
    page = visitor.post(f"/comptes/2fa/webauthn/keys/{key.pk}/remove/", {})
    assert "C'est votre dernier second facteur" in page.messages
    assert factors_of(user) == {"webauthn"}
    give_app(user)
    visitor.post(f"/comptes/2fa/webauthn/keys/{key.pk}/remove/", {})
    assert factors_of(user) == {"totp"}, "another one stays: it goes"


def test_allauths_own_form_refuses_too(settings: Any) -> None:
    """The page may be reached without the wall."""
    user = pilot()
    give_app(user)
    with override_settings(MIDDLEWARE=[name for name in live_settings.MIDDLEWARE if name != WALLED]):
        page = Visitor(user).post("/comptes/2fa/totp/deactivate/", {})
        assert "dernier second facteur" in page.text
    assert factors_of(user) == {"totp"}


def test_someone_elses_passkey_is_not_named() -> None:
    key = give_passkey(factories.make_pilot("education"))
    user = pilot()
    give_app(user)
    assert Visitor(user).open(f"/comptes/2fa/webauthn/keys/{key.pk}/remove/").status == 404


def test_a_partner_may_leave_it() -> None:
    user = factories.make_member()
    give_app(user)
    Visitor(user).post("/comptes/2fa/totp/deactivate/", {})
    assert factors_of(user) == set()


def test_who_needs_one() -> None:
    needing = [factories.make_pilot(), factories.make_instructeur(), factories.make_coordination()]
    assert all(second_factor.needs(user) for user in [*needing, factories.make_admin()])
    assert not second_factor.needs(factories.make_member())


# ------------------------------------------------------------------ what it costs


def queries(user: User, address: str) -> int:
    visitor = Visitor(user)
    visitor.open(address)
    with CaptureQueriesContext(connection) as asked:
        assert visitor.open(address).path == address
    return len(asked)


@pytest.mark.parametrize("make, cost", [(factories.make_pilot, 1), (factories.make_member, 0)])
def test_at_most_one_query_and_none_for_partners(settings: Any, make: Any, cost: int) -> None:
    user = make()
    give_app(user)
    for address in ("/espace/", "/espace/journal/", "/comptes/email/"):
        counts = []
        for required in (True, False):
            settings.MFA_REQUIRED = required
            counts.append(queries(factories.fresh(user), address))
        assert counts[0] - counts[1] in (0, cost), (address, counts)
