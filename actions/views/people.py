"""Who works on a file: hand it over to a colleague, write it with another organisation."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from actions import co_editing, handing_over
from actions.forms.people import ColleagueForm
from actions.in_charge import person_in_charge
from actions.models import Action, CoEditor
from actions.views.proposals import visible
from cites.accounts.step_up import recent_sign_in
from cites.core import confirm, permissions
from cites.core.http import Request, attempt, blocked_as_errors, typed
from partners import joining
from partners.forms import FindForm
from partners.models import Organisation


def hand_over(request: Request, key: UUID) -> HttpResponse:
    action = _file(request, key)
    permissions.check(request.user, "actions.hand_over", action)
    colleagues = handing_over.candidates(action)
    form = ColleagueForm(typed(request), colleagues=colleagues, seen=action.in_charge_id)
    if request.method == "POST" and form.is_valid():
        chosen, seen = form.chosen, form.cleaned_data["seen"]
        with blocked_as_errors(form):
            handing_over.hand_over(action, chosen, seen=seen, by=request.user)
        if not form.errors:
            messages.success(request, f"Le dossier est confié à {chosen}, qui reçoit un courriel.")
            return redirect(_page(request, action))
    context = {"action": action, "form": form, "person": person_in_charge(action), "back": _page(request, action)}
    return render(request, "actions/hand_over.html", context)


def _file(request: Request, key: UUID) -> Action:
    """A partner's own; coordination finds each one it sees, to put someone in charge where nobody is left."""
    rows = Action.objects.visible_to(request.user) if request.user.is_coordination else visible(request)
    return get_object_or_404(rows.select_related("organisation", "in_charge"), key=key)


def _page(request: Request, action: Action) -> str:
    on_its_side = request.user.is_coordination and action.reference
    return action.get_absolute_url() if on_its_side else reverse("proposals:detail", args=[action.key])


# ------------------------------------------------------------------ another organisation


@require_safe
def co_editors(request: Request, key: UUID) -> HttpResponse:
    """Who writes it too, and a search for one more. Nothing shows of an organisation but its name and its commune."""
    action = get_object_or_404(visible(request), key=key)
    permissions.check(request.user, "actions.invite_co_editor", action)
    form = FindForm(request.GET if "q" in request.GET else None)
    form.fields["q"].label = "Nom, SIRET, RNA ou code UAI de l'organisation à inviter"
    found = joining.find(form.cleaned_data["q"])[: joining.MOST_FOUND] if form.is_valid() else None
    rows = action.co_editors.filter(ended_at__isnull=True).select_related("organisation")
    context = {"action": action, "rows": rows, "form": form, "found": found, "open": co_editing.is_open(action)}
    return render(request, "actions/co_editors.html", context)


@recent_sign_in
def invite(request: Request, key: UUID, pk: int) -> HttpResponse:
    action = get_object_or_404(visible(request), key=key)
    permissions.check(request.user, "actions.invite_co_editor", action)
    organisation = get_object_or_404(joining.to_join(), pk=pk)
    if request.method != "POST":
        return confirm.ask(request, _invitation(action, organisation))
    done = f"L'invitation est partie : « {organisation} » écrira ce dossier dès qu'elle aura accepté."
    attempt(request, lambda: co_editing.invite(action, organisation, by=request.user), done)
    return redirect("proposals:co_editors", key)


def _invitation(action: Action, organisation: Organisation) -> confirm.Question:
    return confirm.Question(
        title=f"Écrire ce dossier avec « {organisation} »\u00a0?",
        about=action.name,
        consequences=(
            "Quand elle aura accepté, ses rédacteurs liront le dossier, le compléteront et y joindront des pièces.",
            "Ils ne pourront ni le déposer, ni le retirer, et ne verront ni votre RIB ni vos autres dossiers.",
            "Son nom est écrit dans le dossier déposé : « avec le concours de ».",
            "Vous pouvez y mettre fin à tout moment.",
        ),
        button="Envoyer l'invitation",
        back=reverse("proposals:co_editors", args=[action.key]),
    )


def answer(request: Request, pk: int) -> HttpResponse:
    """For the invited organisation: what it is about, accept or decline."""
    rows = CoEditor.objects.visible_to(request.user)
    rows = rows.invited() | rows.active()
    co_editor = get_object_or_404(rows.select_related("action__call", "action__organisation", "organisation"), pk=pk)
    permissions.check(request.user, "actions.answer_co_editing", co_editor)
    if request.method == "POST" and "decline" in request.POST:
        attempt(request, lambda: co_editing.decline(co_editor, by=request.user), "Vous avez décliné l'invitation.")
        return redirect("proposals:list")
    if request.method == "POST":
        done = "Vous écrivez maintenant ce dossier avec son porteur."
        if not attempt(request, lambda: co_editing.accept(co_editor, by=request.user), done):
            return redirect("proposals:list")
    if request.method == "POST" or co_editor.accepted_at:
        return redirect("proposals:detail", co_editor.action.key)
    return render(request, "actions/co_editing.html", {"co_editor": co_editor, "action": co_editor.action})


def end(request: Request, key: UUID, pk: int) -> HttpResponse:
    """By the porteur, or by the co-editor, who then no longer sees the file."""
    action = get_object_or_404(visible(request), key=key)
    rows = action.co_editors.filter(ended_at__isnull=True).select_related("organisation", "action__organisation")
    co_editor = get_object_or_404(rows, pk=pk)
    permissions.check(request.user, "actions.end_co_editing", co_editor)
    if request.method != "POST":
        return confirm.ask(request, _end_question(action, co_editor))
    done = f"« {co_editor.organisation} » n'écrit plus ce dossier."
    attempt(request, lambda: co_editing.end(co_editor, by=request.user), done)
    stays = visible(request).filter(pk=action.pk).exists()
    return redirect("proposals:detail", key) if stays else redirect("proposals:list")


def _end_question(action: Action, co_editor: CoEditor) -> confirm.Question:
    return confirm.Question(
        title=f"Ne plus écrire ce dossier avec « {co_editor.organisation} »\u00a0?",
        about=action.name,
        consequences=(
            f"Les personnes de « {co_editor.organisation} » ne verront plus le dossier, dès maintenant.",
            "Ce qu'elles ont écrit et joint y reste.",
            "Pour revenir, il faudra une nouvelle invitation.",
        ),
        button="Mettre fin à la co-rédaction",
        back=reverse("proposals:detail", args=[action.key]),
    )
