"""One address for a page and its part: htmx asks for the part, a browser without JavaScript gets the page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False)) and not getattr(request.htmx, "boosted", False)  # type: ignore[attr-defined]


def is_background(request: HttpRequest) -> bool:
    """Asked by the page itself (`hx-headers` or fetch say `X-Background`), not by the person in front of it."""
    return "X-Background" in request.headers


def is_autosave(request: HttpRequest) -> bool:
    """A form that saves itself while someone writes: it wants a word, not a page."""
    return "X-Autosave" in request.headers


def render_page(request: HttpRequest, page: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """Render `part` (a file beside the page, included by it) for htmx, `page` otherwise."""
    response = render(request, part if is_htmx(request) else page, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
