"""Who may do what to a call, a file, an avis. The person and the object, never the object's state."""

from typing import Any

from actions.in_charge import person_in_charge
from actions.interests import has_interest_in
from actions.models import Action, CoEditor
from cites.core.permissions import Refused, rule


def writes_for(user: Any, *organisations: int) -> bool:
    return any(m.organisation_id in organisations and m.can_write for m in user.active_memberships)


def is_writer(user: Any, action: Action) -> bool:
    return writes_for(user, action.organisation_id)


def co_edits(user: Any, action: Action) -> bool:
    """Writes this one file for an organisation that its porteur invited."""
    if is_writer(user, action) or not user.active_memberships:
        return False
    return writes_for(user, *action.co_editors.active().values_list("organisation", flat=True))


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
    """Type and join pieces: the organisation's writers and its co-editors'; coordination for a file on paper."""
    if not co_edits(user, action):
        answer_for(user, action)


def answer_for(user: Any, action: Action) -> None:
    """What engages the organisation: its own writers; coordination for a file that came on paper."""
    if is_writer(user, action) or (action.on_paper and user.is_coordination):
        return
    raise Refused("Réservé aux responsables et rédacteurs de l'organisation.")


for _name in (
    "actions.submit",
    "actions.withdraw",
    "actions.renounce",
    "actions.submit_report",
    "actions.renew",
    "actions.invite_co_editor",
    "actions.join_from_wallet",
    "actions.revise_budget",
):
    rule(_name)(answer_for)


@rule("actions.hand_over")
def hand_over(user: Any, action: Action) -> None:
    """Between the organisation's writers; coordination where the person in charge has left."""
    if is_writer(user, action) or (user.is_coordination and person_in_charge(action) is None):
        return
    raise Refused("Réservé aux responsables et rédacteurs de l'organisation.")


@rule("actions.answer_co_editing")
def answer_co_editing(user: Any, co_editor: CoEditor) -> None:
    if not writes_for(user, co_editor.organisation_id):
        raise Refused("Réservé aux responsables et rédacteurs de l'organisation invitée.")


@rule("actions.end_co_editing")
def end_co_editing(user: Any, co_editor: CoEditor) -> None:
    """Either of the two organisations."""
    if not writes_for(user, co_editor.organisation_id):
        answer_for(user, co_editor.action)


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
    "actions.check_revised_budget",
    "actions.close",
    "actions.run_seance",
    "actions.prepare_call",
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


@rule("actions.ask")
def ask(user: Any, action: Action) -> None:
    """Write a question for the partner, in the name of one's institution."""
    if not user.is_steering:
        raise Refused("Réservé aux pilotes, à l'instruction et à la coordination.")
    _without_interest(user, action)


@rule("actions.agree_call")
def agree_call(user: Any, call: Any) -> None:
    """For the institution of the mandate."""
    _pilot(user)


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
    if organisation := has_interest_in(user, action):
        raise Refused(
            f"Vous avez un intérêt déclaré avec « {organisation} » : vous êtes en déport sur ce dossier."
            " Votre suppléante ou suppléant répond."
        )
