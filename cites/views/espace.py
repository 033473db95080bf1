"""The signed-in side: the home page of one's role, and the journal."""

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cites.core.audit import read_sentence
from cites.core.http import Request
from cites.core.paging import page_of
from cites.core.registry import journal_scopes, journal_veils, todos
from cites.models import Event, User


@require_safe
def home(request: Request) -> HttpResponse:
    waiting = [todo for part in todos for todo in part(request.user)]
    return render(request, "cites/espace_home.html", {"todos": [todo for todo in waiting if todo.count]})


@require_safe
def journal(request: Request) -> HttpResponse:
    page = page_of(request, visible_events(request.user).select_related("actor"))
    events = [(event, read_sentence(event)) for event in page]
    return render(request, "cites/journal.html", {"page": page, "events": events})


def visible_events(user: User) -> QuerySet[Event]:
    """The steering side and the administration read all but what is veiled; a partner, its own."""
    events = Event.objects.all()
    if not (user.is_steering or user.is_staff):
        scope = Q(pk__in=[])
        for part in journal_scopes:
            scope |= part(user)
        return events.filter(scope)
    for veil in journal_veils:
        events = events.exclude(veil(user))
    return events
