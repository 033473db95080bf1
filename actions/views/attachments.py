"""The pieces of a proposal: join one of the wallet, send a file, take one out; the sealed ones, for both sides."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from actions import attachments
from actions.models import Action, Attachment, SealedAttachment
from actions.views.file import get_file
from actions.views.proposals import visible
from cites import files
from cites.accounts.limits import uploads_counted
from cites.core import permissions
from cites.core.http import Request, attempt, blocked_as_errors
from cites.core.middleware import page_of_the_form
from cites.core.permissions import Refused
from partners.document_forms import AttachmentForm
from partners.models import Document

RIB = "Le RIB entier est réservé aux personnes qui paient les subventions."


@uploads_counted
def page(request: Request, key: UUID) -> HttpResponse:
    """One button, one thing: a piece of the wallet, a piece to take out, or a file."""
    action = get_object_or_404(visible(request), key=key)
    permissions.check(request.user, "actions.write", action)
    if request.method != "POST":
        return _show(request, action)
    if "document" in request.POST:
        _choose(request, action)
    elif "remove" in request.POST:
        _take_out(request, action)
    elif (form := _send(request, action)).errors:
        return _show(request, action, form)
    return redirect(_back(request, action))


def _choose(request: Request, action: Action) -> None:
    rows = Document.objects.visible_to(request.user).select_related("kind")
    document = get_object_or_404(rows, organisation=action.organisation_id, pk=_number(request.POST["document"]))
    attempt(
        request,
        lambda: attachments.join_document(action, document, by=request.user),
        f"« {document.kind} » est jointe au dossier.",
    )


def _take_out(request: Request, action: Action) -> None:
    attachment = get_object_or_404(Attachment, action=action, pk=_number(request.POST["remove"]))
    attempt(
        request,
        lambda: attachments.take_out(attachment, by=request.user),
        f"« {attachment.name} » n'est plus jointe au dossier.",
    )


def _send(request: Request, action: Action) -> AttachmentForm:
    form = AttachmentForm(request.POST, request.FILES)
    if form.is_valid():
        with blocked_as_errors(form):
            joined = attachments.join_file(action, form.cleaned_data["file"], by=request.user)
            messages.success(request, f"« {joined.name} » est jointe au dossier.")
    return form


@require_safe
def draft_file(request: Request, key: UUID, number: int) -> HttpResponse:
    action = get_object_or_404(visible(request), key=key)
    return _hand_over(request, get_object_or_404(_pieces(Attachment), action=action, pk=number))


@require_safe
def sealed_file(request: Request, key: UUID, number: int) -> HttpResponse:
    """For the partner: the very file that was submitted."""
    action = get_object_or_404(visible(request), key=key)
    return _hand_over(request, get_object_or_404(_pieces(SealedAttachment), submission__action=action, pk=number))


@require_safe
def instructed_file(request: Request, reference: str, number: int) -> HttpResponse:
    """The same, for the pilots' side, whatever the wallet has become."""
    action = get_file(request, reference)
    return _hand_over(request, get_object_or_404(_pieces(SealedAttachment), submission__action=action, pk=number))


def _pieces(model: Any) -> Any:
    return model.objects.select_related("document__kind")


def _hand_over(request: Request, piece: Attachment | SealedAttachment) -> HttpResponse:
    if not attachments.may_download(request.user, piece):
        raise Refused(RIB)
    return files.download(attachments.bytes_of(piece), piece.name)


def _show(request: Request, action: Action, form: AttachmentForm | None = None) -> HttpResponse:
    return render(request, "actions/attachments.html", {"action": action, "attachment_form": form})


def _back(request: Request, action: Action) -> str:
    """The step of the form that holds the buttons, or the page of the pieces."""
    page = page_of_the_form(request)
    return page if f"/{action.key}/" in page else reverse("proposals:attachments", args=[action.key])


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
