"""What anyone reads about the cité itself, and the page that says whether the portal is well."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max, Min, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cites import convention as conventions
from cites import territory
from cites.core import append_only, clock
from cites.core.registry import home_blocks
from cites.models import (
    ChefDeFile,
    Cite,
    Commune,
    ConventionCadre,
    Event,
    Instance,
    OutboxMail,
    PilotInstitution,
    Quartier,
    School,
)

# What `/cite/` shows: its last edit in the administration dates the page.
SHOWN_ON_CITE = (Cite, PilotInstitution, ChefDeFile, Instance, Commune, Quartier, School)
LATE_MAIL = timedelta(hours=1)


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The cité in one page; each app brings its blocks. Before `Cite` exists, a word of welcome."""
    if Cite.current() is None:
        return render(request, "cites/in_preparation.html")
    blocks = [block for part in home_blocks if (block := part(request))]
    return render(request, "cites/home.html", {"blocks": sorted(blocks, key=lambda block: block.rank)})


@login_not_required
@require_safe
def cite(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    current = Q(starts_on__lte=today) & (Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    subjects = [model._meta.label_lower for model in SHOWN_ON_CITE]
    edits = Event.objects.filter(subject_type__in=subjects, kind__startswith="cites.admin_")
    context = {
        "today": today,
        "pilots": PilotInstitution.objects.filter(is_active=True),
        "chefs_de_file": ChefDeFile.objects.filter(current).select_related("school__commune"),
        "instances": Instance.objects.filter(is_active=True),
        "territory": territory.read(),
        "communes": Commune.objects.all(),
        "edited_at": edits.aggregate(at=Max("at"))["at"],
    }
    return render(request, "cites/cite.html", context)


@login_not_required
@require_safe
def convention(request: HttpRequest) -> HttpResponse:
    """The signed convention-cadre of a period: the latest, or that of `?periode=<first year>`."""
    signed = list(ConventionCadre.objects.filter(signed_on__lte=clock.today()).select_related("period"))
    asked = request.GET.get("periode", "")
    chosen = [row for row in signed if not asked or str(row.period.first_year) == asked]
    if asked and not chosen:
        raise Http404("Aucune convention-cadre signée pour cette période.")
    context: dict[str, Any] = {"others": [row for row in signed if row not in chosen[:1]]}
    if chosen:
        context.update(convention=chosen[0], period=chosen[0].period, text=conventions.reading(chosen[0]))
    return render(request, "cites/convention.html", context)


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "cites/accessibility.html")


@login_not_required
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    return render(request, "cites/legal.html")


@login_not_required
@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """For a probe: 200 when the portal can serve, 503 when it must not. Says no version."""
    report: dict[str, Any] = {"database": False, "migrations": False, "append_only": False, "mail": {}}
    with suppress(DatabaseError):  # what could not be read stays false
        report.update(_database_report())
    well = all(report[name] for name in ("database", "migrations", "append_only"))
    return JsonResponse({"ok": well, **report}, status=200 if well else 503)


def _database_report() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return {"database": True}
    return {
        "database": True,
        "migrations": True,
        "append_only": not append_only.missing(connection),
        "mail": _mail_report(),
    }


def _mail_report() -> dict[str, str]:
    """How much mail waits and since when, in steps: an exact count would tell who is signing in."""
    rows = OutboxMail.objects.filter(sent_at__isnull=True)
    waiting = rows.aggregate(count=Count("pk"), oldest=Min("created_at"))
    count: int = waiting["count"]
    oldest: datetime | None = waiting["oldest"]
    late = oldest is not None and clock.now() - oldest > LATE_MAIL
    return {
        "waiting": "0" if not count else "1-10" if count <= 10 else "11-100" if count <= 100 else "100+",
        "oldest": "none" if not oldest else "over an hour" if late else "under an hour",
    }
