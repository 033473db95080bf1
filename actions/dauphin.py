"""The same request in Dauphin, where the State's share is asked: what to copy there, in the order of its wizard.

What is copied comes from the sealed text of the last version; nothing is sent from here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from actions import budget, plan, workflow
from actions.differences import Words
from actions.models import Action, BudgetLine
from cites.core import audit, permissions, sealed
from cites.core.errors import Blocked, Stale
from cites.models import SealedVersion, User
from partners.models.organisations import validate_siret

# As Dauphin writes it: DA12345678, 12345678, 12345678-2. The eight digits are the file.
NUMBER = re.compile(r"(?:DA)?([0-9]{8})(?:-[0-9]*)?", re.IGNORECASE)
NO_NUMBER = "Un numéro de dossier Dauphin a huit chiffres, par exemple DA01234567."
NOT_SUBMITTED = "Ce dossier n'est pas déposé : son numéro Dauphin se note ensuite."
CHANGED = "Une autre personne a modifié le numéro Dauphin depuis que vous avez ouvert cette page : relisez-le."

audit.sentence(
    "actions.dauphin_number", "{actor} a noté le numéro Dauphin du dossier {reference} : {before} devient {after}"
)


@dataclass(frozen=True)
class Line:
    """One field of Dauphin: its label, what to write in it. A long one is shown on several lines."""

    label: str
    value: str

    @property
    def is_long(self) -> bool:
        return len(self.value) > 80 or "\n" in self.value

    @property
    def rows(self) -> int:
        return min(10, self.value.count("\n") + len(self.value) // 90 + 1)


@dataclass(frozen=True)
class Stage:
    """A page of the wizard; `to_type` is what it asks and the portal does not know."""

    slug: str
    title: str
    lines: list[Line]
    to_type: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    stages: list[Stage]
    refusals: list[str] = field(default_factory=list)


def sheet(action: Action, version: SealedVersion) -> Sheet:
    text, words = sealed.read(version.payload), Words()
    stages = [
        Stage("preambule", "Préambule", _preamble(action, text, words), ("Période : annuelle ou pluriannuelle",)),
        Stage("criteres", "Critères d’éligibilité", _eligibility()),
        Stage("tiers", "Tiers", _holder(text), HOLDER_TO_TYPE),
        Stage("demande", "Demande", [*_project(text, words), *_money(text)], REQUEST_TO_TYPE),
        Stage("recapitulatif", "Récapitulatif", _summary(text), SUMMARY_TO_TYPE),
    ]
    return Sheet(stages, list(refusals(action, text)))


HOLDER_TO_TYPE = (
    "Code NAF et numéro de tiers Chorus",
    "Adresse du siège, représentante ou représentant légal",
    "Personne chargée du dossier, avec son courriel et son téléphone",
    "RIB",
)
REQUEST_TO_TYPE = ("Demande en nature, s’il y en a une", "Sous-totaux : Dauphin les calcule")
SUMMARY_TO_TYPE = ("Pièces : à joindre depuis votre ordinateur", "Attestation et signature")


def _preamble(action: Action, text: Mapping[str, Any], words: Words) -> list[Line]:
    return [
        Line("Exercice budgétaire", str(action.call.year)),
        Line("Nature de la demande", "Projet / action"),
        *_answers(text, words, "frequency"),
    ]


def _eligibility() -> list[Line]:
    """The same for every file of a cité éducative."""
    return [
        Line("Sollicitez-vous un financement au titre de la politique de la ville ?", "Oui"),
        Line("Thématique", "1.3 Cités éducatives"),
    ]


def _holder(text: Mapping[str, Any]) -> list[Line]:
    organisation = text["organisation"]
    return _given(
        ("SIRET", organisation["siret"]), ("RNA", organisation["rna"]), ("Nom de l’organisme", organisation["name"])
    )


def _project(text: Mapping[str, Any], words: Words) -> list[Line]:
    before = ("title", "objectives", "description", "age_ranges", "participants", "girls", "boys", "from_quartiers")
    places = ("quartiers", "schools", "territory")
    means = ("volunteers", "employees", "full_time", "hires_note", "equipment")
    return [
        *_answers(text, words, *before, *places),
        *_given(("Moyens humains et matériels", _together(text, words, means))),
        *_answers(text, words, "starts_on", "ends_on", "indicators", "evaluation_note", "other_information"),
    ]


def _money(text: Mapping[str, Any]) -> list[Line]:
    """A line each, with Dauphin's code; where several co-funders share one, a line each too."""
    shown = plan.of_sealed(text)
    lines = []
    for line in shown.lines:
        if own := shown.own.get(line.code):
            lines.append(Line(f"{code_of(line)} {label_of(line)}", amount(own)))
        lines += [
            Line(f"{code_of(line)} {one.name} ({one.state_label.lower()})", amount(one.amount))
            for one in shown.fundings
            if one.line == line.code and one.counts
        ]
    return lines


def _summary(text: Mapping[str, Any]) -> list[Line]:
    shown = plan.of_sealed(text)
    return [
        Line("Montant sollicité", amount(shown.requested)),
        Line("Total des charges", amount(shown.charges)),
        Line("Total des produits", amount(shown.produits)),
        Line("Part de la subvention", shown.share_sentence),
    ]


def refusals(action: Action, text: Mapping[str, Any]) -> Iterator[str]:
    """What Dauphin would refuse, in the words of the rules of the budget and of the numbers."""
    shown = plan.of_sealed(text)
    typed = budget.Typed(
        plan=shown,
        starts_on=_day(text.get("starts_on")),
        ends_on=_day(text.get("ends_on")),
        action_pk=action.pk,
    )
    found = [*budget.balanced(shown), *budget.cvn_balanced(shown), *budget.amounts_are_right(typed)]
    found += [*budget.something_asked(shown), *budget.dates_fit(typed, action.call)]
    yield from (problem.sentence for problem in found if problem.blocks)
    try:
        validate_siret(text["organisation"]["siret"])
    except ValidationError as error:
        yield from error.messages


def code_of(line: BudgetLine) -> str:
    """What is asked here is, there, part of what the State brings; own lines carry the name of their group."""
    if line.code == BudgetLine.REQUEST:
        return "74etat"
    return line.group if line.group.isalpha() else line.code


def label_of(line: BudgetLine) -> str:
    return "Politique de la ville (montant demandé ici)" if line.code == BudgetLine.REQUEST else line.label


def amount(value: Decimal) -> str:
    """Digits and a comma: Dauphin takes no space and no sign."""
    return f"{value:.2f}".replace(".", ",")


def _answers(text: Mapping[str, Any], words: Words, *names: str) -> list[Line]:
    return _given(*((words.label(name), _read(text, words, name)) for name in names))


def _given(*pairs: tuple[str, str]) -> list[Line]:
    return [Line(label, value) for label, value in pairs if value]


def _read(text: Mapping[str, Any], words: Words, name: str) -> str:
    value = text.get(name)
    if isinstance(value, list):
        return "\n".join(words.read(name, item) for item in value)
    said = str(words.read(name, value))
    return said.replace(".", ",") if name == "full_time" else said


def _together(text: Mapping[str, Any], words: Words, names: tuple[str, ...]) -> str:
    """Several answers in the one field that Dauphin has for them."""
    return "\n".join(f"{words.label(name)} : {said}" for name in names if (said := _read(text, words, name)))


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


# ------------------------------------------------------------------ its number there


def normalised(typed: str) -> str:
    """The eight digits; nothing stays nothing. ValidationError for anything else."""
    cleaned = "".join(typed.split())
    found = NUMBER.fullmatch(cleaned)
    if cleaned and not found:
        raise ValidationError(NO_NUMBER)
    return found[1] if found else ""


@transaction.atomic
def note_number(action: Action, number: str, *, seen: int, by: User) -> Action:
    """Keep the number of the file in Dauphin; `seen` is the version token of the page."""
    locked = workflow.lock(action)
    permissions.check(by, "actions.submit", locked)
    if not locked.version:
        raise Blocked(NOT_SUBMITTED)
    if seen != locked.dauphin_version:
        raise Stale(CHANGED)
    before, after = locked.dauphin_number, normalised(number)
    if before != after:
        locked.dauphin_number, locked.dauphin_version = after, locked.dauphin_version + 1
        locked.save(update_fields=["dauphin_number", "dauphin_version"])
        told = {"before": before or "aucun", "after": after or "aucun"}
        audit.record(
            "actions.dauphin_number", locked, by=by, reference=locked.reference or "", audience=audit.PARTNER, **told
        )
    return locked
