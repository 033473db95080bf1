"""A partner's proposals: answer a call, come back to the draft, submit, keep the receipt, follow."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions import consequences, submission, workflow
from actions.forms.choices import OrganisationChoice
from actions.forms.proposal import ProposalForm, as_draft
from actions.models import Action, Call, Submission
from cites.core import confirm, permissions
from cites.core.errors import Blocked, Stale
from cites.core.http import Request, attempt, in_words, typed
from cites.core.paging import page_of
from cites.core.pdf import pdf_response
from partners.models import Organisation

# What a partner may do from its own pages; the other transitions have their own form or their own side.
PARTNER_STEPS = ("withdraw", "withdraw_waiting", "start", "abandon")


def visible(request: Request) -> QuerySet[Action]:
    """Proposals are the organisation's; coordination keeps those it typed in from paper."""
    own = Q(organisation__in=[m.organisation_id for m in request.user.active_memberships])
    if request.user.is_coordination:
        own |= Q(on_paper=True)
    return Action.objects.filter(own).select_related("call", "organisation__kind")


@require_safe
def listing(request: Request) -> HttpResponse:
    page = page_of(request, visible(request).order_by("-created_at", "-pk"))
    writes = permissions.allows(request.user, "actions.propose")
    calls = list(Call.objects.open().order_by("closes_at")) if writes else []
    return render(request, "actions/proposals.html", {"page": page, "calls": calls})


def start(request: Request, slug: str) -> HttpResponse:
    """Choose for which organisation, then write. One organisation: nothing to choose."""
    call = get_object_or_404(Call.objects.visible_to(request.user), slug=slug)
    permissions.check(request.user, "actions.propose", call)
    form = OrganisationChoice(typed(request), organisations=_organisations(request))
    if request.method == "POST" and form.is_valid():
        started: list[Action] = []
        if attempt(request, lambda: started.append(submission.start(call, form.chosen, by=request.user))):
            return redirect("proposals:edit", started[0].key)
    return render(request, "actions/proposal_start.html", {"form": form, "call": call})


@require_safe
def detail(request: Request, key: UUID) -> HttpResponse:
    """Where the file stands, in the partner's words: nothing undecided shows."""
    action = get_object_or_404(visible(request), key=key)
    options = [o for o in workflow.options(action, request.user) if o.name in PARTNER_STEPS and not o.reasons]
    context = {
        "action": action,
        "options": options,
        "submissions": action.submissions.select_related("sealed").order_by("-number"),
        "decision": _announced_decision(action),
        "can_edit": action.status in submission.OPEN_TO_PARTNER,
        "report_open": action.announced_status in ("report_due", "report_missing", "report_to_correct"),
        "can_renounce": action.announced_status == "approved" == action.status,
    }
    return render(request, "actions/proposal_detail.html", context)


def edit(request: Request, key: UUID) -> HttpResponse:
    """Write and save, however wrong; a newer text from another tab is shown beside, nothing is lost."""
    action = get_object_or_404(visible(request), key=key)
    permissions.check(request.user, "actions.write", action)
    if action.status not in submission.OPEN_TO_PARTNER:
        messages.info(request, "Ce dossier est déposé : il ne se modifie plus.")
        return redirect("proposals:detail", key)
    data = typed(request)
    draft = as_draft(data) if data is not None else action.draft
    if request.method == "POST":
        try:
            action = submission.save_draft(action, draft, seen=_version(data), by=request.user)
        except Stale as stale:
            return _conflict(request, action, draft, stale)
        return _after_save(request, action)
    context = _form_context(action, draft, with_missing="manquants" in request.GET)
    if data is not None:  # the version of the page it was typed on, so that a newer text is not covered
        context.update(is_recovered=True, draft_version=_version(data))
    return render(request, "actions/proposal_edit.html", context)


def check(request: Request, key: UUID) -> HttpResponse:
    """The whole file before submitting: what is missing and where, then one button."""
    action = get_object_or_404(visible(request), key=key)
    permissions.check(request.user, "actions.submit", action)
    if request.method == "POST" and action.status in submission.OPEN_TO_PARTNER:
        try:
            submission.submit(action, seen=_version(request.POST), by=request.user)
        except Blocked as blocked:
            action.refresh_from_db(fields=["status", "version"])  # submitted meanwhile by another click?
            if action.status in submission.OPEN_TO_PARTNER:
                messages.error(request, blocked.reasons[0])
        else:
            messages.success(request, "Votre dossier est déposé. Gardez le récépissé.")
            return redirect("proposals:receipt", key)
    if action.status not in submission.OPEN_TO_PARTNER:
        return redirect("proposals:receipt" if action.version else "proposals:detail", key)
    form = ProposalForm.of(action)
    return render(request, "actions/proposal_check.html", {"action": action, "form": form, "ready": form.is_valid()})


@require_safe
def receipt(request: Request, key: UUID) -> HttpResponse:
    action = get_object_or_404(visible(request).exclude(version=0), key=key)
    last = action.submissions.select_related("sealed", "submitted_by").order_by("number").last()
    assert last is not None
    lines = submission.receipt_data(action, last.sealed)
    return render(request, "actions/proposal_receipt.html", {"action": action, "submission": last, "receipt": lines})


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


def _organisations(request: Request) -> QuerySet[Organisation]:
    if request.user.is_coordination:
        return Organisation.objects.visible_to(request.user)
    writing = [m.organisation_id for m in request.user.active_memberships if m.can_write]
    return Organisation.objects.filter(pk__in=writing)


def not_now(action: Action, label: str) -> str:
    """A refusal in the partner's words: the real reason could be a decision that is not notified yet."""
    return f"Ce dossier est « {action.announced_label.lower()} » : « {label} » n'est pas possible en ce moment."


def _version(data: Any) -> int:
    """The draft's version on the page; a page without one is as old as can be."""
    text = data.get("draft_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _form_context(action: Action, draft: dict[str, list[str]], *, with_missing: bool = False) -> dict[str, Any]:
    """What is wrong is said at once; what is missing, when one comes from the page of relecture to mend it."""
    shown = Action(call=action.call, organisation=action.organisation, draft=draft)
    form = ProposalForm.of(shown, bound=bool(draft))
    if not with_missing:
        form.forgive_blanks()
    return {"action": action, "form": form, "draft_version": action.draft_version}


def _after_save(request: Request, action: Action) -> HttpResponse:
    if "check" in request.POST:
        return redirect("proposals:check", action.key)
    at = timezone.localtime(action.draft_saved_at) if action.draft_saved_at else None
    messages.success(request, f"Brouillon enregistré à {at:%H:%M}." if at else "Rien à enregistrer.")
    return redirect("proposals:edit", action.key)


def _conflict(request: Request, action: Action, draft: dict[str, list[str]], stale: Stale) -> HttpResponse:
    """Both texts: yours stays in the form, the stored one is quoted field by field."""
    action.refresh_from_db()
    context = _form_context(action, draft)
    stored = ProposalForm.of(action)
    context["conflict"] = [
        {"label": stored[name].label, "stored": in_words(stored[name])}
        for name in stored.fields
        if action.draft.get(name, []) != draft.get(name, [])
    ]
    context["stale"] = stale
    return render(request, "actions/proposal_edit.html", context, status=409)


def _announced_decision(action: Action) -> Any:
    """The decision the partner was told, with its amount; None before the notification."""
    items = action.agenda_items.prefetch_related("decisions__notice")
    decisions = [d for item in items for d in item.decisions.all() if getattr(d, "notice", None)]
    return max(decisions, key=lambda d: d.pk, default=None)
