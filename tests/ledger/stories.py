"""Small words for the stories of the ledger: what a tranche holds, what is refused, a file that is paid."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Sum

from cites.core import clock
from cites.core.errors import Blocked
from funding import ledger
from funding.models import Account, Act, Award, Decision, Move, Source, Tranche
from tests import factories

D = Decimal
YEAR = 2026


def empty_tranche(source_code: str = "P147", year: int = YEAR, planned: str = "1000") -> Tranche:
    source = Source.objects.get(code=source_code)
    return Tranche.objects.create(period=factories.make_period(year), source=source, year=year, planned=D(planned))


def notified(source_code: str = "P147", year: int = YEAR, amount: str = "1000") -> Tranche:
    return factories.make_tranche(source_code, year, D(amount))


def held(tranche: Tranche, award: Award | None = None) -> dict[str, str]:
    """What the tranche's accounts hold, without the empty ones: {"available": "10.00"}."""
    accounts = Account.objects.filter(tranche=tranche, balance__gt=0)
    if award:
        accounts = accounts.filter(award=award)
    sums = accounts.order_by().values("kind").annotate(total=Sum("balance"))
    return {row["kind"]: str(row["total"]) for row in sums}


def story(tranche: Tranche) -> list[tuple[str, str]]:
    """The moves of a tranche in order: [("notification", "1000.00")]."""
    moves = Move.objects.filter(origin__tranche=tranche) | Move.objects.filter(target__tranche=tranche)
    return [(move.kind, str(move.amount)) for move in moves.distinct().order_by("seq")]


def refused(verb: Any, *args: Any, **kwargs: Any) -> str:
    """The sentence of the refusal, after checking that nothing was written."""
    before = (Move.objects.count(), list(Account.objects.order_by("pk").values_list("pk", "balance")))
    with pytest.raises(Blocked) as refusal:
        verb(*args, **kwargs)
    after = (Move.objects.count(), list(Account.objects.order_by("pk").values_list("pk", "balance")))
    assert before == after
    return str(refusal.value).replace("\u202f", " ")


def act_of(award: Award, amount: str, number: str = "1") -> Act:
    return Act.objects.create(
        award=award,
        kind="arrete",
        number=number,
        signed_on=clock.today(),
        amount=D(amount),
        recorded_by=factories.make_coordination(),
    )


def committed(file: SimpleNamespace, amount: str = "600") -> Act:
    act = act_of(file.award, amount)
    ledger.commit(file.award, file.tranche, D(amount), act=act, by=file.by)
    return act


def paid(file: SimpleNamespace, amount: str = "600") -> Move:
    committed(file, amount)
    return ledger.pay(file.award, file.tranche, D(amount), reference="M1", by=file.by)


def program(file: SimpleNamespace, amount: str, tranche: Tranche, decision: Decision | None = None) -> Move:
    award, _ = Award.objects.get_or_create(action=file.decision.item.action, source=tranche.source)
    return ledger.program(award, tranche, D(amount), decision=decision or file.decision, by=file.by)
