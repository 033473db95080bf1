"""Writing a proposal: begin or renew it, type it step by step or on one page, saved by the person or by the page."""

from copy import copy
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from actions import drafts, eligibility, submission
from actions.drafts import Closed, Seen, Typed
from actions.forms.choices import CallChoice, OrganisationChoice
from actions.forms.proposal import ProposalForm, as_draft
from actions.forms.steps import BY_SLUG, STEPS, Step
from actions.models import Action, Call
from actions.reopened import kept, reopened
from actions.views.proposals import seen_version, step_states, visible
from cites.core import permissions
from cites.core.errors import Blocked, Stale
from cites.core.htmx import is_autosave
from cites.core.http import Request, attempt, in_words, typed
from cites.core.text import storable
from partners.membership import current_organisation
from partners.models import Organisation

CLOSED = "Ce dossier est déposé : il ne se modifie plus."
MAX_MARK = 32


def start(request: Request, slug: str) -> HttpResponse:
    """Who may answer, until when, for what; then for which organisation. One organisation: nothing to choose."""
    call = get_object_or_404(Call.objects.visible_to(request.user), slug=slug)
    permissions.check(request.user, "actions.propose", call)
    organisations = _organisations(request)
    current = current_organisation(request)
    form = OrganisationChoice(typed(request), organisations=organisations, current=current)
    if request.method == "POST" and form.is_valid():
        started: list[Action] = []
        if attempt(request, lambda: started.append(submission.start(call, form.chosen, by=request.user))):
            return _first_page(started[0])
    answers = [] if request.user.is_coordination else eligibility.answers(call, list(organisations))
    context = {"form": form, "call": call, "answers": answers, "kinds": call.eligible_kinds.all()}
    return render(request, "actions/proposal_start.html", context)


def renew(request: Request, key: UUID) -> HttpResponse:
    """The same action, for another call: last year's answers to read again, its figures beside."""
    last = get_object_or_404(visible(request).filter(reference__isnull=False), key=key)
    permissions.check(request.user, "actions.renew", last)
    form = CallChoice(typed(request), calls=Call.objects.open().exclude(pk=last.call_id))
    if request.method == "POST" and form.is_valid():
        started: list[Action] = []
        chosen = form.cleaned_data["call"]
        if attempt(
            request,
            lambda: started.append(submission.start(chosen, last.organisation, by=request.user, renews=last)),
            "Le nouveau dossier reprend les réponses du précédent : relisez chaque étape.",
        ):
            return _first_page(started[0])
    return render(request, "actions/proposal_renew.html", {"form": form, "action": last})


def edit(request: Request, key: UUID) -> HttpResponse:
    """The whole form on one page: for who prefers it, and to type in a file that came on paper."""
    return _write(request, key, None)


def write(request: Request, key: UUID, slug: str) -> HttpResponse:
    """One step of the form."""
    if slug not in BY_SLUG:
        raise Http404
    return _write(request, key, BY_SLUG[slug])


def _write(request: Request, key: UUID, step: Step | None) -> HttpResponse:
    """Save, however wrong; a newer text from another page is shown beside, nothing is lost."""
    action = get_object_or_404(visible(request).select_related("renews__report"), key=key)
    permissions.check(request.user, "actions.write", action)
    if action.status not in drafts.OPEN_TO_PARTNER:
        return _closed(request, action)
    data = typed(request)
    if request.method == "POST":
        return _save(request, action, step)
    if data is None:
        context = _context(action, step, action.draft, with_missing="manquants" in request.GET)
    else:  # the version of the page it was typed on, so that a newer text is not covered
        context = _context(action, step, _merged(action, step, as_draft(data)))
        context.update(is_recovered=True, draft_version=seen_version(data))
    return render(request, "actions/proposal_edit.html", context)


def _save(request: Request, action: Action, step: Step | None) -> HttpResponse:
    data = request.POST
    values = as_draft(data)
    values = step.only(values) if step else values
    for name in filter(values.keys().__contains__, data.getlist("take")):
        values[name] = action.draft.get(name, [])
    values = {name: texts for name, texts in values.items() if texts}
    seen = Seen(seen_version(data), storable(data.get("page", ""))[:MAX_MARK])
    try:
        saved = drafts.save(action, values, step=step, seen=seen, by=request.user)
    except Closed as closed:
        return _told(str(closed), 409) if is_autosave(request) else _overstepped(request, action, step, values, closed)
    except Stale as stale:
        return _told(stale.message, 409) if is_autosave(request) else _conflict(request, action, step, values, stale)
    except Blocked:  # submitted from another tab in the meantime
        return _closed(request, action)
    return _told_saved(saved) if is_autosave(request) else _after_save(request, saved, step)


# ------------------------------------------------------------------ what the page shows


def _context(action: Action, step: Step | None, draft: Typed, *, with_missing: bool = False) -> dict[str, Any]:
    """What is wrong is said at once; what is missing, when one comes from the page of relecture to mend it."""
    shown = copy(action)
    shown.draft = draft
    form = ProposalForm.of(shown)
    states = step_states(action, form)
    if step:
        form.keep_errors_of(step)
    if not with_missing:
        form.forgive_blanks()
    return {
        "action": action,
        "form": form,
        "step": step,
        "shown": [step] if step else STEPS,
        "states": [(state, _address(action, state.step)) for state in states],
        "steps": [(one.title, _address(action, one)) for one in STEPS],
        "number": STEPS.index(step) + 1 if step else 0,
        "last_year": _report_of(action.renews),
        "draft_version": action.draft_version,
        "page_mark": uuid4().hex,
        **_completing(action, form, step),
    }


def _completing(action: Action, form: ProposalForm, step: Step | None) -> dict[str, Any]:
    """What is asked and where, if this file is to complete; nothing else can be written."""
    places = form.reopened
    is_open = any(not field.field.closed for field in form.fields_of(step)) if step else True
    return {
        "places": places,
        "asked": [(one, _address(action, one), len(places.about(one))) for one in places.steps],
        "is_open": is_open,
        "next_asked": [(one, _address(action, one)) for one in [places.after(step)] if one],
        "is_late": places.request is not None and places.request.is_late(),
    }


def _overstepped(request: Request, action: Action, step: Step | None, values: Typed, closed: Closed) -> HttpResponse:
    """Nothing is written; what was typed where it is open stays in the form, the rest is shown to be copied."""
    context = _context(action, step, _merged(action, step, values))
    refused = [(label, ", ".join(values[name])) for name, label in zip(closed.names, closed.labels, strict=True)]
    context.update(overstepped=refused, draft_version=seen_version(request.POST))
    return render(request, "actions/proposal_edit.html", context, status=409)


def _conflict(request: Request, action: Action, step: Step | None, values: Typed, stale: Stale) -> HttpResponse:
    """Both texts, field by field: yours stays in the form, the stored one can be taken instead."""
    action.refresh_from_db()
    context = _context(action, step, _merged(action, step, values))
    stored = ProposalForm.of(action)
    context["conflict"] = [
        {
            "name": name,
            "label": stored[name].label,
            "stored": in_words(stored[name]),
            "mine": in_words(context["form"][name]) if name in context["form"].fields else "",
            "is_blank": not any(values.get(name, [])),
        }
        for name in stored.fields
        if (step is None or step.owns(name)) and stored.reopened.allows(name)
        if action.draft.get(name, []) != values.get(name, [])
    ]
    context["stale"] = stale
    return render(request, "actions/proposal_edit.html", context, status=409)


def _merged(action: Action, step: Step | None, values: Typed) -> Typed:
    """The draft with one step retyped, or all of it; where it is closed, it stays as it is."""
    typed = kept(action, reopened(action), step.only(values) if step else values, step)
    others = {name: texts for name, texts in action.draft.items() if step and not step.owns(name)}
    return {**others, **typed}


def _report_of(last: Action | None) -> Any:
    """Last year's figures, shown beside a renewal: told by the partner, so no secret to it."""
    report = getattr(last, "report", None) if last else None
    return report if report is not None and report.submitted_at else None


# ------------------------------------------------------------------ where it leads


def _after_save(request: Request, action: Action, step: Step | None) -> HttpResponse:
    if "check" in request.POST:
        return redirect("proposals:check", action.key)
    at = timezone.localtime(action.draft_saved_at) if action.draft_saved_at else None
    messages.success(request, f"Brouillon enregistré à {at:%H:%M}." if at else "Rien à enregistrer.")
    if step is None:
        return redirect("proposals:edit", action.key)
    places = reopened(action)
    if places.request and "next" in request.POST:
        after = places.after(step)
        return redirect(_address(action, after) if after else reverse("proposals:check", args=[action.key]))
    shift = ("next" in request.POST) - ("back" in request.POST)
    return redirect(_address(action, STEPS[min(max(STEPS.index(step) + shift, 0), len(STEPS) - 1)]))


def _closed(request: Request, action: Action) -> HttpResponse:
    if is_autosave(request):
        return _told(CLOSED, 409)
    messages.info(request, CLOSED)
    return redirect("proposals:detail", action.key)


def _first_page(action: Action) -> HttpResponse:
    return redirect(_address(action, drafts.first_open_step(action)))


def _address(action: Action, step: Step) -> str:
    return reverse("proposals:write", args=[action.key, step.slug])


def _told(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)


def _told_saved(action: Action) -> JsonResponse:
    at = timezone.localtime(action.draft_saved_at) if action.draft_saved_at else None
    return JsonResponse({"version": action.draft_version, "saved_at": f"{at:%H:%M}" if at else ""})


def _organisations(request: Request) -> QuerySet[Organisation]:
    if request.user.is_coordination:
        return Organisation.objects.visible_to(request.user)
    writing = [m.organisation_id for m in request.user.active_memberships if m.can_write]
    return Organisation.objects.filter(pk__in=writing).select_related("kind")
