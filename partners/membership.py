"""The verbs of membership: invite, change a role, end, and which organisation one acts for now.

An organisation is never left without a responsable: its row is the lock of that question.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from cites.accounts import invitations
from cites.core import audit, clock, outbox
from cites.core.errors import Blocked
from cites.core.middleware import Middleware
from cites.core.permissions import check
from cites.models import Invitation, User
from cites.models.invitation import GRANTS, Grant
from partners.models import Membership, MembershipOffer, Organisation

audit.sentence("partners.role_changed", "{actor} a changé le rôle d'un membre de l'organisation {reference} : {role}")
audit.sentence("partners.membership_ended", "{actor} a mis fin à un rattachement à l'organisation {reference} : {role}")
audit.sentence("partners.left", "{actor} a quitté l'organisation {reference} : {role}")

KEY = "organisation"
MOST_WAITING = 20
LAST_RESPONSABLE = (
    "C'est la dernière personne responsable de l'organisation : donnez d'abord ce rôle à quelqu'un d'autre."
)
MEMBER_ALREADY = "Cette personne est déjà membre de l'organisation."
NOT_A_MEMBER = "Cette personne n'est plus membre de l'organisation."
TOO_MANY = f"{MOST_WAITING} invitations attendent déjà une réponse : révoquez celles qui ne servent plus."


# ------------------------------------------------------------------ for which organisation


class RememberOrganisation(Middleware):
    """The organisation that the person chose, for the header, the journal and the next proposal."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and KEY in request.session:
            request.user.current_organisation_id = request.session[KEY]  # type: ignore[union-attr]
        return None


def current_organisation(request: Any) -> Organisation | None:
    """The one chosen, else the first; nothing for who belongs to none."""
    memberships = request.user.active_memberships
    return memberships[0].organisation if memberships else None


def switch(request: Any, organisation: Organisation) -> None:
    """For the length of the session; a membership that ends meanwhile falls out by itself."""
    request.session[KEY] = organisation.pk


# ------------------------------------------------------------------ invite


@transaction.atomic
def invite(organisation: Organisation, email: str, role: str, *, by: User) -> Invitation:
    """One address, one role, one organisation; sent by mail, used once."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if len(pending(organisation)) >= MOST_WAITING:
        raise Blocked(TOO_MANY)
    invitation, offer = Invitation(email=email, role=role), MembershipOffer(organisation=organisation)
    invitation.membership_offer = offer
    invitations.issue(invitation, by)
    offer.invitation = invitation
    offer.save(force_insert=True)
    return invitation


def pending(organisation: Organisation) -> list[Invitation]:
    """What still waits for an answer, newest first."""
    rows = Invitation.objects.waiting().filter(membership_offer__organisation=organisation)
    found = rows.select_related("invited_by", "membership_offer__organisation")
    return [invitation for invitation in found if invitation.is_waiting]


def _organisation_of(invitation: Invitation) -> Organisation:
    organisation: Organisation = invitation.membership_offer.organisation
    return organisation


def _refusals(invitation: Invitation, user: User) -> Iterator[str]:
    if user.is_staff:
        yield "Un compte d'administration n'entre dans aucune organisation : invitez une autre adresse."
    if Membership.objects.active().filter(user=user, organisation=_organisation_of(invitation)).exists():
        yield MEMBER_ALREADY


def _give(invitation: Invitation, user: User) -> None:
    add(_organisation_of(invitation), user, invitation.role)


def add(organisation: Organisation, user: User, role: str) -> Membership:
    """Two ways in may open at once: the second one says so."""
    membership = Membership(organisation=organisation, user=user, role=role)
    try:
        with transaction.atomic():
            membership.save(force_insert=True)
    except IntegrityError as error:
        raise Blocked(MEMBER_ALREADY) from error
    return membership


for _role in Membership.Role.values:
    GRANTS[_role] = Grant(
        _refusals, _give, about=_organisation_of, rule="partners.manage_members", sender="pour l'organisation"
    )


# ------------------------------------------------------------------ change, end


@transaction.atomic
def change_role(membership: Membership, role: str, *, by: User) -> None:
    """At once: the next page that the person opens asks the new role."""
    check(by, "partners.manage_members", membership.organisation)
    locked = _locked(membership)
    if locked.role == role:
        return
    if role != Membership.Role.RESPONSABLE:
        _keep_a_responsable(locked)
    before, locked.role = locked.get_role_display(), role
    locked.save(update_fields=["role"])
    after = locked.get_role_display()
    _record("partners.role_changed", locked, by, role=f"{_short(before)} → {_short(after)}")


@transaction.atomic
def end(membership: Membership, *, by: User) -> None:
    """By the person, who may always leave, or by who manages the members. Over at once, and kept as history."""
    is_own = membership.user_id == by.pk
    if not is_own:
        check(by, "partners.manage_members", membership.organisation)
    locked = _locked(membership)
    _keep_a_responsable(locked)
    locked.ends_on, locked.ended_at = max(clock.today(), locked.starts_on), clock.now()
    locked.save(update_fields=["ends_on", "ended_at"])
    kind = "partners.left" if is_own else "partners.membership_ended"
    _record(kind, locked, by, role=_short(locked.get_role_display()))
    if not is_own:
        outbox.post("membership_ended", [locked.user.email], {"membership": locked})


def _locked(membership: Membership) -> Membership:
    """The organisation first: all questions about its responsables are asked one after the other."""
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    active = Membership.objects.active().select_related("organisation", "user")
    locked = active.filter(pk=membership.pk).first()
    if locked is None:
        raise Blocked(NOT_A_MEMBER)
    found: Membership = locked
    return found


def _keep_a_responsable(membership: Membership) -> None:
    """What takes one away is refused if no other could answer for the organisation."""
    others = membership.organisation.memberships.responsables().exclude(user=membership.user_id)
    if membership.role == Membership.Role.RESPONSABLE and not others.exists():
        raise Blocked(LAST_RESPONSABLE)


def _short(label: str) -> str:
    """ "Responsable : saisit, dépose, invite" is "Responsable"."""
    return label.partition(" : ")[0]


def _record(kind: str, membership: Membership, by: User, **data: str) -> None:
    """The event names the organisation and the number of the membership, never the person."""
    organisation = membership.organisation
    audit.record(kind, organisation, by=by, reference=organisation.reference, membership=membership.pk, **data)
