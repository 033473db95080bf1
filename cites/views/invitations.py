"""The page that an invitation's link opens, and the list of those that wait for a signed-in person."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cites.accounts import closing, invitations
from cites.accounts.invitation_form import InvitedAccountForm
from cites.core.errors import Blocked
from cites.core.http import Request
from cites.core.text import storable
from cites.models import Invitation, User

# The address holds the token: a browser tells it to nobody. Not `no-referrer`, under which browsers send
# `Origin: null` and every form is refused (docs/adr/0012).
REFERRER_POLICY = "strict-origin"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Reading changes nothing: mail scanners open links."""
    found = invitations.find(storable(token))
    response = _answer(request, found) if found else render(request, "invitations/over.html", status=410)
    response.headers["Referrer-Policy"] = REFERRER_POLICY
    return response


def _answer(request: HttpRequest, found: Invitation) -> HttpResponse:
    user = request.user
    if isinstance(user, User):
        if not invitations.belongs_to(found, user):
            return render(request, "invitations/other_person.html", {"invitation": found}, status=403)
        return render(request, "invitations/accept.html", {"invitation": found})
    if User.objects.filter(email__iexact=found.email).exists():
        return render(request, "invitations/sign_in.html", {"invitation": found})
    return _new_account(request, found)


def _new_account(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = InvitedAccountForm(request.POST if request.method == "POST" else None, email=found.email)
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.join(found, form.cleaned_data["full_name"], form.cleaned_data["password1"])
        except Blocked as blocked:
            form.add_error(None, blocked.reasons[0])
        else:
            messages.success(request, f"Votre compte est créé. Votre rôle : {found.label}.")
            return perform_login(request, user, redirect_url=_after(found))
    return render(request, "invitations/new_account.html", {"invitation": found, "form": form})


@require_safe
def waiting(request: Request) -> HttpResponse:
    return render(request, "invitations/waiting.html", {"invitations": invitations.pending_of(request.user)})


@require_POST
def accept(request: Request, pk: int) -> HttpResponse:
    found = next((one for one in invitations.pending_of(request.user) if one.pk == pk), None)
    if found is None:
        raise Http404
    invitations.accept(found, request.user)
    closing.renew(request)
    messages.success(request, f"Votre rôle : {found.label}.")
    return redirect(_after(found))


def _after(accepted: Invitation) -> str:
    return resolve_url("admin:index" if accepted.role == Invitation.Role.ADMINISTRATION else "espace:home")
