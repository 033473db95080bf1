"""Hand a file over to a colleague: the person in charge changes, the text does not."""

from django.db import transaction

from actions import workflow
from actions.forms.steps import step_of
from actions.in_charge import person_in_charge, writers
from actions.models import Action
from cites.core import audit, outbox, permissions
from cites.core.errors import Blocked, Stale
from cites.models import User

audit.sentence("actions.handed_over", "{actor} a confié le dossier {reference} à une autre personne de l'organisation")

NOT_A_WRITER = "Cette personne ne peut pas écrire pour l'organisation : choisissez-en une autre."
ALREADY = "Cette personne est déjà chargée du dossier."


def candidates(action: Action) -> list[User]:
    """Who may be put in charge: everyone who writes for the organisation, but the person who is."""
    current = person_in_charge(action)
    rows = writers(action.organisation_id).select_related("user")
    return [row.user for row in rows if row.user != current]


@transaction.atomic
def hand_over(action: Action, colleague: User, *, seen: int | None, by: User) -> None:
    """`seen` is the person in charge on the page: two that hand over at once do not undo each other."""
    locked = workflow.lock(action)
    permissions.check(by, "actions.hand_over", locked)
    if not writers(locked.organisation_id).filter(user=colleague).exists():
        raise Blocked(NOT_A_WRITER)
    if colleague.pk == locked.in_charge_id:
        raise Blocked(ALREADY)
    if seen != locked.in_charge_id:
        raise Stale("Ce dossier vient d'être confié à quelqu'un d'autre : relisez la page.")
    former, locked.in_charge = person_in_charge(locked), colleague
    _follow(locked, former, colleague)
    locked.save()
    audit.record("actions.handed_over", locked, by=by, reference=locked.reference or "", audience=audit.PARTNER)
    context = {"action": locked, "colleague": colleague, "by": by}
    outbox.post("handed_over", [colleague.email], context)
    if former:
        outbox.post("handed_on", [former.email], context)


def _follow(action: Action, former: User | None, colleague: User) -> None:
    """The address of the file was the former person's: it becomes the colleague's. Another one stays."""
    known = {"", former.email if former else ""}
    told = {"contact_name": colleague.full_name, "contact_email": colleague.email}
    if action.contact_email and (former is None or action.contact_email in known):
        action.contact_name, action.contact_email = told["contact_name"], told["contact_email"]
    typed = action.draft.get("contact_email", [""])[0]
    if typed in known and action.draft:
        action.draft = {**action.draft, **{name: [text] for name, text in told.items()}}
        action.draft_version += 1
        action.draft_marks |= {step_of("contact_email").slug: [action.draft_version, ""]}
