"""The envelope: what comes in, is cut, frozen, moved between tranches; success beside refusal."""

from types import SimpleNamespace
from typing import Any

import pytest

from cites.core import clock
from funding import ledger
from funding.models import Account
from tests import factories
from tests.ledger.stories import YEAR, D, act_of, committed, empty_tranche, held, notified, refused, story


def test_plan_enters_the_planned_amount_once() -> None:
    tranche = empty_tranche(planned="1000")
    ledger.plan(tranche, by=None)
    assert held(tranche) == {"outside": "1000.00", "available": "1000.00"}
    assert refused(ledger.plan, tranche, by=None) == f"La tranche {tranche} est déjà entrée."


def test_plan_of_nothing_moves_nothing() -> None:
    tranche = empty_tranche(planned="0")
    ledger.plan(tranche, by=None)
    assert story(tranche) == []


def test_plan_is_refused_for_a_source_that_another_feeds() -> None:
    fed = empty_tranche("FONDS_COLLEGE")
    assert refused(ledger.plan, fed, by=None) == f"« {fed.source} » est alimentée par un virement interne."


def test_plan_is_refused_once_notified_or_closed() -> None:
    assert "déjà entrée" in refused(ledger.plan, notified(), by=None)
    closed = empty_tranche("VILLE")
    ledger.close_year(closed, by=None)
    assert refused(ledger.plan, closed, by=None) == "L'exercice 2026 est clos."


def test_notify_without_a_plan() -> None:
    tranche = empty_tranche()
    ledger.notify(tranche, D("900"), by=None, reference="Arrêté 12")
    tranche.refresh_from_db()
    assert (tranche.notified_on, tranche.notified_reference) == (clock.today(), "Arrêté 12")
    assert held(tranche) == {"outside": "900.00", "available": "900.00"}
    assert story(tranche) == [("notification", "900.00")]


@pytest.mark.parametrize(
    ("amount", "last"),
    [("1000", []), ("1200", [("notification", "200.00")]), ("700", [("cut", "300.00")])],
)
def test_notify_enters_the_difference_with_what_was_planned(amount: str, last: list[Any]) -> None:
    tranche = factories.make_tranche(year=YEAR, amount=D("1000"), notified=False)
    ledger.notify(tranche, D(amount), by=None, reference="Arrêté 12")
    assert story(tranche) == [("planning", "1000.00"), *last]
    assert held(tranche) == {"outside": f"{amount}.00", "available": f"{amount}.00"}


def test_notify_is_refused_twice_without_its_act_for_nothing_or_on_a_closed_year() -> None:
    tranche = empty_tranche()
    assert refused(ledger.notify, tranche, D("1"), by=None, reference="") == "Indiquez l'acte de notification."
    for amount in ("0", "-5"):
        sentence = "Le montant d'un mouvement est supérieur à zéro."
        assert refused(ledger.notify, tranche, D(amount), by=None, reference="A") == sentence
    assert "déjà notifiée" in refused(ledger.notify, notified("VILLE"), D("1"), by=None, reference="A")
    ledger.close_year(tranche, by=None)
    assert refused(ledger.notify, tranche, D("1"), by=None, reference="A") == "L'exercice 2026 est clos."


def test_a_fraction_of_a_cent_is_a_bug_and_moves_nothing() -> None:
    tranche = notified()
    with pytest.raises(ValueError, match="centimes"):
        ledger.freeze(tranche, D("0.001"), by=None)
    assert held(tranche)["available"] == "1000.00"


def test_amend_adds_to_a_notified_tranche_only() -> None:
    tranche = notified()
    ledger.amend(tranche, D("250"), by=None, reference="Avenant 1")
    assert held(tranche) == {"outside": "1250.00", "available": "1250.00"}
    assert story(tranche)[-1] == ("avenant", "250.00")
    planned = factories.make_tranche("VILLE", YEAR, D("10"), notified=False)
    assert "un avenant vient après" in refused(ledger.amend, planned, D("1"), by=None, reference="A")
    assert "supérieur à zéro" in refused(ledger.amend, tranche, D("0"), by=None, reference="A")


# ------------------------------------------------------------------ cuts, shortfall, freeze


def test_cut_takes_what_is_available() -> None:
    tranche = notified()
    ledger.cut(tranche, D("400"), by=None, reference="Gel 2026")
    assert held(tranche) == {"outside": "600.00", "available": "600.00"}


def test_cut_below_what_is_promised_stands_in_shortfall(file: SimpleNamespace) -> None:
    ledger.cut(file.tranche, D("700"), by=None, reference="Gel 2026")
    assert held(file.tranche) == {"outside": "300.00", "programmed": "600.00", "shortfall": "300.00"}
    assert story(file.tranche)[-2:] == [("cut", "400.00"), ("cut", "300.00")]


def test_cut_is_refused_beyond_what_was_received() -> None:
    tranche = notified()
    assert "n'a reçu que 1 000,00 €" in refused(ledger.cut, tranche, D("1000.01"), by=None, reference="A")
    assert "supérieur à zéro" in refused(ledger.cut, tranche, D("0"), by=None, reference="A")


def test_a_shortfall_blocks_programming_until_it_is_absorbed(file: SimpleNamespace) -> None:
    ledger.cut(file.tranche, D("700"), by=None, reference="Gel 2026")
    item = factories.make_scheduled()
    sentence = refused(factories.decide, item, D("10"), file.tranche)
    assert sentence == f"La tranche {file.tranche} a un manque de 300,00 € à couvrir d'abord."
    ledger.amend(file.tranche, D("299.99"), by=None, reference="Avenant")
    assert held(file.tranche)["shortfall"] == "0.01"
    assert "un manque de 0,01 €" in refused(factories.decide, item, D("10"), file.tranche)
    ledger.amend(file.tranche, D("10.01"), by=None, reference="Avenant 2")
    assert held(file.tranche) == {"outside": "610.00", "available": "10.00", "programmed": "600.00"}
    factories.decide(item, D("10"), file.tranche)


def test_what_is_released_covers_the_shortfall_first(file: SimpleNamespace) -> None:
    ledger.cut(file.tranche, D("700"), by=None, reference="Gel")
    ledger.release(file.award, file.tranche, D("450"), by=None, reason="Action réduite")
    assert held(file.tranche) == {"outside": "300.00", "available": "150.00", "programmed": "150.00"}
    assert story(file.tranche)[-2:] == [("release", "450.00"), ("absorption", "300.00")]


def test_freeze_and_thaw() -> None:
    tranche = notified()
    ledger.freeze(tranche, D("300"), by=None)
    assert held(tranche) == {"outside": "1000.00", "available": "700.00", "frozen": "300.00"}
    assert "il reste 700,00 € en « disponible »" in refused(ledger.freeze, tranche, D("700.01"), by=None)
    assert "il reste 300,00 € en « gelé »" in refused(ledger.thaw, tranche, D("300.01"), by=None)
    ledger.thaw(tranche, D("300"), by=None)
    assert held(tranche) == {"outside": "1000.00", "available": "1000.00"}


def test_thawed_money_covers_the_shortfall_first(file: SimpleNamespace) -> None:
    ledger.freeze(file.tranche, D("100"), by=None)
    ledger.cut(file.tranche, D("350"), by=None, reference="Gel")
    assert held(file.tranche)["shortfall"] == "50.00"
    ledger.thaw(file.tranche, D("80"), by=None)
    assert held(file.tranche) == {
        "outside": "650.00",
        "available": "30.00",
        "frozen": "20.00",
        "programmed": "600.00",
    }


# ------------------------------------------------------------------ between tranches


def test_transfer_between_tranches_of_a_year() -> None:
    ville, p147 = notified("VILLE", amount="500"), notified()
    move = ledger.transfer(ville, p147, D("200"), by=None, reason="Accord des pilotes")
    assert (held(ville)["available"], held(p147)["available"], move.is_internal) == (
        "300.00",
        "1200.00",
        False,
    )
    assert "il reste 300,00 €" in refused(ledger.transfer, ville, p147, D("300.01"), by=None, reason="x")


def test_transfer_is_refused_to_itself_to_another_year_and_to_a_closed_year() -> None:
    ville, p147, later = notified("VILLE"), notified(), notified("VILLE", 2027)
    assert refused(ledger.transfer, ville, ville, D("1"), by=None, reason="x") == (
        "Un virement va d'une tranche à une autre."
    )
    assert "c'est un report" in refused(ledger.transfer, ville, later, D("1"), by=None, reason="x")
    ledger.close_year(p147, by=None)
    assert "est clos" in refused(ledger.transfer, ville, p147, D("1"), by=None, reason="x")


def test_planned_money_does_not_become_notified_by_a_transfer_or_a_carry_over() -> None:
    planned, p147 = factories.make_tranche("VILLE", YEAR, D("500"), notified=False), notified()
    assert "n'est que prévue" in refused(ledger.transfer, planned, p147, D("1"), by=None, reason="x")
    later = notified("VILLE", 2027)
    assert "n'est que prévue" in refused(ledger.carry_over, planned, later, D("1"), by=None, reason="x")


def test_an_internal_transfer_feeds_the_college_and_counts_once() -> None:
    p147, fonds = notified(amount="1000"), empty_tranche("FONDS_COLLEGE")
    move = ledger.transfer(p147, fonds, D("300"), by=None, reason="Délégation au collège")
    fonds.refresh_from_db()
    assert move.is_internal
    assert (fonds.is_notified, fonds.notified_reference) == (True, "Délégation au collège")
    assert held(p147) == {"outside": "1000.00", "available": "700.00"}
    assert held(fonds) == {"available": "300.00"}
    back = ledger.correct(move, by=None, reason="Erreur")
    assert back.is_internal


def test_an_internal_transfer_of_planned_money_stays_planned() -> None:
    p147 = factories.make_tranche("P147", YEAR, D("1000"), notified=False)
    fonds = empty_tranche("FONDS_COLLEGE")
    ledger.transfer(p147, fonds, D("300"), by=None, reason="Délégation prévue")
    fonds.refresh_from_db()
    assert not fonds.is_notified


def test_what_was_fed_while_planned_is_confirmed_with_its_feeder() -> None:
    p147 = factories.make_tranche("P147", YEAR, D("1000"), notified=False)
    fonds, other_year = empty_tranche("FONDS_COLLEGE"), empty_tranche("FONDS_COLLEGE", 2027)
    ledger.transfer(p147, fonds, D("300"), by=None, reason="Délégation prévue")
    ledger.notify(p147, D("1000"), by=None, reference="Arrêté 12")
    fonds.refresh_from_db()
    other_year.refresh_from_db()
    assert (fonds.is_notified, fonds.notified_reference, other_year.is_notified) == (True, "Arrêté 12", False)


def test_a_transfer_covers_the_shortfall_of_its_target_first(file: SimpleNamespace) -> None:
    ledger.cut(file.tranche, D("700"), by=None, reference="Gel")
    ledger.transfer(notified("VILLE"), file.tranche, D("350"), by=None, reason="Solidarité")
    assert held(file.tranche) == {"outside": "300.00", "available": "50.00", "programmed": "600.00"}


def test_carry_over_goes_to_a_later_year_of_the_same_source() -> None:
    old, new, ville = notified(), notified(year=2027, amount="10"), notified("VILLE", 2027)
    ledger.close_year(old, by=None)
    ledger.carry_over(old, new, D("1000"), by=None, reason="Accord du préfet")
    assert (held(old), held(new)["available"]) == ({"outside": "1000.00"}, "1010.00")
    assert "vers une année suivante" in refused(ledger.carry_over, new, old, D("1"), by=None, reason="x")
    assert "vers une année suivante" in refused(ledger.carry_over, new, new, D("1"), by=None, reason="x")
    assert "dans la même source" in refused(ledger.carry_over, old, ville, D("1"), by=None, reason="x")
    assert "il reste 0,00 €" in refused(ledger.carry_over, old, new, D("1"), by=None, reason="x")


# ------------------------------------------------------------------ closed years


def test_a_closed_year_takes_no_programming_and_no_commitment(file: SimpleNamespace) -> None:
    act, item = act_of(file.award, "600"), factories.make_scheduled()
    ledger.close_year(file.tranche, by=None)
    assert "rien ne s'y programme" in refused(factories.decide, item, D("1"), file.tranche)
    assert "rien ne s'y engage" in refused(ledger.commit, file.award, file.tranche, D("1"), act=act, by=None)
    assert "déjà close" in refused(ledger.close_year, file.tranche, by=None)


def test_a_closed_year_still_pays_releases_and_recovers_dated_when_it_happens(file: SimpleNamespace) -> None:
    committed(file)
    ledger.close_year(file.tranche, by=None)
    in_march = factories.paris(2027, 3, 1, 10)
    with clock.at(in_march):
        move = ledger.pay(file.award, file.tranche, D("400"), reference="Mandat", by=None)
        ledger.recover(file.award, file.tranche, D("50"), reference="Titre", by=None)
        ledger.release(file.award, file.tranche, D("200"), by=None, reason="Solde", stage=Account.Kind.COMMITTED)
    assert move.at == in_march
    assert held(file.tranche) == {"outside": "950.00", "available": "600.00", "paid": "350.00"}
