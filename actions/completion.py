"""Completing a file: each institution writes questions, coordination sends one request, the partner answers."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Prefetch, QuerySet
from django.utils import timezone

from actions import attachments, notifications, workflow
from actions.differences import Words
from actions.forms.parts import HolderPart
from actions.forms.proposal import ProposalForm
from actions.forms.steps import STEPS, Step
from actions.models import (
    Action,
    AskedQuestion,
    CompletionAnswer,
    CompletionQuestion,
    CompletionReminder,
    CompletionRequest,
    Submission,
)
from actions.models.action import Status
from actions.reopened import BUDGET, PIECE, PIECES, Reopened, answer_name, opened_by, place_of, sealed_keys
from actions.sealed_text import payload
from cites.core import audit, clock, permissions, sealed
from cites.core.audit import SYSTEM
from cites.core.errors import Blocked, Stale
from cites.models import Rule, User

KIND = "complement"
LONGEST = 2000
# While a version is looked at, and nothing is decided on it.
ASKABLE = (Status.SUBMITTED, Status.ADMISSIBLE, Status.IN_REVIEW, Status.REVIEWED)
BUDGET_LABEL = "Le budget : tableau, cofinanceurs, montant minimum"
PIECES_LABEL = "Une autre pièce à joindre"
WAITS = "Une question attend une réponse ({label}) : changez ce qui est demandé, ou répondez en quelques mots."

audit.sentence("actions.question_written", "{actor} a écrit une question sur le dossier {reference}")
audit.sentence("actions.question_taken_back", "{actor} a retiré sa question sur le dossier {reference}")
audit.sentence("actions.question_dropped", "{actor} a écarté une question sur le dossier {reference}")
audit.sentence("actions.completion_reminded", "{actor} a rappelé le complément attendu sur le dossier {reference}")
audit.sentence("actions.completion_late", "{actor} a signalé un complément en retard sur le dossier {reference}")


# ------------------------------------------------------------------ questions, before they are sent


def places(action: Action) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where a question may be put, step by step: (place, label). The sealed text's; who follows the file is not."""
    form = ProposalForm.of(action, bound=False)
    return [(step.title, found) for step in STEPS if (found := _places_of(action, form, step))]


def _places_of(action: Action, form: ProposalForm, step: Step) -> list[tuple[str, str]]:
    if step.slug == "pieces":
        kinds = attachments.required(action)
        return [*((f"{PIECE}{kind.code}", f"Pièce : {kind.label}") for kind in kinds), (PIECES, PIECES_LABEL)]
    names = [name for name in form.fields if step.owns(name) and name not in HolderPart.base_fields]
    if any(place_of(name) == BUDGET for name in names):
        return [(BUDGET, BUDGET_LABEL)]
    return [(name, str(form.fields[name].label)) for name in names]


@transaction.atomic
def ask(action: Action, anchor: str, text: str, *, by: User) -> CompletionQuestion:
    """Write a question about one place of the file, in the name of one's institution. Nobody else reads it yet."""
    locked = workflow.lock(action)
    permissions.check(by, "actions.ask", locked)
    if locked.status not in ASKABLE:
        raise Blocked("Ce dossier n'est pas à l'étude : aucune question ne peut être posée.")
    labels = {place: label for _, found in places(locked) for place, label in found}
    if anchor not in labels:
        raise Blocked("Choisissez l'endroit du dossier sur lequel porte la question.")
    same = {"action": locked, "anchor": anchor, "text": _worded(text), "institution": by.institution}
    if found := CompletionQuestion.objects.pending().filter(**same).first():  # a double click
        return found
    question = CompletionQuestion.objects.create(
        version=locked.version, label=labels[anchor], asked_by=by, created_at=clock.now(), **same
    )
    audit.record("actions.question_written", locked, by=by, reference=locked.reference or "")
    return question


@transaction.atomic
def take_back(question: CompletionQuestion, *, by: User) -> None:
    """An institution changes its mind before anything is sent."""
    action = workflow.lock(question.action)
    permissions.check(by, "actions.ask", action)
    if question.institution != by.institution:
        raise Blocked("Cette question est celle d'une autre institution.")
    _pending(question).delete()
    audit.record("actions.question_taken_back", action, by=by, reference=action.reference or "")


@transaction.atomic
def drop(question: CompletionQuestion, because: str, *, by: User) -> None:
    """Coordination puts a question aside; its author is told why."""
    action = workflow.lock(question.action)
    permissions.check(by, "actions.check_admissibility", action)
    if not because.strip():
        raise Blocked("Dites à son auteur pourquoi cette question est écartée.")
    found = _pending(question)
    found.dropped_at, found.dropped_because = clock.now(), because.strip()
    found.save(update_fields=["dropped_at", "dropped_because"])
    code = found.institution.code if found.institution else ""
    audit.record("actions.question_dropped", action, by=by, reference=action.reference or "", institution_code=code)
    notifications.question_dropped(found)


def _pending(question: CompletionQuestion) -> CompletionQuestion:
    found = CompletionQuestion.objects.pending().filter(pk=question.pk).select_related("action", "asked_by").first()
    if found is None:
        raise Blocked("Cette question est déjà partie, ou écartée.")
    return found


def _worded(text: str) -> str:
    if not text.strip():
        raise Blocked("Dites au partenaire ce qu'il doit compléter.")
    return text.strip()[:LONGEST]


# ------------------------------------------------------------------ one request


def pending(action: Action) -> list[CompletionQuestion]:
    """What waits to be sent, in the order of the form."""
    order = {place: rank for rank, place in enumerate(place for _, found in places(action) for place, _ in found)}
    rows = action.completion_questions.pending().select_related("institution", "asked_by")
    return sorted(rows, key=lambda one: (order.get(one.anchor, len(order)), one.pk))


def first_due_on() -> date:
    """The date that the page proposes; a weekend gives the Monday after."""
    day = clock.today() + timedelta(days=int(Rule.amount("completion_days")))
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


@transaction.atomic
def request_completion(
    action: Action, due_on: date, *, by: User, wording: Mapping[int, str] | None = None
) -> CompletionRequest:
    """Send everything that waits as one request; the file opens again, there alone.

    `wording`: question → text, as coordination read and perhaps reworded it. A question that came since is `Stale`.
    """
    locked = workflow.lock(action)
    workflow.require(locked, "request_completion", by=by)
    if due_on < clock.today():
        raise Blocked("Cette date est passée : donnez une date à venir.")
    questions = pending(locked)
    if wording is not None and {one.pk for one in questions} != set(wording):
        raise Stale("Les questions à envoyer ont changé depuis que vous avez ouvert cette page : relisez-les.")
    if not questions:
        raise Blocked("Écrivez au moins une question : elle dit au partenaire ce qu'il doit compléter.")
    texts = {one.pk: _worded((wording or {}).get(one.pk, one.text)) for one in questions}
    request = _write(locked, due_on, questions, texts, by)
    workflow.apply(action, "request_completion", by=by, due_on=due_on.isoformat(), number=request.number)
    for question in questions:
        if texts[question.pk] != question.text and question.asked_by != by:
            notifications.question_reworded(question, texts[question.pk])
    return request


def _write(
    action: Action, due_on: date, questions: list[CompletionQuestion], texts: Mapping[int, str], by: User
) -> CompletionRequest:
    number = action.completion_requests.count() + 1
    opened = opened_by([*(one.anchor for one in questions), *_no_longer_valid(action)])
    text = {
        "reference": action.reference,
        "version": action.version,
        "number": number,
        "due_on": due_on,
        "opened": opened,
        "questions": [{"place": one.anchor, "who": one.who, "text": texts[one.pk]} for one in questions],
    }
    version = sealed.seal(KIND, action, text, by=by)
    request = CompletionRequest.objects.create(
        action=action,
        version=action.version,
        number=number,
        due_on=due_on,
        opened=opened,
        sent_by=by,
        sent_at=version.sealed_at,
        sealed=version,
    )
    for one in questions:
        AskedQuestion.objects.create(
            request=request,
            question=one,
            anchor=one.anchor,
            label=one.label,
            text=texts[one.pk],
            institution=one.institution,
        )
    return request


def _no_longer_valid(action: Action) -> list[str]:
    """Answers that were right at submission and are not any more: closed, they would shut the partner out."""
    return [place_of(name) for name in ProposalForm.of(action).errors if name != "__all__"]


def requests_of(action: Action) -> list[CompletionRequest]:
    """Every request that was sent with its questions and their answers, the last one first."""
    rows = action.completion_requests.select_related("sent_by").order_by("-number")
    light = Submission.objects.defer("receipt", "document")
    submitted = Prefetch("action__submissions", queryset=light)
    return list(rows.prefetch_related("questions__institution", "questions__answer", submitted))


def of_file(user: User, action: Action) -> dict[str, Any]:
    """What the page of a file says of questions: how many wait that this person may read, and what was sent."""
    may_ask = action.status in ASKABLE and permissions.allows(user, "actions.ask", action)
    count = waiting(user).filter(action=action).count()
    return {"questions_waiting": count, "may_ask": may_ask, "requests": requests_of(action)}


# ------------------------------------------------------------------ the partner's answers


def refusals(action: Action, form: ProposalForm, found: Reopened) -> list[str]:
    """Why this draft, valid as it is, is no answer to the request: a closed place changed, a question left alone."""
    if found.request is None:
        return []
    last = action.submissions.select_related("sealed").get(number=found.request.version)
    before = sealed.read(last.sealed.payload)
    text = {**payload(action, form), "attachments": attachments.as_sealed(action)}
    after = sealed.read(sealed.canonical(text))
    closed = [Words().label(key) for key in _closed_keys(before, after, found.request)]
    closed += attachments.closed_changes(action, before.get("attachments", {}), after["attachments"])
    told = [f"« {label} » a changé, et le complément demandé ne le rouvre pas." for label in closed]
    return [*told, *(WAITS.format(label=one.label) for one in unanswered(action, before, after, found))]


def unanswered(
    action: Action, before: Mapping[str, Any], after: Mapping[str, Any], found: Reopened
) -> list[AskedQuestion]:
    """The questions that nothing answers: neither a change of their place nor a word."""
    return [
        one
        for one in found.questions
        if not said(action, one) and all(_same(before, after, key) for key in sealed_keys(one.anchor))
    ]


def _closed_keys(before: Mapping[str, Any], after: Mapping[str, Any], request: CompletionRequest) -> list[str]:
    """The keys of the sealed text that changed although no open place says them."""
    free = {"version", "organisation", "co_editors", "completion", "attachments"}
    free |= {key for place in request.opened for key in sealed_keys(place)}
    return [key for key in {**before, **after} if key not in free and not _same(before, after, key)]


def _same(before: Mapping[str, Any], after: Mapping[str, Any], key: str) -> bool:
    """A question that is newer than the version before, and left blank, has not changed."""
    return bool((before.get(key) or None) == (after.get(key) or None))


def said(action: Action, question: AskedQuestion) -> str:
    """What the draft answers in words."""
    return " ".join(action.draft.get(answer_name(question), [])).strip()[:LONGEST]


def as_sealed(action: Action, found: Reopened) -> dict[str, Any]:
    """The request and its answers, for the sealed text of the version that comes with them."""
    if found.request is None:
        return {}
    answers = [
        {"place": one.anchor, "who": one.who, "question": one.text, "answer": said(action, one)}
        for one in found.questions
    ]
    return {"completion": {"request": found.request.number, "answers": answers}}


def keep_answers(submission: Submission, found: Reopened) -> None:
    for one in found.questions:
        if text := said(submission.action, one):
            CompletionAnswer.objects.create(asked=one, submission=submission, text=text)


# ------------------------------------------------------------------ dates


def remind() -> int:
    """Before the date, the partner; the day after, coordination. Each once; returns how many left."""
    days = timedelta(days=int(Rule.amount("completion_reminder_days")))
    before, after = CompletionReminder.Kind.BEFORE, CompletionReminder.Kind.AFTER
    sent = 0
    for request in _open_requests():
        today, soon = clock.today(), request.due_on - days
        if soon <= today <= request.due_on and timezone.localtime(request.sent_at).date() < soon:
            sent += _remind(request, before)
        elif today > request.due_on:
            sent += _remind(request, after)
    return sent


def _open_requests() -> QuerySet[CompletionRequest]:
    open_now = CompletionRequest.objects.filter(action__status=Status.TO_COMPLETE, version=F("action__version"))
    return open_now.select_related("action").order_by("pk")


def overdue() -> QuerySet[CompletionRequest]:
    """Requests that wait for their answer past their last day."""
    return _open_requests().filter(due_on__lt=clock.today())


def waiting(user: User) -> QuerySet[CompletionQuestion]:
    """Questions that this person may read and that are still to be sent, on files that can be completed."""
    rows = CompletionQuestion.objects.visible_to(user).pending()
    return rows.filter(action__status__in=ASKABLE, version=F("action__version"))


@transaction.atomic
def _remind(request: CompletionRequest, kind: str) -> bool:
    action = workflow.lock(request.action)
    is_open = action.status == Status.TO_COMPLETE and action.version == request.version
    if not is_open or request.reminders.filter(kind=kind).exists():
        return False
    CompletionReminder.objects.create(request=request, kind=kind, sent_at=clock.now())
    if kind == CompletionReminder.Kind.BEFORE:
        audit.record(
            "actions.completion_reminded", action, by=SYSTEM, reference=action.reference or "", audience=audit.PARTNER
        )
        notifications.completion_reminder(request)
    else:
        audit.record("actions.completion_late", action, by=SYSTEM, reference=action.reference or "")
        notifications.completion_late(request)
    return True
