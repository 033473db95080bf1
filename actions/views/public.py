"""Published actions and calls, for anyone. Nothing here reads what is not announced."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from actions import call_page, published
from actions.calendar import ics
from actions.filters import PublicActionFilter
from actions.models import Call
from cites.core import clock

PER_PAGE = 20


@login_not_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    found = PublicActionFilter(request.GET, queryset=published.actions())
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    shown = page.object_list.prefetch_related("quartiers")  # type: ignore[attr-defined]
    context = {"filter": found, "page": page, "cards": [published.card(action) for action in shown]}
    return render(request, "actions/public_list.html", context)


@login_not_required
@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """404 for anything that is not announced as granted: whether a file exists is not told either."""
    action = get_object_or_404(published.actions().select_related("theme"), reference=reference)
    return render(request, "actions/public_detail.html", {"action": published.sheet(action)})


@login_not_required
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    moment = clock.now()
    every = Call.objects.published().prefetch_related("windows", "dates")
    rows = [(window, call) for call in every if (window := call.current_window)]
    rows.sort(key=lambda row: row[0].closes_at)
    context = {
        "open": [call for _, call in rows if call.is_open(moment)],
        "upcoming": [call for window, call in rows if window.opens_at > moment],
        "past": [call for window, call in reversed(rows) if window.closes_at <= moment],
        "days": call_page.calendar([call for _, call in rows]),
    }
    return render(request, "actions/public_calls.html", context)


@login_not_required
@require_safe
def call(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Call.objects.published().select_related("period"), slug=slug)
    return render(request, "actions/public_call.html", call_page.context(found))


@login_not_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Windows and days of published calls, for an agenda."""
    rows = Call.objects.published().order_by("pk").prefetch_related("windows", "dates", "amendments")
    response = HttpResponse(ics(rows), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appels.ics"'
    return response
