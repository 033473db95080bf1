"""Where is my file, where is the money: who acts next, by when, what is missing; nothing that is not announced."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions import where_it_stands, workflow
from actions.models import Action
from actions.models.action import Status
from cites.core import clock
from cites.core.registry import money_lines
from cites.models import Cite, Rule
from funding import awards
from funding.models import Act, Decision
from tests import factories
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton")
        yield


def page_of(action: Action) -> str:
    return Visitor(factories.writer_of(action)).open(f"/espace/depots/{action.key}/").text


def stages(action: Action) -> list[str]:
    return [stage.state for stage in where_it_stands.of(Action.objects.get(pk=action.pk)).stages]


def test_a_draft_says_what_is_missing_and_until_when() -> None:
    action = factories.make_draft(title="Un brouillon")
    Action.objects.filter(pk=action.pk).update(draft={**action.draft, "description": [""], "starts_on": ["un jour"]})
    text = page_of(action)
    assert "Qui agit maintenant Vous : terminez le dossier et déposez-le." in text
    assert "L'action : 1 réponse à compléter" in text
    assert "Dates, lieux et moyens : 1 réponse à corriger" in text
    assert "fermeture de l'appel" in text
    assert stages(action) == ["current", *["coming"] * 5]


def test_a_submitted_file_waits_for_coordination_until_the_silence() -> None:
    action = factories.make_submitted()
    text = page_of(action)
    assert "La coordination : vérifie que le dossier est complet." in text
    assert "Avant le 05/12/2026 ; sans réponse à cette date, la demande est réputée refusée." in text
    Rule.objects.filter(code="silence_months").update(value="4")
    assert "Avant le 05/02/2027" in page_of(action)
    assert stages(action) == ["done", "current", *["coming"] * 4]


def test_a_complement_says_what_is_asked_and_by_when() -> None:
    action = factories.make_to_complete(places=("title",))
    text = page_of(action)
    assert "Vous : répondez aux questions" in text and "Au plus tard le 10/10/2026." in text
    assert "Intitulé de l'action – La coordination : Joindre un devis." in text


def test_what_is_decided_and_not_notified_changes_no_letter() -> None:
    """The page of a file that waits, and of the same file once granted, a minute before it is told."""
    item = factories.make_scheduled()
    action, tranche = item.action, factories.make_tranche()
    waiting, listed = page_of(action), Visitor(factories.writer_of(action)).open("/espace/depots/").text
    raw = Visitor(factories.writer_of(action))
    before = without_tokens(raw, action)
    factories.decide(item, Decimal("5000.00"), tranche)
    assert Action.objects.get(pk=action.pk).status == Status.APPROVED
    assert page_of(action) == waiting
    assert Visitor(factories.writer_of(action)).open("/espace/depots/").text == listed
    assert without_tokens(raw, action) == before


def without_tokens(visitor: Visitor, action: Action) -> bytes:
    """The bytes of the page; only the tokens of the request differ from one reading to the next."""
    page = visitor.download(f"/espace/depots/{action.key}/")
    return b"\n".join(line for line in page.splitlines() if b"csrf" not in line and b"nonce" not in line)


def test_the_guard_of_money_is_what_was_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    item = factories.make_scheduled()
    factories.decide(item, Decimal("5000.00"), factories.make_tranche())
    action = Action.objects.get(pk=item.action.pk)
    assert [line.label for line in where_it_stands.of(action).money] == ["Demandé"]
    action.announced_status = Status.APPROVED  # as if the guard read the truth inside
    assert "Reste à verser" in [line.label for line in where_it_stands.of(action).money]


def test_the_money_from_the_decision_to_the_payment() -> None:
    act = factories.make_committed(Decimal("6000.00"))
    action, tranche = act.award.action, act.award.accounts.get(kind="committed").tranche
    text = page_of(action)
    assert "Accordé 6 000,00 € décision notifiée le 05/10/2026" in text
    assert "Reste à verser 6 000,00 € au plus tard le 04/12/2026, 60 jours après la notification" in text
    awards.pay(act.award, tranche, Decimal("4000.00"), reference="MD-1", by=factories.make_coordination())
    text = page_of(action)
    assert "Versé 4 000,00 €" in text and "le 05/10/2026" in text
    assert "Reste à verser 2 000,00 €" in text
    with clock.at(factories.NOON + timedelta(days=61)):
        assert "cette date est passée : demandez à la coordination" in page_of(action)
    assert isinstance(act, Act) and f"{act} 6 000,00 €" in text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("withdraw", ["done", "ended"]),
        ("find_inadmissible", ["done", "ended"]),
    ],
)
def test_a_file_that_ended_stops_there(name: str, expected: list[str]) -> None:
    action = factories.make_submitted()
    by = factories.writer_of(action) if name == "withdraw" else factories.make_coordination()
    workflow.apply(action, name, by=by)
    assert stages(action) == expected
    assert "Personne : plus rien n'est attendu." in page_of(action)


def test_every_announced_status_has_a_place() -> None:
    told = {status for _, held in where_it_stands.STAGES for status in held}
    assert told == set(Status) - {Status.WITHDRAWN}
    assert set(where_it_stands.NEXT) == set(Status) - {*where_it_stands.ENDED, Status.CLOSED}
    assert len(list(money_lines)) == 2 and Decision.objects.count() == 0


def test_a_long_list_asks_no_more_than_a_short_one() -> None:
    first = factories.make_to_complete(title="Action 1")
    visitor = Visitor(factories.writer_of(first))
    visitor.open("/espace/depots/")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            visitor.open("/espace/depots/")
        return len(queries)

    one = asked()
    for number in (2, 3, 4):
        factories.make_to_complete(title=f"Action {number}")
    assert asked() == one
