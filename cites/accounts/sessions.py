"""How long a session lasts without its person: idle time, and a working day at most. The server decides.

A page that asks by itself (a poll, the countdown) sends `X-Background` and is no sign of life.
"""

from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from cites.core import clock
from cites.core.htmx import is_background
from cites.core.http import Request
from cites.core.middleware import Next

SIGNED_IN, ACTIVE, ENDED = "signed_in_at", "active_at", "session_ended"
WRITE_EVERY = 60  # seconds between two notes of activity
WARN_BEFORE = 120  # seconds that the page leaves to answer


@receiver(user_logged_in, dispatch_uid="session_begins")
def begin(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Both clocks start when someone signs in, in a session that carries on too."""
    request.session.pop(ENDED, None)
    request.session[SIGNED_IN] = request.session[ACTIVE] = clock.now().timestamp()


def limits(get_response: Next) -> Next:
    """Close what has lasted too long, note who is there, and leave nothing in the browser of who has left."""

    def middleware(request: HttpRequest) -> HttpResponse:
        was_in = request.user.is_authenticated
        if was_in:
            _close_or_note(request)
        response = get_response(request)
        if was_in and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return middleware


def _close_or_note(request: HttpRequest) -> None:
    session, now = request.session, clock.now().timestamp()
    if SIGNED_IN not in session:
        session[SIGNED_IN] = session[ACTIVE] = now
    why = _why_over(request, now)
    if why:
        logout(request)
        request.session[ENDED] = why
    elif now - session[ACTIVE] >= WRITE_EVERY and not is_background(request):
        session[ACTIVE] = now


def _why_over(request: HttpRequest, now: float) -> str:
    """The sentence of the login page; nothing while the session may go on."""
    if now - request.session[SIGNED_IN] >= settings.SESSION_HOURS * 3600:
        return f"Vous avez été déconnecté : une session dure {settings.SESSION_HOURS} heures au plus."
    idle = now - request.session[ACTIVE]
    if idle < 60 * min(settings.IDLE_MINUTES_STEERING, settings.IDLE_MINUTES_OTHERS):
        return ""
    minutes = idle_minutes(request.user)
    return f"Vous avez été déconnecté après {minutes} minutes sans activité." if idle >= minutes * 60 else ""


def idle_minutes(user: Any) -> int:
    """Less for those whose screen shows every file."""
    steers = user.is_staff or user.is_steering
    return settings.IDLE_MINUTES_STEERING if steers else settings.IDLE_MINUTES_OTHERS


def countdown(request: HttpRequest) -> dict[str, int] | None:
    """Seconds before this session ends by silence, and whatever happens; None for a visitor."""
    user, session = getattr(request, "user", None), getattr(request, "session", {})
    if user is None or not user.is_authenticated or SIGNED_IN not in session:
        return None
    now = clock.now().timestamp()
    return {
        "idle": int(session[ACTIVE] + idle_minutes(user) * 60 - now),
        "warn": WARN_BEFORE,
        "end": int(session[SIGNED_IN] + settings.SESSION_HOURS * 3600 - now),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: Request) -> JsonResponse:
    """POST: the person says that they are there. GET: the page asks how long is left, which is no sign of life."""
    if request.method == "POST":
        request.session[ACTIVE] = clock.now().timestamp()
    return JsonResponse(countdown(request) or {})


def purge_sessions() -> int:
    """Sessions that nobody can use any more leave the database, and the list of open sessions."""
    gone, _ = Session.objects.filter(expire_date__lt=clock.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return gone
