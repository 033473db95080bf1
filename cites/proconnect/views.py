"""Going to ProConnect and coming back, to sign in and to leave. Without its settings these pages do not exist."""

from collections.abc import Callable
from functools import wraps

from allauth.decorators import rate_limit
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cites.proconnect import logout as leaving
from cites.proconnect.adapter import SocialAccountAdapter
from cites.proconnect.client import ProConnectAdapter
from cites.proconnect.tokens import ProConnectError

View = Callable[[HttpRequest], HttpResponse]
# Counted with the other sign-ins: each one asks ProConnect a question, which may take its five seconds.
_login = rate_limit(action="login")(OAuth2LoginView.adapter_view(ProConnectAdapter))
_callback = OAuth2CallbackView.adapter_view(ProConnectAdapter)


def configured(view: View) -> View:
    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponse:
        if not settings.PROCONNECT_ISSUER:
            raise Http404
        try:
            return view(request)
        except ProConnectError as error:  # where allauth does not catch it
            provider = SocialAccountAdapter(request).get_provider(request, "proconnect")
            response: HttpResponse = render_authentication_error(request, provider, exception=error)
            return response

    return wrapper


@login_not_required
@configured
@require_POST
def login(request: HttpRequest) -> HttpResponse:
    return _login(request)


@login_not_required
@configured
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    return _callback(request)


@login_not_required
@configured
@require_safe
def logout(request: HttpRequest) -> HttpResponse:
    """A page of its own: the policy of forms would stop a redirection that hops on to the agent's own identity."""
    url = leaving.end_session_url(request)
    return render(request, "proconnect/leaving.html", {"url": url}) if url else redirect("public:home")


@login_not_required
@configured
@require_safe
def logged_out(request: HttpRequest) -> HttpResponse:
    if leaving.came_back(request):
        messages.success(request, "Vous êtes déconnecté du portail et de ProConnect.")
    return redirect("public:home")
