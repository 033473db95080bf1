"""What an organisation says of itself, whom it works with; and that another one reads nothing of it."""

from typing import Any

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

from cites.core import clock
from cites.core.errors import Blocked, Stale
from cites.core.permissions import Refused
from cites.models import Champ, Event, User
from partners import editing, joining, membership
from partners.forms import ContactFormSet
from partners.models import AllianceTie, JoinRequest, Membership, Organisation
from partners.models.organisations import OrganisationQuerySet
from tests import factories
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
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


def kinds() -> list[str]:
    return list(Event.objects.order_by("seq").values_list("kind", flat=True))


# ------------------------------------------------------------------ the page and its form


def test_the_responsable_keeps_the_page_up_to_date(nadege: User, passerelles: Organisation) -> None:
    quartier, champ = factories.make_quartier(), Champ.objects.get(code="C2")
    page = Visitor(nadege).open(HOME).follow("Modifier la fiche")
    page = page.press(
        "Enregistrer la fiche",
        rna="w94 1000 001",
        purpose="L'aide aux devoirs",
        champs=[champ.pk],
        quartiers=[quartier.pk],
        website="www.passerelles.example",
        **{"contacts-0-name": "Yasmina Corvisart", "contacts-0-email": "yasmina@exemple.test"},
    )
    assert "est enregistrée" in page.messages
    for shown in ("W941000001", "L'aide aux devoirs", quartier.name, champ.short_label, "Yasmina Corvisart"):
        assert shown in page.text
    assert page.links["https://www.passerelles.example"] == "https://www.passerelles.example"
    event = Event.objects.get()
    named = ["RNA", "objet", "site internet", "champs d'action", "quartiers d'intervention", "contacts"]
    assert event.data["fields"] == named
    page.follow("Modifier la fiche").press("Enregistrer la fiche")
    assert kinds() == ["partners.organisation_edited"]  # nothing changed, nothing said
    page = page.follow("Modifier la fiche").press("Enregistrer la fiche", **{"contacts-0-DELETE": "on"})
    assert "Yasmina Corvisart" not in page.text


@pytest.mark.parametrize(
    "typed, field",
    [
        ({"name": ""}, "name"),
        ({"rna": "W94"}, "rna"),
        ({"email": "pas une adresse"}, "email"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"champs": ["999"]}, "champs"),
        ({"quartiers": ["9" * 40]}, "quartiers"),
        ({"contacts-0-email": "pas une adresse"}, "contacts-0-email"),
        ({"contacts-0-function": "Trésorière"}, "contacts-0-name"),
    ],
)
def test_a_fault_is_said_beside_its_field(nadege: User, passerelles: Organisation, typed: Any, field: str) -> None:
    address = reverse("organisation:edit", args=[passerelles.pk])
    page = Visitor(nadege).open(address).press("Enregistrer la fiche", **{"purpose": "Gardé", **typed})
    assert page.error(field)
    assert page.value("purpose") == "Gardé"
    passerelles.refresh_from_db()
    assert passerelles.edit_version == 0


def test_the_number_and_the_kind_do_not_change_here(nadege: User, passerelles: Organisation) -> None:
    address, before = reverse("organisation:edit", args=[passerelles.pk]), passerelles.siret
    page = Visitor(nadege).open(address)
    page.press("Enregistrer la fiche", siret="73282932000074", kind="1", siret_to_check="on", purpose="Autre")
    passerelles.refresh_from_db()
    assert (passerelles.siret, passerelles.kind.code, passerelles.purpose) == (before, "association", "Autre")


def test_two_editors_are_told(nadege: User, passerelles: Organisation) -> None:
    address = reverse("organisation:edit", args=[passerelles.pk])
    first, second = Visitor(nadege).open(address), Visitor(nadege).open(address)
    first.press("Enregistrer la fiche", purpose="Le premier texte")
    page = second.press("Enregistrer la fiche", purpose="Le second texte")
    assert (page.status, "Le second texte" in page.text) == (409, True)
    passerelles.refresh_from_db()
    assert passerelles.purpose == "Le premier texte"


def test_the_verb_asks_by_itself(nadege: User, passerelles: Organisation) -> None:
    contacts = ContactFormSet(None, instance=passerelles)
    for other in (factories.make_member(passerelles, "redacteur"), factories.make_coordination()):
        with pytest.raises(Refused):
            editing.edit(passerelles, {"name": "Volé"}, contacts, seen=0, by=other)
    with pytest.raises(Stale):
        editing.edit(passerelles, {"name": "Ancien"}, contacts, seen=7, by=nadege)


def test_the_search_follows_the_name(nadege: User, passerelles: Organisation) -> None:
    address = reverse("organisation:edit", args=[passerelles.pk])
    Visitor(nadege).open(address).press("Enregistrer la fiche", name="Les Écluses")
    assert joining.find("ecluses").get() == passerelles
    assert not joining.find("passerelles")


# ------------------------------------------------------------------ who works with whom


def test_a_tie_is_shown_on_both_sides_and_ends_from_either(nadege: User, passerelles: Organisation) -> None:
    other = factories.make_organisation("Le Fil rouge")
    theirs = factories.make_member(other)
    page = Visitor(nadege).open(reverse("organisation:ties", args=[passerelles.pk]))
    page = page.press("Ajouter ce lien", other="le fil ROUGE", subject="Le soutien du soir", since="2024-09-01")
    assert "Avec Le Fil rouge : Le soutien du soir, depuis le 1er septembre 2024" in page.text
    assert "Avec Les Passerelles : Le soutien du soir" in Visitor(theirs).open(HOME).text
    page = Visitor(theirs).open(reverse("organisation:ties", args=[other.pk]))
    again = page.press("Ajouter ce lien", other=passerelles.siret, subject="le soutien du SOIR")
    assert "déjà noté" in again.summary
    page.press("Retirer le lien avec Les Passerelles")
    assert not AllianceTie.objects.exists()
    assert kinds() == ["partners.tie_added", "partners.tie_removed"]


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ("Le Fil", "Aucune organisation"),
        ("introuvable", "Aucune organisation"),
        ("Les Passerelles", "avec elle-même"),
        ("Le Double", "donnez plutôt le SIRET"),
    ],
)
def test_the_other_side_is_named_whole(nadege: User, passerelles: Organisation, typed: str, sentence: str) -> None:
    factories.make_organisation("Le Fil rouge")
    kind = passerelles.kind
    for number in (800, 801):
        Organisation.objects.create(name="Le Double", kind=kind, siret=factories.siret(number))
    page = Visitor(nadege).open(reverse("organisation:ties", args=[passerelles.pk]))
    assert sentence in page.press("Ajouter ce lien", other=typed, subject="Rien").error("other")


# ------------------------------------------------------------------ another organisation reads nothing

CANARIES = ("canari-membre", "canari-message", "canari-contact", "canari-objet", "canari-invitation", "canari-lien")


def full(organisation: Organisation, nadege: User) -> dict[str, int]:
    """An organisation with a row of everything, each with a word that nobody else may read; the keys by argument."""
    organisation.purpose = "canari-objet"
    organisation.save()
    person = factories.make_user("canari-membre@exemple.test", "canari-membre")
    member = Membership.objects.create(user=person, organisation=organisation, role="lecteur")
    organisation.contacts.create(name="canari-contact")
    request = joining.ask(organisation, "canari-message", by=factories.make_user("demande@exemple.test"))
    invitation = membership.invite(organisation, "canari-invitation@exemple.test", "lecteur", by=nadege)
    third = factories.make_organisation("La Troisième")
    tie = AllianceTie.objects.create(organisation=organisation, other=third, subject="canari-lien")
    return {"member": member.pk, "join_request": request.pk, "invitation": invitation.pk, "remove_tie": tie.pk}


def addresses(organisation: Organisation, rows: dict[str, int]) -> list[str]:
    """Every route that names an organisation, with the keys of its own rows."""
    found = []
    for namespace in ("organisation", "partners"):
        _, resolver = get_resolver().namespace_dict[namespace]
        for name in {str(key) for key in resolver.reverse_dict if isinstance(key, str)}:
            for number in rows.values():
                for args in ([organisation.pk], [organisation.pk, number], [organisation.pk, number, "revoquer"]):
                    try:
                        found.append(reverse(f"{namespace}:{name}", args=args))
                    except NoReverseMatch:
                        continue
    return sorted(set(found) - {reverse("organisation:ask", args=[organisation.pk])})


def leaks(other: User, urls: list[str]) -> list[str]:
    """Answers that are not 404 (405 where only a button sends), or that hold a word of the other organisation."""
    visitor, found = Visitor(other), []
    for url in urls:
        for page in (visitor.open(url), visitor.post(url, {"role": "responsable", "accept": "1", "name": "Volé"})):
            if page.status not in (404, 405) or any(word in page.text for word in CANARIES):
                found.append(f"{url} {page.status}")
    return found


def test_another_organisation_reads_and_changes_nothing(nadege: User, passerelles: Organisation) -> None:
    urls = addresses(passerelles, full(passerelles, nadege))
    other = factories.make_member(factories.make_organisation("Le Fil rouge"))
    assert len(urls) >= 20
    before = kinds()
    assert leaks(other, urls) == []
    assert kinds() == before


def test_an_account_without_organisation_neither(nadege: User, passerelles: Organisation) -> None:
    urls = addresses(passerelles, full(passerelles, nadege))
    assert leaks(factories.make_user("sans@exemple.test"), urls) == []


def test_without_the_wall_between_them_it_would_be_seen(
    nadege: User, passerelles: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = addresses(passerelles, full(passerelles, nadege))
    monkeypatch.setattr(OrganisationQuerySet, "visible_to", lambda self, user: self)
    assert leaks(factories.make_user("sans@exemple.test"), urls) != []


def test_a_request_is_not_answered_through_another_organisation(nadege: User, passerelles: Organisation) -> None:
    rows = full(passerelles, nadege)
    other = factories.make_organisation("Le Fil rouge")
    address = reverse("organisation:join_request", args=[other.pk, rows["join_request"]])
    assert Visitor(factories.make_member(other)).post(address, {"role": "lecteur", "accept": "1"}).status == 404
    assert JoinRequest.objects.get(pk=rows["join_request"]).state == "en attente"


def test_the_database_refuses_a_tie_to_oneself(passerelles: Organisation, nadege: User) -> None:
    with pytest.raises(Blocked, match="elle-même"):
        editing.add_tie(passerelles, passerelles, "Rien", None, by=nadege)
