"""Someone without organisation finds it, asks to join it, or brings it: what exists is joined, never doubled."""

import re
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from cites.core import audit, clock, outbox
from cites.core.errors import Blocked
from cites.core.permissions import check
from cites.core.text import one_line, searchable
from cites.models import Mandate, User
from partners import membership
from partners.models import JoinRequest, Membership, Organisation
from partners.models.organisations import OrganisationQuerySet

audit.sentence("partners.join_asked", "{actor} a demandé à rejoindre une organisation, demande {reference}")
audit.sentence("partners.join_accepted", "{actor} a accepté la demande de rattachement {reference} : {role}")
audit.sentence("partners.join_refused", "{actor} a refusé la demande de rattachement {reference}")
audit.sentence("partners.organisation_created", "{actor} a créé l'organisation {reference} et en est responsable")

SHORTEST, MOST_FOUND, MOST_WAITING = 3, 20, 5
ASKED_ALREADY = "Votre demande attend déjà une réponse."
ANSWERED = "Cette demande a déjà reçu sa réponse."
EXISTS = "Cette organisation existe déjà dans le portail : cherchez-la, puis demandez à la rejoindre."


def to_join() -> OrganisationQuerySet:
    """Anyone signed in may ask to join any of them: their name and commune are public."""
    return Organisation.objects.select_related("kind").order_by("name")


def find(text: str) -> OrganisationQuerySet:
    """By SIRET, RNA or UAI, whole; else by every word of the name, whatever the accents and capitals."""
    found = to_join()
    number = re.sub(r"[\s.\-]", "", text).upper()
    if number and (exact := found.filter(Q(siret=number) | Q(rna=number) | Q(uai=number))):
        return exact
    return found.search(text) if len(number) >= SHORTEST else found.none()


def namesake(name: str) -> Organisation | None:
    """One that bears this very name, whatever the accents and capitals."""
    same = searchable(one_line(name))
    found = to_join().search(same) if same else to_join().none()
    return next((row for row in found[:MOST_FOUND] if searchable(row.name) == same), None)


@transaction.atomic
def ask(organisation: Organisation, message: str, *, by: User) -> JoinRequest:
    """Told at once to who can answer."""
    check(by, "partners.join")
    if any(m.organisation_id == organisation.pk for m in by.active_memberships):
        raise Blocked("Vous êtes déjà membre de cette organisation.")
    if JoinRequest.objects.waiting().filter(user=by).count() >= MOST_WAITING:
        raise Blocked(f"{MOST_WAITING} de vos demandes attendent déjà une réponse.")
    request = JoinRequest(user=by, organisation=organisation, message=message)
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        raise Blocked(ASKED_ALREADY) from error
    outbox.post("join_asked", who_answers(organisation), {"join_request": request})
    _record("partners.join_asked", request, by)
    return request


def who_answers(organisation: Organisation) -> list[str]:
    """The addresses of its responsables; of coordination where it has none."""
    responsables = organisation.memberships.responsables()
    seats = Mandate.objects.active().filter(role=Mandate.Role.COORDINATION)
    people: Any = responsables if responsables.exists() else seats
    return list(people.order_by("pk").values_list("user__email", flat=True))


@transaction.atomic
def accept(request: JoinRequest, role: str, *, by: User) -> Membership:
    locked = _answered(request, by)
    if not locked.user.is_active:
        raise Blocked("Le compte de cette personne est fermé.")
    if Membership.objects.active().filter(user=locked.user, organisation=locked.organisation).exists():
        raise Blocked(membership.MEMBER_ALREADY)
    given = membership.add(locked.organisation, locked.user, role)
    locked.role = role
    locked.save(update_fields=["answered_at", "answered_by", "role"])
    outbox.post("join_accepted", [locked.user.email], {"join_request": locked})
    _record("partners.join_accepted", locked, by, role=locked.get_role_display())
    return given


@transaction.atomic
def refuse(request: JoinRequest, reason: str, *, by: User) -> None:
    locked = _answered(request, by)
    locked.reason = reason
    locked.save(update_fields=["answered_at", "answered_by", "reason"])
    outbox.post("join_refused", [locked.user.email], {"join_request": locked})
    _record("partners.join_refused", locked, by)


@transaction.atomic
def create(organisation: Organisation, *, by: User) -> Organisation:
    """A checked organisation that nobody has brought yet; whoever brings it answers for it."""
    check(by, "partners.join")
    try:
        with transaction.atomic():
            organisation.save(force_insert=True)
    except IntegrityError as error:
        raise Blocked(EXISTS) from error
    membership.add(organisation, by, Membership.Role.RESPONSABLE)
    audit.record("partners.organisation_created", organisation, by=by, reference=organisation.reference)
    return organisation


def _answered(request: JoinRequest, by: User) -> JoinRequest:
    """Locked and stamped: of two answers at once, one is told that the other came first."""
    check(by, "partners.answer_join_request", request.organisation)
    rows = JoinRequest.objects.select_for_update(of=("self",)).select_related("organisation", "user")
    locked = rows.get(pk=request.pk)
    if locked.answered_at:
        raise Blocked(ANSWERED)
    locked.answered_at, locked.answered_by = clock.now(), by
    return locked


def _record(kind: str, request: JoinRequest, by: User, **data: str) -> None:
    audit.record(kind, request, by=by, reference=request.reference, **data)
