"""Who may do the verbs of the base app: looks at the person and the object, never at the state."""

from typing import Any

from cites.core.permissions import Refused, check, rule
from cites.models.invitation import GRANTS


@rule("cites.seal_convention")
def seal_convention(user: Any, convention: Any) -> None:
    if not user.is_staff:
        raise Refused("La convention-cadre est scellée par l'administration du portail.")


@rule("cites.import_data")
def import_data(user: Any, obj: Any) -> None:
    """Bring in what was known and decided elsewhere. It decides nothing: see docs/adr/0016."""
    if not user.is_staff:
        raise Refused("Les données existantes sont reprises par l'administration du portail.")


@rule("cites.invite")
def invite(user: Any, invitation: Any) -> None:
    """Asked of who invites, and again of them when the invitation is used. Other apps say who gives their roles."""
    grant = GRANTS.get(invitation.role) if invitation else None
    if grant and grant.rule:
        check(user, grant.rule, invitation.about)
    elif not user.is_staff:
        raise Refused("Les rôles se donnent par l'administration du portail.")


@rule("cites.unlink_proconnect")
def unlink_proconnect(user: Any, person: Any) -> None:
    if not user.is_staff:
        raise Refused("Une identité ProConnect est détachée par l'administration du portail.")


@rule("cites.end_sessions")
def end_sessions(user: Any, person: Any) -> None:
    if not user.is_staff:
        raise Refused("Les sessions d'une autre personne sont fermées par l'administration du portail.")


@rule("cites.send_password_link")
def send_password_link(user: Any, person: Any) -> None:
    if not user.is_staff:
        raise Refused("Un lien de mot de passe est envoyé par l'administration du portail.")


@rule("cites.lift_second_factor")
def lift_second_factor(user: Any, person: Any) -> None:
    if not user.is_staff or user == person:
        raise Refused("Un second facteur perdu est levé par une autre personne de l'administration.")
