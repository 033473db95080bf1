"""The pieces of a proposal, for the pages that show them: what is asked, what is joined, what was sealed."""

from typing import Any

from django import template

from actions import attachments
from actions.drafts import OPEN_TO_PARTNER
from actions.models import Action, SealedAttachment, Submission
from cites.core import permissions
from cites.core.attachments import LABELS
from partners import documents
from partners.document_forms import AttachmentForm
from partners.models import DocumentKind

register = template.Library()


@register.simple_tag(takes_context=True)
def attachment_board(context: template.Context, action: Action, form: Any = None) -> dict[str, Any]:
    """What the page of the pieces shows; `form` is the one that was refused, if any."""
    user = context["request"].user
    joined = attachments.joined(action)
    by_kind = {row.kind_id: row for row in joined if row.kind_id}
    from_wallet = permissions.allows(user, "actions.join_from_wallet", action)
    wallet = documents.current(action.organisation) if from_wallet else {}
    missing = {kind.pk for kind in attachments.missing(action)}
    kinds, codes = attachments.required(action), attachments.changeable(action)

    def is_open(kind: DocumentKind | None) -> bool:
        return codes is None or (kind.code if kind else "") in codes

    return {
        "needed": [
            (
                kind,
                by_kind.get(kind.pk),
                wallet.get(kind.pk) if is_open(kind) else None,
                kind.pk in missing,
                codes is not None and is_open(kind),
            )
            for kind in kinds
        ],
        "joined": [(row, is_open(row.kind)) for row in joined],
        "takes_files": is_open(None),
        "may_write": action.status in OPEN_TO_PARTNER and permissions.allows(user, "actions.write", action),
        "from_wallet": from_wallet,
        "form": form or AttachmentForm(),
        "is_full": len(joined) >= attachments.MOST,
    }


@register.simple_tag(takes_context=True)
def sealed_pieces(context: template.Context, submission: Submission) -> list[tuple[SealedAttachment, bool]]:
    """(file, may this person download it) of a submitted version."""
    user = context["request"].user
    return [(piece, attachments.may_download(user, piece)) for piece in attachments.sealed_with(submission)]


@register.filter
def file_format(media_type: str) -> str:
    return LABELS.get(media_type, "fichier")
