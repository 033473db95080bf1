"""The file as PDF: the version that was submitted, the draft, the blank form of a call."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from actions import blank_form, outputs
from actions.models import Action, Call, Submission
from actions.views.file import get_file
from actions.views.proposals import visible
from cites.core.http import Request
from cites.core.pdf import pdf_response


@require_safe
def of_proposal(request: Request, key: UUID, number: int) -> HttpResponse:
    """For the partner: the very bytes that were kept at submission."""
    return _kept(get_object_or_404(visible(request), key=key), number)


@require_safe
def of_file(request: Request, reference: str, number: int) -> HttpResponse:
    """The same, for the steering side."""
    return _kept(get_file(request, reference), number)


@require_safe
def draft(request: Request, key: UUID) -> HttpResponse:
    """What is typed so far, to read it over on paper."""
    action = get_object_or_404(visible(request), key=key)
    return pdf_response(outputs.draft(action), "brouillon.pdf")


@login_not_required
@require_safe
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """Every question of a call with room to write: everyone's once it is published."""
    call = get_object_or_404(Call.objects.visible_to(request.user), slug=slug)
    return pdf_response(blank_form.document(call), f"formulaire-{call.slug}.pdf")


def _kept(action: Action, number: int) -> HttpResponse:
    kept = get_object_or_404(Submission, action=action, number=number)
    return pdf_response(bytes(kept.document), f"dossier-{action.reference}-v{number}.pdf")
