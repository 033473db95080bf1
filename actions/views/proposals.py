"""A partner's proposals: where each stands, the last reading, the receipt. Writing is in `writing`."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from actions import (
    announced,
    attachments,
    completion,
    consequences,
    differences,
    drafts,
    submission,
    where_it_stands,
    workflow,
)
from actions.forms.proposal import ProposalForm
from actions.forms.steps import BY_SLUG, State, step_of
from actions.in_charge import still_there
from actions.models import Action, Call, Submission
from actions.sealed_text import payload, sections
from cites.core import confirm, permissions
from cites.core.errors import Blocked
from cites.core.http import Request, attempt
from cites.core.paging import page_of
from cites.core.pdf import pdf_response

# What a partner may do from its own pages; the other transitions have their own form or their own side.
PARTNER_STEPS = ("withdraw", "withdraw_waiting", "start", "abandon")


def visible(request: Request) -> QuerySet[Action]:
    """Proposals are the organisation's, or written with another; coordination keeps those it typed in from paper."""
    own = Action.objects.of_organisations(request.user)
    if request.user.is_coordination:
        own |= Action.objects.filter(on_paper=True)
    return own.select_related("call", "organisation__kind")


@require_safe
def listing(request: Request) -> HttpResponse:
    rows = visible(request).select_related("in_charge").prefetch_related("call__windows")
    rows = rows.annotate(has_someone=still_there())
    page = page_of(request, rows.order_by("-created_at", "-pk"))
    writes = permissions.allows(request.user, "actions.propose")
    calls = list(Call.objects.open()) if writes else []
    own = {m.organisation_id for m in request.user.active_memberships}
    files = list(page)
    shown = list(zip(files, where_it_stands.briefly(files), strict=True))
    return render(request, "actions/proposals.html", {"page": page, "rows": shown, "calls": calls, "own": own})


@require_safe
def detail(request: Request, key: UUID) -> HttpResponse:
    """Where the file stands, in the partner's words: nothing undecided shows."""
    action = get_object_or_404(visible(request), key=key)
    options = [o for o in workflow.options(action, request.user) if o.name in PARTNER_STEPS and not o.reasons]
    context = {
        "action": action,
        "options": options,
        "submissions": [(one["submission"], one["changes"]) for one in differences.versions(action)],
        "where": where_it_stands.of(action),
        "decision": announced.decision(action),
        "can_edit": action.status in drafts.OPEN_TO_PARTNER
        and permissions.allows(request.user, "actions.write", action),
        "next_step": drafts.first_open_step(action),
        "can_renew": _can_renew(request, action),
        "report_open": action.announced_status in ("report_due", "report_missing", "report_to_correct")
        and permissions.allows(request.user, "actions.submit_report", action),
        "can_renounce": action.announced_status == "approved" == action.status
        and permissions.allows(request.user, "actions.renounce", action),
    }
    return render(request, "actions/proposal_detail.html", context)


def check(request: Request, key: UUID) -> HttpResponse:
    """The whole file before submitting: what is missing and where, then one button."""
    action = get_object_or_404(visible(request), key=key)
    permissions.check(request.user, "actions.submit" if request.method == "POST" else "actions.write", action)
    if request.method == "POST" and action.status in drafts.OPEN_TO_PARTNER:
        try:
            submission.submit(action, seen=seen_version(request.POST), by=request.user)
        except Blocked as blocked:
            action.refresh_from_db(fields=["status", "version"])  # submitted meanwhile by another click?
            if action.status in drafts.OPEN_TO_PARTNER:
                messages.error(request, blocked.reasons[0])
        else:
            messages.success(request, "Votre dossier est déposé. Gardez le récépissé.")
            return redirect("proposals:receipt", key)
    if action.status not in drafts.OPEN_TO_PARTNER:
        return redirect("proposals:receipt" if action.version else "proposals:detail", key)
    return render(request, "actions/proposal_check.html", _reading(action))


def _reading(action: Action) -> dict[str, Any]:
    """The file as it would be sealed, or what it lacks and where to write it."""
    form, pieces = ProposalForm.of(action), attachments.lacking(action)
    context: dict[str, Any] = {"action": action, "form": form, "states": step_states(action, form)}
    is_valid = form.is_valid() and not pieces
    refused = completion.refusals(action, form, form.reopened) if is_valid else []
    if is_valid and not refused:
        return {**context, "ready": True, "sections": sections(payload(action, form))}
    lacks = [(str(sentence), *_place(form, name)) for name in form.errors for sentence in form.errors[name]]
    lacks += [(sentence, "Les pièces", "pieces", "") for sentence in pieces]
    first = (form.reopened.steps or [BY_SLUG["porteur"]])[0].slug
    lacks += [(sentence, "Le complément demandé", first, "") for sentence in refused]
    return {**context, "lacks": lacks}


def step_states(action: Action, form: ProposalForm) -> list[State]:
    """Each step of the form, and the pieces that are joined beside it."""
    missing = len(attachments.missing(action))
    return [replace(one, missing=missing) if one.step.slug == "pieces" else one for one in form.states]


def _place(form: ProposalForm, name: str) -> tuple[str, str, str]:
    """Where a sentence is about: the label, the step, the anchor in its page."""
    step = step_of(name)
    if name not in form.fields:
        return step.title, step.slug, ""
    return str(form[name].label), step.slug, str(form[name].focus_id)  # type: ignore[attr-defined]


@require_safe
def receipt(request: Request, key: UUID) -> HttpResponse:
    action = get_object_or_404(visible(request).exclude(version=0), key=key)
    last = action.submissions.select_related("sealed", "submitted_by").order_by("number").last()
    assert last is not None
    return render(request, "actions/proposal_receipt.html", {"action": action, "submission": last})


@require_safe
def receipt_pdf(request: Request, key: UUID, number: int) -> HttpResponse:
    """The very bytes that were handed over."""
    action = get_object_or_404(visible(request), key=key)
    kept = get_object_or_404(Submission, action=action, number=number)
    return pdf_response(bytes(kept.receipt), f"recepisse-{action.reference}-v{number}.pdf")


def step(request: Request, key: UUID, name: str) -> HttpResponse:
    """None of these can be undone: read, the page asks; posted, it is done."""
    if request.method != "POST" and name not in PARTNER_STEPS:
        return HttpResponseNotAllowed(["POST"])
    action = get_object_or_404(visible(request), key=key)
    if request.method != "POST":
        return confirm_step(request, action, name)
    if name in PARTNER_STEPS:
        label = workflow.TRANSITIONS[name].label
        refusal = not_now(action, label)
        attempt(
            request,
            lambda: workflow.apply(action, name, by=request.user),
            f"« {label} » : c'est fait.",
            refusal=refusal,
        )
    return redirect("proposals:detail", key)


def confirm_step(request: Request, action: Action, name: str) -> HttpResponse:
    """The question before `name`; where it is not possible, the refusal that its answer would meet."""
    transition = workflow.TRANSITIONS[name]
    permissions.check(request.user, transition.permission, action)
    if workflow.blocking(action, transition):
        messages.error(request, not_now(action, transition.label))
        return redirect("proposals:detail", action.key)
    back = reverse("proposals:detail", args=[action.key])
    return confirm.ask(request, consequences.question(action, name, back=back))


def not_now(action: Action, label: str) -> str:
    """A refusal in the partner's words: the real reason could be a decision that is not notified yet."""
    return f"Ce dossier est « {action.announced_label.lower()} » : « {label} » n'est pas possible en ce moment."


def seen_version(data: Any) -> int:
    """The draft's version on the page; a page without one is as old as can be."""
    text = data.get("draft_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _can_renew(request: Request, action: Action) -> bool:
    """There is a call to answer again, and this person writes for the organisation."""
    if not action.reference or not permissions.allows(request.user, "actions.renew", action):
        return False
    return Call.objects.open().exclude(pk=action.call_id).exists()
