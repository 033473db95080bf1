"""The ledger driven at random against a model of its rules; every invariant holds after every step.

One run makes at least 2 000 steps on each database. Reproducible: the same steps every time.
"""

from collections import Counter
from typing import Any

import pytest
from django.db import IntegrityError, connection

from cites.core import clock
from cites.core.money import ZERO
from funding import ledger
from funding.models import Account, Award, Move, Tranche
from tests import factories
from tests.ledger.machine import LedgerMachine, World, run


@pytest.fixture
def world(db: None) -> None:
    with clock.at(factories.NOON):
        LedgerMachine.world = World()


INCOME = ("plan", "notify", "amend", "cut", "freeze", "thaw", "transfer", "carry_over", "correct", "close_year")
VERBS = (*INCOME, "program", "commit", "pay", "release", "recover")


def test_two_thousand_steps_hold_every_invariant(world: None) -> None:
    """Which steps are drawn depends on the modules that are loaded: drawn further until every verb had its turn.

    The steps are the same on both databases: on SQLite, the quicker, they are counted verb by verb.
    """
    seen = run()
    assert seen["steps"] >= 2000
    if connection.vendor == "postgresql":
        return
    for examples in (120, 240):
        if not has_seen_all(seen):
            seen = run(examples)
    assert [verb for verb in VERBS if not seen[f"{verb} accepted"]] == []
    assert [verb for verb in VERBS if not seen[f"{verb} refused"] and verb != "close_year"] == []


def has_seen_all(seen: Counter[str]) -> bool:
    return all(seen[f"{verb} accepted"] for verb in VERBS)


# ------------------------------------------------------------------ negative controls


def no_target_leg(*args: Any, **kwargs: Any) -> Move:
    """`_move` that forgets to credit where the money goes."""
    move = REAL_MOVE(*args, **kwargs)
    Account.objects.filter(pk=move.target_id).update(balance=ZERO)
    return move


REAL_MOVE = ledger._move
MUTANTS: dict[str, tuple[str, Any]] = {
    "no refusal at all": ("_refuse", lambda condition, sentence: None),
    "never enough is enough": ("_enough", lambda acc, amount, tranche: None),
    "contra accounts may sink": ("_enough_contra", lambda acc, amount: None),
    "shortfalls are never absorbed": ("_absorb", lambda tranche, by: None),
    "a decision has no limit": ("balance_of_decision", lambda decision: ZERO),
    "an act has no limit": ("_standing", lambda moves: ZERO),
    "nothing was ever received": ("_received", lambda tranche: ZERO),
    "all accounts are the first award's": ("account", lambda tranche, kind, award=None: first(tranche, kind)),
    "one leg only": ("_move", no_target_leg),
}


def first(tranche: Tranche, kind: str) -> Account:
    award = Award.objects.order_by("pk")[0] if kind in Account.PER_AWARD else None
    return Account.objects.get_or_create(tranche=tranche, kind=kind, award=award)[0]


@pytest.mark.one_database
@pytest.mark.parametrize("name", MUTANTS)
def test_the_machine_finds_a_ledger_without_its_guard(world: None, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(ledger, *MUTANTS[name])
    with pytest.raises((AssertionError, IntegrityError, Account.DoesNotExist)):
        run(240)
