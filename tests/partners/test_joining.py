"""Someone comes into an organisation: joined after its responsable agrees, or brought, never doubled."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from cites.core import clock
from cites.core.errors import Blocked
from cites.core.permissions import Refused
from cites.models import Event, OutboxMail, User
from partners import joining
from partners.models import JoinRequest, Membership, Organisation
from tests import factories
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.django_db
SEARCH = "/espace/organisation/rejoindre/"
CREATE = "/espace/organisation/creer/"


@pytest.fixture(autouse=True)
def noon(db: None) -> Any:
    with clock.at(factories.NOON):
        yield


@pytest.fixture
def lina() -> User:
    return factories.make_user("lina@exemple.test", "Lina Bourgade")


@pytest.fixture
def passerelles() -> Organisation:
    return factories.make_organisation("Les Passerelles éducatives", short_name="PASS", rna="W941000001")


def mailed(address: str) -> list[str]:
    return list(OutboxMail.objects.filter(to=address).order_by("pk").values_list("subject", flat=True))


def kinds() -> list[str]:
    return list(Event.objects.order_by("seq").values_list("kind", flat=True))


def search(user: User, text: str) -> Page:
    return Visitor(user).open(SEARCH, q=text)


# ------------------------------------------------------------------ the treasurer joins an association that exists


def test_a_treasurer_asks_and_the_responsable_accepts(lina: User, passerelles: Organisation) -> None:
    nadege = factories.make_member(passerelles)
    page = search(lina, "passerelles EDUC").follow("Demander à rejoindre Les Passerelles éducatives")
    page = page.press("Envoyer ma demande", message="Trésorière depuis septembre.")
    assert "Votre demande est envoyée" in page.messages
    assert "Les Passerelles éducatives, demandé le 5 octobre 2026" in page.text
    assert mailed(nadege.email) == ["Lina Bourgade demande à rejoindre Les Passerelles éducatives"]
    assert "1 personne demande à rejoindre" in Visitor(nadege).open("/espace/").text

    page = Visitor(nadege).open("/espace/organisation/").follow("Répondre à Lina Bourgade")
    assert "Trésorière depuis septembre." in page.text
    page = page.press("Accepter", role="redacteur")
    assert "la personne est prévenue" in page.messages
    assert mailed(lina.email) == ["Vous avez rejoint Les Passerelles éducatives"]
    assert [m.role for m in factories.fresh(lina).active_memberships] == ["redacteur"]
    assert kinds() == ["partners.join_asked", "partners.join_accepted"]
    assert "Modifier la fiche" not in Visitor(factories.fresh(lina)).open("/espace/organisation/").links


def test_a_refusal_says_why_and_lets_ask_again(lina: User, passerelles: Organisation) -> None:
    nadege = factories.make_member(passerelles)
    request = joining.ask(passerelles, "", by=lina)
    form = Visitor(nadege).open(reverse("organisation:join_request", args=[passerelles.pk, request.pk]))
    page = form.press("Refuser")
    assert page.error("reason") == "Dites pourquoi vous refusez."
    form.press("Refuser", reason="Nous ne vous connaissons pas.")
    request.refresh_from_db()
    assert (request.state, request.role) == ("refusée", "")
    assert "Nous ne vous connaissons pas." in OutboxMail.objects.get(to=lina.email).body
    assert not factories.fresh(lina).active_memberships
    assert joining.ask(passerelles, "", by=lina).state == "en attente"


def test_where_nobody_answers_coordination_does(lina: User, passerelles: Organisation) -> None:
    coordination = factories.make_coordination()
    reader = factories.make_member(passerelles, "lecteur")
    request = joining.ask(passerelles, "", by=lina)
    assert mailed(coordination.email) and not mailed(reader.email)
    assert "1 personne demande à rejoindre" in Visitor(coordination).open("/espace/").text
    page = Visitor(coordination).open(reverse("organisation:detail", args=[passerelles.pk]))
    assert page.path == reverse("partners:detail", args=[passerelles.pk])
    page.follow("Répondre à Lina Bourgade").press("Accepter", role="responsable")
    request.refresh_from_db()
    assert request.state == "acceptée"


def test_where_someone_answers_coordination_does_not(lina: User, passerelles: Organisation) -> None:
    factories.make_member(passerelles)
    request = joining.ask(passerelles, "", by=lina)
    coordination = factories.make_coordination()
    address = reverse("organisation:join_request", args=[passerelles.pk, request.pk])
    page = Visitor(coordination).open(address)
    assert (page.status, "c'est à lui de le faire" in page.text) == (403, True)
    with pytest.raises(Refused):
        joining.accept(request, "responsable", by=coordination)


@pytest.mark.parametrize("role", ["redacteur", "lecteur"])
def test_only_a_responsable_answers(lina: User, passerelles: Organisation, role: str) -> None:
    factories.make_member(passerelles)
    request = joining.ask(passerelles, "", by=lina)
    with pytest.raises(Refused):
        joining.accept(request, "lecteur", by=factories.make_member(passerelles, role))
    request.refresh_from_db()
    assert request.state == "en attente"


# ------------------------------------------------------------------ never twice


def test_a_request_waits_once(lina: User, passerelles: Organisation) -> None:
    joining.ask(passerelles, "", by=lina)
    address = reverse("organisation:ask", args=[passerelles.pk])
    page = Visitor(lina).open(address).press("Envoyer ma demande")
    assert "Votre demande attend déjà une réponse." in page.summary
    assert JoinRequest.objects.count() == 1


def test_an_answer_is_given_once(lina: User, passerelles: Organisation) -> None:
    one, other = factories.make_member(passerelles), factories.make_user("autre.responsable@exemple.test")
    Membership.objects.create(user=other, organisation=passerelles, role="responsable", starts_on=clock.today())
    request = joining.ask(passerelles, "", by=lina)
    joining.accept(request, "lecteur", by=one)
    with pytest.raises(Blocked, match="déjà reçu sa réponse"):
        joining.refuse(request, "Non.", by=factories.fresh(other))
    assert Membership.objects.active().filter(user=lina).count() == 1
    page = Visitor(one).open(reverse("organisation:join_request", args=[passerelles.pk, request.pk]))
    assert "déjà reçu sa réponse" in page.messages


def test_a_member_does_not_ask_and_nobody_asks_everyone(lina: User, passerelles: Organisation) -> None:
    with pytest.raises(Blocked, match="déjà membre"):
        joining.ask(passerelles, "", by=factories.make_member(passerelles))
    for number in range(joining.MOST_WAITING):
        joining.ask(factories.make_organisation(f"Association {number}"), "", by=lina)
    with pytest.raises(Blocked, match="attendent déjà"):
        joining.ask(passerelles, "", by=lina)


def test_an_account_of_the_administration_enters_nowhere(passerelles: Organisation) -> None:
    admin = factories.make_admin()
    assert Visitor(admin).open(SEARCH).status == 403
    with pytest.raises(Refused):
        joining.ask(passerelles, "", by=admin)


# ------------------------------------------------------------------ bring one that does not exist

NEW = {"name": "Les Lanternes", "siret": "732 829 320 00074", "rna": "w941000002", "city": "Valenton"}


def kind(code: str = "association") -> int:
    return factories.make_organisation("Modèle", code).kind_id


def test_who_brings_an_organisation_answers_for_it(lina: User) -> None:
    page = search(lina, "lanternes")
    assert "Aucune organisation trouvée" in page.text
    page = page.follow("Créer une organisation").press("Créer l’organisation", kind=kind(), **NEW)
    assert page.text.count("Les Lanternes") > 1
    created = Organisation.objects.get(name="Les Lanternes")
    assert (created.siret, created.rna) == ("73282932000074", "W941000002")
    assert [m.role for m in factories.fresh(lina).active_memberships] == ["responsable"]
    assert kinds() == ["partners.organisation_created"]


@pytest.mark.parametrize(
    "changes, field, sentence",
    [
        ({"siret": "73282932000079"}, "siret", "n'est pas valable"),
        ({"siret": "٧٣٢٨٢٩٣٢٠٠٠٠٧٤"}, "siret", "n'est pas valable"),
        ({"siret": ""}, "siret", "obligatoire"),
        ({"rna": "W94100000"}, "rna", "W suivi de 9 caractères"),
        ({"uai": "0949904E"}, "uai", "n'a pas ce numéro"),
        ({"kind": "college", "rna": ""}, "uai", "a un code UAI"),
        ({"kind": "college", "rna": "", "uai": "0949904A"}, "uai", "n'est pas valable"),
        ({"kind": "college", "uai": "0949904E"}, "rna", "n'a pas ce numéro"),
        ({"kind": "commune"}, "rna", "n'a pas ce numéro"),
    ],
)
def test_a_number_has_its_key_and_its_kind(lina: User, changes: dict[str, str], field: str, sentence: str) -> None:
    typed = {**NEW, **changes, "kind": kind(changes.get("kind", "association"))}
    page = Visitor(lina).open(CREATE).press("Créer l’organisation", **typed)
    assert sentence in page.error(field)
    assert page.value("name") == "Les Lanternes"
    assert not Organisation.objects.filter(name="Les Lanternes").exists()


@pytest.mark.parametrize("rna", ["W2A1000001", "W2B1000001", "W9T1000001", "W941000009"])
def test_corsica_and_overseas_have_their_numbers(lina: User, rna: str) -> None:
    Visitor(lina).open(CREATE).press("Créer l’organisation", **{**NEW, "rna": rna}, kind=kind())
    assert Organisation.objects.get(name="Les Lanternes").rna == rna


@pytest.mark.parametrize("code, uai", [("ecole", "0949904E"), ("college", "0949901B"), ("lycee", "0949903D")])
def test_a_school_comes_with_its_code(lina: User, code: str, uai: str) -> None:
    typed = {"name": "Un établissement", "siret": "73282932000074", "uai": uai.lower(), "kind": kind(code)}
    Visitor(lina).open(CREATE).press("Créer l’organisation", **typed)
    assert Organisation.objects.get(name="Un établissement").uai == uai


def test_one_that_exists_is_joined_not_doubled(lina: User, passerelles: Organisation) -> None:
    page = Visitor(lina).open(CREATE)
    typed = {**NEW, "kind": passerelles.kind_id}
    same = page.press("Créer l’organisation", **{**typed, "siret": passerelles.siret})
    assert "existe déjà" in same.error("siret")
    assert "demandez à la rejoindre" in same.error("siret")
    twin = page.press("Créer l’organisation", **{**typed, "rna": passerelles.rna})
    assert "Une association porte déjà ce numéro RNA." in twin.summary
    assert not Membership.objects.filter(user=lina).exists()


def test_the_database_has_the_last_word(lina: User, passerelles: Organisation) -> None:
    """Two forms were checked before either was saved."""
    late = Organisation(name="Double", kind=passerelles.kind, siret=passerelles.siret)
    with pytest.raises(Blocked, match="existe déjà"):
        joining.create(late, by=lina)
    assert not Membership.objects.filter(user=lina).exists()
    assert kinds() == []


# ------------------------------------------------------------------ what a search gives

FOUND = [
    ("passerelles educatives", True),
    ("ÉDUCATIVES", True),
    ("éduc pass", True),
    ("W94 1000 001", True),
    ("w941000001", True),
    ("pass", True),
    ("pa", False),
    ("  ", False),
    ("lanternes", False),
    ("passerelles lanternes", False),
    ("W941000002", False),
    ("%", False),
]


@pytest.mark.parametrize("text, expected", FOUND)
def test_a_search_is_by_words_or_by_whole_number(passerelles: Organisation, text: str, expected: bool) -> None:
    assert bool(joining.find(text)) is expected


def test_a_search_shows_nothing_of_the_people(lina: User, passerelles: Organisation) -> None:
    factories.make_member(passerelles, full_name="Nadège Fontanel")
    Organisation.objects.update(email="contact@exemple.test", legal_representative="Madame Fontanel")
    page = search(lina, passerelles.siret)
    assert "Les Passerelles éducatives" in page.text
    for secret in ("Fontanel", "exemple.test", passerelles.rna):
        assert secret not in page.text.replace(lina.email, "")


def test_a_request_outlives_the_session(lina: User, passerelles: Organisation) -> None:
    """The answer's form asks again who is there after five minutes, and nothing is given meanwhile."""
    nadege = factories.make_member(passerelles)
    request = joining.ask(passerelles, "", by=lina)
    address = reverse("organisation:join_request", args=[passerelles.pk, request.pk])
    visitor = Visitor(nadege)
    assert visitor.open(address).path == address
    with clock.at(factories.NOON + timedelta(minutes=6)):
        assert visitor.post(address, {"role": "responsable", "accept": "1"}).path != address
    request.refresh_from_db()
    assert request.state == "en attente"
