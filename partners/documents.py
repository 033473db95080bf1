"""The verbs of the wallet: keep a document, take one out. What a submitted file holds stays where it is."""

from datetime import date

from django.db import transaction
from django.db.models import Sum

from cites import files
from cites.core import audit, clock
from cites.core.attachments import Checked
from cites.core.errors import Blocked
from cites.core.permissions import check
from cites.core.text import file_size
from cites.models import User
from partners.models import Document, DocumentKind, Organisation

audit.sentence("partners.document_kept", "{actor} a ajouté une pièce au portefeuille de {reference} : {document}")
audit.sentence("partners.document_removed", "{actor} a retiré une pièce du portefeuille de {reference} : {document}")
audit.sentence("partners.rib_changed", "{actor} a enregistré le RIB de {reference} (IBAN finissant par {last})")

QUOTA = 200_000_000  # bytes of a wallet, former documents included
FULL = f"Le portefeuille est plein ({file_size(QUOTA)}) : retirez d'anciennes pièces."
RIB_STAYS = "Un RIB ne se retire pas : il se remplace."
JOINED = "Cette pièce est jointe à un dossier : elle reste. Vous pouvez la remplacer."


@transaction.atomic
def keep(
    organisation: Organisation,
    kind: DocumentKind,
    checked: Checked,
    *,
    dated_on: date,
    expires_on: date | None = None,
    iban: str = "",
    by: User,
) -> Document:
    """The new document of this kind; the one before stays behind it, for the files that hold it."""
    check(by, "partners.keep_documents", organisation)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    _room_for(organisation, checked)
    former = Document.objects.filter(organisation=organisation, kind=kind, replaced_by=None).first()
    document = Document(
        organisation=organisation,
        kind=kind,
        name=checked.name,
        iban=iban,
        dated_on=dated_on,
        expires_on=expires_on or kind.ends_on(dated_on),
        added_by=by,
        added_at=clock.now(),
        file=files.store(checked),
    )
    _take_the_place(document, former)
    _follow_cer(organisation, document)
    if kind.holds_iban:
        audit.record("partners.rib_changed", organisation, by=by, reference=str(organisation), last=iban[-4:])
    else:
        audit.record("partners.document_kept", organisation, by=by, reference=str(organisation), document=kind.label)
    return document


@transaction.atomic
def remove(document: Document, *, by: User) -> None:
    """Out of the wallet, bytes included; the one it replaced comes back."""
    organisation = document.organisation
    check(by, "partners.keep_documents", organisation)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if document.kind.holds_iban:
        raise Blocked(RIB_STAYS)
    if document.uses.exists() or document.sealed_uses.exists():
        raise Blocked(JOINED)
    former = Document.objects.filter(replaced_by=document).first()
    if former is not None:
        _change_places(former, document)
    document.delete()
    files.forget(document.file)
    label = document.kind.label
    audit.record("partners.document_removed", organisation, by=by, reference=str(organisation), document=label)


def current(organisation: Organisation) -> dict[int, Document]:
    """What the wallet holds now, by kind."""
    rows = Document.objects.current().filter(organisation=organisation).select_related("kind", "added_by")
    return {row.kind_id: row for row in rows.prefetch_related(files.light("file"))}


def _room_for(organisation: Organisation, checked: Checked) -> None:
    held = Document.objects.filter(organisation=organisation).aggregate(size=Sum("file__size"))["size"] or 0
    if held + checked.size > QUOTA:
        raise Blocked(FULL)


def _take_the_place(document: Document, former: Document | None) -> None:
    document.replaced_by = former  # not the current one yet: there is never more than one
    document.save(force_insert=True)
    if former is not None:
        _change_places(document, former)


def _change_places(coming: Document, leaving: Document) -> None:
    """One current document of a kind, at every moment that the database can see."""
    leaving.replaced_by = coming
    leaving.save(update_fields=["replaced_by"])
    coming.replaced_by = None
    coming.save(update_fields=["replaced_by"])


def _follow_cer(organisation: Organisation, document: Document) -> None:
    """The date of the contrat d'engagement républicain is read on the organisation."""
    if document.kind.is_cer and organisation.cer_signed_on != document.dated_on:
        organisation.cer_signed_on = document.dated_on
        organisation.save(update_fields=["cer_signed_on"])
