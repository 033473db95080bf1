"""The rules of the ledger once more, in cents and dicts: what `test_machine` holds the real one to.

An account is (tranche, kind, award or ""). Every verb answers whether it is accepted; a refusal changes nothing.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

CONTRA = ("outside", "shortfall")
Key = tuple[str, str, str]


@dataclass
class TrancheModel:
    source: str
    year: int
    planned: int
    notified: bool = False
    closed: bool = False


@dataclass
class Model:
    tranches: dict[str, TrancheModel]
    feeds: dict[str, str]  # fed source → feeding source
    recovers_outside: set[str]
    held: Counter[Key] = field(default_factory=Counter)
    moves: list[tuple[str, int, Key, Key]] = field(default_factory=list)
    used: Counter[tuple[str, int]] = field(default_factory=Counter)  # what a decision or an act has bound
    corrected: set[int] = field(default_factory=set)
    fed: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # feeder → what it fed

    def has(self, tranche: str, kind: str, award: str = "") -> int:
        return self.held[tranche, kind, award]

    def go(self, kind: str, amount: int, origin: Key, target: Key) -> None:
        self.held[origin] += amount if origin[1] in CONTRA else -amount
        self.held[target] += -amount if target[1] in CONTRA else amount
        self.moves.append((kind, amount, origin, target))

    def absorb(self, t: str) -> None:
        covered = min(self.has(t, "available"), self.has(t, "shortfall"))
        if covered:
            self.go("absorption", covered, (t, "available", ""), (t, "shortfall", ""))

    def receive(self, kind: str, t: str, difference: int) -> bool:
        outside, available, short = ((t, name, "") for name in ("outside", "available", "shortfall"))
        if difference > 0:
            self.go(kind, difference, outside, available)
            self.absorb(t)
        borne = min(-difference, self.held[available])
        if borne > 0:
            self.go("cut", borne, available, outside)
        if -difference > borne >= 0:
            self.go("cut", -difference - borne, short, outside)
        return True

    def plan(self, t: str) -> bool:
        tranche = self.tranches[t]
        if tranche.closed or tranche.notified or self.has(t, "outside") or tranche.source in self.feeds:
            return False
        return self.receive("planning", t, tranche.planned)

    def notify(self, t: str, amount: int) -> bool:
        tranche = self.tranches[t]
        if tranche.closed or tranche.notified or amount <= 0:
            return False
        tranche.notified = True
        for name in self.fed[t]:
            self.tranches[name].notified = True
        return self.receive("notification", t, amount - self.has(t, "outside"))

    def amend(self, t: str, amount: int) -> bool:
        return self.tranches[t].notified and amount > 0 and self.receive("avenant", t, amount)

    def cut(self, t: str, amount: int) -> bool:
        return 0 < amount <= self.has(t, "outside") and self.receive("cut", t, -amount)

    def shift(self, kind: str, amount: int, origin: Key, target: Key, *, absorb: bool = True) -> bool:
        """From an account that must have enough, into one that must not fall below zero."""
        short = origin[1] not in CONTRA and amount > self.held[origin]
        if amount <= 0 or short or (target[1] in CONTRA and amount > self.held[target]):
            return False
        self.go(kind, amount, origin, target)
        if absorb:
            self.absorb(target[0])
        return True

    def program(self, t: str, award: str, amount: int, decision: int, decided: int, planned_too: bool) -> bool:
        tranche = self.tranches[t]
        usable = not tranche.closed and (tranche.notified or planned_too) and not self.has(t, "shortfall")
        if not usable or self.used["decision", decision] + amount > decided:
            return False
        return self._bind("programming", ("decision", decision), amount, t, "available", "programmed", award)

    def commit(self, t: str, award: str, amount: int, act: int, acted: int) -> bool:
        tranche = self.tranches[t]
        if tranche.closed or not tranche.notified or self.used["act", act] + amount > acted:
            return False
        return self._bind("commitment", ("act", act), amount, t, "programmed", "committed", award)

    def _bind(
        self, kind: str, paper: tuple[str, int], amount: int, t: str, origin: str, target: str, award: str
    ) -> bool:
        source = (t, origin, award if origin != "available" else "")
        if not self.shift(kind, amount, source, (t, target, award), absorb=False):
            return False
        self.used[paper] += amount
        return True

    def recover(self, t: str, award: str, amount: int) -> bool:
        outside = self.tranches[t].source in self.recovers_outside
        target = "outside" if outside else "available"
        return self.shift("recovery", amount, (t, "paid", award), (t, target, ""), absorb=not outside)

    def between(self, kind: str, origin: str, target: str, amount: int) -> bool:
        a, b = self.tranches[origin], self.tranches[target]
        ordered = (
            origin != target and a.year == b.year if kind == "transfer" else a.source == b.source and a.year < b.year
        )
        if not ordered or b.closed or (b.notified and not a.notified):
            return False
        if not self.shift(kind, amount, (origin, "available", ""), (target, "available", "")):
            return False
        if kind == "transfer" and self.feeds.get(b.source) == a.source:
            self.fed[origin].add(target)
            b.notified |= a.notified
        return True

    def correct(self, index: int, paper: tuple[str, int] | None) -> bool:
        kind, amount, origin, target = self.moves[index]
        if index in self.corrected or kind == "correction":
            return False
        if not self.shift("correction", amount, target, origin):
            return False
        self.corrected.add(index)
        if paper:
            self.used[paper] -= amount
        return True

    def close_year(self, t: str) -> bool:
        was_open = not self.tranches[t].closed
        self.tranches[t].closed = True
        return was_open
