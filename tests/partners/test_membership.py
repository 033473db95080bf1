"""The people of an organisation: invited, given another role, gone; never without a responsable."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from cites.core import clock
from cites.core.errors import Blocked
from cites.core.permissions import Refused
from cites.models import Event, Invitation, OutboxMail, User
from partners import membership
from partners.models import Membership, Organisation
from tests import factories
from tests.accounts.invited import link, make_account
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
ADDRESS = "tresoriere@exemple.test"
HOME = "/espace/organisation/"


@pytest.fixture(autouse=True)
def noon(db: None) -> Any:
    with clock.at(factories.NOON):
        yield


@pytest.fixture
def passerelles() -> Organisation:
    return factories.make_organisation()


@pytest.fixture
def nadege(passerelles: Organisation) -> User:
    return factories.make_member(passerelles)


def member(user: User, organisation: Organisation) -> Membership:
    found: Membership = Membership.objects.get(user=user, organisation=organisation, ends_on=None)
    return found


def colleague(organisation: Organisation, role: str = "responsable", name: str = "autre") -> User:
    user = factories.make_user(f"{name}@exemple.test")
    Membership.objects.create(user=user, organisation=organisation, role=role, starts_on=factories.MANDATES_START)
    return factories.fresh(user)


def kinds() -> list[str]:
    return list(Event.objects.order_by("seq").values_list("kind", flat=True))


# ------------------------------------------------------------------ invite


def test_someone_is_invited_and_makes_an_account(nadege: User, passerelles: Organisation) -> None:
    page = Visitor(nadege).open(HOME).follow("Inviter une personne")
    page = page.press("Envoyer l’invitation", email=ADDRESS.title(), role="redacteur")
    assert ADDRESS in page.text
    mail = OutboxMail.objects.get(to=ADDRESS)
    assert "pour l'organisation, vous invite" in mail.body
    assert "Rédacteur – Les Passerelles" in mail.body
    first = link(ADDRESS)
    make_account(Visitor().open(first), full_name="Yasmina Corvisart")
    yasmina = User.objects.get(email=ADDRESS)
    assert [(m.organisation, m.role) for m in yasmina.active_memberships] == [(passerelles, "redacteur")]
    assert Visitor().open(first).status == 410
    assert kinds() == ["cites.invited", "cites.invitation_accepted"]


def test_an_invitation_is_for_its_address_alone(nadege: User, passerelles: Organisation) -> None:
    membership.invite(passerelles, ADDRESS, "responsable", by=nadege)
    other = factories.make_user("quelquun@exemple.test")
    assert Visitor(other).open(link(ADDRESS)).status == 403
    assert not factories.fresh(other).active_memberships


def test_fourteen_days_then_nothing(nadege: User, passerelles: Organisation) -> None:
    membership.invite(passerelles, ADDRESS, "lecteur", by=nadege)
    with clock.at(factories.NOON + timedelta(days=14)):
        assert Visitor().open(link(ADDRESS)).status == 410
        assert membership.pending(passerelles) == []


def test_sent_again_and_revoked_from_the_page(nadege: User, passerelles: Organisation) -> None:
    membership.invite(passerelles, ADDRESS, "lecteur", by=nadege)
    first, page = link(ADDRESS), Visitor(nadege).open(HOME)
    page = page.press(f"Renvoyer à {ADDRESS}")
    assert (Visitor().open(first).status, Visitor().open(link(ADDRESS)).status) == (410, 200)
    page.press(f"Révoquer {ADDRESS}")
    assert Visitor().open(link(ADDRESS)).status == 410
    assert kinds() == ["cites.invited", "cites.invitation_sent_again", "cites.invitation_revoked"]


def test_an_invitation_falls_with_the_right_of_who_made_it(nadege: User, passerelles: Organisation) -> None:
    other = colleague(passerelles)
    membership.invite(passerelles, ADDRESS, "responsable", by=nadege)
    membership.change_role(member(nadege, passerelles), "lecteur", by=other)
    assert Visitor().open(link(ADDRESS)).status == 410


def test_twice_the_same_role_here_is_once_too_many_elsewhere_it_is_not(nadege: User, passerelles: Organisation) -> None:
    other = factories.make_organisation("Le Fil rouge")
    membership.invite(passerelles, ADDRESS, "lecteur", by=nadege)
    with pytest.raises(Blocked, match="attend déjà"):
        membership.invite(passerelles, ADDRESS, "lecteur", by=nadege)
    membership.invite(other, ADDRESS, "lecteur", by=factories.make_member(other))
    with pytest.raises(Blocked, match="déjà membre"):
        membership.invite(passerelles, nadege.email, "lecteur", by=nadege)
    with pytest.raises(Blocked, match="autre adresse"):
        membership.invite(passerelles, factories.make_admin().email, "lecteur", by=nadege)


def test_invitations_are_not_a_way_to_write_to_everyone(nadege: User, passerelles: Organisation) -> None:
    for number in range(membership.MOST_WAITING):
        membership.invite(passerelles, f"personne{number}@exemple.test", "lecteur", by=nadege)
    with pytest.raises(Blocked, match="attendent déjà"):
        membership.invite(passerelles, ADDRESS, "lecteur", by=nadege)
    assert not OutboxMail.objects.filter(to=ADDRESS).exists()


@pytest.mark.parametrize("role", ["titulaire", "coordination", "administration"])
def test_a_responsable_gives_no_role_of_the_pilots(nadege: User, passerelles: Organisation, role: str) -> None:
    page = Visitor(nadege).open(reverse("organisation:invite", args=[passerelles.pk]))
    assert page.press("Envoyer l’invitation", email=ADDRESS, role=role).error("role")
    with pytest.raises((Refused, Blocked)):
        membership.invite(passerelles, ADDRESS, role, by=nadege)
    assert not Invitation.objects.exists()


def test_the_administration_gives_no_role_of_a_partner() -> None:
    admin = factories.make_admin()
    page = Visitor(admin).open(reverse("admin:cites_invitation_add"))
    page = page.press("Envoyer l’invitation", email=ADDRESS, role="responsable")
    assert page.error("role") or "choix valide" in page.text
    assert not Invitation.objects.exists()


# who × what: may they?
MANAGE = """
responsable    oui
redacteur      non
lecteur        non
autre          non
pilote         non
coordination   non
admin          non
"""


def person(word: str, passerelles: Organisation) -> User:
    match word:
        case "autre":
            return factories.make_member(factories.make_organisation("Le Fil rouge"))
        case "pilote":
            return factories.make_pilot()
        case "coordination":
            return factories.make_coordination()
        case "admin":
            return factories.make_admin()
    return factories.make_member(passerelles, word)


@pytest.mark.parametrize("row", MANAGE.strip().splitlines(), ids=lambda row: row.split()[0])
def test_who_manages_the_members(nadege: User, passerelles: Organisation, row: str) -> None:
    word, answer = row.split()
    target = member(colleague(passerelles, "lecteur", "cible"), passerelles)
    by = nadege if word == "responsable" else person(word, passerelles)
    verbs: list[Any] = [
        lambda: membership.invite(passerelles, ADDRESS, "lecteur", by=by),
        lambda: membership.change_role(target, "redacteur", by=by),
        lambda: membership.end(target, by=by),
    ]
    for verb in verbs:
        if answer == "oui":
            verb()
        else:
            with pytest.raises(Refused):
                verb()


def test_coordination_manages_where_nobody_is_left(passerelles: Organisation) -> None:
    reader, coordination = colleague(passerelles, "lecteur"), factories.make_coordination()
    membership.change_role(member(reader, passerelles), "responsable", by=coordination)
    with pytest.raises(Refused, match="c'est à lui"):
        membership.invite(passerelles, ADDRESS, "lecteur", by=coordination)


# ------------------------------------------------------------------ the responsable leaves


def test_the_last_responsable_first_finds_a_successor(nadege: User, passerelles: Organisation) -> None:
    yasmina = colleague(passerelles, "redacteur", "yasmina")
    page = Visitor(nadege).open(HOME).follow("Quitter cette organisation").press("Quitter l'organisation")
    assert "dernière personne responsable" in page.messages
    page = Visitor(nadege).open(reverse("organisation:member", args=[passerelles.pk, member(nadege, passerelles).pk]))
    assert "dernière personne responsable" in page.press("Enregistrer le rôle", role="lecteur").summary
    address = reverse("organisation:member", args=[passerelles.pk, member(yasmina, passerelles).pk])
    Visitor(nadege).open(address).press("Enregistrer le rôle", role="responsable")
    page = Visitor(nadege).open(HOME).follow("Quitter cette organisation").press("Quitter l'organisation")
    assert "Vous avez quitté l'organisation." in page.text
    assert kinds() == ["partners.role_changed", "partners.left"]
    assert not factories.fresh(nadege).active_memberships
    assert passerelles.has_responsable


def test_a_closed_account_does_not_count_as_one_who_can_answer(nadege: User, passerelles: Organisation) -> None:
    gone = colleague(passerelles)
    gone.is_active = False
    gone.save()
    with pytest.raises(Blocked, match="dernière personne responsable"):
        membership.end(member(nadege, passerelles), by=nadege)


def test_ended_is_ended_at_once(nadege: User, passerelles: Organisation) -> None:
    yasmina = colleague(passerelles, "redacteur", "yasmina")
    open_session = Visitor(yasmina)
    assert open_session.open(reverse("organisation:detail", args=[passerelles.pk])).status == 200
    membership.invite(passerelles, ADDRESS, "lecteur", by=nadege)
    address = reverse("organisation:end", args=[passerelles.pk, member(yasmina, passerelles).pk])
    page = Visitor(nadege).open(address)
    assert "ne verra plus rien" in page.text
    page.press("Mettre fin au rattachement")
    assert open_session.open(reverse("organisation:detail", args=[passerelles.pk])).status == 404
    assert OutboxMail.objects.filter(to=yasmina.email, subject__contains="a pris fin").count() == 1
    with pytest.raises(Blocked, match="n'est plus membre"):
        membership.end(Membership.objects.get(user=yasmina), by=nadege)


def test_one_may_come_back_the_same_day(nadege: User, passerelles: Organisation) -> None:
    yasmina = colleague(passerelles, "redacteur", "yasmina")
    membership.end(member(yasmina, passerelles), by=nadege)
    membership.add(passerelles, yasmina, "lecteur")
    assert [m.role for m in factories.fresh(yasmina).active_memberships] == ["lecteur"]
    with pytest.raises(Blocked, match="déjà membre"):
        membership.add(passerelles, yasmina, "redacteur")


def test_nobody_leaves_for_someone_else(nadege: User, passerelles: Organisation) -> None:
    reader = colleague(passerelles, "lecteur")
    with pytest.raises(Refused):
        membership.end(member(nadege, passerelles), by=reader)
    address = reverse("organisation:end", args=[passerelles.pk, member(nadege, passerelles).pk])
    assert Visitor(reader).post(address, {}).status == 403
    assert passerelles.has_responsable


# ------------------------------------------------------------------ one person, several organisations


def test_the_switch_is_kept_and_shown(nadege: User, passerelles: Organisation) -> None:
    other = factories.make_organisation("Le Fil rouge")
    Membership.objects.create(user=nadege, organisation=other, role="lecteur", starts_on=factories.MANDATES_START)
    visitor = Visitor(nadege)
    page = visitor.open(HOME)
    first = page.path
    other_page = page.follow("Le Fil rouge" if "Le Fil rouge" in page.links else "Les Passerelles")
    name = other_page.text.split("Agir pour « ")[1].split(" »")[0]
    page = other_page.press(f"Agir pour « {name} »")
    assert f"Vous agissez maintenant pour « {name} »." in page.messages
    page = visitor.open(HOME)
    assert page.path != first
    assert f"Partenaire – {name}" in page.text
    assert f"Partenaire – {name}" in visitor.open("/espace/").text


def test_a_new_proposal_begins_with_the_one_chosen(nadege: User, passerelles: Organisation) -> None:
    other = factories.make_organisation("Le Fil rouge")
    Membership.objects.create(user=nadege, organisation=other, role="redacteur", starts_on=factories.MANDATES_START)
    visitor, start = Visitor(nadege), reverse("proposals:start", args=[factories.make_call().slug])
    for chosen in (passerelles, other):
        visitor.post(reverse("organisation:switch", args=[chosen.pk]), {})
        assert visitor.open(start).value("organisation") == str(chosen.pk)


def test_a_switch_to_what_is_not_ones_own_does_nothing(nadege: User, passerelles: Organisation) -> None:
    other = factories.make_organisation("Le Fil rouge")
    visitor = Visitor(nadege)
    assert visitor.post(reverse("organisation:switch", args=[other.pk]), {}).status == 404
    assert visitor.open(HOME).path == reverse("organisation:detail", args=[passerelles.pk])


def test_a_switch_falls_with_the_membership(nadege: User, passerelles: Organisation) -> None:
    other = factories.make_organisation("Le Fil rouge")
    second = Membership.objects.create(
        user=nadege, organisation=other, role="lecteur", starts_on=factories.MANDATES_START
    )
    visitor = Visitor(nadege)
    visitor.post(reverse("organisation:switch", args=[other.pk]), {})
    assert visitor.open(HOME).path == reverse("organisation:detail", args=[other.pk])
    membership.end(second, by=nadege)
    assert visitor.open(HOME).path == reverse("organisation:detail", args=[passerelles.pk])
