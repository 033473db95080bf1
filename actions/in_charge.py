"""The person in charge of a file: one of the organisation's writers, for as long as they are one."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from actions.models import Action
from actions.models.action import Status
from cites.models import User
from partners.models import Membership, Organisation

# Where nothing more is awaited of the partner, nobody needs to be in charge.
OVER = (
    Status.WITHDRAWN,
    Status.REJECTED,
    Status.INADMISSIBLE,
    Status.RENOUNCED,
    Status.REPORT_ACCEPTED,
    Status.CLOSED,
)


def writers(organisation: Organisation | Any) -> QuerySet[Membership]:
    """The memberships that may write today, in the order in which people came."""
    rows = Membership.objects.active().filter(organisation=organisation, user__is_active=True)
    return rows.exclude(role=Membership.Role.LECTEUR).order_by("pk")


def person_in_charge(action: Action) -> User | None:
    """Nobody once that person has left, or only reads."""
    if action.in_charge_id and writers(action.organisation_id).filter(user=action.in_charge_id).exists():
        return action.in_charge
    return None


def still_there() -> Exists:
    """Whether the person in charge of the row still writes for its organisation."""
    return Exists(writers(OuterRef("organisation")).order_by().filter(user=OuterRef("in_charge")))


def without_anyone(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Those of `actions` that go on and that nobody is in charge of any more."""
    return actions.exclude(announced_status__in=OVER).filter(~still_there())


def answered_for(user: User) -> QuerySet[Action]:
    """The files of the organisations that this person is responsable of."""
    own = [m.organisation_id for m in user.active_memberships if m.role == Membership.Role.RESPONSABLE]
    return Action.objects.filter(organisation__in=own)


def followed_by(user: User, actions: QuerySet[Action]) -> QuerySet[Action]:
    """What waits for this person: its own files, and those that it answers for."""
    return actions.filter(Q(in_charge=user) | Q(pk__in=answered_for(user).values("pk")))


def addresses(action: Action) -> list[str]:
    """The person in charge, then the responsables; everyone who writes where there is none of them."""
    people = list(writers(action.organisation_id).values_list("user", "role", "user__email"))
    concerned = [row for row in people if row[0] == action.in_charge_id or row[1] == Membership.Role.RESPONSABLE]
    in_order = sorted(concerned or people, key=lambda row: row[0] != action.in_charge_id)
    return [email for _, _, email in in_order]
