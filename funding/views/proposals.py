"""What a partner does to its own award."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from actions.views.proposals import not_now, visible
from cites.core.http import Request, attempt
from funding import awards


@require_POST
def renounce(request: Request, key: UUID) -> HttpResponse:
    action = get_object_or_404(visible(request), key=key)
    refusal = not_now(action, "Renoncer à la subvention")
    attempt(
        request,
        lambda: awards.renounce(action, by=request.user),
        "Votre renonciation est enregistrée.",
        refusal=refusal,
    )
    return redirect("proposals:detail", key)
