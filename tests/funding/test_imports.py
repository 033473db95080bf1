"""Money decided before the portal: it enters the ledger by its verbs, under its ceilings, and no vote is made up."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions import reporting, workflow
from actions.imports import ActionImporter
from actions.models import Action
from cites import data_imports
from cites.core import audit, clock, imports
from cites.core.errors import Blocked
from cites.core.imports import Importer, Report, guess, run
from cites.core.permissions import Refused
from cites.core.sealed import verify_sealed
from cites.models import Event, SealedVersion, Seance, Signature
from funding import awards, ledger, taking_over
from funding.chains import verify_ledger
from funding.imports import AwardImporter
from funding.models import Account, Act, Award, Decision, Move, Notice, PriorDecision, Tranche
from funding.taking_over import PriorMoney
from tests import factories, sheets
from tests.house.story import REPORT
from tests.ledger import invariants
from tests.visitor import Visitor

HEADER = (
    *("Dossier", "Financeur", "Exercice", "Voté", "Date de décision", "Instance"),
    *("Engagé", "EJ Chorus", "Date de l'acte", "Versé", "Versé le"),
)
ACTIONS = ("N° dossier", "Action", "Exercice", "SIRET", "Statut", "Voté")


def row(number: str = "DA1", **changes: str) -> tuple[str, ...]:
    values = {
        "source": "P147",
        "year": "2026",
        "decided": "6 000,00",
        "decided_on": "12/03/2026",
        "document": "Comité de pilotage du 12/03/2026",
        "committed": "6000",
        "act": "2103456789",
        "signed_on": "02/04/2026",
        "paid": "2000,50",
        "paid_on": "20/05/2026",
        **changes,
    }
    return (number, *values.values())


def bring(importer: type[Importer], header: tuple[str, ...], *rows: tuple[str, ...]) -> Report:
    admin = factories.make_admin()
    kept = data_imports.receive(importer, sheets.sheet(header, *rows, name="suivi.csv"), by=admin)
    return data_imports.confirm(kept, by=admin)


def play(*rows: tuple[str, ...]) -> Report:
    return bring(AwardImporter, HEADER, *rows)


def errors(*rows: tuple[str, ...]) -> list[str]:
    return list(play(*rows).sentences(errors=True))


def held(kind: str) -> Decimal:
    return ledger.balance(Tranche.objects.get(source__code="P147"), kind)


def sound() -> list[str]:
    return [
        *invariants.broken(invariants.accounts(), invariants.moves()),
        *verify_ledger(),
        *audit.verify_journal(),
        *verify_sealed(),
    ]


@pytest.fixture(autouse=True)
def before(db: None) -> Iterator[Tranche]:
    """Two actions taken over, one tranche of 10 000 € notified."""
    with clock.at(factories.NOON):
        tranche = factories.make_tranche(amount=Decimal("10000.00"))
        siret = factories.make_organisation().siret
        rows = [(number, f"Action {number}", "2026", siret, "En cours", "6000") for number in ("DA1", "DA2")]
        assert not bring(ActionImporter, ACTIONS, *rows).is_refused
        yield tranche


# ------------------------------------------------------------------ what comes in


def test_decided_committed_and_paid_come_in_with_their_days() -> None:
    report = play(row())
    assert list(report.sentences(errors=True)) == []
    assert [held(kind) for kind in ("available", "programmed", "committed", "paid")] == [
        Decimal(4000),
        Decimal(0),
        Decimal("3999.50"),
        Decimal("2000.50"),
    ]
    moves = Move.objects.filter(origin__tranche__source__code="P147").order_by("seq")
    told = [(move.kind, move.happened_on, move.at) for move in moves if move.kind != "notification"]
    assert told == [
        ("programming", date(2026, 3, 12), factories.NOON),
        ("commitment", date(2026, 4, 2), factories.NOON),
        ("payment", date(2026, 5, 20), factories.NOON),
    ]
    assert Act.objects.get().kind == "arrete"
    assert sound() == []


def test_nothing_says_that_anyone_voted_here() -> None:
    play(row())
    for model in (Decision, Notice, Seance, Signature):
        assert not model.objects.exists(), model
    prior = PriorDecision.objects.get()
    assert (prior.document, prior.decided_on) == ("Comité de pilotage du 12/03/2026", date(2026, 3, 12))
    programming = Move.objects.get(kind="programming")
    assert (programming.decision, programming.prior) == (None, prior)


def test_the_journal_says_that_it_was_taken_over() -> None:
    play(row())
    event = Event.objects.get(kind="funding.taken_over")
    assert audit.read_sentence(event) == (
        "Claire Administration a repris un montant décidé avant le portail, le 12/03/2026, pour l'action 2026-001"
        f" ({Tranche.objects.get()})"
    )
    assert "a repris des montants décidés avant le portail du fichier « suivi.csv »" in audit.read_sentence(
        Event.objects.latest("seq")
    )


def test_what_is_not_committed_yet_is_only_programmed() -> None:
    play(row(committed="", act="", signed_on="", paid="", paid_on=""))
    assert (held("programmed"), held("committed")) == (Decimal(6000), Decimal(0))
    assert not Act.objects.exists()
    awards.commit(
        Award.objects.get(),
        Tranche.objects.get(),
        Decimal(6000),
        kind="arrete",
        number="2026-1",
        signed_on=clock.today(),
        by=factories.make_coordination(),
    )
    assert held("committed") == Decimal(6000)
    assert sound() == []


def test_the_same_file_twice_moves_nothing() -> None:
    play(row(), row("DA2", decided="1000", committed="", act="", signed_on="", paid="", paid_on=""))
    moves, versions = Move.objects.count(), SealedVersion.objects.count()
    report = play(row(), row("2026-002", decided="1000", committed="", act="", signed_on="", paid="", paid_on=""))
    assert (report.count("unchanged"), report.writes) == (2, 0)
    assert (Move.objects.count(), SealedVersion.objects.count()) == (moves, versions)


def test_a_row_that_comes_back_otherwise_is_refused() -> None:
    play(row())
    assert errors(row(paid="3000")) == [
        "Ligne 2, colonne « Voté » : déjà repris avec d'autres valeurs, qui ne changent plus."
    ]
    assert held("paid") == Decimal("2000.50")


def test_the_same_action_by_both_its_numbers_in_one_file() -> None:
    assert errors(row(), row("2026-001", decided="1000", committed="1000", paid="10")) != []
    assert not Move.objects.filter(kind="programming").exists()


# ------------------------------------------------------------------ ceilings


def test_a_row_beyond_its_tranche_is_its_own_error_and_nothing_comes_in() -> None:
    said = errors(row(), row("DA2", decided="4000,01", committed="", act="", signed_on="", paid="", paid_on=""))
    assert len(said) == 1
    assert said[0].startswith("Ligne 3, colonne « Voté » : Enveloppe insuffisante : il reste 4\u202f000,00\u202f€")
    assert (held("available"), PriorDecision.objects.count()) == (Decimal(10000), 0)
    assert sound() == []


def test_with_the_taking_back_gone_half_a_file_would_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of the test above."""
    monkeypatch.setattr(imports, "take_back", lambda: None)
    sheet = sheets.sheet(HEADER, row(), row("DA2", decided="9000"))
    assert run(AwardImporter, sheet, guess(AwardImporter, HEADER), by=factories.make_admin()).is_refused
    assert held("available") == Decimal(4000)


def test_a_row_refused_half_way_leaves_the_others_their_money(monkeypatch: pytest.MonkeyPatch) -> None:
    """DA1 programs 6 000 then its payment is refused: DA2 may still have 6 000, and says so by having no error."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise Blocked("Le comptable refuse.")

    monkeypatch.setattr(ledger, "pay", refuse)
    said = errors(row(), row("DA2", paid="", paid_on=""))
    assert said == ["Ligne 2, colonne « Voté » : Le comptable refuse."]


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda: ledger.close_year(Tranche.objects.get(), by=None), "est clos : rien ne s'y programme"),
        (lambda: ledger.freeze(Tranche.objects.get(), Decimal(9000), by=None), "Enveloppe insuffisante"),
        (lambda: ledger.cut(Tranche.objects.get(), Decimal(9000), by=None, reference="R"), "Enveloppe insuffisante"),
    ],
)
def test_the_ledger_refuses_as_it_does_for_a_vote(prepare: Any, sentence: str) -> None:
    prepare()
    assert sentence in errors(row())[0]


REFUSED = {
    "unknown action": (row("DA9"), "aucune action du portail n'a cette référence"),
    "unknown source": (row(source="MECENE"), "« MECENE » : ce n'est pas une source de financement."),
    "no tranche": (row(year="2024"), "il n'y a pas de tranche « État – politique de la ville"),
    "committed too much": (row(committed="6000,01"), "colonne « Engagé » : plus que le montant accordé"),
    "paid too much": (row(paid="6500"), "colonne « Versé » : plus que le montant engagé"),
    "paid without commitment": (row(committed="", act="", signed_on=""), "plus que le montant engagé"),
    "no act": (row(act=""), "colonne « EJ Chorus » : un montant engagé a un acte"),
    "no day": (row(signed_on=""), "colonne « Date de l'acte » : un montant engagé a un acte"),
    "no payment day": (row(paid_on=""), "colonne « Versé le » : un montant payé a une date"),
    "to come": (row(decided_on="01/01/2027"), "colonne « Date de décision » : cette date est à venir."),
    "nothing decided": (row(decided="0"), "supérieur à zéro"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_row_that_is_refused_says_why(name: str) -> None:
    bad, sentence = REFUSED[name]
    said = errors(bad)
    assert said[0].startswith("Ligne 2, colonne")
    assert any(sentence in one for one in said)
    assert not PriorDecision.objects.exists()


def test_more_than_the_file_of_actions_said_is_a_warning() -> None:
    report = play(row(decided="6 500"))
    assert "le fichier des actions disait 6\u202f000,00\u202f€" in next(report.sentences(errors=False))


# ------------------------------------------------------------------ only what came from before, by the administration


def test_money_of_a_file_decided_here_is_not_imported() -> None:
    voted = factories.make_notified(Decimal("1000.00"))
    said = errors(row(voted.item.action.reference or ""))
    assert "Ce dossier a été décidé dans le portail" in said[0]


@pytest.mark.parametrize("who", ["make_coordination", "make_pilot", "make_member"])
def test_only_the_administration_takes_over(who: str) -> None:
    money = PriorMoney(decided=Decimal(10), decided_on=date(2026, 1, 1), document="X")
    with pytest.raises(Refused):
        by = getattr(factories, who)()
        taking_over.take_over(Action.objects.get(origin_reference="DA1"), Tranche.objects.get(), money, text={}, by=by)
    assert not Account.objects.filter(kind="programmed").exists()


def test_the_amount_is_then_read_by_the_public_the_partner_and_the_pilots() -> None:
    play(row())
    assert "6 000,00 €" in Visitor().open("/actions/2026-001/").text
    partner = Visitor(factories.make_member(factories.make_organisation()))
    assert "Comité de pilotage du 12/03/2026" in partner.open("/espace/depots/").follow("Action DA1").text
    pilot = Visitor(factories.make_pilot())
    assert "Comité de pilotage du 12/03/2026" in pilot.open("/espace/actions/2026-001/").text
    assert "opération du 20 mai 2026" in pilot.open(f"/espace/budget/tranches/{Tranche.objects.get().pk}/").text


def test_a_partner_can_renounce_and_the_money_comes_back() -> None:
    siret = factories.make_organisation().siret
    bring(ActionImporter, ACTIONS, ("DA3", "À venir", "2026", siret, "À venir", "1000"))
    play(row("DA3", decided="1000", committed="", act="", signed_on="", paid="", paid_on=""))
    action = Action.objects.get(origin_reference="DA3")
    awards.renounce(action, by=factories.make_member(factories.make_organisation()))
    assert (held("available"), Action.objects.get(pk=action.pk).status) == (Decimal(10000), "renounced")
    assert sound() == []


def test_rows_cost_as_many_queries_each() -> None:
    siret = factories.make_organisation().siret
    numbers = [f"N{i}" for i in range(30)]
    bring(ActionImporter, ACTIONS, *[(n, f"Action {n}", "2026", siret, "Close", "100") for n in numbers])

    def asked(some: list[str]) -> int:
        rows = [row(n, decided="100", committed="100", paid="50", act=f"A{n}") for n in some]
        with CaptureQueriesContext(connection) as queries:
            data_imports.receive(AwardImporter, sheets.sheet(HEADER, *rows), by=factories.make_admin())
        return len(queries)

    few, many = asked(numbers[:5]), asked(numbers)
    assert (many - few) / 25 <= 75


# ------------------------------------------------------------------ which action, and what became of it


def test_a_number_that_two_actions_have_is_asked_about() -> None:
    """The tracking sheet numbered 2026-003 and 2026-004; the portal gave each the other's number."""
    siret = factories.make_organisation().siret
    numbers = ("2026-004", "2026-003")
    bring(ActionImporter, ACTIONS, *[(n, f"Action {n}", "2026", siret, "En cours", "6000") for n in numbers])
    assert errors(row("2026-004")) == [
        "Ligne 2, colonne « Dossier » : deux actions ont ce numéro, écrivez laquelle : « origine 2026-004 »"
        " (Action 2026-004) ou « portail 2026-004 » (Action 2026-003)."
    ]
    assert not Award.objects.exists()
    assert not play(row("origine 2026-004", decided="100", committed="100", paid="100")).is_refused
    assert Award.objects.get().action.title == "Action 2026-004"
    assert not play(row("portail 2026-004", decided="100", committed="100", paid="100")).is_refused
    assert Award.objects.latest("pk").action.title == "Action 2026-003"


def test_an_action_that_renounced_since_receives_no_money() -> None:
    siret = factories.make_organisation().siret
    bring(ActionImporter, ACTIONS, ("DA3", "À venir", "2026", siret, "À venir", "1000"))
    action = Action.objects.get(origin_reference="DA3")
    awards.renounce(action, by=factories.make_member(factories.make_organisation()))
    assert errors(row("DA3")) == [
        "Ligne 2, colonne « Voté » : L'action est « renoncé » : elle ne reçoit plus d'argent."
    ]
    assert held("available") == Decimal(10000)


def test_what_is_left_aside_or_out_of_order_is_said() -> None:
    siret = factories.make_organisation().siret
    bring(ActionImporter, ACTIONS, ("DA3", "Finie", "2026", siret, "Close", "1000"))
    report = play(
        row("DA1", committed="", signed_on="", paid="", decided="10"),
        row("DA2", decided="20", committed="20", paid="20", signed_on="01/02/2026", paid_on="01/01/2026"),
        row("DA3", decided="30", committed="30", paid="10"),
    )
    said = [sentence.partition(" : ")[2] for sentence in report.sentences(errors=False)]
    assert said == [
        "sans montant engagé, cet acte n'est pas repris.",
        "sans montant payé, ce paiement n'est pas repris.",
        "l'acte est signé avant la décision : vérifiez.",
        "le paiement précède l'acte : vérifiez.",
        "l'action est close et 20,00\u202f€ restent promis : ce n'est plus disponible pour d'autres.",
    ]


def test_a_try_leaves_no_trace_in_any_table() -> None:
    def everything() -> dict[str, Any]:
        ours = [m for m in apps.get_models() if m._meta.app_label in ("cites", "partners", "actions", "funding")]
        return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in ours}

    admin, siret, before = factories.make_admin(), factories.make_organisation().siret, everything()
    rows = {AwardImporter: (HEADER, row()), ActionImporter: (ACTIONS, ("N1", "A", "2026", siret, "En cours", "1"))}
    for importer, lines in rows.items():
        assert run(importer, sheets.sheet(*lines), guess(importer, lines[0]), by=admin).writes == 1
    assert everything() == before


def test_an_action_taken_over_goes_on_to_its_end_like_any_other() -> None:
    """Bilan, correction of the rest, payment of the balance, closing: nothing asks for a séance or a submission."""
    play(row())
    action, coordination = Action.objects.get(origin_reference="DA1"), factories.make_coordination()
    partner = Visitor(factories.make_member(factories.make_organisation()))
    workflow.apply(action, "expect_report", by=coordination)
    page = partner.open(f"/espace/depots/{action.key}/bilan/")
    assert page.status == 200
    reporting.submit_report(action, REPORT, by=factories.make_member(factories.make_organisation()))
    for name in ("accept_report", "close"):
        workflow.apply(action, name, by=coordination)
    award, tranche = Award.objects.get(), Tranche.objects.get()
    awards.pay(award, tranche, Decimal("3999.50"), reference="Mandat 12", by=coordination)
    with pytest.raises(Blocked):
        awards.pay(award, tranche, Decimal("0.01"), reference="Mandat 13", by=coordination)
    assert (held("paid"), held("committed")) == (Decimal(6000), Decimal(0))
    assert "Terminée" in Visitor().open("/actions/2026-001/").text
    assert sound() == []


def test_an_act_of_several_years_is_written_once_a_year() -> None:
    factories.make_tranche(year=2027, amount=Decimal("10000.00"))
    play(row(decided="100", committed="100", paid="100"))
    said = errors(row(year="2027", decided="100", committed="100", paid="100"))
    assert "L'acte n° 2103456789 sert déjà à une autre année : écrivez « 2103456789 (2027) »." in said[0]
    again = row(year="2027", decided="100", committed="100", paid="100", act="2103456789 (2027)")
    assert not play(again).is_refused
