"""The directory: found whatever the accents, narrowed by what is true of each, and closed to partners."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions import workflow
from cites.core import clock
from cites.core.registry import organisation_facts
from cites.models import Champ, Quartier, User
from partners.models import Organisation, OrganisationKind
from tests import factories
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.django_db
LIST = "/espace/partenaires/"


@pytest.fixture(autouse=True)
def noon(db: None) -> Any:
    with clock.at(factories.NOON):
        yield


@pytest.fixture
def pilot() -> User:
    return factories.make_pilot()


def names(page: Page) -> set[str]:
    table = page.by_id("organisations")
    return {row.name for row in Organisation.objects.all() if any(row.name == (a.text or "") for a in table.iter("a"))}


def made() -> None:
    """One of each that the filters tell apart."""
    oseraies = factories.make_quartier()
    lanternes = factories.make_organisation(
        "Les Lanternes d’Été", cer_signed_on=factories.MANDATES_START, rna="W941000001"
    )
    lanternes.champs.add(Champ.objects.get(code="C1"), Champ.objects.get(code="C2"))
    lanternes.quartiers.add(oseraies, factories.make_quartier("La Plaine"))
    factories.make_organisation("Œuvres du Plateau").champs.add(Champ.objects.get(code="C2"))
    factories.make_organisation("Collège des Oseraies", "college", uai="0949901B").quartiers.add(oseraies)
    factories.make_organisation("Ville", "commune")


FILTERS = [
    ({}, {"Les Lanternes d’Été", "Œuvres du Plateau", "Collège des Oseraies", "Ville"}),
    ({"q": "ete LANTERNES"}, {"Les Lanternes d’Été"}),
    ({"q": "oeuvres"}, {"Œuvres du Plateau"}),
    ({"q": "college"}, {"Collège des Oseraies"}),
    ({"q": "W941000001"}, {"Les Lanternes d’Été"}),
    ({"q": "0949901b"}, {"Collège des Oseraies"}),
    ({"q": "%"}, set()),
    ({"q": "introuvable"}, set()),
    ({"kind": "association"}, {"Les Lanternes d’Été", "Œuvres du Plateau"}),
    ({"champ": "C1"}, {"Les Lanternes d’Été"}),
    ({"champ": "C2"}, {"Les Lanternes d’Été", "Œuvres du Plateau"}),
    ({"quartier": "Les Oseraies"}, {"Les Lanternes d’Été", "Collège des Oseraies"}),
    ({"cer": "oui"}, {"Les Lanternes d’Été"}),
    ({"cer": "non"}, {"Œuvres du Plateau"}),
    ({"fact": "en_cours"}, set()),
    ({"kind": "college", "quartier": "Les Oseraies"}, {"Collège des Oseraies"}),
    ({"kind": "inconnu"}, {"Les Lanternes d’Été", "Œuvres du Plateau", "Collège des Oseraies", "Ville"}),
]


@pytest.mark.parametrize("query, expected", FILTERS, ids=lambda value: str(value) if isinstance(value, dict) else "")
def test_each_filter_keeps_what_is_true(pilot: User, query: dict[str, str], expected: set[str]) -> None:
    made()
    if "quartier" in query:
        query = {**query, "quartier": str(Quartier.objects.get(name=query["quartier"]).pk)}
    assert names(Visitor(pilot).open(LIST, **query)) == expected


def test_a_running_action_and_a_late_report_are_facts(pilot: User) -> None:
    """Contributed by the app that knows them: the directory itself reads no action."""
    action = factories.make_notified().item.action
    workflow.apply(action, "start", by=factories.make_coordination())
    factories.make_organisation("Le Fil rouge")
    running = Visitor(pilot).open(LIST, fact="en_cours")
    assert names(running) == {action.organisation.name}
    assert names(Visitor(pilot).open(LIST, fact="bilan_en_retard")) == set()
    workflow.apply(action, "expect_report", by=factories.make_coordination())
    workflow.apply(action, "miss_report", by=factories.make_coordination())
    assert names(Visitor(pilot).open(LIST, fact="bilan_en_retard")) == {action.organisation.name}
    assert names(Visitor(pilot).open(LIST, fact="en_cours")) == set()
    detail = Visitor(pilot).open(reverse("partners:detail", args=[action.organisation_id]))
    assert detail.text.count(str(action.reference)) == 3  # its file, its award, its late report


def test_a_fact_that_nobody_contributes_is_no_choice(pilot: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(organisation_facts, "_parts", [])
    assert "A une action en cours" not in Visitor(pilot).open(LIST).text


def test_the_quartiers_count_their_organisations_and_lead_to_them(pilot: User) -> None:
    made()
    page = Visitor(pilot).open(LIST)
    assert "Où ils interviennent" in page.text
    page = page.follow("2 organisations : Les Oseraies")
    assert names(page) == {"Les Lanternes d’Été", "Collège des Oseraies"}


def test_as_many_queries_for_three_hundred_as_for_three(pilot: User) -> None:
    def queries() -> int:
        visitor = Visitor(pilot)
        visitor.open(LIST)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert visitor.open(LIST).status == 200
        return len(captured)

    made()
    few = queries()
    kind = OrganisationKind.objects.get(code="association")
    rows = [Organisation(name=f"N° {i}", kind=kind, siret=factories.siret(500 + i)) for i in range(300)]
    Organisation.objects.bulk_create(rows)
    through, champ = Organisation.champs.through, Champ.objects.get(code="C1")
    new = Organisation.objects.filter(name__startswith="N°")
    through.objects.bulk_create(through(organisation_id=row.pk, champ_id=champ.pk) for row in new)
    quartier = factories.make_quartier()
    places = Organisation.quartiers.through
    places.objects.bulk_create(places(organisation_id=row.pk, quartier_id=quartier.pk) for row in new)
    assert queries() == few
    assert "304 organisations." in Visitor(pilot).open(LIST).text


@pytest.mark.parametrize("address", [LIST, "detail"])
def test_partners_do_not_browse(address: str) -> None:
    ours, other = factories.make_organisation(), factories.make_organisation("Le Fil rouge")
    member = factories.make_member(ours)
    if address == LIST:
        assert Visitor(member).open(LIST).status == 403
    else:
        assert Visitor(member).open(reverse("partners:detail", args=[other.pk])).status == 404
        assert Visitor(member).open(reverse("partners:detail", args=[ours.pk])).status == 403
