"""Ten years of a large cité are verified while one waits."""

from time import perf_counter
from typing import Any

import pytest
from django.db import connection

from cites.core import clock
from cites.core.money import from_cents
from cites.core.sealed import canonical, digest
from funding import ledger
from funding.chains import verify_ledger
from funding.models import Account, LedgerHead, Move
from tests import factories

MOVES = 100_000
SECONDS = 20
COLUMNS = "seq kind amount origin_id target_id is_internal reference reason at prev_hash hash".split()  # noqa: SIM905


def chain(origin: Account, target: Account) -> list[tuple[Any, ...]]:
    """A long and true chain: a freeze of one euro, its thaw, a freeze…"""
    head = LedgerHead.objects.get()
    prev, rows = head.hash, []
    turns = ((Move.Kind.FREEZE.value, origin.pk, target.pk), (Move.Kind.THAW.value, target.pk, origin.pk))
    for number in range(MOVES):
        kind, origin_id, target_id = turns[number % 2]
        seq = head.seq + number + 1
        move = Move(
            seq=seq,
            kind=kind,
            amount=from_cents(100),
            origin_id=origin_id,
            target_id=target_id,
            at=factories.NOON,
            prev_hash=prev,
        )
        prev = digest(canonical(move.chained()))
        rows.append((seq, kind, 100, origin_id, target_id, False, "", "", factories.NOON, move.prev_hash, prev))
    LedgerHead.objects.update(seq=seq, hash=prev)
    return rows


@pytest.mark.postgres_only  # the database of production
def test_a_hundred_thousand_moves_are_verified_in_twenty_seconds(db: None) -> None:
    with clock.at(factories.NOON):
        tranche = factories.make_tranche()
    available = ledger.account(tranche, Account.Kind.AVAILABLE)
    frozen = ledger.account(tranche, Account.Kind.FROZEN)
    places = ", ".join(["%s"] * len(COLUMNS))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO funding_move ({', '.join(COLUMNS)}) VALUES ({places})",  # noqa: S608 - our own names
            chain(available, frozen),
        )
        # One false cent, told only once everything has been added up.
        cursor.execute("UPDATE funding_account SET balance = balance + 1 WHERE id = %s", [frozen.pk])
    start = perf_counter()
    assert len(list(verify_ledger())) == 1
    assert perf_counter() - start < SECONDS
