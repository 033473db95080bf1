"""Who may do what to a call, a file, an avis. The person and the object, never the object's state."""

from typing import Any

from actions.models import Action
from cites.core.permissions import Refused, rule
from partners.models import has_interest


def is_writer(user: Any, action: Action) -> bool:
    return any(m.organisation_id == action.organisation_id and m.can_write for m in user.active_memberships)


def _coordination(user: Any) -> None:
    if not user.is_coordination:
        raise Refused("Réservé à la coordination.")


def _pilot(user: Any) -> None:
    if not user.is_pilot:
        raise Refused("Réservé aux pilotes, qui tiennent un mandat en cours.")


@rule("actions.propose")
def propose(user: Any, call: Any) -> None:
    if user.is_coordination or any(m.can_write for m in user.active_memberships):
        return
    raise Refused("Réservé aux membres d'une organisation qui peuvent saisir, et à la coordination.")


@rule("actions.write")
def write(user: Any, action: Action) -> None:
    """Draft, complete, report: the organisation's writers; coordination for a file that came on paper."""
    if is_writer(user, action) or (action.on_paper and user.is_coordination):
        return
    raise Refused("Réservé aux responsables et rédacteurs de l'organisation.")


for _name in ("actions.submit", "actions.withdraw", "actions.renounce", "actions.submit_report"):
    rule(_name)(write)


@rule("actions.follow_up")
def follow_up(user: Any, action: Action) -> None:
    if not (user.is_coordination or is_writer(user, action)):
        raise Refused("Réservé au porteur et à la coordination.")


def coordination_only(user: Any, obj: Any) -> None:
    _coordination(user)


for _name in (
    "actions.check_admissibility",
    "actions.open_review",
    "actions.schedule",
    "actions.record_verdict",
    "actions.announce",
    "actions.lift_condition",
    "actions.expect_report",
    "actions.check_report",
    "actions.close",
    "actions.run_seance",
):
    rule(_name)(coordination_only)


@rule("actions.close_review")
def close_review(user: Any, action: Action) -> None:
    raise Refused("Le portail le constate lui-même : tous ont répondu, ou la date est passée.")


@rule("actions.take_over")
def take_over(user: Any, action: Action) -> None:
    """Bring in what was decided before the portal: the administration, which decides nothing by it."""
    if not user.is_staff:
        raise Refused("Les actions d'avant le portail sont reprises par l'administration.")


@rule("actions.steer")
def steer(user: Any, obj: Any) -> None:
    """See the working list, the séances, the envelope."""
    if not (user.is_steering or user.is_staff):
        raise Refused("Réservé aux pilotes, à l'instruction et à la coordination.")


@rule("actions.edit")
def edit(user: Any, action: Action) -> None:
    """Working title, champ and theme as instructed, schools, follow-up: never the sealed proposal."""
    if not (user.is_pilot or user.is_coordination):
        raise Refused("Réservé aux pilotes et à la coordination.")


@rule("actions.prepare_avis")
def prepare_avis(user: Any, action: Action) -> None:
    if not (user.is_pilot or user.is_instructeur):
        raise Refused("Réservé aux institutions pilotes.")
    _without_interest(user, action)


@rule("actions.give_avis")
def give_avis(user: Any, action: Action) -> None:
    """Only a mandate holder signs, for the institution of the mandate, without interest in the file."""
    _pilot(user)
    _without_interest(user, action)


@rule("actions.contest")
def contest(user: Any, action: Action) -> None:
    _pilot(user)
    _without_interest(user, action)


@rule("actions.sign_releve")
def sign_releve(user: Any, seance: Any) -> None:
    _pilot(user)


def _without_interest(user: Any, action: Action) -> None:
    if has_interest(user, action.organisation):
        raise Refused(
            f"Vous avez un intérêt déclaré avec « {action.organisation} » : vous êtes en déport sur ce dossier."
            " Votre suppléante ou suppléant répond."
        )
