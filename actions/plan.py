"""The plan de financement of an action: what it costs, who pays. Pages, rules and exports read the same value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from actions.models import Action, BudgetItem, BudgetLine, Cofunder, RevisedBudget
from cites.core import sealed
from cites.core.money import ZERO, format_euros, format_percent, percent

KIND_REVISED = "budget révisé"
CHARGE, PRODUIT, CVN_CHARGE, CVN_PRODUIT = BudgetLine.Side.values


@dataclass(frozen=True)
class Funding:
    """What one co-funder brings to a line. A refused aid stays on the plan, out of its totals."""

    line: str
    name: str
    amount: Decimal
    state: str

    @property
    def counts(self) -> bool:
        return self.state != Cofunder.State.REFUSED

    @property
    def state_label(self) -> str:
        return str(dict(Cofunder.State.choices).get(self.state, ""))


@dataclass(frozen=True)
class PlanRow:
    line: BudgetLine
    amount: Decimal
    comment: str


@dataclass(frozen=True)
class CofunderRow:
    line: BudgetLine
    funding: Funding


@dataclass(frozen=True)
class PlanSide:
    """One side of the plan with the lines that hold something."""

    code: str
    label: str
    rows: list[PlanRow]
    total: Decimal


@dataclass(frozen=True)
class Plan:
    """`own` are the amounts of the lines that are typed; those of co-funders are the sums of `fundings`."""

    lines: Sequence[BudgetLine]
    own: Mapping[str, Decimal]
    fundings: Sequence[Funding] = ()
    comments: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def amounts(self) -> dict[str, Decimal]:
        """Line code → amount, in reading order, of the lines that hold one."""
        sums = {line.code: self.own.get(line.code, ZERO) for line in self.lines}
        for funding in self.fundings:
            if funding.counts and funding.line in sums:
                sums[funding.line] += funding.amount
        return {code: amount for code, amount in sums.items() if amount}

    def total(self, side: str) -> Decimal:
        return sum((self.amounts.get(line.code, ZERO) for line in self.lines if line.side == side), ZERO)

    def total_of_funders(self, *funders: str) -> Decimal:
        """What comes from these kinds of funders: `total_of_funders("local")`."""
        return sum((self.amounts.get(line.code, ZERO) for line in self.lines if line.funder in funders), ZERO)

    @property
    def charges(self) -> Decimal:
        return self.total(CHARGE)

    @property
    def produits(self) -> Decimal:
        """Without the contributions volontaires, which are never part of what a subsidy is measured against."""
        return self.total(PRODUIT)

    @property
    def requested(self) -> Decimal:
        return self.amounts.get(BudgetLine.REQUEST, ZERO)

    @property
    def public_money(self) -> Decimal:
        public = {line.code for line in self.lines if line.is_public_money}
        return sum((amount for code, amount in self.amounts.items() if code in public), ZERO)

    @property
    def share(self) -> Decimal | None:
        """The share asked of the cité, in percent of the produits."""
        return percent(self.requested, self.produits)

    @property
    def local_share(self) -> Decimal | None:
        """The share that collectivités bring, in percent of the produits."""
        return percent(self.total_of_funders(BudgetLine.Funder.LOCAL), self.produits)

    @property
    def local_share_text(self) -> str:
        return format_percent(self.local_share) if self.local_share is not None else ""

    @property
    def share_sentence(self) -> str:
        """The last sentence of the budget in the CERFA."""
        if self.share is None:
            return "La part de la subvention sollicitée se calcule dès que les produits sont remplis."
        return (
            f"La subvention sollicitée de {format_euros(self.requested)} représente {format_percent(self.share)}"
            " du total des produits du projet."
        )

    @property
    def balance_sentence(self) -> str:
        if not self.charges and not self.produits:
            return "Aucun montant pour le moment."
        return _balance(self.charges, self.produits, "Le budget est équilibré.", ("de charges", "de produits"))

    @property
    def cvn_sentence(self) -> str:
        """Nothing where there is no contribution volontaire."""
        used, given = self.total(CVN_CHARGE), self.total(CVN_PRODUIT)
        if not used and not given:
            return ""
        return _balance(used, given, "Les contributions volontaires sont équilibrées.", ("en 86", "en 87"))

    @property
    def cofunders(self) -> list[CofunderRow]:
        """Every co-funder with its line, in the order of the lines."""
        return [CofunderRow(line, one) for line in self.lines for one in self.fundings if one.line == line.code]

    @property
    def sides(self) -> list[PlanSide]:
        return [self._side(side) for side in BudgetLine.Side if self.total(side)]

    def _side(self, side: BudgetLine.Side) -> PlanSide:
        rows = [
            PlanRow(
                line,
                self.amounts.get(line.code, ZERO),
                self.comments.get(line.code, ""),
            )
            for line in self.lines
            if line.side == side
        ]
        return PlanSide(side.value, str(side.label), [row for row in rows if row.amount], self.total(side))


def _balance(left: Decimal, right: Decimal, balanced: str, names: tuple[str, str]) -> str:
    if left == right:
        return balanced
    return f"Il manque {format_euros(abs(left - right))} {names[0] if left < right else names[1]}."


def of_action(action: Action) -> Plan:
    """The plan that the action is held to: the one accepted after a cut, else the submitted one."""
    found = accepted(action)
    return of_sealed(sealed.read(found.sealed.payload)) if found and found.sealed else submitted(action)


def accepted(action: Action) -> RevisedBudget | None:
    """The revised budget that stands for the submitted one (docs/adr/0025)."""
    rows = action.revised_budgets.filter(state=RevisedBudget.State.ACCEPTED)
    return rows.select_related("sealed").order_by("number").last()


def sealable(plan: Plan) -> dict[str, Any]:
    """What a sealed text holds of a plan, and `of_sealed` reads."""
    return {
        "budget": plan.amounts,
        "comments": plan.comments,
        "cofunders": [
            {"line": one.line, "name": one.name, "amount": one.amount, "state": one.state} for one in plan.fundings
        ],
    }


def submitted(action: Action) -> Plan:
    """The plan of the last submitted version, from its rows."""
    items = list(action.budget.select_related("line"))
    cofunders = list(action.cofunders.select_related("line"))
    rows: list[BudgetItem | Cofunder] = [*items, *cofunders]
    lines = {row.line.code: row.line for row in rows}
    amounts = {item.line.code: item.amount for item in items}
    fundings = [Funding(row.line.code, row.name, row.amount, row.state) for row in cofunders]
    return _explained(lines.values(), amounts, fundings, {i.line.code: i.comment for i in items if i.comment})


def of_sealed(text: Mapping[str, Any]) -> Plan:
    """The plan of a sealed text: `budget`, `cofunders` and `comments`, by the codes of the lines."""
    amounts, fundings = text.get("budget", {}), [Funding(**one) for one in text.get("cofunders", ())]
    lines = BudgetLine.objects.filter(code__in={*amounts, *(one.line for one in fundings)})
    return _explained(lines, amounts, fundings, text.get("comments", {}))


def _explained(
    lines: Iterable[BudgetLine],
    amounts: Mapping[str, Decimal],
    fundings: Sequence[Funding],
    comments: Mapping[str, str],
) -> Plan:
    """What each line holds, less what its co-funders bring."""
    found = sorted(lines, key=lambda line: line.rank)
    explained = Plan(found, {}, fundings).amounts
    own = {code: amount - explained.get(code, ZERO) for code, amount in amounts.items()}
    return Plan(found, own, fundings, comments)
