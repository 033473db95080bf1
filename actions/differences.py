"""Two submitted versions of a proposal, compared in the words of its form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from actions.forms.proposal import ProposalForm
from actions.models import BudgetLine
from cites.core import sealed
from cites.core.money import format_euros
from cites.core.sealed import Change
from cites.models import ActorKind, AgeRange, School, SchoolTime, Theme

# What is sealed beside the fields of the form; the number of the version goes without saying.
OTHER_LABELS = {"requested": "Montant demandé", "organisation": "Organisation", "attested": "Attestations"}


def differences(before: Any, after: Any) -> list[Change]:
    """Field by field, in the order of the sealed text, with the labels that people read."""
    words = _Words()
    changes = [change for change in sealed.diff(before, after) if change.path != "version"]
    return [Change(words.label(c.path), words.read(c.path, c.before), words.read(c.path, c.after)) for c in changes]


@dataclass
class _Words:
    """Labels of codes, read once and only for what has changed."""

    known: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def label(self, path: str) -> str:
        name, _, part = path.partition(" › ")
        if name == "budget":
            return f"Budget : {self.labels(name).get(part, part)}"
        asked = ProposalForm.base_fields.get(name)
        return str(asked.label) if asked else OTHER_LABELS.get(name, name)

    def read(self, path: str, value: Any) -> str:
        match value:
            case None:
                return ""
            case Decimal():
                return format_euros(value)
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
        case "schools":
            return dict(School.objects.values_list("uai", "name"))
    models = {"theme": Theme, "age_ranges": AgeRange, "school_times": SchoolTime, "actors": ActorKind}
    return dict(models[name]._default_manager.values_list("code", "label")) if name in models else {}
