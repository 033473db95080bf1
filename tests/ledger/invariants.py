"""What holds after every move (design, "The money"): plain SQL, in cents, none of the code under test."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

INSIDE = ("available", "frozen", "programmed", "committed", "paid")
CONTRA = ("outside", "shortfall")
PER_AWARD = ("programmed", "committed", "paid")


class AccountRow(NamedTuple):
    pk: int
    tranche: int
    kind: str
    award: int | None
    action: int | None
    balance: int


class MoveRow(NamedTuple):
    seq: int
    kind: str
    amount: int
    origin: int
    target: int
    decision: int | None
    decided_for: int | None  # the action of that decision
    acted_for: int | None  # the award of its act
    is_corrected: bool


ACCOUNTS = """
    SELECT a.id, a.tranche_id, a.kind, a.award_id, w.action_id, a.balance
    FROM funding_account a LEFT JOIN funding_award w ON w.id = a.award_id
"""
# What was decided before the portal counts as a decision too, under a negative number.
MOVES = """
    SELECT m.seq, m.kind, m.amount, m.origin_id, m.target_id, COALESCE(d.id, -p.id), COALESCE(i.action_id, w.action_id),
           c.award_id, r.id IS NOT NULL
    FROM funding_move m
    LEFT JOIN funding_decision d ON d.id = m.decision_id LEFT JOIN actions_agendaitem i ON i.id = d.item_id
    LEFT JOIN funding_priordecision p ON p.id = m.prior_id LEFT JOIN funding_award w ON w.id = p.award_id
    LEFT JOIN funding_act c ON c.id = m.act_id LEFT JOIN funding_move r ON r.corrects_id = m.id
    ORDER BY m.seq
"""
DECISIONS = """
    SELECT d.id, i.action_id, d.amount FROM funding_decision d JOIN actions_agendaitem i ON i.id = d.item_id
    UNION ALL SELECT -p.id, w.action_id, p.amount FROM funding_priordecision p JOIN funding_award w ON w.id = p.award_id
"""


def rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def accounts() -> dict[int, AccountRow]:
    return {row[0]: AccountRow(*row) for row in rows(ACCOUNTS)}


def moves() -> list[MoveRow]:
    return [MoveRow(*row) for row in rows(MOVES)]


def broken(held: dict[int, AccountRow], told: list[MoveRow]) -> Iterator[str]:
    """One sentence per invariant that does not hold."""
    by_kind: Counter[str] = Counter()
    sums: Counter[int] = Counter()
    for account in held.values():
        by_kind[account.kind] += account.balance
        if account.balance < 0:
            yield f"account {account.pk} ({account.kind}) is below zero: {account.balance}"
    if by_kind["outside"] != sum(by_kind[kind] for kind in INSIDE) - by_kind["shortfall"]:
        yield f"what came in is not what there is: {by_kind}"
    for move in told:
        sums[move.origin] -= move.amount
        sums[move.target] += move.amount
    for account in held.values():
        if account.balance != sums[account.pk] * (-1 if account.kind in CONTRA else 1):
            yield f"account {account.pk} ({account.kind}) is not the sum of its moves"
    yield from _awards(held, told)


def _awards(held: dict[int, AccountRow], told: list[MoveRow]) -> Iterator[str]:
    """Each award has its own money, on the strength of its own papers, and no more than they say."""
    decided: Counter[int] = Counter()  # by action
    over: Counter[int] = Counter()  # by decision: programmed on its strength, less what it decided
    for pk, action, amount in rows(DECISIONS):
        decided[action] += amount
        over[pk] -= amount
    committed: Counter[int] = Counter()  # by award, ever
    for move in told:
        origin, target = held[move.origin], held[move.target]
        if origin.award and target.award and origin.award != target.award:
            yield f"move {move.seq}: one award's money goes to another"
        if move.kind == "programming":
            if move.decision is None or move.decided_for != target.action:
                yield f"move {move.seq}: programmed without a decision on this action"
            elif not move.is_corrected:
                over[move.decision] += move.amount
        if move.kind == "commitment":
            if target.award is None or move.acted_for != target.award:
                yield f"move {move.seq}: committed without an act on this award"
            elif not move.is_corrected:
                committed[target.award] += move.amount
    yield from (f"decision {pk} programs {cents} cents too many" for pk, cents in over.items() if cents > 0)
    holds: Counter[tuple[int, str]] = Counter()
    for account in held.values():
        if account.award and account.action:
            holds[account.award, account.kind] += account.balance
            holds[account.action, "all"] += account.balance
    yield from (
        f"action {action} holds {cents} cents, {decided[action]} were decided"
        for (action, kind), cents in holds.items()
        if kind == "all" and cents > decided[action]
    )
    yield from (
        f"award {award} is paid more than was ever committed"
        for (award, kind), cents in holds.items()
        if kind == "paid" and cents > committed[award]
    )
