"""Roles are entered by invitation: with a new account or the present one, and only by the person of that address."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from cites.accounts import invitations
from cites.core.errors import Blocked
from cites.core.permissions import Refused
from cites.models import Mandate, User
from tests import factories
from tests.accounts.invited import HEIR, PASSPHRASE, START, invite, kinds, link, make_account, ville
from tests.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moved_clock")]


# ------------------------------------------------------------------ the straight way


def test_someone_new_makes_an_account_and_has_the_mandate_in_one_go(claire: User) -> None:
    invitation = invite(claire, ends_on=date(2027, 12, 31))
    visitor = Visitor()
    page = visitor.open(link())
    assert "Claire Administration" in page.text
    assert "Pilote titulaire – Ville" in page.text
    assert HEIR in page.text
    home = make_account(page)
    assert home.path == reverse("espace:home")
    assert "Votre compte est créé. Votre rôle : Pilote titulaire – Ville" in home.messages
    user = User.objects.get(email=HEIR)
    assert (user.full_name, user.is_staff) == ("Inès Arnaud", False)
    assert EmailAddress.objects.get(user=user).verified
    mandate = Mandate.objects.get(user=user)
    assert (mandate.role, mandate.institution, mandate.starts_on) == ("titulaire", ville(), START)
    assert mandate.ends_on == date(2027, 12, 31)
    invitation.refresh_from_db()
    assert (invitation.accepted_by, invitation.state) == (user, "acceptée")
    assert kinds() == ["cites.invited", "cites.invitation_accepted"]


def test_someone_who_has_an_account_signs_in_and_accepts(claire: User) -> None:
    hugo = factories.make_user(HEIR, "Hugo Marin", password=factories.PASSWORD)
    invite(claire)
    visitor = Visitor()
    page = visitor.open(link()).follow("Se connecter pour accepter")
    page = page.press("Se connecter", login=HEIR, password=factories.PASSWORD)
    assert page.path == link()
    page = page.press("Accepter l’invitation")
    assert "Votre rôle : Pilote titulaire – Ville" in page.messages
    assert factories.fresh(hugo).is_pilot


def test_the_address_is_the_same_in_any_case(claire: User) -> None:
    hugo = factories.make_user(HEIR)
    assert invite(claire, HEIR.upper()).email == HEIR
    Visitor(hugo).open(link()).press("Accepter l’invitation")
    assert factories.fresh(hugo).is_pilot


def test_what_waits_is_listed_for_whom_it_waits(claire: User) -> None:
    hugo, mona = factories.make_user(HEIR), factories.make_user("mona@ville.test")
    invitation = invite(claire)
    assert "Aucune invitation" in Visitor(mona).open(reverse("accounts:invitations")).text
    accepting = reverse("accounts:invitation_accept", args=[invitation.pk])
    assert Visitor(mona).post(accepting, {}).status == 404
    page = Visitor(hugo).open(reverse("accounts:invitations")).press("Accepter l’invitation")
    assert page.path == reverse("espace:home")
    assert Visitor(hugo).post(accepting, {}).status == 404


@pytest.mark.parametrize("role", Mandate.Role.values)
def test_each_role_is_given_as_it_was_proposed(claire: User, role: str) -> None:
    hugo = factories.make_user(HEIR)
    invitations.accept(invite(claire, role=role), hugo)
    assert Mandate.objects.get(user=hugo).role == role


def test_the_administration_is_a_new_account(claire: User) -> None:
    invite(claire, role="administration")
    page = make_account(Visitor().open(link()))
    assert page.path == reverse("admin:index")
    user = User.objects.get(email=HEIR)
    assert (user.is_staff, user.is_superuser, user.mandates.count()) == (True, False, 0)


def test_an_account_that_gained_a_mandate_meanwhile_does_not_become_staff(claire: User) -> None:
    invitation = invite(claire, role="administration")
    hugo = factories.make_user(HEIR)
    Mandate.objects.create(user=hugo, role="coordination", starts_on=START)
    with pytest.raises(Blocked, match="compte à part"):
        invitations.accept(invitation, hugo)
    assert not factories.fresh(hugo).is_staff


def test_a_weak_password_or_two_that_differ_keep_the_invitation_waiting(claire: User) -> None:
    invitation = invite(claire)
    page = make_account(Visitor().open(link()), password1="court", password2="court")
    assert "15" in page.errors["password1"]
    page = make_account(page, password2="une toute autre phrase de passe")
    assert set(page.errors) == {"password2"}
    assert page.value("full_name") == "Inès Arnaud"
    assert not User.objects.filter(email=HEIR).exists()
    invitation.refresh_from_db()
    assert invitation.is_waiting


# ------------------------------------------------------------------ the wrong person


def test_another_person_reads_whom_it_is_not_for_and_how_to_switch(claire: User) -> None:
    mona = factories.make_user("mona@ville.test", "Mona Diallo")
    invitation = invite(claire)
    address, visitor = link(), Visitor(mona)
    page = visitor.open(address)
    assert page.status == 403
    assert "Vous êtes connecté comme Mona Diallo" in page.text
    assert HEIR not in page.text
    assert visitor.post(address, {"full_name": "X", "password1": PASSPHRASE, "password2": PASSPHRASE}).status == 403
    with pytest.raises(Refused, match="une autre personne"):
        invitations.accept(invitation, mona)
    assert page.press("Se déconnecter et continuer").path == address
    assert not Mandate.objects.exists()


def test_an_address_that_is_not_verified_proves_nothing(claire: User) -> None:
    squatter = factories.make_user("squatter@ailleurs.test")
    EmailAddress.objects.create(user=squatter, email=HEIR, verified=False, primary=False)
    invitation = invite(claire)
    with pytest.raises(Refused):
        invitations.accept(invitation, squatter)
    assert invitations.pending_of(squatter) == []


def test_an_account_made_without_verifying_is_asked_to_sign_in(claire: User) -> None:
    """Someone may have typed this address before its owner: the password they chose opens nothing here."""
    early = factories.make_user(HEIR, password="une phrase que seul le premier venu connait")
    EmailAddress.objects.filter(user=early).update(verified=False)
    invite(claire)
    page = Visitor().open(link())
    assert "Vous avez déjà un compte" in page.text
    assert Visitor().post(link(), {"full_name": "X", "password1": PASSPHRASE, "password2": PASSPHRASE}).status == 200
    assert not Mandate.objects.exists()


# ------------------------------------------------------------------ negative control


def test_without_the_binding_anyone_takes_the_role(claire: User, monkeypatch: pytest.MonkeyPatch) -> None:
    mona = factories.make_user("mona@ville.test")
    invitation = invite(claire)
    monkeypatch.setattr(invitations, "belongs_to", lambda invitation, user: True)
    Visitor(mona).open(link())
    invitations.accept(invitation, mona)
    assert factories.fresh(mona).is_pilot
