"""Who is in an organisation: invite, answer who asks, change a role, end. Each asks first who is there."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from cites.accounts import invitations
from cites.accounts.step_up import recent_sign_in
from cites.core import confirm, permissions
from cites.core.errors import Blocked
from cites.core.http import Request, attempt, blocked_as_errors, typed
from partners import joining, membership
from partners.forms import AnswerForm, InviteForm, RoleForm
from partners.models import Membership, Organisation
from partners.views.organisation import find, requests_of

OFTEN = "Beaucoup d'invitations sont parties, de vous ou vers cette adresse : attendez avant d'en envoyer une autre."
GESTURES = {
    "renvoyer": (invitations.resend, "L'invitation est renvoyée : seul le nouveau lien fonctionne."),
    "revoquer": (invitations.revoke, "L'invitation est révoquée."),
}


def _managed(request: Request, pk: int) -> Organisation:
    organisation = find(request, pk)
    permissions.check(request.user, "partners.manage_members", organisation)
    return organisation


def _member(organisation: Organisation, number: int) -> Membership:
    members = Membership.objects.active().filter(organisation=organisation).select_related("user", "organisation")
    found: Membership = get_object_or_404(members, pk=number)
    return found


@recent_sign_in
def invite(request: Request, pk: int) -> HttpResponse:
    organisation = _managed(request, pk)
    form = InviteForm(typed(request), initial={"role": Membership.Role.REDACTEUR})
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            _not_too_often(request, form.cleaned_data["email"])
            membership.invite(organisation, form.cleaned_data["email"], form.cleaned_data["role"], by=request.user)
        if not form.errors:
            messages.success(request, "L'invitation est partie. Elle sert une fois, pendant quatorze jours.")
            return redirect("organisation:detail", pk)
    return render(request, "partners/invite.html", {"organisation": organisation, "form": form})


@require_POST
@recent_sign_in
def invitation(request: Request, pk: int, number: int, name: str) -> HttpResponse:
    organisation = _managed(request, pk)
    found = next((one for one in membership.pending(organisation) if one.pk == number), None)
    if found is None or name not in GESTURES:
        raise Http404
    verb, done = GESTURES[name]

    def do() -> None:
        if name == "renvoyer":
            _not_too_often(request, found.email)
        verb(found, request.user)

    attempt(request, do, done)
    return redirect("organisation:detail", pk)


def _not_too_often(request: Request, email: str) -> None:
    """Whoever has an organisation may write to any address: neither all day long, nor to everyone."""
    if not ratelimit.consume(request, action="invite", key=email.strip().lower()):
        raise Blocked(OFTEN)


@recent_sign_in
def member(request: Request, pk: int, number: int) -> HttpResponse:
    """Change what someone may do here."""
    organisation = _managed(request, pk)
    found = _member(organisation, number)
    form = RoleForm(typed(request), initial={"role": found.role})
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            membership.change_role(found, form.cleaned_data["role"], by=request.user)
        if not form.errors:
            messages.success(request, f"Le rôle de {found.user} est enregistré.")
            return redirect("organisation:detail", pk)
    return render(request, "partners/member.html", {"organisation": organisation, "member": found, "form": form})


@recent_sign_in
def end(request: Request, pk: int, number: int) -> HttpResponse:
    """End someone's membership, or leave."""
    organisation = find(request, pk)
    found = _member(organisation, number)
    is_own = found.user == request.user
    if not is_own:
        permissions.check(request.user, "partners.manage_members", organisation)
    if request.method != "POST":
        return confirm.ask(request, _question(found, is_own))
    done = "Vous avez quitté l'organisation." if is_own else f"{found.user} n'est plus membre de l'organisation."
    attempt(request, lambda: membership.end(found, by=request.user), done)
    still_there = not is_own or Membership.objects.active().filter(pk=found.pk).exists()
    return redirect("organisation:detail", pk) if still_there else redirect("espace:home")


def _question(found: Membership, is_own: bool) -> confirm.Question:
    who = "Vous ne verrez plus" if is_own else f"{found.user} ne verra plus"
    return confirm.Question(
        title="Quitter cette organisation" if is_own else f"Mettre fin au rattachement de {found.user}",
        about=str(found.organisation),
        consequences=[
            f"{who} rien de l'organisation, dès maintenant : ses dossiers, ses pièces, ses bilans.",
            "Les dossiers déjà saisis restent à l'organisation.",
            "Pour revenir, il faudra une nouvelle invitation ou une nouvelle demande.",
        ],
        button="Quitter l'organisation" if is_own else "Mettre fin au rattachement",
        back=reverse("organisation:detail", args=[found.organisation_id]),
    )


@recent_sign_in
def join_request(request: Request, pk: int, number: int) -> HttpResponse:
    found = get_object_or_404(requests_of(request, pk), pk=number)
    permissions.check(request.user, "partners.answer_join_request", found.organisation)
    if found.answered_at:  # by a colleague, whose mail said the same
        messages.info(request, joining.ANSWERED)
        return redirect("organisation:detail", pk)
    form = AnswerForm(typed(request), initial={"role": Membership.Role.REDACTEUR})
    if request.method == "POST" and form.is_valid():
        with blocked_as_errors(form):
            if "refuse" in request.POST:
                joining.refuse(found, form.cleaned_data["reason"], by=request.user)
            else:
                joining.accept(found, form.cleaned_data["role"], by=request.user)
        if not form.errors:
            messages.success(request, "Votre réponse est enregistrée ; la personne est prévenue.")
            return redirect("organisation:detail", pk)
    context = {"organisation": found.organisation, "join_request": found, "form": form}
    return render(request, "partners/join_request.html", context)
