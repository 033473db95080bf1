"""Leaving here is leaving there: the id token, kept in the session alone, closes ProConnect's session too."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

HERE, LEAVING, STATE = "proconnect", "proconnect_leaving", "proconnect_logout_state"


def remember(request: HttpRequest, way_out: dict[str, str]) -> None:
    """How to leave: the token and the address that ends the session there."""
    if way_out["url"]:
        request.session[HERE] = way_out


def way_out(request: HttpRequest) -> str:
    """The page that follows the logout of someone who came by ProConnect, unless the form names another."""
    if HERE not in request.session:
        return ""
    request.session[LEAVING] = request.session.pop(HERE)
    return reverse("proconnect_logout")


def carry_over(request: HttpRequest, close: Callable[[HttpRequest], None]) -> None:
    """Close the session here; what ends the other one waits in the new, empty session."""
    leaving = request.session.get(LEAVING)
    close(request)
    if leaving:
        request.session[LEAVING] = leaving


def end_session_url(request: HttpRequest) -> str:
    """Once: the address at ProConnect, with the token it knows and a state that it sends back."""
    leaving = request.session.pop(LEAVING, None)
    if not leaving:
        return ""
    state = request.session[STATE] = secrets.token_urlsafe(24)
    query = {
        "id_token_hint": leaving["id_token"],
        "state": state,
        "post_logout_redirect_uri": f"{settings.SITE_URL}{reverse('proconnect_logged_out')}",
    }
    return f"{leaving['url']}?{urlencode(query)}"


def came_back(request: HttpRequest) -> bool:
    """Is this the return of a logout that began here?"""
    state = request.session.pop(STATE, "")
    return bool(state) and secrets.compare_digest(state.encode(), request.GET.get("state", "").encode())
