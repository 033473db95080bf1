"""The file, for the steering side: read the sealed proposal, give an avis, take the next step."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from actions import agenda, completion, consequences, differences, plan, reporting, review, submission, workflow
from actions.forms.choices import (
    AvisForm,
    CorrectionForm,
    DatesForm,
    FollowUpForm,
    ScheduleForm,
)
from actions.interests import has_interest_in
from actions.models import Action, Avis, Review
from actions.models.action import Status
from actions.sealed_text import sections
from cites.core import confirm, permissions
from cites.core.audit import read_sentence
from cites.core.errors import Blocked
from cites.core.http import Request, attempt, blocked_as_errors, typed
from cites.views.espace import visible_events

# Transitions with nothing to fill in; the others have their own form on the page.
STEPS = ("find_admissible", "lift_condition", "start", "expect_report", "miss_report", "accept_report", "close", "drop")


def visible(request: Request) -> QuerySet[Action]:
    permissions.check(request.user, "actions.steer")
    return Action.objects.visible_to(request.user).filter(reference__isnull=False)


def get_file(request: Request, reference: str) -> Action:
    files = visible(request).select_related(
        "call", "organisation__kind", "champ", "theme", "instructed_champ", "instructed_theme"
    )
    return get_object_or_404(files, reference=reference)


@require_safe
def detail(request: Request, reference: str) -> HttpResponse:
    action = get_file(request, reference)
    options = [o for o in workflow.options(action, request.user) if o.name in (*STEPS, "open_review")]
    events = visible_events(request.user).about(action).select_related("actor")  # type: ignore[attr-defined]
    versions = differences.versions(action)
    context = {
        "action": action,
        "options": options,
        "sections": sections(versions[0]["text"]) if versions else [],
        "asked_first": consequences.STEPS,
        "plan": plan.of_action(action),
        "versions": versions,
        "events": [(event, read_sentence(event)) for event in events],
        **completion.of_file(request.user, action),
        "agenda_items": action.agenda_items.select_related("seance__instance"),
        **_avis_context(request, action),
    }
    return render(request, "actions/file.html", context)


def edit(request: Request, reference: str) -> HttpResponse:
    action = get_file(request, reference)
    permissions.check(request.user, "actions.edit", action)
    form = FollowUpForm(typed(request), instance=action)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        seen = values.pop("version")
        with blocked_as_errors(form):
            submission.edit_follow_up(action, values, seen=seen, by=request.user)
        if not form.errors:
            messages.success(request, "Le suivi est enregistré.")
            return redirect("actions:file", reference)
    return render(request, "actions/file_edit.html", {"action": action, "form": form})


def avis(request: Request, reference: str) -> HttpResponse:
    """Sign the avis of one's institution, or leave it prepared for who may sign."""
    action = get_file(request, reference)
    permissions.check(request.user, "actions.prepare_avis", action)
    try:
        current = review.current_review(action)
    except Blocked as blocked:
        messages.info(request, str(blocked))
        return redirect("actions:file", reference)
    form = AvisForm(typed(request), initial=_prepared(request, current, action))
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            _record_avis(request, action, form)
        if not form.errors:
            return redirect("actions:file", reference)
    signable = permissions.allows(request.user, "actions.give_avis", action)
    return render(request, "actions/avis.html", {"action": action, "form": form, "signable": signable})


def schedule(request: Request, reference: str) -> HttpResponse:
    action = get_file(request, reference)
    permissions.check(request.user, "actions.schedule", action)
    form = ScheduleForm(typed(request))
    if request.method == "POST" and form.is_valid():
        seance = form.cleaned_data["seance"]
        with blocked_as_errors(form):
            agenda.schedule(action, seance, by=request.user)
        if not form.errors:
            messages.success(request, f"Le dossier est à l'ordre du jour : {seance}.")
            return redirect("actions:file", reference)
    return render(request, "actions/schedule.html", {"action": action, "form": form})


def change_dates(request: Request, reference: str) -> HttpResponse:
    action = get_file(request, reference)
    permissions.check(request.user, "actions.expect_report", action)
    form = DatesForm(typed(request))
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            reporting.change_dates(action, form.cleaned_data["ends_on"], by=request.user)
        if not form.errors:
            messages.success(request, "La nouvelle date de fin est enregistrée.")
            return redirect("actions:file", reference)
    return render(request, "actions/change_dates.html", {"action": action, "form": form})


def report_correction(request: Request, reference: str) -> HttpResponse:
    action = get_file(request, reference)
    permissions.check(request.user, "actions.check_report", action)
    form = CorrectionForm(typed(request))
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            reporting.ask_correction(action, form.cleaned_data["request"], by=request.user)
        if not form.errors:
            messages.success(request, "La correction est demandée au partenaire.")
            return redirect("actions:file", reference)
    return render(request, "actions/report_correction.html", {"action": action, "form": form})


def step(request: Request, reference: str, name: str) -> HttpResponse:
    """Posted, it is done; what cannot be undone has a page that asks first."""
    if request.method != "POST" and not (name in STEPS and name in consequences.STEPS):
        return HttpResponseNotAllowed(["POST"])
    action = get_file(request, reference)
    if request.method != "POST":
        return _confirm_step(request, action, name)
    if name == "open_review":
        attempt(request, lambda: review.open_review(action, by=request.user), "L'instruction est ouverte.")
    elif name in STEPS:
        label = workflow.TRANSITIONS[name].label
        attempt(request, lambda: workflow.apply(action, name, by=request.user), f"« {label} » : c'est fait.")
    else:
        messages.error(request, "Cette étape n'existe pas.")
    return redirect("actions:file", reference)


def _confirm_step(request: Request, action: Action, name: str) -> HttpResponse:
    transition = workflow.TRANSITIONS[name]
    permissions.check(request.user, transition.permission, action)
    for reason in (reasons := workflow.blocking(action, transition)):
        messages.error(request, reason)
    if reasons:
        return redirect("actions:file", action.reference)
    return confirm.ask(request, consequences.question(action, name, back=action.get_absolute_url()))


def _avis_context(request: Request, action: Action) -> dict[str, Any]:
    current = (
        Review.objects.filter(action=action, version=action.version).prefetch_related("seats__institution").first()
    )
    if current is None:
        return {"review": None}
    seen = list(Avis.objects.visible_to(request.user).filter(review=current).select_related("institution", "signed_by"))
    answered = set(current.avis.values_list("institution_id", flat=True))
    seats = [seat.institution for seat in current.seats.all()]
    knows_who = request.user.is_coordination or current.unveiled_at is not None or not current.blind
    amounts = [one.amount for one in seen if one.amount is not None]
    return {
        "review": current,
        "avis": seen,
        "missing": [i for i in seats if i.pk not in answered] if knows_who else None,
        "gap": max(amounts) - min(amounts) if current.unveiled_at and len(amounts) > 1 else None,
        "may_give": action.status in (Status.IN_REVIEW, Status.REVIEWED, Status.SCHEDULED)
        and request.user.institution is not None
        and request.user.institution.pk not in answered
        and permissions.allows(request.user, "actions.prepare_avis", action),
        "is_out": request.user.institution is not None and has_interest_in(request.user, action) is not None,
    }


def _prepared(request: Request, current: Review, action: Action) -> dict[str, Any]:
    draft = current.drafts.filter(institution=request.user.institution).first()
    prepared = {"position": draft.position, "amount": draft.amount, "reason": draft.reason} if draft else {}
    return {"version": action.version, **prepared}


def _record_avis(request: Request, action: Action, form: AvisForm) -> None:
    data = form.cleaned_data
    if "prepare" in request.POST:
        amount = "" if data["amount"] is None else str(data["amount"]).replace(".", ",")
        review.prepare_avis(action, data["position"], amount, data["reason"], by=request.user)
        messages.success(request, "L'avis est préparé ; il reste à signer par une personne mandatée.")
    else:
        review.give_avis(
            action, data["position"], data["amount"], data["reason"], by=request.user, seen=data["version"]
        )
        messages.success(request, "L'avis de votre institution est signé.")
