"""Asking again who is there, before what cannot be taken back: signing, notifying, sealing, giving a role.

Fresh is a sign-in, or a confirmation by password, second factor or mailed code, less than five minutes old.
Our own mark in the session says so: it follows the portal's clock, and a session that has none is not fresh.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import authentication_step_completed
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from cites.accounts import closing
from cites.core import clock
from cites.core.middleware import Middleware, way_back

KEY = "confirmed_at"
INTERRUPTED = "confirmation_interrupted"
CONFIRMED = "Votre identité est confirmée. Rien n'est encore fait : relisez, puis validez à nouveau."
# Pages of allauth that it opens to any session, however old.
ALSO_ASKED = frozenset({"account_set_password"})

View = Callable[..., HttpResponse]


def is_recent(request: HttpRequest) -> bool:
    at = request.session.get(KEY)
    return at is not None and 0 <= clock.now().timestamp() - at < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def recent_sign_in(view: View) -> View:
    """The view, for whoever has just said who they are; the others say it first and find their form again."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if is_recent(request) else ask(request)

    return wrapper


def ask(request: HttpRequest) -> HttpResponse:
    """Lead to the confirmation page."""
    back = way_back(request)
    if request.method == "POST":
        request.session[INTERRUPTED] = True
    method = get_adapter().get_reauthentication_methods(request.user)[0]
    return HttpResponseRedirect(f"{method['url']}?{urlencode({'next': back})}")


class AskAgain(Middleware):
    """The same for pages of allauth that do not ask by themselves."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name not in ALSO_ASKED or not request.user.is_authenticated:
            return None
        return None if is_recent(request) else ask(request)


@receiver(user_logged_in, dispatch_uid="step_up_signed_in")
def on_sign_in(request: HttpRequest, **kwargs: Any) -> None:
    """Complete: the second factor, where there is one, came before."""
    request.session[KEY] = clock.now().timestamp()


@receiver(authentication_step_completed, dispatch_uid="step_up_confirmed")
def on_confirmation(request: HttpRequest, user: Any, reauthenticated: bool = False, **kwargs: Any) -> None:
    """A signed-in person has proved again who they are. The steps of a sign-in under way do not count."""
    if not reauthenticated or request.user.pk != user.pk:
        return
    request.session[KEY] = clock.now().timestamp()
    closing.renew(request)
    if request.session.pop(INTERRUPTED, False):
        messages.info(request, CONFIRMED)


def mailed_code_method() -> dict[str, str]:
    """For an account that has neither password nor second factor, as allauth describes its own methods."""
    return {"id": "mailed_code", "description": "Recevoir un code par courriel", "url": reverse("accounts:confirm")}
