"""What every request meets and every answer carries: methods, malformed text, CSP and headers, the login wall."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode

from cites.core import error_pages, parked
from cites.core.htmx import is_autosave, is_background

Next = Callable[[HttpRequest], HttpResponse]
METHODS = ("GET", "HEAD", "POST", "OPTIONS")

HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Middleware:
    """Lets every request through: its children look at the view, or at what it raises."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


def security_headers(get_response: Next) -> Next:
    """Outermost: a Content-Security-Policy and the fixed headers on every answer, static files and errors too."""
    policy = "; ".join(f"{name} {' '.join(values)}".strip() for name, values in settings.SECURE_CSP.items())

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            response: HttpResponse = HttpResponseNotAllowed(METHODS)
        else:
            response = get_response(request)
        error_pages.give_a_page(request, response)
        response.headers.setdefault("Content-Security-Policy", policy)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def refuse_malformed(get_response: Next) -> Next:
    """NUL in an address, a parameter or a cookie means nothing to a person: 400, before a database sees it.

    Nor is a body read that no form sends, files included: whoever sends it need not even be signed in.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdigit() and int(length[:20]) > settings.REQUEST_MAX_BYTES:
            raise RequestDataTooBig("CONTENT_LENGTH")
        texts = (request.path, unquote(request.META.get("QUERY_STRING", "")), *request.COOKIES.values())
        if any("\x00" in text for text in texts):
            raise BadRequest("NUL")
        return get_response(request)

    return middleware


def private_pages(get_response: Next) -> Next:
    """Nothing shown to a signed-in person stays in a cache or a search engine; the browser knows who was writing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        user = getattr(request, "user", None)
        if (user is not None and user.is_authenticated) or request.path.startswith(("/espace/", "/comptes/")):
            patch_cache_control(response, no_store=True, private=True)
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        if user is not None and user.is_authenticated:
            parked.sign_writer(request, response)
        return response

    return middleware


class LoginWall(LoginRequiredMiddleware):
    """Every view asks for a person unless it says `@login_not_required`. A posted text is kept meanwhile."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]
        if is_autosave(request):
            parked.park(request)
            return HttpResponse(status=401)  # kept as a posted page is; whoever writes is told, not taken away
        if is_background(request):
            return HttpResponse(status=401)  # the page says so; it is not taken away from who reads it
        is_part = "HX-Request" in request.headers
        back = way_back(request)
        if is_part:
            back = page_of_the_form(request)  # a part is not opened by itself
        address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}"
        return HttpResponse(headers={"HX-Redirect": address}) if is_part else HttpResponseRedirect(address)


def way_back(request: HttpRequest) -> str:
    """Where someone who is stopped comes back to. What they posted is parked: it is not done, only typed."""
    if request.method != "POST":
        return request.get_full_path()
    parked.park(request)
    return page_of_the_form(request)


def page_of_the_form(request: HttpRequest) -> str:
    """Where the form stood: an address that can be opened, unlike the one it posts to."""
    try:
        referer = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # no address at all
        return "/espace/"
    is_ours = referer.netloc == request.get_host() and referer.path and not referer.path.startswith("//")
    return referer.path if is_ours else "/espace/"  # “//name/” would be another site
