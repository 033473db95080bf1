"""The budget after a cut: typed again by the partner, read beside the submitted one, accepted by coordination."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from actions import announced, plan, rebalancing
from actions.forms.proposal import as_draft
from actions.forms.rebalance import RevisionForm
from actions.models import Action, RevisedBudget
from actions.views.file import get_file
from actions.views.proposals import seen_version, visible
from cites.core import confirm, permissions, sealed
from cites.core.confirm import Question
from cites.core.errors import Blocked, Stale
from cites.core.http import Request, blocked_as_errors, in_words, typed

State = RevisedBudget.State


def edit(request: Request, key: UUID) -> HttpResponse:
    """Typed while it is open, read once it is submitted."""
    action = get_object_or_404(visible(request), key=key)
    permissions.check(request.user, "actions.revise_budget", action)
    revised = rebalancing.current(action)
    if revised and revised.state in (State.SUBMITTED, State.ACCEPTED):
        return render(request, "actions/revised_budget_read.html", _reading(action, revised))
    if not rebalancing.is_asked(action):
        messages.info(request, rebalancing.NOT_ASKED)
        return redirect("proposals:detail", key)
    data = typed(request)
    if request.method == "POST":
        return _save(request, action)
    context = _context(action, as_draft(data) if data is not None else None)
    if data is not None:  # typed before the session was gone, on the version of its page
        context.update(is_recovered=True, draft_version=seen_version(data))
    return render(request, "actions/revised_budget.html", context)


def _save(request: Request, action: Action) -> HttpResponse:
    """Kept first, however wrong; then submitted, if that is the button."""
    data = request.POST
    values = as_draft(data)
    try:
        stored = rebalancing.begun(action).draft
        values |= {name: stored.get(name, []) for name in data.getlist("take") if name in values}
        values = {name: texts for name, texts in values.items() if any(texts)}
        saved = rebalancing.save(action, values, seen=seen_version(data), by=request.user)
        if "check" in data:
            return _submit(request, action, saved)
    except Stale as stale:
        context = _context(action, values, stale=stale)
        return render(request, "actions/revised_budget.html", context, status=409)
    except Blocked as blocked:  # submitted from another tab in the meantime
        messages.info(request, blocked.reasons[0])
        return redirect("proposals:revised_budget", action.key)
    messages.success(request, "Votre budget est enregistré. Il n'est pas encore déposé.")
    return redirect("proposals:revised_budget", action.key)


def _submit(request: Request, action: Action, saved: RevisedBudget) -> HttpResponse:
    if not rebalancing.form_of(saved).is_valid():
        messages.error(request, "Le budget n'est pas déposé : corrigez ce qui est signalé ci-dessous.")
        return redirect("proposals:revised_budget", action.key)
    rebalancing.submit(action, seen=saved.draft_version, by=request.user)
    messages.success(request, "Votre budget révisé est déposé. La coordination vous répond par courriel.")
    return redirect("proposals:detail", action.key)


def _context(action: Action, draft: rebalancing.Typed | None = None, stale: Stale | None = None) -> dict[str, Any]:
    revised = rebalancing.begun(action)
    form = rebalancing.form_of(revised, draft)
    form.is_valid()
    return {
        "action": action,
        "revised": revised,
        "form": form,
        "granted": revised.granted,
        "stale": stale,
        "conflict": _conflict(revised, form, draft or {}) if stale else [],
        "draft_version": revised.draft_version,
        "due_on": _due_on(action),
    }


def _conflict(revised: RevisedBudget, mine: Any, draft: rebalancing.Typed) -> list[dict[str, Any]]:
    """Both texts of each amount that differs: the page keeps yours, a box takes the stored one."""
    stored = rebalancing.form_of(revised)
    return [
        {
            "name": name,
            "label": stored[name].label,
            "stored": in_words(stored[name]),
            "mine": in_words(mine[name]) if name in mine.fields else "",
            "is_blank": not any(draft.get(name, [])),
        }
        for name in stored.fields
        if revised.draft.get(name, [""]) != draft.get(name, [""])
    ]


def _due_on(action: Action) -> Any:
    told = announced.decision(action)
    return announced.revised_before(told.notice.sent_at) if told else None


def _reading(action: Action, revised: RevisedBudget) -> dict[str, Any]:
    """What was asked, granted and revised, side by side."""
    assert revised.sealed is not None
    before, after = plan.submitted(action), plan.of_sealed(sealed.read(revised.sealed.payload))
    return {
        "action": action,
        "revised": revised,
        "granted": revised.granted,
        "before": before,
        "after": after,
        "compared": rebalancing.compared(before, after),
    }


# ------------------------------------------------------------------ the steering side


def answer(request: Request, reference: str) -> HttpResponse:
    """Read it beside the submitted one; coordination accepts it, or asks again with a reason."""
    action = get_file(request, reference)
    revised = rebalancing.current(action)
    if revised is None or revised.sealed is None:
        messages.info(request, "Aucun budget révisé n'est déposé pour cette action.")
        return redirect("actions:file", reference)
    form = RevisionForm(typed(request) if "correct" in request.POST else None)
    if request.method == "POST":
        permissions.check(request.user, "actions.check_revised_budget", action)
        if "correct" not in request.POST:
            return _accept(request, action)
        if form.is_valid() and _asked_again(request, action, form):
            return redirect("actions:file", reference)
    context = {**_reading(action, revised), "form": form, "waits": revised.state == State.SUBMITTED}
    return render(request, "actions/revised_budget_answer.html", context)


def _accept(request: Request, action: Action) -> HttpResponse:
    back, seen = reverse("actions:revised_budget", args=[action.reference]), request.POST.get("seen", "")
    if "revise" in request.POST:
        return redirect(back)
    if "confirmed" not in request.POST:
        return confirm.ask(request, _question(action, back, seen))
    try:
        rebalancing.accept(action, seen=seen, by=request.user)
    except Blocked as blocked:
        messages.error(request, blocked.reasons[0])
        return redirect(back)
    messages.success(request, "Le budget révisé est accepté ; le partenaire est prévenu.")
    return redirect("actions:file", action.reference)


def _asked_again(request: Request, action: Action, form: RevisionForm) -> bool:
    with blocked_as_errors(form):
        reason, seen = form.cleaned_data["request"], request.POST.get("seen", "")
        rebalancing.ask_again(action, reason, seen=seen, by=request.user)
    if not form.errors:
        messages.success(request, "La correction est demandée au partenaire.")
    return not form.errors


def _question(action: Action, back: str, seen: str) -> Question:
    return Question(
        title="Accepter le budget révisé\u00a0?",
        about=f"{action.reference} – {action.title}",
        consequences=(
            "Ce budget remplace celui du dossier : le bilan y sera comparé.",
            "Le partenaire est prévenu par courriel et ne peut plus le modifier.",
            "Le budget déposé avec le dossier reste lisible.",
        ),
        button="Accepter le budget révisé",
        back=back,
        kept={"seen": seen, "confirmed": "1"},
    )
