"""Which verdicts each rule opens: every combination of three positions, as a préfecture officer would read it."""

from itertools import combinations_with_replacement

import pytest

from actions import verdicts
from actions.models import Call
from actions.models.avis import PositionChoice
from actions.verdicts import OPEN, Situation, may_give, open_verdicts, situation
from funding.models import Decision

POSITIONS = {"F": "favorable", "R": "favorable_avec_reserve", "S": "sans_avis", "D": "defavorable", "P": "deport"}
VERDICTS = {
    "A": "approved",
    "C": "approved_with_conditions",
    "L": "waitlisted",
    "J": "postponed",
    "X": "rejected",
}
RULES = ("unanimity", "majority", "each_funder_decides")

# F favorable, R avec réserve, S sans avis, D défavorable, P déport.
# A accordé, C accordé sous réserve (conditions), L liste d'attente, J ajourné, X refusé.
TABLE = """
    positions | unanimité | majorité | chaque financeur
    F F F     | ACLJ      | ACLJ      | ACLJ
    F F R     | CLJ       | CLJ       | CLJ
    F F S     | LJ        | ACLJ      | ACLJ
    F F D     | LJX       | ACLJ      | ACLJ
    F F P     | ACLJ      | ACLJ      | ACLJ
    F R R     | CLJ       | CLJ       | CLJ
    F R S     | LJ        | CLJ       | CLJ
    F R D     | LJX       | CLJ       | CLJ
    F R P     | CLJ       | CLJ       | CLJ
    F S S     | LJ        | ACLJ      | ACLJ
    F S D     | JX        | LJ        | ACLJ
    F S P     | LJ        | ACLJ      | ACLJ
    F D D     | JX        | JX        | ACLJX
    F D P     | JX        | LJ        | ACLJ
    F P P     | ACLJ      | ACLJ      | ACLJ
    R R R     | CLJ       | CLJ       | CLJ
    R R S     | LJ        | CLJ       | CLJ
    R R D     | LJX       | CLJ       | CLJ
    R R P     | CLJ       | CLJ       | CLJ
    R S S     | LJ        | CLJ       | CLJ
    R S D     | JX        | LJ        | CLJ
    R S P     | LJ        | CLJ       | CLJ
    R D D     | JX        | JX        | CLJX
    R D P     | JX        | LJ        | CLJ
    R P P     | CLJ       | CLJ       | CLJ
    S S S     | J         | J         | J
    S S D     | JX        | JX        | JX
    S S P     | J         | J         | J
    S D D     | JX        | JX        | JX
    S D P     | JX        | JX        | JX
    S P P     | J         | J         | J
    D D D     | JX        | JX        | JX
    D D P     | JX        | JX        | JX
    D P P     | JX        | JX        | JX
    P P P     | J         | J         | J
"""


def rows() -> list[tuple[str, str, str]]:
    """(rule, positions, verdicts) of each cell."""
    cells = []
    for line in TABLE.strip().splitlines()[1:]:
        positions, *opened = [part.strip() for part in line.split("|")]
        cells += [(rule, positions, verdict) for rule, verdict in zip(RULES, opened, strict=True)]
    return cells


def test_the_table_holds_every_combination_of_three_positions() -> None:
    listed = {tuple(sorted(positions.split())) for _, positions, _ in rows()}
    assert listed == {tuple(sorted(c)) for c in combinations_with_replacement(POSITIONS, 3)}
    assert set(RULES) == set(Call.DecisionRule.values)
    assert set(POSITIONS.values()) == set(PositionChoice.values)
    assert set(VERDICTS.values()) == set(Decision.Verdict.values)


@pytest.mark.parametrize(("rule", "positions", "opened"), rows())
def test_the_rule_opens_these_verdicts_and_no_other(rule: str, positions: str, opened: str) -> None:
    said = [POSITIONS[letter] for letter in positions.split()]
    assert set(open_verdicts(rule, said)) == {VERDICTS[letter] for letter in opened}


def test_the_order_of_the_institutions_changes_nothing() -> None:
    assert situation(["defavorable", "favorable", "deport"]) == situation(["deport", "defavorable", "favorable"])


def test_a_fourth_institution_is_one_more_voice() -> None:
    assert situation(["favorable"] * 3 + ["defavorable"]) == Situation.MOSTLY_FOR
    assert situation(["favorable"] * 2 + ["defavorable"] * 2) == Situation.TIED
    assert "approved" not in open_verdicts("unanimity", ["favorable"] * 3 + ["sans_avis"])


def test_every_rule_answers_every_situation_and_always_leaves_a_way_out() -> None:
    for rule in RULES:
        assert set(OPEN[rule]) == set(Situation)
        assert all("postponed" in opened for opened in OPEN[rule].values())


@pytest.mark.parametrize(
    ("rule", "position", "gives"),
    [
        ("each_funder_decides", "favorable", True),
        ("each_funder_decides", "favorable_avec_reserve", True),
        ("each_funder_decides", "sans_avis", False),
        ("each_funder_decides", "defavorable", False),
        ("each_funder_decides", "deport", False),
        ("each_funder_decides", None, False),
        ("unanimity", "defavorable", True),
        ("majority", "defavorable", True),
    ],
)
def test_who_may_see_its_own_money_used(rule: str, position: str | None, gives: bool) -> None:
    assert may_give(rule, position) is gives


def test_a_rule_that_forgets_a_defavorable_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: counting a défavorable as a silence makes the table above wrong."""
    monkeypatch.setattr(verdicts, "P", PositionChoice)
    monkeypatch.setattr(verdicts, "YES", (*verdicts.YES, PositionChoice.DEFAVORABLE))
    wrong = [
        (rule, positions)
        for rule, positions, opened in rows()
        if set(open_verdicts(rule, [POSITIONS[p] for p in positions.split()])) != {VERDICTS[v] for v in opened}
    ]
    assert wrong
