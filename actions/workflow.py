"""The life of an action: one table, one function. Nothing else assigns `status`.

`apply` locks the row, checks who, checks when, writes, records the event in the same transaction and
puts the mail in the outbox. docs/workflow.md is generated from this table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from actions import guards as when
from actions import notifications
from actions.models import Action
from actions.models.action import DECIDED, Status
from cites.core import audit, clock, permissions
from cites.core.audit import SYSTEM, System
from cites.core.errors import Blocked
from cites.models import User

S = Status
WAITING = (S.WAITLISTED, S.POSTPONED)
# Where an action that was decided before the portal may stand when it comes in.
TAKEN_OVER = (S.APPROVED, S.UNDER_WAY, S.REPORT_DUE, S.CLOSED)


@dataclass(frozen=True, kw_only=True)
class Transition:
    """`mail` is a function of `notifications`, or None said explicitly. `actor` says who, for people."""

    label: str
    sources: tuple[Status, ...]
    target: Status
    permission: str
    actor: str
    sentence: str
    mail: Callable[[Action], None] | None
    guards: tuple[when.Guard, ...] = ()
    funding_only: bool = False
    announces: bool = True


TRANSITIONS: dict[str, Transition] = {
    "submit": Transition(
        label="Déposer le dossier",
        sources=(S.DRAFT, S.TO_COMPLETE),
        target=S.SUBMITTED,
        permission="actions.submit",
        actor="Partenaire, ou coordination pour un dossier papier",
        sentence="{actor} a déposé le dossier {reference} (version {version})",
        mail=notifications.receipt,
        guards=(when.budget_submitted,),
    ),
    "request_completion": Transition(
        label="Demander un complément",
        sources=(S.SUBMITTED, S.IN_REVIEW, S.REVIEWED),
        target=S.TO_COMPLETE,
        permission="actions.check_admissibility",
        actor="Coordination",
        sentence="{actor} a demandé un complément sur le dossier {reference}",
        mail=notifications.completion_requested,
    ),
    "find_admissible": Transition(
        label="Déclarer recevable",
        sources=(S.SUBMITTED, S.TO_COMPLETE),
        target=S.ADMISSIBLE,
        permission="actions.check_admissibility",
        actor="Coordination",
        sentence="{actor} a déclaré le dossier {reference} recevable",
        mail=notifications.admissible,
    ),
    "find_inadmissible": Transition(
        label="Déclarer non recevable",
        sources=(S.SUBMITTED, S.TO_COMPLETE),
        target=S.INADMISSIBLE,
        permission="actions.check_admissibility",
        actor="Coordination",
        sentence="{actor} a déclaré le dossier {reference} non recevable",
        mail=notifications.inadmissible,
    ),
    "open_review": Transition(
        label="Ouvrir l'instruction",
        sources=(S.ADMISSIBLE,),
        target=S.IN_REVIEW,
        permission="actions.open_review",
        actor="Coordination",
        sentence="{actor} a ouvert l'instruction du dossier {reference}",
        mail=notifications.avis_asked,
        announces=False,
    ),
    "close_review": Transition(
        label="Constater que les avis sont rendus",
        sources=(S.IN_REVIEW,),
        target=S.REVIEWED,
        permission="actions.close_review",
        actor="Le portail : tous ont répondu, ou la date est passée",
        sentence="{actor} a constaté que les avis sur le dossier {reference} sont rendus",
        mail=None,
        guards=(when.has_review, when.unveiled),
        announces=False,
    ),
    "schedule": Transition(
        label="Inscrire à l'ordre du jour",
        sources=(S.REVIEWED, *WAITING),
        target=S.SCHEDULED,
        permission="actions.schedule",
        actor="Coordination",
        sentence="{actor} a inscrit le dossier {reference} à l'ordre du jour",
        mail=None,
        guards=(when.on_agenda,),
        announces=False,
    ),
    "unschedule": Transition(
        label="Retirer de l'ordre du jour",
        sources=(S.SCHEDULED,),
        target=S.REVIEWED,
        permission="actions.schedule",
        actor="Coordination",
        sentence="{actor} a retiré le dossier {reference} de l'ordre du jour",
        mail=None,
        announces=False,
    ),
    **{
        verdict: Transition(
            label=label,
            sources=(S.SCHEDULED,),
            target=target,
            permission="actions.record_verdict",
            actor="Coordination, en séance, sous la règle de l'appel",
            sentence=f"{{actor}} a enregistré la décision « {label.lower()} » sur le dossier {{reference}}",
            mail=None,
            guards=(when.on_agenda,),
            funding_only=True,
            announces=False,
        )
        for verdict, label, target in (
            ("approve", "Accordé", S.APPROVED),
            ("approve_with_conditions", "Accordé sous réserve", S.APPROVED_WITH_CONDITIONS),
            ("waitlist", "Liste d'attente", S.WAITLISTED),
            ("postpone", "Ajourné", S.POSTPONED),
            ("reject", "Refusé", S.REJECTED),
        )
    },
    "contest": Transition(
        label="Contester la décision",
        sources=DECIDED,
        target=S.SCHEDULED,
        permission="actions.contest",
        actor="Pilote, avant la notification",
        sentence="{actor} a contesté la décision sur le dossier {reference}",
        mail=None,
        guards=(when.not_announced,),
        funding_only=True,
        announces=False,
    ),
    "announce": Transition(
        label="Notifier la décision",
        sources=DECIDED,
        target=S.APPROVED,  # each decision stays what it is: see `apply`
        permission="actions.announce",
        actor="Coordination, le relevé signé par tous",
        sentence="{actor} a notifié la décision sur le dossier {reference}",
        mail=notifications.decision,
        guards=(when.not_announced,),
        funding_only=True,
    ),
    "drop": Transition(
        label="Refuser sans nouvelle séance",
        sources=WAITING,
        target=S.REJECTED,
        permission="actions.schedule",
        actor="Coordination",
        sentence="{actor} a clos l'attente du dossier {reference}",
        mail=notifications.dropped,
        guards=(when.announced,),
    ),
    "lift_condition": Transition(
        label="Lever la réserve",
        sources=(S.APPROVED_WITH_CONDITIONS,),
        target=S.APPROVED,
        permission="actions.lift_condition",
        actor="Coordination",
        sentence="{actor} a levé la réserve sur le dossier {reference}",
        mail=notifications.condition_lifted,
        guards=(when.announced,),
    ),
    "start": Transition(
        label="Constater le démarrage",
        sources=(S.APPROVED,),
        target=S.UNDER_WAY,
        permission="actions.follow_up",
        actor="Partenaire, coordination, ou le portail à la date de début",
        sentence="{actor} a constaté le démarrage de l'action {reference}",
        mail=None,
        guards=(when.announced,),
    ),
    "renounce": Transition(
        label="Renoncer à la subvention",
        sources=(S.APPROVED,),
        target=S.RENOUNCED,
        permission="actions.renounce",
        actor="Partenaire",
        sentence="{actor} a renoncé à la subvention de l'action {reference}",
        mail=notifications.renounced,
        guards=(when.announced,),
        funding_only=True,
    ),
    "abandon": Transition(
        label="Déclarer l'abandon",
        sources=(S.UNDER_WAY,),
        target=S.ABANDONED,
        permission="actions.follow_up",
        actor="Partenaire ou coordination",
        sentence="{actor} a déclaré l'abandon de l'action {reference}",
        mail=notifications.abandoned,
    ),
    "expect_report": Transition(
        label="Demander le bilan",
        sources=(S.UNDER_WAY, S.ABANDONED),
        target=S.REPORT_DUE,
        permission="actions.expect_report",
        actor="Coordination, ou le portail à la date de fin",
        sentence="{actor} attend le bilan de l'action {reference}",
        mail=notifications.report_due,
    ),
    "change_dates": Transition(
        label="Prolonger l'action",
        sources=(S.REPORT_DUE,),
        target=S.UNDER_WAY,
        permission="actions.expect_report",
        actor="Coordination",
        sentence="{actor} a prolongé l'action {reference} jusqu'au {ends_on}",
        mail=notifications.dates_changed,
    ),
    "miss_report": Transition(
        label="Constater que le bilan manque",
        sources=(S.REPORT_DUE,),
        target=S.REPORT_MISSING,
        permission="actions.expect_report",
        actor="Coordination, ou le portail à l'échéance",
        sentence="{actor} a constaté que le bilan de l'action {reference} manque",
        mail=notifications.report_missing,
    ),
    "submit_report": Transition(
        label="Déposer le bilan",
        sources=(S.REPORT_DUE, S.REPORT_MISSING, S.REPORT_TO_CORRECT),
        target=S.REPORT_SUBMITTED,
        permission="actions.submit_report",
        actor="Partenaire",
        sentence="{actor} a déposé le bilan de l'action {reference}",
        mail=notifications.report_received,
        guards=(when.has_report,),
    ),
    "correct_report": Transition(
        label="Demander une correction du bilan",
        sources=(S.REPORT_SUBMITTED,),
        target=S.REPORT_TO_CORRECT,
        permission="actions.check_report",
        actor="Coordination",
        sentence="{actor} a demandé une correction du bilan de l'action {reference}",
        mail=notifications.report_to_correct,
    ),
    "accept_report": Transition(
        label="Accepter le bilan",
        sources=(S.REPORT_SUBMITTED,),
        target=S.REPORT_ACCEPTED,
        permission="actions.check_report",
        actor="Coordination",
        sentence="{actor} a accepté le bilan de l'action {reference}",
        mail=notifications.report_accepted,
    ),
    "close": Transition(
        label="Clore l'action",
        sources=(S.REPORT_ACCEPTED, S.REPORT_MISSING),
        target=S.CLOSED,
        permission="actions.close",
        actor="Coordination",
        sentence="{actor} a clos l'action {reference}",
        mail=None,
    ),
    "withdraw": Transition(
        label="Retirer le dossier",
        sources=(S.DRAFT, S.SUBMITTED, S.TO_COMPLETE, S.ADMISSIBLE, S.IN_REVIEW, S.REVIEWED),
        target=S.WITHDRAWN,
        permission="actions.withdraw",
        actor="Partenaire",
        sentence="{actor} a retiré le dossier {reference}",
        mail=notifications.withdrawn,
    ),
    "withdraw_waiting": Transition(
        label="Retirer le dossier en attente",
        sources=WAITING,
        target=S.WITHDRAWN,
        permission="actions.withdraw",
        actor="Partenaire",
        sentence="{actor} a retiré le dossier {reference}, en attente",
        mail=notifications.withdrawn,
        guards=(when.announced,),
    ),
    **{
        f"take_over_{target}": Transition(
            label=f"Reprendre à l'état « {target.label.lower()} »",
            sources=(S.DRAFT,),
            target=target,
            permission="actions.take_over",
            actor="Administration, pour une action décidée avant le portail",
            sentence="{actor} a repris l'action {reference}, décidée avant le portail",
            mail=None,
            guards=(when.from_before,),
        )
        for target in TAKEN_OVER
    },
}

for _name, _transition in TRANSITIONS.items():
    audit.sentence(f"actions.{_name}", _transition.sentence)


@dataclass(frozen=True)
class Option:
    """A transition this person may make, with what still stands in its way."""

    name: str
    transition: Transition
    reasons: Sequence[str]


@transaction.atomic
def apply(action: Action, name: str, *, by: User | System, called_by_funding: bool = False, **data: Any) -> Action:
    """Make transition `name`. Raises `Refused` (who) or `Blocked` (when); then nothing is written.

    `data` goes to the journal: ids, dates and states, never free text.
    """
    transition = TRANSITIONS[name]
    if transition.funding_only and not called_by_funding:
        raise RuntimeError(f"{name} is made by a verb of funding alone.")
    locked = lock(action)
    if not isinstance(by, System):
        permissions.check(by, transition.permission, locked)
    reasons = blocking(locked, transition)
    if reasons:
        raise Blocked(reasons)
    before = locked.status
    locked.status = Status(before) if name == "announce" else transition.target  # a decision stays what it is
    locked.status_at = clock.now()
    locked.is_announced = transition.announces
    if transition.announces:
        locked.announced_status = locked.status
    locked.save(update_fields=["status", "status_at", "is_announced", "announced_status"])
    audit.record(
        f"actions.{name}",
        locked,
        by=by,
        reference=locked.reference or "",
        audience=audit.PARTNER if transition.announces else audit.INTERNAL,
        **{"from": before, "to": locked.status, **data},
    )
    if transition.mail:
        transition.mail(locked)
    action.status, action.status_at = locked.status, locked.status_at
    action.announced_status, action.is_announced = locked.announced_status, locked.is_announced
    return locked


def require(action: Action, name: str, *, by: User) -> None:
    """Before a verb writes what its transition needs: the right person, the right state. See `apply`."""
    permissions.check(by, TRANSITIONS[name].permission, action)
    if action.status not in TRANSITIONS[name].sources:
        raise Blocked(blocking(action, TRANSITIONS[name]))


def lock(action: Action) -> Action:
    """The row as it is now, held until the transaction ends."""
    rows = Action.objects.select_for_update(of=("self",))
    return rows.select_related("call", "organisation__kind").get(pk=action.pk)


def blocking(action: Action, transition: Transition) -> list[str]:
    """Everything that stands in the way now, in French; nothing if the way is free."""
    if action.status not in transition.sources:
        # In the words of the announced status: a refusal must not tell a partner what was decided.
        return [f"Ce dossier est « {action.announced_label.lower()} » : « {transition.label} » n'est pas possible."]
    return [reason for guard in transition.guards if (reason := guard(action))]


def options(action: Action, user: User) -> list[Option]:
    """What a page offers: the permitted transitions of this state, never those that funding makes."""
    return [
        Option(name, transition, [r for guard in transition.guards if (r := guard(action))])
        for name, transition in TRANSITIONS.items()
        if action.status in transition.sources
        and not transition.funding_only
        and permissions.allows(user, transition.permission, action)
    ]


__all__ = ["SYSTEM", "TRANSITIONS", "Option", "Transition", "apply", "blocking", "lock", "options"]
