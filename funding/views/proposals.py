"""What a partner does to its own award."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from actions.views.proposals import confirm_step, not_now, visible
from cites.core.http import Request, attempt
from funding import awards


def renounce(request: Request, key: UUID) -> HttpResponse:
    """Read, the page asks; posted, it is done."""
    action = get_object_or_404(visible(request), key=key)
    if request.method != "POST":
        return confirm_step(request, action, "renounce")
    refusal = not_now(action, "Renoncer à la subvention")
    attempt(
        request,
        lambda: awards.renounce(action, by=request.user),
        "Votre renonciation est enregistrée.",
        refusal=refusal,
    )
    return redirect("proposals:detail", key)
