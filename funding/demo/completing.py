"""Questions to the partners of the demo, merged and answered; and who speaks for an institution on a file."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from actions import completion, review
from actions.interests import has_interest_in
from actions.models import Action
from actions.reopened import answer_name, reopened
from cites.models import Mandate, User
from funding.demo.questions import Question
from funding.demo.scenery import Stage
from funding.demo.shapes import Avis, Proposal

Moment = tuple[datetime, Callable[[], Any]]


def moments(stage: Stage, one: Proposal, now: Callable[[Proposal], Action]) -> Iterator[Moment]:
    """Each institution writes in the morning; the request leaves when coordination has read them all."""
    if one.path.completion_at:
        sent = stage.at(one.path.completion_at)
        for question in one.path.questions:
            yield sent - timedelta(hours=3), partial(_ask, stage, one, question, now)
        yield sent, lambda: _send(stage, now(one))


def completed(action: Action, one: Proposal) -> dict[str, list[str]]:
    """What the partner types where it is asked, and what it answers in words."""
    answers = {question.text: question.answer for question in one.path.questions}
    said = {answer_name(asked): [answers[asked.text]] for asked in reopened(action).questions}
    return {**action.draft, **{name: [text] for name, text in one.path.completed.items()}, **said}


def give_avis(stage: Stage, one: Proposal, avis: Avis, now: Callable[[Proposal], Action]) -> None:
    action = now(one)
    by = signer(stage, avis.institution, action)
    if by is not None:
        review.give_avis(action, avis.position, avis.amount, avis.reason, by=by)


def signer(stage: Stage, institution: str, action: Action) -> User | None:
    """The titulaire; the suppléant when the titulaire has an interest; nobody when all have one."""
    holders = Mandate.objects.active().pilots().filter(institution__code=institution).order_by("-role", "pk")
    users = [stage.user(mandate.user.email) for mandate in holders.select_related("user")]
    return next((user for user in users if not has_interest_in(user, action)), None)


def _ask(stage: Stage, one: Proposal, question: Question, now: Callable[[Proposal], Action]) -> None:
    action = now(one)
    by = signer(stage, question.institution, action) if question.institution else stage.coordination
    if by is not None:
        completion.ask(action, question.place, question.text, by=by)


def _send(stage: Stage, action: Action) -> None:
    completion.request_completion(action, completion.first_due_on(), by=stage.coordination)
