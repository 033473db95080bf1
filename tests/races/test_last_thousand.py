"""The last 1 000 € of a tranche, and thirty-two decisions at the same second: exactly one is taken.

Through HTTP, each request in a thread and a connection of its own, on PostgreSQL and on a SQLite file. The
negative controls take the production guards away and show what would then happen.
"""

import time
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections
from django.urls import reverse

from actions.models import AgendaItem
from cites.core.audit import verify_journal
from cites.models import User
from funding import ledger
from funding.chains import verify_ledger
from funding.models import Account, Decision, Tranche
from tests import factories
from tests.races.crowd import Answer, Press, press_together

CROWD = 32
SEANCES = 4
LAST = Decimal("1000.00")


class Race:
    """Files of several séances that all ask for what one tranche has left."""

    def __init__(self, files: int) -> None:
        self.user: User = factories.make_coordination()
        self.tranche: Tranche = factories.make_tranche(amount=LAST)
        seances = [factories.make_seance() for _ in range(SEANCES)]
        self.items = [factories.make_scheduled(seance=seances[n % SEANCES], requested=LAST) for n in range(files)]

    def press(self, item: AgendaItem) -> Press:
        data = {"verdict": "approved", f"tranche_{self.tranche.pk}": "1 000,00", "seen": item.shown.sha256}
        return Press(reverse("seances:item", args=[item.seance_id, item.pk]), data)

    def run(self, site: str, items: Iterable[AgendaItem] | None = None) -> list[Answer]:
        return press_together(site, self.user, [self.press(item) for item in items or self.items])

    def balance(self, kind: str) -> Decimal:
        return ledger.balance(self.tranche, kind)


def outcome(answers: list[Answer]) -> Counter[str]:
    """What the crowd was told."""
    return Counter(
        "taken"
        if answer.status == 302
        else "not enough"
        if answer.status == 200 and "Enveloppe insuffisante" in answer.body
        else "already decided"
        if answer.status == 200 and "Ce point est déjà décidé" in answer.body
        else f"status {answer.status}"
        for answer in answers
    )


def test_thirty_two_files_on_the_last_thousand_euros(live_site: str) -> None:
    race = Race(CROWD)
    answers = race.run(live_site)
    assert outcome(answers) == {"taken": 1, "not enough": CROWD - 1}
    refusals = [answer.body for answer in answers if answer.status == 200]
    left = "il reste 0,00\u202f€ en « disponible »"
    assert all(left in body and "il faut 1\u202f000,00\u202f€" in body for body in refusals)
    assert Decision.objects.count() == 1
    assert Counter(item.action.status for item in reread(race)) == {"approved": 1, "scheduled": CROWD - 1}
    assert (race.balance(Account.Kind.AVAILABLE), race.balance(Account.Kind.PROGRAMMED)) == (Decimal(0), LAST)
    assert [*verify_ledger(), *verify_journal()] == []


def test_the_same_point_decided_in_sixteen_tabs(live_site: str) -> None:
    race = Race(1)
    answers = race.run(live_site, race.items * 16)
    assert outcome(answers) == {"taken": 1, "already decided": 15}
    assert Decision.objects.count() == 1
    assert race.balance(Account.Kind.PROGRAMMED) == LAST


def reread(race: Race) -> list[AgendaItem]:
    return list(AgendaItem.objects.filter(pk__in=[item.pk for item in race.items]).select_related("action"))


# ------------------------------------------------------------------ negative controls


@pytest.fixture
def no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the production lock, whoever is not first has read a balance that is no longer true.

    On PostgreSQL it is the row lock of the tranches (the others are given time to read); on SQLite, that a
    transaction is IMMEDIATE.
    """
    enough = ledger._enough

    def slow(*args: Any) -> None:
        enough(*args)
        time.sleep(0.3)

    if connections["default"].vendor == "sqlite":
        monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "transaction_mode", "DEFERRED")
    else:
        unlocked = Tranche.objects.select_related("source", "period")
        monkeypatch.setattr(ledger, "lock", unlocked.in_bulk)
        monkeypatch.setattr(ledger, "_enough", slow)


def test_without_the_lock_the_others_meet_an_error(live_site: str, no_lock: None) -> None:
    """The race above would be red: a CHECK or "database is locked" is no French sentence."""
    race = Race(SEANCES * 2)
    told = outcome(race.run(live_site))
    assert told["taken"] <= 1
    assert told["status 500"] > 0
    assert race.balance(Account.Kind.AVAILABLE) >= 0


@pytest.mark.postgres_only
def test_without_the_lock_and_the_check_the_money_is_promised_twice(live_site: str, no_lock: None) -> None:
    race = Race(SEANCES)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE funding_account DROP CONSTRAINT account_balance_not_negative")
    assert outcome(race.run(live_site))["taken"] > 1
    assert race.balance(Account.Kind.AVAILABLE) < 0
