"""What is joined to a proposal: pieces of the wallet that the call asks for, files of its own, sealed at submission.

Nothing in the journal until then: as its text, the pieces of a draft are in the making (docs/adr/0020).
"""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from actions import workflow
from actions.drafts import OPEN_TO_PARTNER
from actions.models import Action, Attachment, SealedAttachment, Submission
from actions.models.action import Status
from actions.reopened import PIECE, PIECES, reopened
from cites import files
from cites.core import clock, permissions
from cites.core.attachments import Checked
from cites.core.errors import Blocked
from cites.core.text import file_size
from cites.models import StoredFile, User
from partners.models import Document, DocumentKind, Organisation

MOST = 10  # files of a proposal
ROOM = 500_000_000  # bytes of the files of an organisation's drafts, the wallet's own apart
FULL = (
    f"Les brouillons de l'organisation tiennent déjà {file_size(ROOM)} de fichiers : retirez ceux qui ne servent plus."
)
TOO_MANY = f"Un dossier a {MOST} pièces au plus : retirez-en une."
SEALED = "Ce dossier est déposé : ses pièces ne changent plus, sauf si un complément vous est demandé."
CLOSED = "Le complément demandé ne porte pas sur cette pièce : elle ne change pas."
OTHER = "Pièce du dossier"
SAME_NAME = "Un fichier de ce nom est déjà joint au dossier : renommez-le ou retirez l'autre."
SAME_BYTES = "Ce fichier est déjà joint au dossier, sous le nom « {name} »."
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
    locked = _open(action, by, document.kind)
    permissions.check(by, "actions.join_from_wallet", locked)
    document = _still_held(document, locked)
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
    locked = _open(action, by, None)
    _room_for(checked, locked)
    return _join(Attachment(action=locked, file=files.store(checked), name=checked.name), by)


@transaction.atomic
def take_out(attachment: Attachment, *, by: User) -> None:
    """Out of the draft; the bytes go too, unless the wallet or a submitted version holds them."""
    locked = _open(attachment.action, by, attachment.kind)
    if attachment.document_id:
        permissions.check(by, "actions.join_from_wallet", locked)
    file = attachment.file
    attachment.delete()
    files.forget(file)
    _changed(locked)


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


def changeable(action: Action) -> set[str] | None:
    """The kinds of pieces that may change now, "" for a file without kind; None: all of them.

    What the call asks for and the submitted version does not hold, or holds past its end, can always be joined.
    """
    found = reopened(action)
    if found.request is None:
        return None
    asked = {place.removeprefix(PIECE) for place in found.request.opened if place.startswith(PIECE)}
    asked |= {""} if PIECES in found.request.opened else set()
    rows = SealedAttachment.objects.filter(submission__action=action, submission__number=found.request.version)
    documents = [row.document for row in rows.select_related("document")]
    held = {one.kind_id for one in documents if one is not None and not one.is_expired}
    return asked | {kind.code for kind in required(action) if kind.pk not in held}


def closed_changes(action: Action, before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The files that were joined or taken out although nothing asks for them."""
    codes = changeable(action)
    if codes is None:
        return []
    labels = [*DocumentKind.objects.filter(code__in=codes).values_list("label", flat=True)]
    free = tuple(f"{label} – " for label in [*labels, *([OTHER] if "" in codes else [])])
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return [name for name in changed if not name.startswith(free)]


def _open(action: Action, by: User, kind: DocumentKind | None) -> Action:
    """The row locked, for who writes it, while it is open for a piece of this kind."""
    locked = workflow.lock(action)
    permissions.check(by, "actions.write", locked)
    if locked.status not in OPEN_TO_PARTNER:
        raise Blocked(SEALED)
    codes = changeable(locked)
    if codes is not None and (kind.code if kind else "") not in codes:
        raise Blocked(CLOSED)
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
    _changed(attachment.action)
    return attachment


def _changed(locked: Action) -> None:
    """A page of relecture drawn before has not shown this."""
    locked.draft_version += 1
    locked.save(update_fields=["draft_version"])


def _still_held(document: Document, action: Action) -> Document:
    """As the wallet is now, and while it cannot change: it may have been replaced since the page was drawn."""
    Organisation.objects.select_for_update().get(pk=action.organisation_id)
    held = Document.objects.current().filter(organisation=action.organisation_id).select_related("kind")
    found = held.filter(pk=document.pk).first()
    if found is None:
        raise Blocked(NOT_OURS)
    return found


def _room_for(checked: Checked, action: Action) -> None:
    """The same file is not kept twice; and a person's patience is not the only limit of what an organisation sends."""
    own = Attachment.objects.filter(action__organisation=action.organisation_id, document=None)
    if same := own.filter(action=action, file__sha256=checked.sha256).first():
        raise Blocked(SAME_BYTES.format(name=same.name))
    Organisation.objects.select_for_update().get(pk=action.organisation_id)
    held = own.filter(action__status=Status.DRAFT).aggregate(size=Sum("file__size"))["size"] or 0
    if held + checked.size > ROOM:
        raise Blocked(FULL)


def may_download(user: User, piece: SealedAttachment | Attachment) -> bool:
    """A RIB stays a RIB once joined: whoever sees the file sees that it is there, few read it."""
    return piece.document is None or permissions.allows(user, "partners.download_document", piece.document)


def bytes_of(piece: SealedAttachment | Attachment) -> StoredFile:
    return StoredFile.objects.get(pk=piece.file_id)
