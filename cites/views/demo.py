"""Pages that exist in a demo only."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cites.models import OutboxMail

SHOWN = 100


@login_not_required
@require_safe
@never_cache
def mail(request: HttpRequest) -> HttpResponse:
    """The last mails that left or wait: codes and receipts that a real portal would send."""
    if not settings.DEMO:
        raise Http404
    mails = list(OutboxMail.objects.order_by("-pk")[:SHOWN])
    return render(request, "cites/demo_mail.html", {"mails": mails, "shown": SHOWN})
