"""Who comes in by ProConnect – someone known, linked or invited –, who does not, and how they leave."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.urls import reverse
from pytest_django import Settings

from cites.accounts import invitations
from cites.core.permissions import Refused
from cites.models import Event, Mandate, User
from cites.proconnect import people
from tests import factories
from tests.accounts.identity_provider import CLIENT_ID, Provider
from tests.accounts.round_trip import EMAIL, HUGO, assert_refused, sign_in, start, who
from tests.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


# ------------------------------------------------------------------ who comes in


@pytest.mark.parametrize("algorithm, kid", [("RS256", "rsa-1"), ("ES256", "ec-1")])
def test_someone_known_by_a_verified_address_comes_in(provider: Provider, hugo: User, algorithm: str, kid: str) -> None:
    provider.algorithm, provider.kid = algorithm, kid
    page = sign_in(provider, next="/espace/journal/")
    assert page.path == "/espace/journal/"
    assert who(page) == hugo
    account = SocialAccount.objects.get()
    assert (account.user, account.uid, account.extra_data) == (hugo, HUGO["sub"], {})
    assert not SocialToken.objects.exists()
    assert [event.kind for event in Event.objects.all()] == ["cites.proconnect_linked"]
    sign_in(provider)
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    "away", ["https://ailleurs.test/", "//ailleurs.test", "/\\ailleurs.test", "javascript:alert(1)"]
)
def test_where_to_go_next_is_a_page_of_the_portal(provider: Provider, hugo: User, away: str) -> None:
    assert sign_in(provider, next=away).path == reverse("espace:home")


def test_a_later_address_does_not_move_to_another_account(provider: Provider, hugo: User) -> None:
    sign_in(provider)
    mona = factories.make_user("mona@ville.test")
    provider.person["email"] = "mona@ville.test"
    assert who(sign_in(provider)) == hugo
    assert not SocialAccount.objects.filter(user=mona).exists()


def test_another_identity_does_not_take_the_account_of_a_known_address(provider: Provider, hugo: User) -> None:
    """An address given again to someone else, at the ville: the account is its first holder's."""
    sign_in(provider)
    provider.person["sub"] = "un autre"
    assert_refused(sign_in(provider), "reliée à une autre identité ProConnect".replace("reliée", "relié"))
    assert SocialAccount.objects.get().uid == HUGO["sub"]


def test_the_administration_detaches_an_identity_and_the_next_one_takes_its_place(
    provider: Provider, hugo: User
) -> None:
    sign_in(provider)
    admin = Visitor(factories.make_admin())
    page = admin.open(reverse("admin:cites_user_change", args=[hugo.pk])).follow("Détacher l’identité ProConnect")
    page = page.press("Détacher l'identité ProConnect")
    assert "n'est plus relié" in page.text
    assert "Détacher l’identité ProConnect" not in page.links
    assert Event.objects.latest("seq").kind == "cites.proconnect_unlinked"
    provider.person["sub"] = "sa nouvelle identité"
    assert who(sign_in(provider)) == hugo
    with pytest.raises(Refused):
        people.unlink(hugo, hugo)


def test_whoever_was_signed_in_before_leaves(provider: Provider, hugo: User) -> None:
    visitor = Visitor(factories.make_user("mona@ville.test"))
    page = sign_in(provider, visitor)
    assert who(page) == hugo


def test_an_invited_person_gets_the_account_then_accepts(provider: Provider) -> None:
    invitation = invitations.invite(
        EMAIL, role="coordination", starts_on=factories.MANDATES_START, by=factories.make_admin()
    )
    page = sign_in(provider)
    assert page.path == reverse("accounts:invitations")
    user = User.objects.get(email=EMAIL)
    assert (who(page), user.full_name, user.has_usable_password()) == (user, "Hugo MARIN", False)
    assert EmailAddress.objects.get(user=user).verified
    assert not Mandate.objects.exists()
    assert page.press("Accepter l’invitation").path == reverse("espace:home")
    assert factories.fresh(user).is_coordination
    invitation.refresh_from_db()
    assert invitation.accepted_by == user


def test_the_second_factor_is_still_asked(provider: Provider, settings: Settings) -> None:
    settings.MFA_REQUIRED = True
    factories.make_pilot("ville")
    provider.person["email"] = "titulaire.ville@exemple.test"
    page = sign_in(provider)
    assert page.path == reverse("accounts:second_factor")


def test_rows_of_the_database_open_no_other_way(provider: Provider, hugo: User) -> None:
    app = SocialApp.objects.create(provider="proconnect", name="faux", client_id="autre", secret="x")
    app.sites.add(1)
    assert start(Visitor())["client_id"] == CLIENT_ID


# ------------------------------------------------------------------ who does not

UNKNOWN = "n’est pas connue du portail"


def stranger(provider: Provider) -> None:
    factories.make_user("mona@ville.test")


def invited_elsewhere(provider: Provider) -> None:
    admin = factories.make_admin()
    invitations.invite("mona@ville.test", role="coordination", starts_on=factories.MANDATES_START, by=admin)


def invitation_revoked(provider: Provider) -> None:
    admin = factories.make_admin()
    invitation = invitations.invite(EMAIL, role="coordination", starts_on=factories.MANDATES_START, by=admin)
    invitations.revoke(invitation, admin)


def address_never_verified(provider: Provider) -> None:
    factories.make_user(EMAIL)
    EmailAddress.objects.update(verified=False)


def account_closed(provider: Provider) -> None:
    User.objects.filter(pk=factories.make_user(EMAIL).pk).update(is_active=False)


@pytest.mark.parametrize(
    "case", [stranger, invited_elsewhere, invitation_revoked, address_never_verified, account_closed]
)
def test_a_stranger_is_told_so_and_nothing_is_made(provider: Provider, case: Any) -> None:
    case(provider)
    people = User.objects.count()
    page = sign_in(provider)
    assert_refused(page, UNKNOWN)
    assert EMAIL in page.text
    assert "mona" not in page.text
    assert (User.objects.count(), SocialAccount.objects.count()) == (people, 0)


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email": None}, {"email": "pas une adresse"}])
def test_without_a_verified_address_nobody_is_recognised(
    provider: Provider, hugo: User, claims: dict[str, Any]
) -> None:
    provider.info_claims = claims
    provider.person = {name: value for name, value in HUGO.items() if claims.get(name, value) is not None}
    assert_refused(sign_in(provider), "n’est pas reliée au portail")
    assert not SocialAccount.objects.exists()


def test_an_account_closed_after_it_was_linked_stays_closed(provider: Provider, hugo: User) -> None:
    sign_in(provider)
    User.objects.filter(pk=hugo.pk).update(is_active=False)
    page = sign_in(provider)
    assert page.path == reverse("account_inactive")
    assert who(page) is None


# ------------------------------------------------------------------ leaving


def test_leaving_here_is_leaving_there(provider: Provider, hugo: User) -> None:
    visitor = Visitor()
    sign_in(provider, visitor)
    page = visitor.post(reverse("account_logout"), {})
    assert page.path == reverse("proconnect_logout")
    assert who(page) is None
    address = urlsplit(page.links["Fermer la session ProConnect"])
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert address._replace(query="").geturl() == f"{provider.url}/logout"
    assert jwt.decode(query["id_token_hint"], options={"verify_signature": False})["sub"] == HUGO["sub"]
    assert query["post_logout_redirect_uri"] == "http://localhost:8000" + reverse("proconnect_logged_out")
    refresh = next(node for node in page.root.iter("meta") if node.get("http-equiv") == "refresh")
    assert refresh.get("content") == f"0; url={address.geturl()}"
    page = visitor.open(reverse("proconnect_logged_out"), state=query["state"])
    assert (page.path, page.messages) == ("/", "Vous êtes déconnecté du portail et de ProConnect.")
    assert visitor.open(reverse("proconnect_logout")).path == "/"
    assert not any("eyJ" in str(value) for value in visitor.client.session.values())


def test_a_return_from_a_logout_that_we_did_not_ask_says_nothing(provider: Provider) -> None:
    page = Visitor().open(reverse("proconnect_logged_out"), state="inventé")
    assert (page.path, page.messages) == ("/", "")


def test_who_came_by_password_leaves_as_before(provider: Provider, hugo: User) -> None:
    assert Visitor(hugo).post(reverse("account_logout"), {}).path == "/"


def test_the_id_token_is_in_the_session_alone(provider: Provider, hugo: User) -> None:
    page = sign_in(provider)
    assert page.visitor.client.session["proconnect"]["id_token"].startswith("eyJ")
    assert "eyJ" not in page.answer.content.decode()
    assert not any("eyJ" in cookie.value for cookie in page.visitor.client.cookies.values())
