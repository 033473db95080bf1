"""Two pages between a person and what they came for: the second factor to install, the mailed code to type."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_next_redirect_url
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from cites.accounts import mailed_code, second_factor, step_up
from cites.core.http import Request

RESEND = "Trop de codes ont été demandés. Attendez dix minutes avant d'en demander un autre."


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code reçu par courriel",
        help_text="Huit lettres, par exemple BCDF-GHJK. Le tiret et les minuscules ne comptent pas.",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )


@require_safe
def needed(request: Request) -> HttpResponse:
    """Why a second factor, and which one; then the way on, to where the wall stood."""
    if second_factor.is_missing(request.user):
        return render(request, "accounts/second_factor.html")
    return redirect(request.session.pop(second_factor.AFTER, "espace:home"))


def confirm(request: Request) -> HttpResponse:
    """For people who can only confirm by mail; the others are led to their own way."""
    here = step_up.mailed_code_method()["url"]
    method = get_adapter().get_reauthentication_methods(request.user)[0]
    if method["url"] != here:
        return redirect(_with_next(request, method["url"]))
    if request.method == "POST" and "send" in request.POST:
        if not mailed_code.send(request, request.user):
            messages.error(request, RESEND)
        return redirect(_with_next(request, here))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if mailed_code.accept(request, request.user, form.cleaned_data["code"]):
            return _confirmed(request)
        form.add_error("code", _refusal(request))
    return render(request, "accounts/confirm.html", _context(request, form))


def _confirmed(request: Request) -> HttpResponse:
    record_authentication(request, request.user, method="mailed_code", reauthenticated=True)
    return resume_request(request) or redirect(get_next_redirect_url(request) or "espace:home")


def _refusal(request: Request) -> str:
    if mailed_code.is_waiting(request):
        return "Ce n'est pas le code du dernier courriel. Vérifiez-le et recommencez."
    return "Ce code ne sert plus : demandez-en un nouveau."


def _context(request: Request, form: CodeForm) -> dict[str, Any]:
    return {"form": form, "waiting": mailed_code.is_waiting(request), "next": get_next_redirect_url(request) or ""}


def _with_next(request: Request, url: str) -> str:
    next_url = get_next_redirect_url(request)
    return f"{url}?{urlencode({'next': next_url})}" if next_url else url
