"""Two submitted versions of a proposal, compared in the words of its form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from actions.forms.parts import PledgesPart
from actions.forms.proposal import ProposalForm, public_aid
from actions.forms.steps import STEPS
from actions.models import Action, BudgetLine, Cofunder
from actions.reopened import sealed_keys
from cites.core import sealed
from cites.core.money import ZERO, format_euros
from cites.core.sealed import Change
from cites.models import ActorKind, AgeRange, School, SchoolTime, Theme

# What is sealed beside the fields of the form; the number of the version goes without saying.
PARTS_OF_BUDGET = {"budget": "Budget", "comments": "Précision du budget"}
UNSAID = ("version", "completion")
IN_ORDER = [name for step in STEPS if step.part for name in step.part.base_fields]
OTHER_LABELS = {
    "cofunders": "Cofinanceurs",
    "requested": "Montant demandé",
    "organisation": "Organisation",
    "attested": "Attestations",
    "indicators": "Indicateurs",
    "questions": "Questions de cet appel",
    "co_editors": "Avec le concours de",
    "attachments": "Pièces jointes",
}


@dataclass(frozen=True)
class Mark:
    """A run of words that stayed, was added or was taken out: the words say which, not only the colour."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """One difference between two versions, in words. `gap`: of an amount; `asked`: the questions that called for it."""

    path: str
    before: str
    after: str
    marks: list[Mark]
    gap: str = ""
    asked: list[Mapping[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """What one version changed: answer by answer, money side by side, and what was only said in words."""

    changes: list[Difference]
    amounts: list[Difference]
    answers: list[Mapping[str, str]]

    @property
    def count(self) -> int:
        return len(self.changes) + len(self.amounts)

    @property
    def asked_of_amounts(self) -> list[Mapping[str, str]]:
        return self.amounts[0].asked if self.amounts else []


def differences(before: Any, after: Any) -> list[Difference]:
    """Field by field, in the order of the form, with the labels that people read."""
    words, asked = Words(), _asked(after)
    changes = [change for change in sealed.diff(before, after) if change.path.partition(" › ")[0] not in UNSAID]
    return [_difference(change, words, asked) for change in sorted(changes, key=_rank)]


def _rank(change: Change) -> int:
    """What is no field of a step comes after, in the order of the sealed text."""
    name = change.path.partition(" › ")[0]
    return IN_ORDER.index(name) if name in IN_ORDER else len(IN_ORDER)


def compare(before: Any, after: Any) -> Comparison:
    found = differences(before, after)
    amounts = [one for one in found if one.gap]
    said = [answer for one in found for answer in one.asked]
    answers = [answer for answer in _asked(after) if answer not in said and answer["answer"]]
    return Comparison([one for one in found if not one.gap], amounts, answers)


def versions(action: Action) -> list[dict[str, Any]]:
    """Every submitted version, the last one first, with what changed since the one before."""
    rows: list[dict[str, Any]] = []
    before: Any = None
    for one in action.submissions.select_related("sealed", "submitted_by").order_by("number"):
        now = sealed.read(one.sealed.payload)
        changes = compare(before, now) if before is not None else None
        rows.insert(0, {"submission": one, "text": now, "changes": changes})
        before = now
    return rows


def _difference(change: Change, words: "Words", asked: list[Mapping[str, str]]) -> Difference:
    key = change.path.partition(" › ")[0]
    questions = [one for one in asked if key in sealed_keys(one["place"])]
    before, after = words.read(change.path, change.before), words.read(change.path, change.after)
    is_list = isinstance(change.before or change.after, list)
    marks = _items(words, change) if is_list else _words(before, after)
    return Difference(words.label(change.path), before, after, marks, _gap(change), questions)


def _asked(after: Any) -> list[Mapping[str, str]]:
    """The questions that a version answers, with their answers in words."""
    answers: list[Mapping[str, str]] = after.get("completion", {}).get("answers", [])
    return answers


def _gap(change: Change) -> str:
    """Of two amounts, with its sign; one that was not there is nothing."""
    known = [one for one in (change.before, change.after) if one is not None]
    if not known or not all(isinstance(one, Decimal) for one in known):
        return ""
    gap = (change.after or ZERO) - (change.before or ZERO)
    return f"{'+' if gap > 0 else '−'}\u00a0{format_euros(abs(gap))}"


def _items(words: "Words", change: Change) -> list[Mark]:
    """What left a list and what came into it."""
    before, after = ([words.read(change.path, one) for one in value or []] for value in (change.before, change.after))
    gone = [Mark("del", one) for one in before if one not in after]
    return [*gone, *(Mark("ins", one) for one in after if one not in before)]


def _words(before: str, after: str) -> list[Mark]:
    """Word by word; texts that share next to nothing are shown whole, the old one then the new one."""
    old, new = re.findall(r"\S+\s*", before), re.findall(r"\S+\s*", after)
    matcher = SequenceMatcher(None, old, new)
    runs = matcher.get_opcodes() if matcher.quick_ratio() > 0.3 else [("replace", 0, len(old), 0, len(new))]
    found: list[Mark] = []
    for tag, a, b, c, d in runs:
        if tag == "equal":
            found.append(Mark("", "".join(new[c:d])))
            continue
        found += [Mark("del", "".join(old[a:b]))] if b > a else []
        found += [Mark("ins", "".join(new[c:d]))] if d > c else []
    return found


@dataclass
class Words:
    """Labels of codes, read once and only for what has changed."""

    known: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def label(self, path: str) -> str:
        name, _, part = path.partition(" › ")
        if name in PARTS_OF_BUDGET:
            return f"{PARTS_OF_BUDGET[name]} : {self.labels('budget').get(part, part)}"
        if name == "attachments" and part:
            return f"Pièce jointe : {part}"
        asked = ProposalForm.base_fields.get(name)
        return str(asked.label) if asked else OTHER_LABELS.get(name, name)

    def read(self, path: str, value: Any) -> str:
        match value:
            case None:
                return ""
            case Decimal():
                return format_euros(value)
            case date():
                return f"{value:%d/%m/%Y}"
            case {"indicator": indicator, "target": target}:
                return f"{indicator} : {target}"
            case {"question": question, "answer": answer}:
                return f"{question} : {answer}"
            case {"line": line, "name": who, "amount": amount, "state": state}:
                kind = self.labels("budget").get(line, line)
                return f"{who} ({kind}) {format_euros(amount)}, {self.labels('states').get(state, state).lower()}"
            case list():
                return ", ".join(self.read(path, item) for item in value)
        if path in ("starts_on", "ends_on"):
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        return self.labels(path).get(str(value), str(value))

    def labels(self, name: str) -> Mapping[str, str]:
        if name not in self.known:
            self.known[name] = _labels(name)
        return self.known[name]


def _labels(name: str) -> Mapping[str, str]:
    match name:
        case "budget":
            return dict(BudgetLine.objects.values_list("code", "label"))
        case "states":
            return {str(value): str(label) for value, label in Cofunder.State.choices}
        case "attested":
            return {name: str(asked.label) for name, asked in PledgesPart.base_fields.items()}
        case "public_aid":
            return dict(public_aid())
        case "schools":
            return dict(School.objects.values_list("uai", "name"))
    models = {"theme": Theme, "age_ranges": AgeRange, "school_times": SchoolTime, "actors": ActorKind}
    if name in models:
        return dict(models[name]._default_manager.values_list("code", "label"))
    choices: Any = getattr(ProposalForm.base_fields.get(name), "choices", ())
    return {str(value): str(label) for value, label in choices}
