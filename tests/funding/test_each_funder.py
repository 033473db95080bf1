"""Each funder decides for its own money; and what a rule does not open is refused with nothing written."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from cites.core import clock
from cites.core.errors import Blocked
from cites.core.money import ZERO
from funding import decisions
from funding.models import Award, Decision, Source, Tranche
from tests import factories

D = Decimal
# F favorable, R favorable avec réserve, D défavorable, S sans avis, X déport.
POSITIONS = {
    "F": "favorable",
    "R": "favorable_avec_reserve",
    "D": "defavorable",
    "S": "sans_avis",
    "X": "deport",
}
# A accordé, C accordé sous réserve, L liste d'attente, P ajourné, N refusé.
VERDICTS = {
    "A": "approved",
    "C": "approved_with_conditions",
    "L": "waitlisted",
    "P": "postponed",
    "N": "rejected",
}


@pytest.fixture
def money(db: None) -> Iterator[dict[str, Tranche]]:
    """A tranche of 1 000 € of each: the State's, the town's, and one that no pilot decides."""
    with clock.at(factories.NOON):
        yield {code: factories.make_tranche(code, amount=D("1000")) for code in ("P147", "VILLE", "CAF")}


def decide(said: str, rule: str, amounts: dict[Tranche, str], verdict: str = "A") -> Decision:
    """`said` in the order Éducation nationale, ville, préfecture."""
    call = factories.make_call(f"appel-{rule}".replace("_", "-"), decision_rule=rule)
    item = factories.make_scheduled(call=call, positions=[POSITIONS[letter] for letter in said])
    return decisions.decide(
        item,
        VERDICTS[verdict],
        {tranche.pk: D(amount) for tranche, amount in amounts.items()},
        by=factories.make_coordination(),
        seen=item.shown.sha256,
        reason="Hors des priorités." if verdict in "PN" else "",
        condition="Fournir le devis." if verdict == "C" else "",
    )


def test_each_funder_gives_its_own_money(money: dict[str, Tranche]) -> None:
    decision = decide("DFF", "each_funder_decides", {money["P147"]: "300", money["VILLE"]: "200"})
    assert decision.amount == D("500.00")
    assert decision.positions == {"education": "defavorable", "ville": "favorable", "prefecture": "favorable"}
    assert set(Award.objects.values_list("source__code", flat=True)) == {"P147", "VILLE"}


@pytest.mark.parametrize("letter", "DSX")
def test_the_money_of_a_funder_that_is_not_favourable_is_not_used(money: dict[str, Tranche], letter: str) -> None:
    with pytest.raises(Blocked) as refusal:
        decide(f"F{letter}F", "each_funder_decides", {money["P147"]: "300", money["VILLE"]: "200"})
    assert refusal.value.reasons == ["Ville n'est pas favorable : « Ville de Valenton » ne peut pas être utilisée."]
    assert not Decision.objects.exists()


def test_under_majority_the_money_of_a_funder_that_lost_is_used(money: dict[str, Tranche]) -> None:
    assert decide("FDF", "majority", {money["VILLE"]: "200"}).amount == D("200.00")


def test_a_source_that_no_pilot_decides_is_not_bound_by_the_pilots(money: dict[str, Tranche]) -> None:
    assert Source.objects.get(code="CAF").decider is None
    assert decide("FDD", "each_funder_decides", {money["CAF"]: "100"}).amount == D("100.00")


def test_under_each_funder_an_approval_without_money_is_refused(money: dict[str, Tranche]) -> None:
    with pytest.raises(Blocked, match="Une décision favorable accorde un montant"):
        decide("FFF", "each_funder_decides", {money["P147"]: "0"})


@pytest.mark.parametrize(
    ("said", "rule", "verdict", "words"),
    [
        ("FFD", "unanimity", "A", "« Accordé » n'est pas ouvert par la règle de l'appel"),
        ("FFR", "unanimity", "A", "« Accordé » n'est pas ouvert par la règle de l'appel"),
        ("FDD", "majority", "C", "« Accordé sous réserve » n'est pas ouvert par la règle de l'appel"),
        ("FFF", "majority", "N", "« Refusé » n'est pas ouvert par la règle de l'appel"),
        ("XXX", "each_funder_decides", "L", "« Liste d'attente » n'est pas ouvert par la règle de l'appel"),
    ],
)
def test_a_verdict_that_the_rule_does_not_open_is_refused(
    money: dict[str, Tranche], said: str, rule: str, verdict: str, words: str
) -> None:
    amounts = {money["P147"]: "100"} if verdict in "AC" else {}
    with pytest.raises(Blocked) as refusal:
        decide(said, rule, amounts, verdict)
    assert words in str(refusal.value)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("said", "rule", "verdict"),
    [
        ("FFF", "unanimity", "A"),
        ("FFR", "unanimity", "C"),
        ("FFD", "unanimity", "L"),
        ("FDD", "majority", "N"),
        ("XXX", "majority", "P"),
    ],
)
def test_a_verdict_that_the_rule_opens_is_taken(money: dict[str, Tranche], said: str, rule: str, verdict: str) -> None:
    amounts = {money["P147"]: "100"} if verdict in "AC" else {}
    decision = decide(said, rule, amounts, verdict)
    assert (decision.verdict, decision.rule) == (VERDICTS[verdict], rule)
    assert (decision.amount > ZERO) is (verdict in "AC")
