"""Who may do what to an organisation and to its people: never the state, always the person and the organisation."""

from typing import Any

from cites.core.permissions import Refused, rule
from partners.models import Document, Membership, Organisation


def is_responsable(user: Any, organisation: Organisation) -> bool:
    return any(
        m.organisation_id == organisation.pk and m.role == Membership.Role.RESPONSABLE for m in user.active_memberships
    )


@rule("partners.edit_organisation")
def edit_organisation(user: Any, organisation: Organisation) -> None:
    """What the organisation says of itself: its name, its numbers, its contacts, its alliances."""
    if not is_responsable(user, organisation):
        raise Refused("Réservé aux responsables de l'organisation.")


@rule("partners.manage_members")
def manage_members(user: Any, organisation: Organisation) -> None:
    """Invite, change a role, end a membership. Coordination, only where nobody is left to do it."""
    if is_responsable(user, organisation):
        return
    if not user.is_coordination:
        raise Refused("Réservé aux responsables de l'organisation.")
    if organisation.has_responsable:
        raise Refused("Cette organisation a un responsable : c'est à lui de le faire.")


@rule("partners.answer_join_request")
def answer_join_request(user: Any, organisation: Organisation) -> None:
    manage_members(user, organisation)


@rule("partners.join")
def join(user: Any, obj: Any) -> None:
    """Ask to come into an organisation, or bring a new one."""
    if user.is_staff:
        raise Refused("Un compte d'administration n'entre dans aucune organisation : créez un autre compte.")


@rule("partners.browse_directory")
def browse_directory(user: Any, obj: Any) -> None:
    if not (user.is_steering or user.is_staff):
        raise Refused("L'annuaire est réservé aux pilotes, à l'instruction et à la coordination.")


@rule("partners.read_wallet")
def read_wallet(user: Any, organisation: Organisation) -> None:
    if user.is_steering or any(m.organisation_id == organisation.pk for m in user.active_memberships):
        return
    raise Refused("Réservé aux membres de l'organisation, aux pilotes, à l'instruction et à la coordination.")


@rule("partners.keep_documents")
def keep_documents(user: Any, organisation: Organisation) -> None:
    """The wallet: who writes for the organisation, coordination for one that works on paper."""
    if user.is_coordination or any(
        m.organisation_id == organisation.pk and m.can_write for m in user.active_memberships
    ):
        return
    raise Refused("Réservé aux responsables et rédacteurs de l'organisation, et à la coordination.")


@rule("partners.read_rib")
def read_rib(user: Any, organisation: Organisation) -> None:
    """The whole IBAN: who pays, or tells who pays."""
    if not user.has_perm("funding.pay"):
        raise Refused("Le RIB entier est réservé aux personnes qui paient les subventions.")


@rule("partners.download_document")
def download_document(user: Any, document: Document) -> None:
    """Any piece for who sees it; a RIB for its own writers and for who pays."""
    if not document.kind.holds_iban or any(
        m.organisation_id == document.organisation_id and m.can_write for m in user.active_memberships
    ):
        return
    read_rib(user, document.organisation)
