"""The machine of `test_machine.py`: each rule asks the model and the ledger the same thing."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cites.core import clock
from cites.core.errors import Blocked
from cites.core.money import from_cents, to_cents
from funding import ledger
from funding.chains import verify_ledger
from funding.models import Act, Award, Decision, LedgerHead, Move, Source, Tranche
from tests import factories
from tests.ledger.invariants import accounts, broken, moves, rows
from tests.ledger.model import Key, Model, TrancheModel

PLANNED = 100_000
TRANCHES = {
    "P147-26": ("P147", 2026),
    "P147-27": ("P147", 2027),
    "VILLE-26": ("VILLE", 2026),
    "FONDS-26": ("FONDS_COLLEGE", 2026),
}
# Action A answers a call that takes notified money only, action B one that takes planned money too.
AWARDS = {"A-P147": "P147", "A-VILLE": "VILLE", "B-P147": "P147", "B-FONDS": "FONDS_COLLEGE"}

tranches = st.sampled_from(sorted(TRANCHES))
awards = st.sampled_from(sorted(AWARDS))
amounts = st.sampled_from([20_000, 50_000, 30_000, 100_000, 1, 0, -1])
# Of what is there: all of it, half, one cent too many, or any amount at all.
parts = st.sampled_from(["all", "half", "half", "all and a cent", "any"])
STATES = "SELECT id, notified_on IS NOT NULL, closed_on IS NOT NULL FROM funding_tranche"
picks = st.integers(0, 10**6)


def something(*kinds: str) -> Any:
    """Tried when there is something of one of these kinds; without, from time to time, for the refusal."""

    def holds(machine: Any) -> bool:
        there = any(held > 0 and key[1] in kinds for key, held in machine.model.held.items())
        return there or len(machine.model.moves) % 5 == 4

    return precondition(holds)


class World:
    """The rows that the machine finds at the start of each example, made once through the real verbs."""

    def __init__(self) -> None:
        self.user = factories.make_coordination()
        calls = {"A": factories.make_call("notifies"), "B": factories.make_call("prevus", allows_planned_money=True)}
        self.items = {name: factories.make_scheduled(call=call) for name, call in calls.items()}
        sources = {source.code: source for source in Source.objects.all()}
        self.tranches = {
            name: Tranche.objects.create(
                period=factories.make_period(year), source=sources[code], year=year, planned=from_cents(PLANNED)
            )
            for name, (code, year) in TRANCHES.items()
        }
        self.awards = {
            name: Award.objects.create(action=self.items[name[0]].action, source=sources[code])
            for name, code in AWARDS.items()
        }


class LedgerMachine(RuleBasedStateMachine):
    world: World
    verdicts: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.model = Model(
            {name: TrancheModel(code, year, PLANNED) for name, (code, year) in TRANCHES.items()},
            feeds={"FONDS_COLLEGE": "P147"},
            recovers_outside={"P147"},
        )
        self.decisions: list[tuple[Decision, str]] = []
        self.acts: list[tuple[Act, str]] = []
        self.papers: dict[int, tuple[str, int]] = {}
        self.seq = LedgerHead.objects.get().seq
        self.award_names = {row.pk: name for name, row in self.world.awards.items()} | {None: ""}
        self.tranche_names = {row.pk: name for name, row in self.world.tranches.items()}

    def teardown(self) -> None:
        chain = list(verify_ledger())
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)
        assert chain == []

    def both(self, accepted: bool, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """The ledger answers as the model did."""
        try:
            with clock.at(factories.NOON):
                verb(*args, **kwargs)
        except Blocked:
            assert not accepted, f"{verb.__name__} refused what the model accepts"
        else:
            assert accepted, f"{verb.__name__} accepted what the model refuses"
        self.verdicts[f"{verb.__name__} {'accepted' if accepted else 'refused'}"] += 1
        return accepted

    def tranche(self, name: str) -> Tranche:
        return self.world.tranches[name]

    @initialize(start=st.sampled_from(["running", "running", "short", "short", "planned", "nothing"]))
    def start_of_the_year(self, start: str) -> None:
        for name in ("P147-26", "P147-27", "VILLE-26"):
            if start == "planned":
                self.plan(name)
            elif start != "nothing":
                self.notify(name, PLANNED)
        if start in ("running", "short"):
            self.between(1, "P147-26", "FONDS-26", "any", 30_000, ledger.transfer)
            for award, t in (("A-P147", "P147-26"), ("A-VILLE", "VILLE-26"), ("B-FONDS", "FONDS-26")):
                self.decide(award, t, 30_000)
                self.commit(0, t, award, "any", 20_000, signs=True)
                self.pay(0, t, award, "any", 10_000)
        if start == "short":
            self.cut("P147-26", PLANNED)
            self.cut("VILLE-26", 80_000)

    def plan(self, t: str) -> None:
        self.both(self.model.plan(t), ledger.plan, self.tranche(t), by=None)

    def notify(self, t: str, amount: int) -> None:
        accepted = self.model.notify(t, amount)
        self.both(accepted, ledger.notify, self.tranche(t), from_cents(amount), by=None, reference="N")

    def spot(self, kind: str, pick: int, t: str, award: str) -> tuple[str, str, int]:
        """Mostly a place that holds something of this kind, else the one drawn; and how much is there."""
        places = [(a, c) for (a, b, c), held in sorted(self.model.held.items()) if b == kind and held > 0]
        t, award = places[pick % len(places)] if places and pick % 5 else (t, award)
        return t, award, self.model.has(t, kind, award)

    # -------------------------------------------------------------- in and out

    @rule(verb=st.sampled_from(["plan", "notify", "amend", "amend"]), t=tranches, amount=amounts)
    def receive(self, verb: str, t: str, amount: int) -> None:
        if verb == "plan":
            self.plan(t)
        elif verb == "notify":
            self.notify(t, amount)
        else:
            accepted = self.model.amend(t, amount)
            self.both(accepted, ledger.amend, self.tranche(t), from_cents(amount), by=None, reference="A")

    @something("outside")
    @rule(pick=picks, t=tranches, part=parts, amount=amounts)
    def cut_some(self, pick: int, t: str, part: str, amount: int) -> None:
        t, _, there = self.spot("outside", pick, t, "")
        self.cut(t, part_of(there, part, amount))

    def cut(self, t: str, amount: int) -> None:
        self.both(self.model.cut(t, amount), ledger.cut, self.tranche(t), from_cents(amount), by=None, reference="G")

    @rule(t=tranches, really=st.sampled_from([True, False, False, False]))
    def close_year(self, t: str, really: bool) -> None:
        if really:
            self.both(self.model.close_year(t), ledger.close_year, self.tranche(t), by=None)

    @something("available", "frozen")
    @rule(pick=picks, t=tranches, part=parts, amount=amounts, thaw=st.booleans())
    def freeze(self, pick: int, t: str, part: str, amount: int, thaw: bool) -> None:
        kind, other, verb = ("frozen", "available", ledger.thaw) if thaw else ("available", "frozen", ledger.freeze)
        t, _, there = self.spot(kind, pick, t, "")
        amount = part_of(there, part, amount)
        accepted = self.model.shift(verb.__name__, amount, (t, kind, ""), (t, other, ""))
        self.both(accepted, verb, self.tranche(t), from_cents(amount), by=None)

    # -------------------------------------------------------------- promised, bound, paid

    @something("available")
    @rule(award=awards, part=parts, amount=amounts)
    def decide_and_program(self, award: str, part: str, amount: int) -> None:
        t, there = self.richest(award)
        self.decide(award, t, part_of(there, part, amount))

    def decide(self, award: str, t: str, amount: int) -> None:
        """As a séance does: one decision, its money programmed at once."""
        if amount > 0:
            item = self.world.items[award[0]]
            decision = Decision.objects.create(
                item=item,
                verdict="approved",
                version=item.shown,
                rule="unanimity",
                positions={},
                amount=from_cents(amount),
                decided_by=self.world.user,
                decided_at=factories.NOON,
            )
            self.decisions.append((decision, award[0]))
            self.program(len(self.decisions) - 1, award, t, amount)

    @something("available")
    @rule(pick=picks, award=awards, part=parts, amount=amounts)
    def program_more(self, pick: int, award: str, part: str, amount: int) -> None:
        """On the strength of an earlier decision, mostly of the same action."""
        if self.decisions:
            action = self.decisions[pick % len(self.decisions)][1]
            own = [name for name in sorted(AWARDS) if name[0] == action]
            award = own[pick % len(own)] if pick % 5 else award
            t, there = self.richest(award)
            self.program(pick, award, t, part_of(there, part, amount))

    def richest(self, award: str) -> tuple[str, int]:
        """The tranche of this award's source that has most, and what it has."""
        own = [name for name, (code, _) in TRANCHES.items() if code == AWARDS[award]]
        return max(((name, self.model.has(name, "available")) for name in own), key=lambda pair: pair[1])

    def program(self, pick: int, award: str, t: str, amount: int) -> None:
        decision, action = self.decisions[pick % len(self.decisions)]
        accepted = (
            AWARDS[award] == TRANCHES[t][0]
            and action == award[0]
            and self.model.program(t, award, amount, decision.pk, to_cents(decision.amount), award[0] == "B")
        )
        args = (self.world.awards[award], self.tranche(t), from_cents(amount))
        if self.both(accepted, ledger.program, *args, decision=decision, by=self.world.user):
            self.papers[len(self.model.moves) - 1] = ("decision", decision.pk)

    @something("programmed")
    @rule(pick=picks, t=tranches, award=awards, part=parts, amount=amounts, signs=st.sampled_from([True, True, False]))
    def commit(self, pick: int, t: str, award: str, part: str, amount: int, signs: bool) -> None:
        """With an act signed for it, or an earlier one, of this award or not."""
        t, award, there = self.spot("programmed", pick, t, award)
        amount = part_of(there, part, amount)
        if signs and amount > 0:
            self.sign_an_act(award, amount)
        if not self.acts:
            return
        act, own = self.acts[-1 if signs else pick % len(self.acts)]
        accepted = award == own and self.model.commit(t, award, amount, act.pk, to_cents(act.amount))
        args = (self.world.awards[award], self.tranche(t), from_cents(amount))
        if self.both(accepted, ledger.commit, *args, act=act, by=None):
            self.papers[len(self.model.moves) - 1] = ("act", act.pk)

    def sign_an_act(self, award: str, amount: int) -> None:
        act = Act.objects.create(
            award=self.world.awards[award],
            kind="arrete",
            number=str(len(self.acts)),
            signed_on=factories.NOON.date(),
            amount=from_cents(amount),
            recorded_by=self.world.user,
        )
        self.acts.append((act, award))

    @something("committed")
    @rule(pick=picks, t=tranches, award=awards, part=parts, amount=amounts)
    def pay(self, pick: int, t: str, award: str, part: str, amount: int) -> None:
        t, award, there = self.spot("committed", pick, t, award)
        amount = part_of(there, part, amount)
        accepted = self.model.shift("payment", amount, (t, "committed", award), (t, "paid", award), absorb=False)
        args = (self.world.awards[award], self.tranche(t), from_cents(amount))
        self.both(accepted, ledger.pay, *args, reference="M", by=None)

    @something("programmed", "committed")
    @rule(
        pick=picks,
        t=tranches,
        award=awards,
        part=parts,
        amount=amounts,
        stage=st.sampled_from(["programmed", "committed"]),
    )
    def release(self, pick: int, t: str, award: str, part: str, amount: int, stage: str) -> None:
        t, award, there = self.spot(stage, pick, t, award)
        amount = part_of(there, part, amount)
        accepted = self.model.shift("release", amount, (t, stage, award), (t, "available", ""))
        args = (self.world.awards[award], self.tranche(t), from_cents(amount))
        self.both(accepted, ledger.release, *args, by=None, reason="R", stage=stage)

    @something("paid")
    @rule(pick=picks, t=tranches, award=awards, part=parts, amount=amounts)
    def recover(self, pick: int, t: str, award: str, part: str, amount: int) -> None:
        t, award, there = self.spot("paid", pick, t, award)
        amount = part_of(there, part, amount)
        accepted = self.model.recover(t, award, amount)
        args = (self.world.awards[award], self.tranche(t), from_cents(amount))
        self.both(accepted, ledger.recover, *args, reference="T", by=None)

    # -------------------------------------------------------------- between tranches, corrections

    @something("available")
    @rule(
        pick=picks,
        t=tranches,
        to=tranches,
        part=parts,
        amount=amounts,
        verb=st.sampled_from([ledger.transfer, ledger.carry_over]),
    )
    def between(self, pick: int, t: str, to: str, part: str, amount: int, verb: Callable[..., Any]) -> None:
        t, _, there = self.spot("available", pick, t, "")
        if pick % 3 == 0:
            t, to = ("P147-26", "P147-27") if verb == ledger.carry_over else (t, "FONDS-26")
        amount = part_of(there, part, amount)
        accepted = self.model.between(verb.__name__, t, to, amount)
        self.both(accepted, verb, self.tranche(t), self.tranche(to), from_cents(amount), by=None, reason="V")

    @rule(pick=picks)
    def correct(self, pick: int) -> None:
        if not self.model.moves:
            return
        index = pick % len(self.model.moves)
        move = Move.objects.get(seq=self.seq + index + 1)
        self.both(self.model.correct(index, self.papers.get(index)), ledger.correct, move, by=None, reason="C")

    # -------------------------------------------------------------- what holds after each step

    @invariant()
    def nothing_is_broken_and_the_model_says_the_same(self) -> None:
        self.verdicts["steps"] += 1
        held, told = accounts(), moves()
        assert list(broken(held, told)) == []
        keys: dict[int, Key] = {
            row.pk: (self.tranche_names[row.tranche], row.kind, self.award_names[row.award]) for row in held.values()
        }
        assert +Counter({keys[row.pk]: row.balance for row in held.values()}) == +self.model.held
        mine = [row for row in told if row.seq > self.seq]
        assert [(row.kind, row.amount, keys[row.origin], keys[row.target]) for row in mine] == self.model.moves
        for pk, is_notified, is_closed in rows(STATES):
            expected = self.model.tranches[self.tranche_names[pk]]
            assert (expected.notified, expected.closed) == (is_notified, is_closed)


def part_of(there: int, part: str, amount: int) -> int:
    return {"all": there, "half": there // 2, "all and a cent": there + 1}.get(part, amount)


def run(examples: int = 60) -> Counter[str]:
    """Drive the machine; returns how often each verb was accepted and refused.

    A failure is shown as found; with Phase.shrink added it takes minutes more and is shorter to read.
    """
    LedgerMachine.verdicts.clear()
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=50,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        ),
    )
    return LedgerMachine.verdicts
