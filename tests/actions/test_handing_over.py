"""A file passes to a colleague: who may, who is told, who it waits for, and what becomes of it when people leave."""

from collections.abc import Iterator

import pytest

from actions import handing_over, notifications
from actions.in_charge import person_in_charge
from actions.models import Action
from cites.core import clock
from cites.core.errors import Blocked, Stale
from cites.core.permissions import Refused
from cites.models import Event, OutboxMail, User
from partners import membership
from partners.models import Membership
from tests import factories
from tests.visitor import Visitor

HAND = "Confier le dossier"
LEFT = "dossier sans personne chargée"

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        yield


@pytest.fixture
def writer() -> User:
    return factories.make_member(role="redacteur")


@pytest.fixture
def responsable() -> User:
    return factories.make_member(role="responsable")


@pytest.fixture
def action(writer: User, responsable: User) -> Action:
    """Begun by a rédacteur, who is in charge of it."""
    return factories.make_draft(by=writer, contact_name=writer.full_name, contact_email=writer.email)


def colleague(name: str = "nadia") -> User:
    user = factories.make_user(f"{name}@exemple.test")
    Membership.objects.create(
        user=user, organisation=factories.make_organisation(), role="redacteur", starts_on=factories.MANDATES_START
    )
    return factories.fresh(user)


def leave(user: User) -> None:
    membership.end(user.memberships.get(), by=factories.fresh(user))


def fresh(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)


def mails(to: User) -> list[str]:
    return list(OutboxMail.objects.filter(to=to.email).order_by("pk").values_list("subject", flat=True))


# ------------------------------------------------------------------ the whole way


def test_the_colleague_takes_over(action: Action, writer: User, responsable: User) -> None:
    nadia = colleague()
    assert "1 brouillon à terminer" in Visitor(writer).open("/espace/").text
    assert "à terminer" not in Visitor(nadia).open("/espace/").text

    page = Visitor(writer).open(f"/espace/depots/{action.key}/").follow("Passer à un collègue")
    assert page.press(HAND).error("colleague")
    page = page.press(HAND, colleague=nadia.pk)
    assert page.path == f"/espace/depots/{action.key}/" and "Chargé du dossier Nadia" in page.text

    assert mails(nadia) == ["Un dossier vous est confié : Ateliers du soir au collège"]
    assert mails(writer) == ["Vous n'êtes plus chargé du dossier : Ateliers du soir au collège"]
    assert f"/espace/depots/{action.key}/" in OutboxMail.objects.get(to=nadia.email).body
    assert Event.objects.get(kind="actions.handed_over").actor == writer
    assert "à terminer" not in Visitor(writer).open("/espace/").text
    for person in (nadia, responsable):  # who answers for the organisation sees all that waits in it
        assert "1 brouillon à terminer" in Visitor(factories.fresh(person)).open("/espace/").text
    row = Visitor(nadia).open("/espace/depots/").text
    assert "Les Passerelles Nadia Brouillon" in row
    draft = fresh(action).draft
    assert (draft["contact_name"], draft["contact_email"]) == (["Nadia"], ["nadia@exemple.test"])


def test_an_address_of_the_file_that_was_nobodys_stays(responsable: User) -> None:
    action = factories.make_submitted(by=responsable)
    handing_over.hand_over(action, colleague(), seen=responsable.pk, by=responsable)
    assert fresh(action).contact_email == "camille@exemple.test"


def test_reminders_go_to_the_person_in_charge_and_the_responsables(action: Action, responsable: User) -> None:
    nadia, other = colleague(), colleague("omar")
    handing_over.hand_over(action, nadia, seen=action.in_charge_id, by=responsable)
    assert notifications.partner_addresses(fresh(action)) == [nadia.email, responsable.email]
    assert other.email not in notifications.partner_addresses(fresh(action))


# ------------------------------------------------------------------ people leave


def test_the_file_of_who_leaves_falls_to_a_responsable(action: Action, writer: User, responsable: User) -> None:
    leave(writer)
    assert person_in_charge(fresh(action)) is None
    assert notifications.partner_addresses(fresh(action)) == [responsable.email]
    page = Visitor(responsable).open("/espace/").follow(LEFT)
    assert "Personne n’est chargé du dossier aujourd’hui." in page.text
    page = page.press(HAND, colleague=responsable.pk)
    assert person_in_charge(fresh(action)) == responsable
    assert LEFT not in Visitor(responsable).open("/espace/").text
    assert "Vous n'êtes plus chargé" not in " ".join(mails(writer))


def test_one_who_only_reads_is_in_charge_no_more(action: Action, writer: User, responsable: User) -> None:
    membership.change_role(writer.memberships.get(), "lecteur", by=responsable)
    assert person_in_charge(fresh(action)) is None
    assert LEFT in Visitor(factories.fresh(responsable)).open("/espace/").text
    assert LEFT not in Visitor(factories.fresh(writer)).open("/espace/").text


def test_a_file_that_is_over_is_nobodys_business(writer: User, responsable: User, action: Action) -> None:
    Visitor(writer).open(f"/espace/depots/{action.key}/").follow("Retirer le dossier").press("Retirer le dossier")
    leave(writer)
    assert LEFT not in Visitor(responsable).open("/espace/").text


def test_coordination_only_where_nobody_is_left(writer: User, responsable: User) -> None:
    action = factories.make_submitted(by=writer)
    coordination = Visitor(factories.make_coordination())
    address = f"/espace/depots/{action.key}/passer/"
    assert coordination.open(address).status == 403
    assert "Passer à un collègue" not in coordination.open(f"/espace/actions/{action.reference}/").links
    leave(writer)
    page = coordination.open(f"/espace/actions/{action.reference}/").follow("Passer à un collègue")
    page = page.press(HAND, colleague=responsable.pk)
    assert page.path == f"/espace/actions/{action.reference}/" and "suivi par Responsable" in page.text


# ------------------------------------------------------------------ what is refused


def test_to_whom_it_is_not_handed(action: Action, writer: User, responsable: User) -> None:
    reader, stranger = (
        factories.make_member(role="lecteur"),
        factories.make_member(factories.make_organisation("Le Fil rouge")),
    )
    gone = colleague()
    leave(gone)
    for person in (reader, stranger, gone):
        with pytest.raises(Blocked, match="ne peut pas écrire"):
            handing_over.hand_over(action, person, seen=writer.pk, by=writer)
        assert Visitor(writer).open(f"/espace/depots/{action.key}/passer/").press(HAND, colleague=person.pk).errors
    with pytest.raises(Blocked, match="déjà chargée"):
        handing_over.hand_over(action, writer, seen=writer.pk, by=writer)


def test_two_that_hand_over_at_once_do_not_undo_each_other(action: Action, writer: User, responsable: User) -> None:
    nadia, omar = colleague(), colleague("omar")
    kept_aside = Visitor(responsable).open(f"/espace/depots/{action.key}/passer/")
    handing_over.hand_over(action, nadia, seen=writer.pk, by=writer)
    assert kept_aside.press(HAND, colleague=omar.pk).status == 409
    with pytest.raises(Stale):
        handing_over.hand_over(action, omar, seen=writer.pk, by=responsable)
    assert person_in_charge(fresh(action)) == nadia


def test_who_may_not(action: Action) -> None:
    nadia, reader = colleague(), factories.make_member(role="lecteur")
    stranger = factories.make_member(factories.make_organisation("Le Fil rouge"))
    for person in (reader, stranger, factories.make_pilot(), factories.make_instructeur(), factories.make_admin()):
        with pytest.raises(Refused):
            handing_over.hand_over(action, nadia, seen=action.in_charge_id, by=person)
    address = f"/espace/depots/{action.key}/passer/"
    assert Visitor(reader).open(address).status == 403
    for person in (stranger, factories.make_pilot(), factories.make_coordination()):
        assert Visitor(person).open(address).status == 404
        assert Visitor(person).post(address, {"colleague": nadia.pk}).status == 404
