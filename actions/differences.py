"""Two submitted versions of a proposal, compared in the words of its form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from actions.forms.parts import PledgesPart
from actions.forms.proposal import ProposalForm, public_aid
from actions.models import BudgetLine, Cofunder
from cites.core import sealed
from cites.core.money import format_euros
from cites.core.sealed import Change
from cites.models import ActorKind, AgeRange, School, SchoolTime, Theme

# What is sealed beside the fields of the form; the number of the version goes without saying.
PARTS_OF_BUDGET = {"budget": "Budget", "comments": "Précision du budget"}
OTHER_LABELS = {
    "cofunders": "Cofinanceurs",
    "requested": "Montant demandé",
    "organisation": "Organisation",
    "attested": "Attestations",
    "indicators": "Indicateurs",
    "attachments": "Pièces jointes",
}


def differences(before: Any, after: Any) -> list[Change]:
    """Field by field, in the order of the sealed text, with the labels that people read."""
    words = Words()
    changes = [change for change in sealed.diff(before, after) if change.path != "version"]
    return [Change(words.label(c.path), words.read(c.path, c.before), words.read(c.path, c.after)) for c in changes]


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
