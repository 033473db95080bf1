"""What a partner may change now. Everything in a draft; to complete, only the places that a question is about.

A place is a field of the form by its name, the budget as one ("budget"), a piece ("piece:<code>") or any other file
("pieces"). What a rule ties to a place opens with it. Who follows the file is not sealed, and never closed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from actions.forms.parts import INDICATORS, HolderPart
from actions.forms.steps import BY_SLUG, STEPS, Step, step_of
from actions.models import Action, AskedQuestion, CompletionRequest
from actions.models.action import Status

BUDGET, PIECES, PIECE = "budget", "pieces", "piece:"
ANSWER = "answer_"
# Compared with each other by a rule: one question about any of them opens them all.
TIED = (
    ("starts_on", "ends_on"),
    ("participants", "girls", "boys", "from_quartiers"),
    ("fee", "fee_note"),
    ("hires", "hires_note"),
    ("signatory", "delegation"),
    *((f"indicator_{number}", f"target_{number}") for number in INDICATORS),
)
# V10: what the budget adds up to may change this answer, never the other way round.
FOLLOWS = {BUDGET: ("public_aid",)}


def place_of(name: str) -> str:
    """Where a field of the form stands."""
    return BUDGET if BY_SLUG["budget"].owns(name) else name


def step_with(place: str) -> Step:
    """The step of the form that shows a place."""
    if place == PIECES or place.startswith(PIECE):
        return BY_SLUG["pieces"]
    return BY_SLUG["budget"] if place == BUDGET else step_of(place)


def sealed_keys(place: str) -> tuple[str, ...]:
    """What the sealed text calls a place of the form."""
    if place == BUDGET:
        return ("budget", "comments", "cofunders", "requested", "minimum")
    if place == PIECES or place.startswith(PIECE):
        return ("attachments",)
    if place.startswith(("indicator_", "target_")):
        return ("indicators",)
    if place.startswith("question_"):
        return ("questions",)  # of the call itself
    return ("attested",) if place in ("is_accurate", "up_to_date", "cer") else (place,)


def opened_by(places: Iterable[str]) -> list[str]:
    """These places and what is tied to them."""
    opened = set(places)
    for tied in TIED:
        if opened & set(tied):
            opened |= set(tied)
    for place in opened & FOLLOWS.keys():
        opened |= set(FOLLOWS[place])
    return sorted(opened)


def answer_name(question: AskedQuestion) -> str:
    """The field of the form that answers a question in words, in the step of its place."""
    return f"{ANSWER}{step_with(question.anchor).slug}_{question.pk}"


@dataclass(frozen=True)
class Reopened:
    """`request` is the one to answer; None: the whole form is open."""

    request: CompletionRequest | None = None
    questions: tuple[AskedQuestion, ...] = ()

    def allows(self, name: str) -> bool:
        """This field of the form may change."""
        if self.request is None or name.startswith(ANSWER) or name in HolderPart.base_fields:
            return True
        return place_of(name) in self.request.opened

    def allows_piece(self, code: str) -> bool:
        """A piece of this kind, or without one any other file, may be joined or taken out."""
        return self.request is None or (f"{PIECE}{code}" if code else PIECES) in self.request.opened

    def of(self, *places: str) -> list[AskedQuestion]:
        return [one for one in self.questions if one.anchor in places]

    def about(self, step: Step) -> list[AskedQuestion]:
        return [one for one in self.questions if step_with(one.anchor) == step]

    @property
    def steps(self) -> list[Step]:
        """The steps that a question is about, in order."""
        return [step for step in STEPS if self.about(step)]

    def after(self, step: Step | None) -> Step | None:
        """The next step to complete; None after the last one."""
        begin = STEPS.index(step) + 1 if step else 0
        return next((one for one in self.steps if STEPS.index(one) >= begin), None)


def reopened(action: Action) -> Reopened:
    """What is open in this file as it stands."""
    if action.status != Status.TO_COMPLETE:
        return Reopened()
    request = CompletionRequest.objects.filter(action=action.pk, version=action.version).first()
    if request is None:
        return Reopened()
    questions = request.questions.select_related("institution").order_by("pk")
    return Reopened(request, tuple(questions))


def kept(action: Action, places: Reopened, typed: Mapping[str, list[str]], step: Step | None) -> dict[str, list[str]]:
    """What was typed where it is open, what is stored elsewhere: a closed place that a page leaves out stays."""
    stored = step.only(action.draft) if step else action.draft
    closed = {name: values for name, values in stored.items() if not places.allows(name)}
    return {**closed, **{name: values for name, values in typed.items() if places.allows(name)}}


def overstepped(action: Action, places: Reopened, typed: Mapping[str, list[str]]) -> list[str]:
    """The closed fields that were sent with another text than the one that is stored."""
    return [
        name
        for name, values in typed.items()
        if not places.allows(name) and _said(values) != _said(action.draft.get(name, []))
    ]


def _said(values: Iterable[Any]) -> list[str]:
    return ["\n".join(str(one).splitlines()) for one in values if one]
