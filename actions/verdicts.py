"""Which verdicts a séance may take: one literal table, rule × situation of the positions.

A position of `deport` does not count. A `défavorable` never disappears: it stands in the decision. While a
reserve stands, an approval is with conditions, whatever the rule.
"""

from collections.abc import Iterable
from enum import Enum

from actions.models import Call
from actions.models.avis import PositionChoice

P = PositionChoice
Rule = Call.DecisionRule
YES = (P.FAVORABLE, P.RESERVES)


class Situation(Enum):
    """What the positions of the institutions in the room amount to. The value reads on screen."""

    EVERYONE_OUT = "toutes les institutions sont en déport"
    SILENT = "aucune institution ne se prononce"
    ALL_FOR = "toutes les institutions sont favorables"
    FOR_SOME_SILENT = "favorables, mais une institution ne se prononce pas"
    MOSTLY_FOR = "une majorité est favorable, au moins une institution est défavorable"
    TIED = "autant de favorables que de défavorables"
    MOSTLY_AGAINST = "une majorité est défavorable"
    ALL_AGAINST = "toutes les institutions qui se prononcent sont défavorables"


def situation(positions: Iterable[str]) -> Situation:
    counted = [position for position in positions if position != P.DEPORT]
    yes = sum(position in YES for position in counted)
    no = sum(position == P.DEFAVORABLE for position in counted)
    if not counted:
        return Situation.EVERYONE_OUT
    if not yes and not no:
        return Situation.SILENT
    if not yes:
        return Situation.ALL_AGAINST
    if no:
        return Situation.MOSTLY_FOR if yes > no else Situation.TIED if yes == no else Situation.MOSTLY_AGAINST
    if yes < len(counted):
        return Situation.FOR_SOME_SILENT
    return Situation.ALL_FOR


_APPROVE, _RESERVE, _WAIT, _POSTPONE, _REJECT = (
    "approved",
    "approved_with_conditions",
    "waitlisted",
    "postponed",
    "rejected",
)
S = Situation

# An approval under `each_funder_decides` also needs money from an institution that is favourable: see `may_give`.
OPEN: dict[str, dict[Situation, tuple[str, ...]]] = {
    Rule.UNANIMITY: {
        S.EVERYONE_OUT: (_POSTPONE,),
        S.SILENT: (_POSTPONE,),
        S.ALL_FOR: (_APPROVE, _RESERVE, _WAIT, _POSTPONE),
        S.FOR_SOME_SILENT: (_WAIT, _POSTPONE),
        S.MOSTLY_FOR: (_WAIT, _POSTPONE, _REJECT),
        S.TIED: (_POSTPONE, _REJECT),
        S.MOSTLY_AGAINST: (_POSTPONE, _REJECT),
        S.ALL_AGAINST: (_POSTPONE, _REJECT),
    },
    Rule.MAJORITY: {
        S.EVERYONE_OUT: (_POSTPONE,),
        S.SILENT: (_POSTPONE,),
        S.ALL_FOR: (_APPROVE, _RESERVE, _WAIT, _POSTPONE),
        S.FOR_SOME_SILENT: (_APPROVE, _RESERVE, _WAIT, _POSTPONE),
        S.MOSTLY_FOR: (_APPROVE, _RESERVE, _WAIT, _POSTPONE),
        S.TIED: (_WAIT, _POSTPONE),
        S.MOSTLY_AGAINST: (_POSTPONE, _REJECT),
        S.ALL_AGAINST: (_POSTPONE, _REJECT),
    },
    Rule.EACH_FUNDER: {
        S.EVERYONE_OUT: (_POSTPONE,),
        S.SILENT: (_POSTPONE,),
        S.ALL_FOR: (_APPROVE, _RESERVE, _WAIT, _POSTPONE),
        S.FOR_SOME_SILENT: (_APPROVE, _RESERVE, _WAIT, _POSTPONE),
        S.MOSTLY_FOR: (_APPROVE, _RESERVE, _WAIT, _POSTPONE),
        S.TIED: (_APPROVE, _RESERVE, _WAIT, _POSTPONE),
        S.MOSTLY_AGAINST: (_APPROVE, _RESERVE, _WAIT, _POSTPONE, _REJECT),
        S.ALL_AGAINST: (_POSTPONE, _REJECT),
    },
}


def open_verdicts(rule: str, positions: Iterable[str]) -> tuple[str, ...]:
    said = list(positions)
    opened = OPEN[rule][situation(said)]
    return tuple(verdict for verdict in opened if verdict != _APPROVE) if P.RESERVES in said else opened


def in_words(positions: Iterable[str]) -> str:
    """The situation as it reads on screen and in a refusal."""
    said = list(positions)
    return f"{situation(said).value}{', avec au moins une réserve' if P.RESERVES in said else ''}"


def may_give(rule: str, position: str | None) -> bool:
    """May an institution in this position see its own source used? Always, unless each funder decides for itself."""
    return rule != Rule.EACH_FUNDER or position in YES
