"""The budget in the form: a field for each line, four for each co-funder, and the plan that they draw."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q

from actions.budget import PLEDGES, Problem, Typed, TypedFunding, problems
from actions.models import Action, BudgetLine, Call, Cofunder
from actions.plan import Funding, Plan
from cites.core.money import ZERO, EuroFormField, parse_euros
from partners.models import Organisation

# Rows of co-funders: so many blank ones at first, so many at most.
BLANK_ROWS, MAX_ROWS = 3, 30
_ROW = re.compile(r"cofunder_([0-9]{1,2})_(?:line|name|amount|state)")
PARTS = ("line", "name", "amount", "state")


@dataclass(frozen=True)
class BudgetRow:
    """A line as typed. Without field: what its co-funders add up to."""

    line: BudgetLine
    field: Any
    comment: Any
    amount: Decimal


@dataclass(frozen=True)
class BudgetSide:
    code: str
    label: str
    rows: list[BudgetRow]
    total: Decimal


@dataclass(frozen=True)
class CofunderRow:
    number: int
    fields: list[Any]

    @property
    def rank(self) -> int:
        return self.number + 1


class BudgetFields(forms.BaseForm):
    """What `ProposalForm` knows of money. `lines` are the active lines, in reading order."""

    lines: list[BudgetLine]
    rows: int
    warnings: list[Problem]

    def add_budget(self, names: Iterable[str], *, kept: Iterable[str] = ()) -> None:
        """A field a line, and as many rows of co-funders as `names`, the fields typed so far, speak of.

        `kept` are codes that a sealed budget already holds, though their line may have been retired since.
        """
        lines = BudgetLine.objects.filter(Q(is_active=True) | Q(code__in=list(kept)))
        self.lines, self.rows, self.warnings = list(lines), rows_in(names), []
        for line in self.lines:
            if not line.has_cofunders:
                self.fields[f"line_{line.code}"] = _amount(line.label, _marks(line))
            if line.asks_comment:
                self.fields[f"comment_{line.code}"] = _comment(line)
        funded = [("", "Choisissez"), *((line.code, line.label) for line in self.lines if line.has_cofunders)]
        for number in range(self.rows):
            for part, made in _cofunder_fields(number, funded).items():
                self.fields[f"cofunder_{number}_{part}"] = made
        for name in PLEDGES.keys() & self.fields.keys():
            self.fields[name].error_messages["required"] = PLEDGES[name]

    # ------------------------------------------------------------------ what is typed

    @property
    def plan(self) -> Plan:
        """As far as it can be read: what is no amount counts for nothing."""
        own = {line.code: _readable(self._text(f"line_{line.code}")) for line in self.lines}
        comments = {line.code: self._text(f"comment_{line.code}") for line in self.lines if line.asks_comment}
        fundings = [
            Funding(row.line, row.name, row.amount, row.state) for row in self.fundings if row.line and row.amount
        ]
        return Plan(self.lines, own, fundings, {code: text.strip() for code, text in comments.items() if text.strip()})

    @property
    def fundings(self) -> list[TypedFunding]:
        """The rows of co-funders, finished or not."""
        typed = []
        for number in range(self.rows):
            line, name, amount, state = (self._text(f"cofunder_{number}_{part}").strip() for part in PARTS)
            typed.append(
                TypedFunding(number=number, line=line, name=name, amount=_readable(amount) or None, state=state)
            )
        return typed

    @property
    def amounts(self) -> dict[str, Decimal]:
        return self.plan.amounts

    @property
    def requested(self) -> Decimal:
        return self.plan.requested

    def _text(self, name: str) -> str:
        return str(self[name].value() or "") if name in self.fields else ""

    # ------------------------------------------------------------------ what the page shows

    @property
    def budget(self) -> list[BudgetSide]:
        """The four sides in reading order."""
        plan = self.plan
        return [
            BudgetSide(side.value, str(side.label), [self._row(line, plan) for line in self.lines if line.side == side],
                       plan.total(side))
            for side in BudgetLine.Side
        ]  # fmt: skip

    def _row(self, line: BudgetLine, plan: Plan) -> BudgetRow:
        typed, comment = f"line_{line.code}", f"comment_{line.code}"
        return BudgetRow(
            line,
            self[typed] if typed in self.fields else None,
            self[comment] if comment in self.fields else None,
            plan.amounts.get(line.code, ZERO),
        )

    @property
    def cofunder_rows(self) -> list[CofunderRow]:
        return [
            CofunderRow(number, [self[f"cofunder_{number}_{part}"] for part in PARTS]) for number in range(self.rows)
        ]

    most_rows = MAX_ROWS

    @property
    def next_row(self) -> str:
        """The field that a page adds by naming it; nothing where there are enough."""
        return f"cofunder_{self.rows}_line" if self.rows < MAX_ROWS else ""

    # ------------------------------------------------------------------ what is wrong

    def check_budget(self, call: Call, organisation: Organisation, action: Action | None = None) -> None:
        """The rules' sentences beside the fields they are about. Inside `clean`."""
        self.say(problems(self._as_typed(action), call, organisation))

    def say(self, found: Iterable[Problem]) -> None:
        unread = set(self.errors)
        for problem in found:
            if not problem.blocks:
                self.warnings.append(problem)
            elif not problem.field or (problem.field in self.fields and problem.field not in unread):
                code = "required" if problem.missing else problem.code
                self.add_error(problem.field or None, forms.ValidationError(problem.sentence, code=code))

    def _as_typed(self, action: Action | None = None) -> Typed:
        data: dict[str, Any] = self.cleaned_data
        return Typed(
            plan=self.plan,
            fundings=self.fundings,
            title=data.get("title") or "",
            starts_on=data.get("starts_on"),
            ends_on=data.get("ends_on"),
            renews=data.get("nature") == "renewed",
            pledges={name: bool(data.get(name)) for name in PLEDGES if name in self.fields},
            signatory=data.get("signatory") or "",
            delegation=data.get("delegation") or "",
            public_aid=data.get("public_aid") or "",
            unreadable=frozenset(self.errors),
            action_pk=action.pk if action else None,
            renews_pk=action.renews_id if action else None,
        )


def rows_in(names: Iterable[str]) -> int:
    """How many rows of co-funders the page shows."""
    numbers = [int(found[1]) for name in names if (found := _ROW.fullmatch(name))]
    return min(MAX_ROWS, max(BLANK_ROWS, max(numbers, default=-1) + 1))


def _marks(line: BudgetLine) -> dict[str, Any]:
    """What the script adds up, and the one that is asked here."""
    return {"data-budget": line.side, **({"data-budget-asked": True} if line.code == BudgetLine.REQUEST else {})}


def _cofunder_fields(number: int, lines: list[tuple[str, str]]) -> dict[str, forms.Field]:
    states = [("", "Choisissez"), *Cofunder.State.choices]
    amount = _amount("Montant", {"data-cofunder-amount": True})
    return {
        "line": forms.ChoiceField(label="Sorte de financeur", choices=lines, required=False),
        "name": forms.CharField(label="Nom du financeur", max_length=150, required=False),
        "amount": amount,
        "state": forms.ChoiceField(label="Où en est l'aide", choices=states, required=False),
    }


def _amount(label: str, attrs: dict[str, Any]) -> EuroFormField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", **attrs})
    return EuroFormField(label=label, required=False, widget=widget)


def _comment(line: BudgetLine) -> forms.CharField:
    return forms.CharField(label=f"Précision : {line.label}", max_length=200, required=False)


def _readable(typed: str) -> Decimal:
    try:
        return parse_euros(typed) if typed else ZERO
    except forms.ValidationError:
        return ZERO
