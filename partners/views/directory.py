"""The directory of organisations, for the steering side: the list, the map, and each one's history."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cites.core import permissions
from cites.core.htmx import render_page
from cites.core.http import Request
from cites.core.paging import page_of
from cites.core.registry import organisation_history
from partners import directory
from partners.filters import OrganisationFilter
from partners.models import Organisation
from partners.views.organisation import find, people


@require_safe
def listing(request: Request) -> HttpResponse:
    permissions.check(request.user, "partners.browse_directory")
    visible = Organisation.objects.visible_to(request.user)
    rows = visible.select_related("kind").prefetch_related("champs", "quartiers").order_by("name", "pk")
    filtered = OrganisationFilter(request.GET, queryset=rows, request=request)
    where = directory.where(visible)
    places = [row.place for row in where if row.place.geometry]
    context = {"filter": filtered, "page": page_of(request, filtered.qs), "where": where, "places": places}
    return render_page(request, "partners/directory.html", "partners/_directory.html", context)


@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    organisation = find(request, pk)
    permissions.check(request.user, "partners.browse_directory")
    blocks = [block for part in organisation_history for block in part(request.user, organisation)]
    context = {"organisation": organisation, "blocks": sorted(blocks, key=lambda block: block.rank)}
    return render(request, "partners/directory_detail.html", {**context, **people(organisation)})
