"""The steps of the form: what each asks, and what is still missing in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms

from actions.forms import parts


@dataclass(frozen=True)
class Step:
    """`part` asks its questions; `prefixes` begin the names of those that are rows of the database.

    An answer to a question of completion is in the step of its place: `answer_<slug>_<number>`.
    """

    slug: str
    title: str
    template: str
    part: type[forms.Form] | None
    prefixes: tuple[str, ...] = ()

    def owns(self, name: str) -> bool:
        asked = self.part is not None and name in self.part.base_fields
        return asked or name.startswith((*self.prefixes, f"answer_{self.slug}_"))

    def only(self, typed: dict[str, list[str]]) -> dict[str, list[str]]:
        return {name: values for name, values in typed.items() if self.owns(name)}


STEPS = (
    Step("porteur", "Le porteur", "actions/steps/_porteur.html", parts.HolderPart),
    Step("projet", "L'action", "actions/steps/_projet.html", parts.ProjectPart, ("question_",)),
    Step("public", "Le public", "actions/steps/_public.html", parts.PublicPart),
    Step("lieux", "Dates, lieux et moyens", "actions/steps/_lieux.html", parts.PlacesPart),
    Step("budget", "Le budget", "actions/steps/_budget.html", parts.BudgetPart, ("line_", "comment_", "cofunder_")),
    Step("evaluation", "L'évaluation", "actions/steps/_evaluation.html", parts.EvaluationPart),
    Step("pieces", "Les pièces", "actions/steps/_pieces.html", None),
    Step("engagements", "Les engagements", "actions/steps/_engagements.html", parts.PledgesPart),
)
BY_SLUG = {step.slug: step for step in STEPS}


def step_of(name: str) -> Step:
    """The step that asks `name`; what belongs to the whole form is about its budget."""
    return next((step for step in STEPS if step.owns(name)), BY_SLUG["budget"])


@dataclass(frozen=True)
class State:
    """A step as the list of steps shows it."""

    step: Step
    missing: int
    wrong: int

    @property
    def label(self) -> str:
        if self.wrong:
            return "à corriger"
        return "à compléter" if self.missing else "complète"


def states(errors: Iterable[tuple[str, str]]) -> list[State]:
    """`errors` are (name of the field, code): "required" is missing, anything else is wrong."""
    counted: dict[str, list[int]] = {step.slug: [0, 0] for step in STEPS}
    for name, code in errors:
        counted[step_of(name).slug][code != "required"] += 1
    return [State(step, *counted[step.slug]) for step in STEPS]
