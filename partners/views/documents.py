"""The wallet of an organisation: what it holds, until when; add, replace, take out, download."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cites import files
from cites.accounts.limits import uploads_counted
from cites.accounts.step_up import recent_sign_in
from cites.core import confirm, permissions
from cites.core.http import Request, attempt, blocked_as_errors, typed
from partners import documents
from partners.document_forms import DocumentForm
from partners.models import Document, DocumentKind, Organisation


def find(request: Request, pk: int) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user).select_related("kind"), pk=pk)


def find_document(request: Request, pk: int, number: int) -> Document:
    rows = Document.objects.visible_to(request.user).select_related("kind", "organisation__kind")
    return get_object_or_404(rows, organisation=pk, pk=number)


@require_safe
def wallet(request: Request, pk: int) -> HttpResponse:
    organisation = find(request, pk)
    permissions.check(request.user, "partners.read_wallet", organisation)
    held = documents.current(organisation)
    asked = DocumentKind.asked_of(organisation)
    kinds = [*asked, *(row.kind for row in held.values() if row.kind not in asked)]
    return render(
        request,
        "partners/wallet.html",
        {"organisation": organisation, "rows": [(kind, held.get(kind.pk)) for kind in kinds]},
    )


@uploads_counted
def add(request: Request, pk: int, code: str) -> HttpResponse:
    """A new document of this kind; the one before, if any, is kept behind it. A RIB has its own door."""
    organisation = find(request, pk)
    permissions.check(request.user, "partners.keep_documents", organisation)
    return _form(request, organisation, _kind(organisation, code=code, holds_iban=False))


@recent_sign_in
@uploads_counted
def rib(request: Request, pk: int) -> HttpResponse:
    """Where the money goes: whoever changes it has just said who they are."""
    organisation = find(request, pk)
    permissions.check(request.user, "partners.keep_documents", organisation)
    return _form(request, organisation, _kind(organisation, holds_iban=True))


@require_safe
def download(request: Request, pk: int, number: int) -> HttpResponse:
    document = find_document(request, pk, number)
    permissions.check(request.user, "partners.download_document", document)
    return files.download(document.file, document.name)


def remove(request: Request, pk: int, number: int) -> HttpResponse:
    """Read, the page asks; posted, it is done."""
    document = find_document(request, pk, number)
    permissions.check(request.user, "partners.keep_documents", document.organisation)
    back = reverse("organisation:documents", args=[pk])
    if request.method == "POST":
        attempt(request, lambda: documents.remove(document, by=request.user), "La pièce est retirée du portefeuille.")
        return redirect(back)
    question = confirm.Question(
        title=f"Retirer « {document.kind} » du portefeuille ?",
        about=f"{document.name} – {document.organisation}",
        consequences=["Le fichier est effacé. S'il en remplaçait un autre, celui-ci revient."],
        button="Retirer la pièce",
        back=back,
    )
    return confirm.ask(request, question)


def _kind(organisation: Organisation, **wanted: Any) -> DocumentKind:
    """Among what an organisation of its kind keeps: a school subscribes no contrat d'engagement républicain."""
    asked = DocumentKind.objects.filter(pk__in=[kind.pk for kind in DocumentKind.asked_of(organisation)], **wanted)
    if found := asked.first():
        return found
    raise Http404


def _form(request: Request, organisation: Organisation, kind: DocumentKind) -> HttpResponse:
    form = DocumentForm(typed(request), request.FILES or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        with blocked_as_errors(form):
            documents.keep(organisation, kind, data.pop("file"), by=request.user, **data)
        if not form.errors:
            messages.success(request, f"« {kind} » est dans le portefeuille.")
            return redirect("organisation:documents", organisation.pk)
    held = documents.current(organisation).get(kind.pk)
    return render(
        request,
        "partners/document_form.html",
        {"organisation": organisation, "kind": kind, "form": form, "held": held},
    )
