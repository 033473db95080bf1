"""Who invites whom: what the administration does in its pages, and the invitations that it cannot send."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from cites.core import clock
from cites.core.errors import Blocked
from cites.core.permissions import Refused
from cites.models import Invitation, Mandate, OutboxMail, User
from tests import factories
from tests.accounts.invited import HEIR, START, invite, kinds, link, ville
from tests.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moved_clock")]


# ------------------------------------------------------------------ in the pages of the administration


def test_the_administration_invites_sends_again_and_revokes(claire: User) -> None:
    visitor = Visitor(claire)
    page = visitor.open(reverse("admin:cites_invitation_add"))
    assert page.value("starts_on") == "05/10/2026"
    page = page.press("Envoyer l’invitation", email=HEIR, role="titulaire", institution=ville().pk)
    assert page.path == reverse("admin:cites_invitation_changelist")
    assert "En attente" in page.text
    first = link()
    page = page.follow(HEIR)
    assert invitation_hash() not in page.text
    page = page.follow("Renvoyer").press("Renvoyer l’invitation")
    assert "L’invitation est renvoyée." in page.text
    assert (Visitor().open(first).status, Visitor().open(link()).status) == (410, 200)
    page = page.follow("Révoquer").press("Révoquer l’invitation")
    assert "révoquée" in page.text
    assert "Renvoyer" not in page.links
    assert Visitor().open(link()).status == 410
    assert kinds() == ["cites.invited", "cites.invitation_sent_again", "cites.invitation_revoked"]


def invitation_hash() -> str:
    return Invitation.objects.get().token_hash


def test_what_forbids_an_invitation_is_said_in_the_form(claire: User) -> None:
    pilot = factories.make_pilot("ville")
    add = Visitor(claire).open(reverse("admin:cites_invitation_add"))
    page = add.press("Envoyer l’invitation", email=pilot.email, role="titulaire", institution=ville().pk)
    assert "déjà un mandat" in page.text
    page = add.press("Envoyer l’invitation", email=HEIR, role="titulaire")
    assert "n'ont pas d'institution" in page.text
    page = add.press("Envoyer l’invitation", email=HEIR, role="administration")
    assert page.path == reverse("admin:cites_invitation_changelist")
    assert Invitation.objects.get().starts_on is None


@pytest.mark.parametrize("step", ["add", "resend", "revoke"])
def test_giving_a_role_asks_who_is_there(claire: User, step: str) -> None:
    invitation = invite(claire)
    args = [] if step == "add" else [invitation.pk]
    address, visitor = reverse(f"admin:cites_invitation_{step}", args=args), Visitor(claire)
    assert visitor.open(address).path == address
    with clock.at(factories.NOON + timedelta(minutes=6)):
        assert visitor.open(address).path != address
        before = kinds()
        visitor.post(address, {"email": "x@ville.test", "role": "coordination", "starts_on": "05/10/2026"})
        assert kinds() == before


def test_nothing_of_an_invitation_is_edited(claire: User) -> None:
    invitation = invite(claire)
    address = reverse("admin:cites_invitation_change", args=[invitation.pk])
    assert Visitor(claire).post(address, {"email": "autre@ville.test", "_save": ""}).status == 403


# ------------------------------------------------------------------ what cannot be sent


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"role": "coordination", "institution": "ville"}, "n'ont pas d'institution"),
        ({"institution": None}, "n'ont pas d'institution"),
        ({"starts_on": None}, "Un mandat a une date de début"),
        ({"ends_on": date(2026, 9, 1)}, "La fin du mandat précède son début"),
        ({"role": "maire"}, "n’est pas un choix valide"),
        ({"email": "pas une adresse"}, "adresse"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_not_sent(claire: User, changes: dict[str, Any], reason: str) -> None:
    if changes.get("institution") == "ville":
        changes = {**changes, "institution": ville()}
    with pytest.raises(Blocked, match=reason):
        invite(claire, **changes)
    assert not OutboxMail.objects.exists()


def test_a_mandate_that_overlaps_is_refused_when_inviting_and_when_accepting(claire: User) -> None:
    pilot = factories.make_pilot("ville")
    with pytest.raises(Blocked, match="déjà un mandat"):
        invite(claire, pilot.email)
    hugo = factories.make_user(HEIR)
    invitation = invite(claire)
    Mandate.objects.create(user=hugo, role="coordination", starts_on=START)
    page = Visitor(hugo).open(link()).press("Accepter l’invitation")
    assert page.status == 409
    assert "déjà un mandat" in page.text
    invitation.refresh_from_db()
    assert invitation.state == "en attente"


def test_an_administrator_takes_no_mandate_and_an_existing_account_no_administration(claire: User) -> None:
    other = factories.make_user("autre.admin@exemple.test", is_staff=True)
    with pytest.raises(Blocked, match="ne reçoit pas de mandat"):
        invite(claire, other.email)
    hugo = factories.make_user(HEIR)
    with pytest.raises(Blocked, match="compte à part"):
        invite(claire, hugo.email, "administration")


def test_only_the_administration_invites() -> None:
    for person in (factories.make_coordination(), factories.make_pilot(), factories.make_member()):
        with pytest.raises(Refused):
            invite(person)
    assert not Invitation.objects.exists()


def test_one_invitation_at_a_time_for_an_address_and_a_role(claire: User) -> None:
    invite(claire)
    with pytest.raises(Blocked, match="attend déjà"):
        invite(claire, HEIR.title())
    with clock.at(factories.NOON + timedelta(days=14, seconds=1)):
        assert invite(claire).state == "en attente"
