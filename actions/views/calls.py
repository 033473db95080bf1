"""Preparing a call in the portal, and agreeing on it: coordination writes, each pilot institution answers."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from actions import call_agreement, call_page, call_preparation, call_state, call_text
from actions.forms.calls import SECTIONS, AmendForm, AnswerForm, ContactForm, NewCallForm, Section, formsets
from actions.models import Call, CallAgreement
from cites.core import confirm, permissions
from cites.core.confirm import Question
from cites.core.http import Request, attempt, blocked_as_errors, typed
from cites.core.paging import page_of


def visible(request: Request) -> QuerySet[Call]:
    permissions.check(request.user, "actions.steer")
    return Call.objects.visible_to(request.user).select_related("period", "asked")


def get_call(request: Request, slug: str) -> Call:
    return get_object_or_404(visible(request), slug=slug)


def prepared(request: Request, slug: str) -> Call:
    """A call, for who prepares it."""
    call = get_call(request, slug)
    permissions.check(request.user, "actions.prepare_call", call)
    return call


@require_safe
def listing(request: Request) -> HttpResponse:
    page = page_of(request, visible(request).prefetch_related("windows", "agreements"))
    rows = [(call, call_state.of(call)) for call in page]
    prepares = permissions.allows(request.user, "actions.prepare_call")
    return render(request, "actions/call_list.html", {"page": page, "rows": rows, "prepares": prepares})


def create(request: Request) -> HttpResponse:
    permissions.check(request.user, "actions.prepare_call")
    form = NewCallForm(typed(request), initial={"source": request.GET.get("reprendre")})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        source = values.pop("source")
        call = call_preparation.create(values, source=source, by=request.user)
        messages.success(request, "L'appel est commencé : remplissez chaque section, puis demandez l'accord.")
        return redirect("actions:call_sheet", call.slug)
    return render(request, "actions/call_new.html", {"form": form})


@require_safe
def sheet(request: Request, slug: str) -> HttpResponse:
    """Where the call stands: its sections, who has agreed, what can be done."""
    call = get_call(request, slug)
    answers = list(call.agreements.select_related("institution", "given_by", "sealed").order_by("-pk"))
    context = {
        "call": call,
        "state": call_state.of(call),
        "sections": [(slug, section.title) for slug, section in SECTIONS.items()],
        "prepares": permissions.allows(request.user, "actions.prepare_call", call),
        "answers_here": _answers_here(request, call),
        "lacking": call_text.lacking(call) if call.published_at is None and call.asked is None else [],
        "institutions": call_agreement.institutions(),
        "given": [one for one in answers if one.sealed_id == call.asked_id],
        "missing": call_agreement.missing(call) if call.asked else [],
        "answers": answers,
        "amendments": call.amendments.order_by("-pk"),
    }
    return render(request, "actions/call_sheet.html", context)


def edit(request: Request, slug: str, name: str) -> HttpResponse:
    """One section of a call in preparation; its rows come with one blank more."""
    call = prepared(request, slug)
    if name not in SECTIONS:
        raise Http404
    if call.published_at is not None:
        messages.info(request, "Cet appel est publié : il se rectifie, il ne se réécrit pas.")
        return redirect("actions:call_sheet", slug)
    section, data = SECTIONS[name], typed(request)
    form = section.form(data, instance=get_call(request, slug))
    rows = formsets(call, section, data)
    # Both are asked, so that every error is said at once.
    if request.method == "POST" and all([form.is_valid(), *(one.is_valid() for one in rows.values())]):
        _save(request, call, form, rows)
        if not form.errors:
            return _after_save(request, slug, name, section)
    context = {"call": call, "form": form, "section": section, "rows": rows, "state": call_state.of(call)}
    return render(request, "actions/call_edit.html", context)


def _save(request: Request, call: Call, form: Any, rows: dict[str, Any]) -> None:
    values = dict(form.cleaned_data)
    seen = values.pop("version")
    with blocked_as_errors(form):
        written = {name: one.written for name, one in rows.items()}
        call_preparation.edit(call, values, written, seen=seen, by=request.user)


def _after_save(request: Request, slug: str, name: str, section: Section) -> HttpResponse:
    messages.success(request, f"« {section.title} » : c'est enregistré.")
    if "more" in request.POST:
        return redirect("actions:call_edit", slug, name)
    return redirect("actions:call_sheet", slug)


@require_safe
def preview(request: Request, slug: str) -> HttpResponse:
    """The call as the public will read it."""
    call = get_call(request, slug)
    return render(request, "actions/call_preview.html", {**call_page.context(call), "state": call_state.of(call)})


@require_POST
def ask(request: Request, slug: str) -> HttpResponse:
    call = prepared(request, slug)
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1
    done = "Les pilotes sont prévenus : l'appel est publié quand tous ont accordé ce texte."
    attempt(request, lambda: call_agreement.ask(call, seen=version, by=request.user), done)
    return redirect("actions:call_sheet", slug)


def withdraw(request: Request, slug: str) -> HttpResponse:
    """Read, the page asks; posted, it is done."""
    call = prepared(request, slug)
    if request.method != "POST":
        return confirm.ask(request, _withdrawing(call))
    attempt(request, lambda: call_agreement.withdraw(call, by=request.user), "Le texte n'attend plus d'accord.")
    return redirect("actions:call_sheet", slug)


def answer(request: Request, slug: str) -> HttpResponse:
    """The whole text, then the answer of the institution of one's mandate."""
    call = get_call(request, slug)
    permissions.check(request.user, "actions.agree_call", call)
    if not _answers_here(request, call):
        messages.info(request, "Cet appel n'attend pas la réponse de votre institution.")
        return redirect("actions:call_sheet", slug)
    form = AnswerForm(typed(request), initial={"seen": call.asked.sha256 if call.asked else ""})
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            _record(request, call, form.cleaned_data)
        if not form.errors:
            return redirect("actions:call_sheet", slug)
    context = {**call_page.context(call), "form": form, "proposed": call_state.proposed(call)}
    return render(request, "actions/call_answer.html", context)


def _record(request: Request, call: Call, data: dict[str, Any]) -> None:
    if data["answer"] == CallAgreement.Answer.REFUSED:
        call_agreement.refuse(call, data["reason"], seen=data["seen"], by=request.user)
        messages.success(request, "Le refus est enregistré, la coordination est prévenue.")
        return
    call_agreement.agree(call, seen=data["seen"], by=request.user)
    call.refresh_from_db()
    is_last = call.asked_id is None
    messages.success(request, "C'était le dernier accord : c'est publié." if is_last else "L'accord est enregistré.")


def contact(request: Request, slug: str) -> HttpResponse:
    """Whom to write to may change at any time."""
    call = prepared(request, slug)
    form = ContactForm(typed(request), instance=get_call(request, slug))
    if request.method == "POST" and form.is_valid():
        name, email = form.cleaned_data["contact_name"], form.cleaned_data["contact_email"]
        call_agreement.change_contact(call, name, email, by=request.user)
        messages.success(request, "Le contact est changé.")
        return redirect("actions:call_sheet", slug)
    return render(request, "actions/call_contact.html", {"call": call, "form": form})


def amend(request: Request, slug: str) -> HttpResponse:
    """Tell the readers of a published call what changes: every pilot agrees first."""
    call = prepared(request, slug)
    form = AmendForm(typed(request), call=call)
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            call_agreement.amend(call, **form.cleaned_data, by=request.user)
        if not form.errors:
            messages.success(request, "Les pilotes sont prévenus : le rectificatif paraît quand tous l'ont accordé.")
            return redirect("actions:call_sheet", slug)
    return render(request, "actions/call_amend.html", {"call": call, "form": form})


def _answers_here(request: Request, call: Call) -> bool:
    """This person may answer, and its institution has not."""
    if call.asked is None or not permissions.allows(request.user, "actions.agree_call", call):
        return False
    return request.user.institution in call_agreement.missing(call)


def _withdrawing(call: Call) -> Question:
    is_amendment = call.published_at is not None
    return Question(
        title="Retirer de l'accord des pilotes\u00a0?",
        about=call.title,
        consequences=(
            "Les accords déjà donnés ne comptent plus ; ils restent écrits au journal.",
            "Le rectificatif ne paraît pas."
            if is_amendment
            else "Vous pourrez modifier l'appel et le soumettre encore.",
        ),
        button="Retirer de l'accord",
        back=reverse("actions:call_sheet", args=[call.slug]),
        obstacles=[] if call.asked_id else ["Aucun texte n'attend l'accord des pilotes."],
    )
