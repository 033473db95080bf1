"""What every page's frame needs."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from cites.accounts import sessions
from cites.core.registry import Link, navigation
from cites.models import Cite


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "cite": Cite.current(),
        "brand": settings.BRAND,
        "demo": settings.DEMO,
        "navigation": _navigation(request),
        "session_countdown": partial(sessions.countdown, request),  # asked by the pages that show it
        "accessibility_mention": "Accessibilité : non conforme",
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not request.path.startswith("/espace/"):
        return []
    links: list[Link] = sorted((link for part in navigation for link in part(user)), key=lambda link: link.rank)
    current = max((link.url for link in links if request.path.startswith(link.url)), key=len, default="")
    return [{"label": link.label, "url": link.url, "current": link.url == current} for link in links]
