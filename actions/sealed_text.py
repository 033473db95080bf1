"""The text of a proposal as it is sealed, and the same text as people read it: pages and PDF share one reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from actions.differences import Words
from actions.forms.parts import INDICATORS, HolderPart
from actions.forms.proposal import ProposalForm
from actions.forms.steps import STEPS, Step
from actions.models import Action
from actions.plan import sealable
from cites.models import School, Theme

# Told apart: who follows the file is not sealed, indicators go by pairs, boxes are ticked or not, money is a plan.
PLEDGES = ("is_accurate", "up_to_date", "cer")
_PAIRS = [name for number in INDICATORS for name in (f"indicator_{number}", f"target_{number}")]
NOT_ALONE = {*HolderPart.base_fields, *PLEDGES, *_PAIRS, "minimum"}
# What this call asks and no other: typed at the end of a step, read in a section of its own.
QUESTIONS = Step("questions", "Les questions de cet appel", "", None)
ASKED_AFTER = "projet"
# What a step says beside its own fields.
BESIDE = {"porteur": ("co_editors",), "evaluation": ("indicators",), "engagements": ("attested",)}


@dataclass(frozen=True)
class Section:
    """A step, as read: (label, words) of each answer that was given."""

    step: Step
    lines: list[tuple[str, str]]


def payload(action: Action, form: ProposalForm) -> dict[str, Any]:
    """Codes and amounts, in reading order of the form."""
    data, organisation = form.cleaned_data, action.organisation
    return {
        "reference": action.reference,
        "version": action.version,
        "call": action.call.slug,
        "organisation": {"name": organisation.name, "siret": organisation.siret, "rna": organisation.rna},
        **_co_editors(action),
        "renews": action.renews.reference if action.renews else None,
        **{name: _sealable(data[name]) for name in _alone(form)},
        "questions": form.answered(),
        "indicators": _indicators(data),
        **_plan(form),
        "attested": [name for name in PLEDGES if data.get(name)],
    }


def sections(sealed: Mapping[str, Any]) -> list[Section]:
    """What a sealed text says, step by step, money apart. A text of before a question just does not answer it."""
    words = Words()
    found = []
    for step in STEPS:
        asked = [name for name in (step.part.base_fields if step.part else ()) if name != "minimum"]
        names = [*asked, *BESIDE.get(step.slug, ())]
        given = [(words.label(name), words.read(name, sealed[name])) for name in names if sealed.get(name)]
        found.append(Section(step, given))
        if step.slug == ASKED_AFTER:
            found.append(Section(QUESTIONS, [(one["question"], one["answer"]) for one in sealed.get("questions", ())]))
    return [section for section in found if section.lines]


def _co_editors(action: Action) -> dict[str, list[str]]:
    """Nothing where the porteur wrote alone, as in the texts of before."""
    rows = action.co_editors.active().select_related("organisation")
    names = [f"{one.organisation} (SIRET {one.organisation.siret})" for one in rows]
    return {"co_editors": names} if names else {}


def _alone(form: ProposalForm) -> list[str]:
    asked = {name for step in STEPS if step.part for name in step.part.base_fields}
    return [name for name in form.fields if name in asked - NOT_ALONE]


def _sealable(value: Any) -> Any:
    match value:
        case QuerySet():
            return sorted(_sealable(row) for row in value)
        case list():
            return sorted(value)
        case School():
            return value.uai
        case Theme():
            return value.code
        case Decimal():
            return f"{value.normalize():f}"  # no amount: a part of a full time
    return getattr(value, "code", None) or getattr(value, "name", value)


def _indicators(data: Mapping[str, Any]) -> list[dict[str, str]]:
    pairs = [(data.get(f"indicator_{number}"), data.get(f"target_{number}")) for number in INDICATORS]
    return [{"indicator": indicator, "target": target or ""} for indicator, target in pairs if indicator]


def _plan(form: ProposalForm) -> dict[str, Any]:
    return {**sealable(form.plan), "requested": form.requested, "minimum": form.cleaned_data["minimum"]}
