"""What is joined to a proposal: pieces of the wallet that the call asks for, files of its own, sealed at submission."""

from django.db import IntegrityError, transaction
from django.db.models import F

from actions import workflow
from actions.drafts import OPEN_TO_PARTNER
from actions.models import Action, Attachment, SealedAttachment, Submission
from cites import files
from cites.core import clock, permissions
from cites.core.attachments import Checked
from cites.core.errors import Blocked
from cites.models import StoredFile, User
from partners.models import Document, DocumentKind

MOST = 10  # files of a proposal
TOO_MANY = f"Un dossier a {MOST} pièces au plus : retirez-en une."
SEALED = "Ce dossier est déposé : ses pièces ne changent plus, sauf si un complément vous est demandé."
SAME_NAME = "Un fichier de ce nom est déjà joint au dossier : renommez-le ou retirez l'autre."
NOT_OURS = "Cette pièce n'est pas dans le portefeuille de l'organisation."


def required(action: Action) -> list[DocumentKind]:
    """What the call asks of an organisation of this kind, in order."""
    asked = set(action.call.required_documents.values_list("pk", flat=True))
    return [kind for kind in DocumentKind.asked_of(action.organisation) if kind.pk in asked] if asked else []


def missing(action: Action) -> list[DocumentKind]:
    """What the call asks for and the file does not hold, or holds past its end."""
    rows = Attachment.objects.filter(action=action, kind__isnull=False).select_related("document")
    held = {row.kind_id for row in rows if row.document is None or not row.document.is_expired}
    return [kind for kind in required(action) if kind.pk not in held]


def joined(action: Action) -> list[Attachment]:
    """The files of the draft without their bytes, those of the wallet first."""
    rows = Attachment.objects.filter(action=action).select_related("kind", "document__kind")
    in_order = rows.order_by(F("kind__rank").asc(nulls_last=True), "pk")
    return list(in_order.prefetch_related(files.light("file")))


def sealed_with(submission: Submission) -> list[SealedAttachment]:
    """The files of a submitted version, without their bytes."""
    rows = submission.files.select_related("document__kind")
    return list(rows.prefetch_related(files.light("file")))


@transaction.atomic
def join_document(action: Action, document: Document, *, by: User) -> Attachment:
    """A piece of the wallet, as it is today; the one of the same kind that was there gives its place."""
    locked = _open(action, by)
    if document.organisation_id != locked.organisation_id or document.replaced_by_id:
        raise Blocked(NOT_OURS)
    if document.is_expired:
        raise Blocked(
            f"« {document.kind} » est périmée depuis le {document.expires_on:%d/%m/%Y} : remplacez-la d'abord."
        )
    Attachment.objects.filter(action=locked, kind=document.kind).delete()
    return _join(
        Attachment(action=locked, kind=document.kind, document=document, file=document.file, name=document.name), by
    )


@transaction.atomic
def join_file(action: Action, checked: Checked, *, by: User) -> Attachment:
    """A file of this proposal alone."""
    locked = _open(action, by)
    return _join(Attachment(action=locked, file=files.store(checked), name=checked.name), by)


@transaction.atomic
def take_out(attachment: Attachment, *, by: User) -> None:
    """Out of the draft; the bytes go too, unless the wallet or a submitted version holds them."""
    _open(attachment.action, by)
    file = attachment.file
    attachment.delete()
    files.forget(file)


def as_sealed(action: Action) -> dict[str, str]:
    """What the sealed text says of the files: the SHA-256 of each, by name."""
    return {_titled(row): row.file.sha256 for row in joined(action)}


def seal(submission: Submission) -> None:
    """The files of the draft are those of the version, whatever the wallet becomes."""
    for row in joined(submission.action):
        SealedAttachment.objects.create(
            submission=submission,
            document=row.document,
            file=row.file,
            label=row.label,
            name=row.name,
            sha256=row.file.sha256,
        )


def lacking(action: Action) -> list[str]:
    """One sentence per missing piece."""
    return [f"Il manque une pièce : {kind.label}." for kind in missing(action)]


def _titled(row: Attachment) -> str:
    return f"{row.label} – {row.name}"


def _open(action: Action, by: User) -> Action:
    """The row locked, for who writes it, while it is open."""
    locked = workflow.lock(action)
    permissions.check(by, "actions.write", locked)
    if locked.status not in OPEN_TO_PARTNER:
        raise Blocked(SEALED)
    return locked


def _join(attachment: Attachment, by: User) -> Attachment:
    if Attachment.objects.filter(action=attachment.action).count() >= MOST:
        raise Blocked(TOO_MANY)
    attachment.added_by, attachment.added_at = by, clock.now()
    try:
        with transaction.atomic():
            attachment.save(force_insert=True)
    except IntegrityError as error:
        raise Blocked(SAME_NAME) from error
    return attachment


def may_download(user: User, piece: SealedAttachment | Attachment) -> bool:
    """A RIB stays a RIB once joined: whoever sees the file sees that it is there, few read it."""
    return piece.document is None or permissions.allows(user, "partners.download_document", piece.document)


def bytes_of(piece: SealedAttachment | Attachment) -> StoredFile:
    return StoredFile.objects.get(pk=piece.file_id)
