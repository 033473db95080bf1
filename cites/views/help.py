"""Help: what one can do here, and the guide of each role. Anyone may read it."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cites import guides


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "guides": guides.GUIDES.values(),
        "idle_steering": settings.IDLE_MINUTES_STEERING,
        "idle_others": settings.IDLE_MINUTES_OTHERS,
        "session_hours": settings.SESSION_HOURS,
    }
    return render(request, "cites/help.html", context)


@login_not_required
@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in guides.GUIDES:
        raise Http404("Aucun guide de ce nom.")
    shown = guides.GUIDES[slug]
    return render(request, "cites/guide.html", {"guide": shown, "text": shown.read(), "guides": guides.GUIDES.values()})
