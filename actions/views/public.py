"""Published actions and calls, for anyone. Nothing here reads what is not announced."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from actions import published
from actions.filters import PublicActionFilter
from actions.models import Call
from actions.models.action import GRANTED
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
    rows = list(Call.objects.published())
    context = {
        "open": sorted((c for c in rows if c.is_open(moment)), key=lambda call: call.closes_at),
        "upcoming": sorted((c for c in rows if c.opens_at > moment), key=lambda call: call.opens_at),
        "past": [call for call in rows if call.closes_at <= moment],
    }
    return render(request, "actions/public_calls.html", context)


@login_not_required
@require_safe
def call(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Call.objects.published().select_related("period"), slug=slug)
    moment = clock.now()
    context = {
        "call": found,
        "is_open": found.is_open(moment),
        "is_upcoming": found.opens_at > moment,
        "kinds": list(found.eligible_kinds.all()),
        "priorities": [line.strip() for line in found.priorities.splitlines() if line.strip()],
        "documents": [
            *found.required_documents.all(),
            *(line.strip() for line in found.documents.splitlines() if line.strip()),
        ],
        "granted": found.actions.filter(announced_status__in=GRANTED).count(),
    }
    return render(request, "actions/public_call.html", context)
