"""Published actions and calls: what the public reads, and that nothing undecided shows through."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action, Call
from actions.models.action import GRANTED, Status
from cites.core import clock
from cites.core.money import format_euros
from cites.core.text import searchable
from cites.models import Champ, Cite, Quartier
from tests import factories

MOST_QUERIES = 10
LIST = "/actions/"
CANARY = "CANARI"


@pytest.fixture(autouse=True)
def cite(db: None) -> Cite:
    return Cite.objects.create(pk=1, name="Cité éducative de Valenton")


@pytest.fixture
def moved_clock() -> Iterator[None]:
    with clock.at(factories.NOON):
        yield


def make_action(number: int, announced: str = Status.UNDER_WAY, **fields: Any) -> Action:
    """A row as the workflow leaves it; `announced` is the last status told outside."""
    call, organisation = factories.make_call(), factories.make_organisation()
    reference = f"{call.year}-{number:03d}"
    values: dict[str, Any] = {
        "title": f"{CANARY} {number}",
        "status": announced,
        "champ": Champ.objects.get(code="C1"),
        **fields,
    }
    return Action.objects.create(
        call=call,
        organisation=organisation,
        announced_status=announced,
        created_by=factories.make_member(organisation),
        created_at=clock.now(),
        status_at=clock.now(),
        reference=reference,
        search_text=searchable(f"{reference} {values['title']} {organisation.name}"),
        **values,
    )


def text_of(client: Client, url: str, **query: Any) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def seen_anywhere(client: Client, action: Action) -> bool:
    urls = (LIST, "/", "/appels/", action.call.get_absolute_url())
    in_lists = any(action.title in text_of(client, url) for url in urls)
    return in_lists or client.get(f"{LIST}{action.reference}/").status_code != 404


@pytest.mark.parametrize("announced", [s for s in Status if s not in GRANTED])
def test_what_is_not_announced_as_granted_is_nowhere(client: Client, announced: str) -> None:
    """Whatever was decided meanwhile: the public reads what was announced, as the partner does."""
    made = [make_action(number, announced, status=status) for number, status in enumerate(Status, 1)]
    for url in (LIST, "/", "/appels/", made[0].call.get_absolute_url()):
        assert CANARY not in text_of(client, url)
    assert [client.get(f"{LIST}{action.reference}/").status_code for action in made] == [404] * len(made)


@pytest.mark.parametrize("announced", GRANTED)
def test_what_is_announced_as_granted_is_published(client: Client, announced: str) -> None:
    action = make_action(1, announced)
    assert action.title in text_of(client, LIST)
    assert action.title in text_of(client, "/")
    assert action.title in text_of(client, f"{LIST}{action.reference}/")


def test_a_decision_shows_with_its_notification(client: Client) -> None:
    """Through the real verbs: decided money is not counted before the partner knows."""
    decision = factories.make_decided(Decimal("6000.00"))
    action = decision.item.action
    assert not seen_anywhere(client, action)
    assert "décidés et notifiés" not in text_of(client, "/")
    factories.announce(decision.item.seance)
    amount = format_euros(Decimal("6000.00"))
    assert amount in text_of(client, f"{LIST}{action.reference}/")
    assert amount in text_of(client, LIST)
    assert amount in text_of(client, "/")


def test_the_amount_follows_the_money_to_its_payment(client: Client) -> None:
    act = factories.make_committed(Decimal("6000.00"))
    page = text_of(client, f"{LIST}{act.award.action.reference}/")
    assert format_euros(Decimal("6000.00")) in page


def test_what_the_pilots_wrote_stays_inside(client: Client) -> None:
    inside = {
        "internal_title": "INTERNE titre",
        "follow_up": "INTERNE suivi",
        "inadmissible_reason": "INTERNE recevabilité",
        "condition": "INTERNE réserve",
        "objectives": "INTERNE objectifs",
        "description": "INTERNE description",
        "actors_note": "INTERNE acteurs",
        "instructed_champ": Champ.objects.get(code="C3"),
    }
    action = make_action(1, Status.APPROVED_WITH_CONDITIONS, public_description="Pour tous.", **inside)
    page = text_of(client, f"{LIST}{action.reference}/")
    assert "Pour tous." in page
    assert "INTERNE" not in page
    assert "réserve" not in page
    assert action.instructed_champ is not None
    assert action.instructed_champ.label not in page


def test_search_ignores_accents_and_case(client: Client) -> None:
    make_action(1, title="L'École des parents")
    make_action(2, title="Chœur d'enfants")
    for query, expected in (("ecole PARENTS", 1), ("école", 1), ("choeur", 1), ("passerelles", 2), ("rien", 0)):
        text = text_of(client, LIST, q=query)
        found = ("École des parents" in text) + ("Chœur" in text)
        assert found == expected, query


def test_filters_narrow_the_list(client: Client) -> None:
    kept, other = make_action(1), make_action(2, champ=Champ.objects.get(code="C2"))
    kept.quartiers.add(factories.make_quartier())
    kept.schools.add(factories.make_school())
    Quartier.objects.create(name="Sans action", commune=factories.make_commune())
    for query in (
        {"champ": "C1"},
        {"quartier": factories.make_quartier().pk},
        {"ecole": factories.make_school().uai},
        {"champ": "C1", "annee": kept.call.year},
    ):
        text = text_of(client, LIST, **query)
        assert kept.title in text
        assert other.title not in text
    assert "Sans action" not in text_of(client, LIST)


@pytest.mark.parametrize(
    "query",
    [{"champ": "C9"}, {"quartier": "x"}, {"annee": "٢٠٢٦"}, {"page": "999"}, {"page": "x"}, {"q": "a" * 101}],
)
def test_a_strange_address_is_answered(client: Client, query: dict[str, str]) -> None:
    make_action(1)
    assert f"{CANARY} 1" in text_of(client, LIST, **query)


def test_pages_of_the_list(client: Client) -> None:
    for number in range(1, 24):
        make_action(number)
    assert "23 actions" in text_of(client, LIST)
    assert f"{CANARY} 3<" not in text_of(client, LIST)
    assert f"{CANARY} 3<" in text_of(client, LIST, page="2")


@pytest.mark.parametrize("url", [LIST, "/", "/appels/", f"{LIST}?champ=C1&q=canari"])
def test_costs_the_same_with_more_rows(client: Client, url: str) -> None:
    costs = []
    for rows in (range(1, 4), range(4, 31)):
        for number in rows:
            action = make_action(number)
            action.quartiers.add(factories.make_quartier())
            action.schools.add(factories.make_school())
            factories.make_call(f"appel-{number}", title=f"Appel {number}")
        with CaptureQueriesContext(connection) as queries:
            text_of(client, url)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= MOST_QUERIES


def test_the_page_of_an_action_costs_little(client: Client) -> None:
    action = factories.make_notified().item.action
    with CaptureQueriesContext(connection) as queries:
        text_of(client, f"{LIST}{action.reference}/")
    assert len(queries) <= MOST_QUERIES


@pytest.mark.parametrize("url", [LIST, "/actions/2026-001/", "/appels/", "/appels/appel/"])
def test_is_only_read(client: Client, url: str) -> None:
    assert client.post(url).status_code == 405


class TestCalls:
    def test_sorts_what_is_open_to_come_and_past(self, client: Client) -> None:
        now = clock.now()
        factories.make_call("ouvert", title="Appel ouvert")
        factories.make_call(
            "futur", title="Appel futur", opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=9)
        )
        factories.make_call(
            "clos", title="Appel clos", opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1)
        )
        factories.make_call("cache", title="Appel secret", published_at=now + timedelta(days=1))
        factories.make_call("brouillon", title="Appel secret", published_at=None)
        text = text_of(client, "/appels/")
        order = [text.index(title) for title in ("Appel ouvert", "À venir", "Appel futur", "Passés", "Appel clos")]
        assert order == sorted(order)
        assert "Appel secret" not in text
        assert "Appel secret" not in text_of(client, "/")
        assert client.get("/appels/cache/").status_code == 404
        assert client.get("/appels/brouillon/").status_code == 404

    @pytest.mark.parametrize(("seconds", "is_open"), [(-1, True), (0, False), (1, False)])
    def test_closes_to_the_second(self, client: Client, moved_clock: None, seconds: int, is_open: bool) -> None:
        closing = factories.paris(2026, 10, 15, 18, 0, 0)
        call = factories.make_call("appel", closes_at=closing)
        with clock.at(closing + timedelta(seconds=seconds)):
            text = text_of(client, call.get_absolute_url())
        assert (reverse("proposals:start", args=["appel"]) in text) is is_open
        assert ("clos depuis le 15 octobre 2026 à 18\u00a0h\u00a000 (heure de Paris)" in text) is not is_open

    def test_says_when_it_opens(self, client: Client, moved_clock: None) -> None:
        opening = factories.paris(2026, 11, 1, 9, 30)
        call = factories.make_call("appel", opens_at=opening, closes_at=opening + timedelta(days=20))
        text = text_of(client, call.get_absolute_url())
        assert "ouvrira le 1er novembre 2026 à 9 h 30" in text
        assert reverse("proposals:start", args=["appel"]) not in text

    def test_tells_the_rules(self, client: Client) -> None:
        call = factories.make_call(
            "appel",
            priorities="Langage\n\n Parents ",
            documents="RIB",
            decision_rule=Call.DecisionRule.MAJORITY,
            indicative_amount=Decimal("180000.00"),
            contact_email="contact@exemple.test",
        )
        text = text_of(client, call.get_absolute_url())
        for expected in ("<li>Langage</li>", "<li>Parents</li>", "<li>RIB</li>", "Majorité des pilotes"):
            assert expected in text
        assert format_euros(Decimal("180000.00")) in text
        assert "contact@exemple.test" in text
