"""Completing a file, for the steering side: write a question, put one aside, send the request, or refuse the file."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from actions import completion, consequences, submission
from actions.forms.completion import CompletionForm, DropForm, InadmissibleForm, QuestionForm, seen_questions
from actions.models import Action, CompletionQuestion
from actions.views.file import get_file
from cites.core import confirm, permissions
from cites.core.http import Request, attempt, blocked_as_errors, typed

CHANGED = "Les questions à envoyer ont changé depuis que vous avez ouvert cette page : relisez-les."


def questions(request: Request, reference: str) -> HttpResponse:
    """What one's institution asks, before coordination sends it; nobody else reads it here."""
    action = get_file(request, reference)
    permissions.check(request.user, "actions.ask", action)
    if request.method == "POST" and "remove" in request.POST:
        return _take_back(request, action)
    form = QuestionForm(typed(request), action=action)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with blocked_as_errors(form):
            completion.ask(action, data["anchor"], data["text"], by=request.user)
        if not form.errors:
            messages.success(request, "La question est gardée ; la coordination l'enverra avec les autres.")
            return redirect("actions:questions", reference)
    context = {
        "action": action,
        "form": form,
        "is_open": action.status in completion.ASKABLE,
        "questions": _visible(request, action),
        "requests": completion.requests_of(action),
    }
    return render(request, "actions/completion_questions.html", context)


def drop(request: Request, reference: str, number: int) -> HttpResponse:
    """Put a question aside, and say why to who wrote it."""
    action = get_file(request, reference)
    permissions.check(request.user, "actions.check_admissibility", action)
    question = get_object_or_404(_visible(request, action), pk=number)
    form = DropForm(typed(request))
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            completion.drop(question, form.cleaned_data["because"], by=request.user)
        if not form.errors:
            messages.success(request, f"La question est écartée ; {question.asked_by.full_name} est prévenu.")
            return redirect("actions:completion", reference)
    return render(request, "actions/completion_drop.html", {"action": action, "form": form, "question": question})


def request_or_refuse(request: Request, reference: str) -> HttpResponse:
    """Send the questions of all as one request with a date, or say that the file is not admissible."""
    action = get_file(request, reference)
    permissions.check(request.user, "actions.check_admissibility", action)
    if request.method == "POST" and "refuse" in request.POST:
        return _refuse(request, action)
    waiting, data = completion.pending(action), typed(request)
    if request.method == "POST" and seen_questions(data) != {one.pk for one in waiting}:
        return _changed(request, action, waiting)
    form = CompletionForm(data, action=action, questions=waiting)
    if request.method == "POST" and form.is_valid():
        if "add" in request.POST:
            return _add(request, action, form)
        with blocked_as_errors(form):
            _send(request, action, form)
        if not form.errors:
            messages.success(request, "C'est enregistré ; le partenaire est prévenu.")
            return redirect("actions:file", reference)
    return _show(request, action, form)


@transaction.atomic
def _send(request: Request, action: Action, form: CompletionForm) -> None:
    """The questions that the page showed, in its words, and the one typed last."""
    wording = form.wording
    if form.adds:
        added = _ask(request, action, form)
        wording[added.pk] = added.text
    completion.request_completion(action, form.cleaned_data["due_on"], wording=wording, by=request.user)


def _changed(request: Request, action: Action, waiting: list[CompletionQuestion]) -> HttpResponse:
    """A question came, or left, since the page was drawn: read it, what was typed is still there."""
    data = request.POST.copy()
    for one in waiting:
        data.setdefault(f"question_{one.pk}", one.text)
    messages.error(request, CHANGED)
    return _show(request, action, CompletionForm(data, action=action, questions=waiting), status=409)


def _add(request: Request, action: Action, form: CompletionForm) -> HttpResponse:
    """One question more on the same page; what was reworded and the date stay typed."""
    added: list[CompletionQuestion] = []
    if not form.adds:
        form.add_error("text", "Écrivez la question à ajouter.")
    else:
        with blocked_as_errors(form):
            added.append(_ask(request, action, form))
    if form.errors:
        return _show(request, action, form)
    data = request.POST.copy()
    data.update({f"question_{one.pk}": one.text for one in added})
    data["anchor"] = data["text"] = ""
    messages.success(request, "La question est ajoutée à la demande.")
    return _show(request, action, CompletionForm(data, action=action, questions=completion.pending(action)))


def _ask(request: Request, action: Action, form: CompletionForm) -> CompletionQuestion:
    return completion.ask(action, form.cleaned_data["anchor"], form.cleaned_data["text"], by=request.user)


def _refuse(request: Request, action: Action) -> HttpResponse:
    """Asked once more on a page of its own: it cannot be undone."""
    form = InadmissibleForm(request.POST)
    if form.is_valid() and "revise" not in request.POST:
        reason = form.cleaned_data["reason"]
        if "confirmed" not in request.POST:
            kept = {"reason": reason, "refuse": "1", "confirmed": "1"}
            back = reverse("actions:completion", args=[action.reference])
            return confirm.ask(request, consequences.question(action, "find_inadmissible", back=back, kept=kept))
        with blocked_as_errors(form):
            submission.refuse_as_inadmissible(action, reason, by=request.user)
        if not form.errors:
            messages.success(request, "C'est enregistré ; le partenaire est prévenu.")
            return redirect("actions:file", action.reference)
    sending = CompletionForm(action=action, questions=completion.pending(action))
    return _show(request, action, sending, refusing=form)


def _show(
    request: Request,
    action: Action,
    form: CompletionForm,
    *,
    refusing: InadmissibleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"action": action, "form": form, "refusing": refusing or InadmissibleForm()}
    return render(request, "actions/completion.html", context, status=status)


def _take_back(request: Request, action: Action) -> HttpResponse:
    number = request.POST["remove"]
    is_number = number.isascii() and number.isdigit() and len(number) < 12
    question = get_object_or_404(_visible(request, action), pk=int(number) if is_number else 0)
    attempt(request, lambda: completion.take_back(question, by=request.user), "La question est retirée.")
    return redirect("actions:questions", action.reference)


def _visible(request: Request, action: Action) -> Any:
    """The questions of this file that this person may read before they are sent."""
    rows = CompletionQuestion.objects.visible_to(request.user).filter(action=action, asked=None)
    return rows.select_related("institution", "asked_by")
