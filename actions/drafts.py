"""The draft of a proposal: kept as typed, however wrong; saved a step at a time, never over a newer text."""

from dataclasses import dataclass

from django.db import transaction

from actions import workflow
from actions.forms.proposal import ProposalForm, bounded
from actions.forms.steps import STEPS, Step
from actions.models import Action
from actions.models.action import GRANTED, Status
from actions.reopened import ANSWER, kept, overstepped, reopened
from cites.core import clock, permissions
from cites.core.errors import Blocked, Stale
from cites.models import User
from partners.models import Organisation

OPEN_TO_PARTNER = (Status.DRAFT, Status.TO_COMPLETE)
Typed = dict[str, list[str]]


@dataclass(frozen=True)
class Seen:
    """What the page was drawn from: the draft's version, and the mark of this very page.

    A page whose answer was lost on the way does not meet itself: what it wrote is known by its mark.
    """

    version: int
    page: str = ""


class Closed(Blocked):
    """A closed answer was sent with another text: said by its label, nothing is written."""

    def __init__(self, action: Action, names: list[str]) -> None:
        fields = ProposalForm.of(action, bound=False).fields
        self.names = names
        self.labels = [str(fields[name].label) if name in fields else name for name in names]
        told = ", ".join(f"« {label} »" for label in self.labels)
        super().__init__(f"Le complément demandé ne rouvre pas {told} : rien n'est enregistré.")


@transaction.atomic
def save(action: Action, typed: Typed, *, seen: Seen | int, by: User, step: Step | None = None) -> Action:
    """Keep what was typed in `step` (in the whole form without one). Another page's newer text raises `Stale`.

    To complete, a text in a place that is not reopened raises `Closed`; what a page leaves out there stays.

    Nothing in the journal: a text in the making is not an event, and it is saved every few seconds.
    """
    seen = seen if isinstance(seen, Seen) else Seen(seen)
    locked = workflow.lock(action)
    permissions.check(by, "actions.write", locked)
    if locked.status not in OPEN_TO_PARTNER:
        raise Blocked("Ce dossier est déposé : il ne se modifie plus, sauf si un complément vous est demandé.")
    places = reopened(locked)
    if names := overstepped(locked, places, typed):
        raise Closed(locked, names)
    typed = kept(locked, places, typed, step)
    stored = step.only(locked.draft) if step else locked.draft
    if typed == stored:
        return locked
    steps = [step] if step else list(STEPS)
    if not all(_is_current(locked, one, seen) for one in steps):
        raise Stale(
            "Ce dossier a été enregistré depuis un autre onglet ou par une autre personne.", typed=typed, stored=stored
        )
    others = {name: values for name, values in locked.draft.items() if step and not step.owns(name)}
    locked.draft, locked.draft_version = bounded({**others, **typed}), locked.draft_version + 1
    locked.draft_saved_at = clock.now()
    locked.draft_marks |= {one.slug: [locked.draft_version, seen.page] for one in steps}
    locked.save(update_fields=["draft", "draft_version", "draft_saved_at", "draft_marks"])
    return locked


def _is_current(action: Action, step: Step, seen: Seen) -> bool:
    """Nobody but this page has written the step since `seen`. Other steps are others' business."""
    if not 0 <= seen.version <= action.draft_version:
        return False
    version, page = action.draft_marks.get(step.slug, (0, ""))
    return version <= seen.version or (bool(page) and page == seen.page)


def first_open_step(action: Action) -> Step:
    """Where to go on: the first question to answer; else the first step nobody has saved yet, or the first of all."""
    if asked := reopened(action).after(None):
        return asked
    return next((step for step in STEPS if step.part and step.slug not in action.draft_marks), STEPS[0])


# ------------------------------------------------------------------ what a new draft knows already


# Said anew each year: dates, and what one signs.
_ANEW = ("starts_on", "ends_on", "is_accurate", "up_to_date", "cer", "signatory", "delegation", "priorities")


def first_values(organisation: Organisation, *, by: User, renews: Action | None = None) -> Typed:
    """The person who begins is in charge, unless told otherwise; a renewal starts from last year's answers."""
    known: Typed = {"contact_name": [by.full_name], "contact_email": [by.email], "contact_phone": [organisation.phone]}
    if by.is_coordination:
        known = {"contact_email": [organisation.email], "contact_phone": [organisation.phone]}
    if renews is not None:
        last = renews.draft or _as_typed(renews)
        again = {name: values for name, values in last.items() if name not in _ANEW and not name.startswith(ANSWER)}
        known = {**again, **known}
        known |= {"nature": ["renewed"], "frequency": ["renewal"]} if renews.announced_status in GRANTED else {}
    return {name: values for name, values in known.items() if any(values)}


def _as_typed(action: Action) -> Typed:
    """The draft of an action that was never typed here: it was decided before the portal."""
    texts = ("title", "objectives", "description", "public_description", "actors_note")
    typed = {name: [getattr(action, name)] for name in texts}
    typed["participants"] = [str(action.participants or "")]
    typed["theme"] = [str(action.theme_id or "")]
    for name in ("age_ranges", "school_times", "schools", "quartiers", "actors"):
        typed[name] = [str(pk) for pk in getattr(action, name).values_list("pk", flat=True)]
    return typed
