"""Another organisation writes one file with its porteur: invited, in, out (docs/adr/0024)."""

from django.db import IntegrityError, transaction

from actions import in_charge, workflow
from actions.drafts import OPEN_TO_PARTNER
from actions.models import Action, CoEditor
from cites.core import audit, clock, outbox, permissions
from cites.core.errors import Blocked
from cites.models import User
from partners.models import Organisation

audit.sentence("actions.co_editor_invited", "{actor} a invité une organisation à écrire le dossier {reference}")
audit.sentence("actions.co_editor_joined", "{actor} a accepté d'écrire le dossier {reference} avec son porteur")
audit.sentence("actions.co_editor_left", "{actor} a mis fin à une co-rédaction du dossier {reference}")

MOST = 5
TOO_MANY = f"Un dossier s'écrit avec {MOST} autres organisations au plus."
SEALED = "Ce dossier est déposé : une organisation n'y entre que pendant qu'il s'écrit."
TWICE = "Cette organisation est déjà invitée à écrire ce dossier."
OWN = "Cette organisation est le porteur du dossier."
NOBODY = "Personne n'écrit encore pour cette organisation sur le portail : invitez-la d'abord à créer un compte."
OVER = "Cette invitation a déjà reçu sa réponse, ou elle a été reprise."


def is_open(action: Action) -> bool:
    return action.status in OPEN_TO_PARTNER


@transaction.atomic
def invite(action: Action, organisation: Organisation, *, by: User) -> CoEditor:
    """Told by mail to everyone who writes for the organisation; nothing is open to it before it accepts."""
    locked = _open(action)
    permissions.check(by, "actions.invite_co_editor", locked)
    addresses = list(in_charge.writers(organisation).values_list("user__email", flat=True))
    if refusal := _refusal(locked, organisation, bool(addresses)):
        raise Blocked(refusal)
    co_editor = CoEditor(action=locked, organisation=organisation, invited_by=by, invited_at=clock.now())
    try:
        with transaction.atomic():
            co_editor.save(force_insert=True)
    except IntegrityError as error:
        raise Blocked(TWICE) from error
    _record("actions.co_editor_invited", co_editor, by)
    outbox.post("co_editor_invited", addresses, {"co_editor": co_editor})
    return co_editor


def _refusal(action: Action, organisation: Organisation, has_writers: bool) -> str:
    if organisation.pk == action.organisation_id:
        return OWN
    if action.co_editors.filter(ended_at__isnull=True).count() >= MOST:
        return TOO_MANY
    return "" if has_writers else NOBODY


@transaction.atomic
def accept(co_editor: CoEditor, *, by: User) -> None:
    """From now on the organisation's writers write the file."""
    _open(co_editor.action)
    locked = _waiting(co_editor, by)
    locked.accepted_by, locked.accepted_at = by, clock.now()
    locked.save(update_fields=["accepted_by", "accepted_at"])
    _record("actions.co_editor_joined", locked, by)
    outbox.post("co_editor_joined", in_charge.addresses(locked.action), {"co_editor": locked})


@transaction.atomic
def decline(co_editor: CoEditor, *, by: User) -> None:
    workflow.lock(co_editor.action)
    locked = _waiting(co_editor, by)
    _end(locked, by)
    outbox.post("co_editor_declined", in_charge.addresses(locked.action), {"co_editor": locked})


@transaction.atomic
def end(co_editor: CoEditor, *, by: User) -> None:
    """By either of the two, at any time: what was written stays, the file is no longer seen."""
    workflow.lock(co_editor.action)
    locked = _row(co_editor)
    permissions.check(by, "actions.end_co_editing", locked)
    if locked.ended_at:
        raise Blocked(OVER)
    _end(locked, by)
    both = [*in_charge.addresses(locked.action), *_writing_for(locked)]
    outbox.post("co_editor_left", [address for address in both if address != by.email], {"co_editor": locked})


def _open(action: Action) -> Action:
    """The row locked, while it is being written."""
    locked = workflow.lock(action)
    if not is_open(locked):
        raise Blocked(SEALED)
    return locked


def _waiting(co_editor: CoEditor, by: User) -> CoEditor:
    """Of two answers at once, one is told that the other came first."""
    locked = _row(co_editor)
    permissions.check(by, "actions.answer_co_editing", locked)
    if locked.accepted_at or locked.ended_at:
        raise Blocked(OVER)
    return locked


def _row(co_editor: CoEditor) -> CoEditor:
    """As it is now, its action's row being locked."""
    return CoEditor.objects.select_related("action__organisation", "organisation__kind").get(pk=co_editor.pk)


def _end(co_editor: CoEditor, by: User) -> None:
    co_editor.ended_by, co_editor.ended_at = by, clock.now()
    co_editor.save(update_fields=["ended_by", "ended_at"])
    _record("actions.co_editor_left", co_editor, by)


def _writing_for(co_editor: CoEditor) -> list[str]:
    return list(in_charge.writers(co_editor.organisation_id).values_list("user__email", flat=True))


def _record(kind: str, co_editor: CoEditor, by: User) -> None:
    action = co_editor.action
    organisation = co_editor.organisation_id
    reference = action.reference or ""
    audit.record(kind, action, by=by, reference=reference, audience=audit.PARTNER, organisation=organisation)
