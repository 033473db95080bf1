"""The verbs of invitations: invite, send again, revoke, accept. The token is in the mail, its hash in the table.

What a role gives is a small function registered for it: issue after issue, an app adds its own roles.
"""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import date

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from cites.core import audit, clock, outbox
from cites.core.errors import Blocked
from cites.core.permissions import Refused, check
from cites.models import Invitation, Mandate, PilotInstitution, User
from cites.models.invitation import GRANTS, Grant, two_weeks_from_now

audit.sentence("cites.invited", "{actor} a invité une personne, invitation {reference} : {role}")
audit.sentence("cites.invitation_sent_again", "{actor} a renvoyé l'invitation {reference} : {role}")
audit.sentence("cites.invitation_revoked", "{actor} a révoqué l'invitation {reference} : {role}")
audit.sentence("cites.invitation_accepted", "{actor} a accepté l'invitation {reference} : {role}")

OVER = "Cette invitation ne peut plus servir : elle a été utilisée, révoquée, ou elle a expiré."
ALREADY = "Une invitation attend déjà pour cette adresse et ce rôle : renvoyez-la, ou révoquez-la d'abord."
TAKEN = "Un compte existe déjà avec cette adresse : connectez-vous."
OTHER_ACCOUNT = "Un compte d'administration est toujours un compte à part : invitez une autre adresse."


def invite(
    email: str,
    *,
    role: str,
    institution: PilotInstitution | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: User,
) -> Invitation:
    """Blocked with the reasons if the address cannot take this role, or already has an invitation to it."""
    invitation = Invitation(email=email, role=role, institution=institution, starts_on=starts_on, ends_on=ends_on)
    return issue(invitation, by)


def issue(invitation: Invitation, by: User) -> Invitation:
    """Check a new invitation, keep it and send it."""
    check(by, "cites.invite", invitation)
    invitation.email, invitation.invited_by = invitation.email.strip().lower(), by
    token = _renew(invitation)
    _validate(invitation)
    if reasons := list(refusals(invitation)):
        raise Blocked(reasons)
    with transaction.atomic():
        invitation.save(force_insert=True)
        _send(invitation, token)
        _record("cites.invited", invitation, by)
    return invitation


def refusals(invitation: Invitation) -> Iterator[str]:
    """Why this address cannot be invited so."""
    grant = GRANTS[invitation.role]
    same = _waiting(email=invitation.email.strip().lower(), role=invitation.role)
    if grant.rule:
        same = [other for other in same if other.about == invitation.about]
    if any(other.pk != invitation.pk for other in same):
        yield ALREADY
    user = User.objects.filter(email__iexact=invitation.email.strip()).first()
    if user is None:
        return
    if not user.is_active:
        yield "Le compte de cette adresse est désactivé."
    yield from grant.refusals(invitation, user)


@transaction.atomic
def resend(invitation: Invitation, by: User) -> None:
    """A new link for fourteen days; the former one dies. It then rests on who sends it again."""
    locked = _not_ended(invitation, by)
    if reasons := list(refusals(locked)):
        raise Blocked(reasons)
    locked.invited_by = by
    token = _renew(locked)
    locked.save(update_fields=["invited_by", "token_hash", "expires_at"])
    _send(locked, token)
    _record("cites.invitation_sent_again", locked, by)


@transaction.atomic
def revoke(invitation: Invitation, by: User) -> None:
    locked = _not_ended(invitation, by)
    locked.revoked_at = clock.now()
    locked.save(update_fields=["revoked_at"])
    _record("cites.invitation_revoked", locked, by)


def find(token: str) -> Invitation | None:
    """The waiting invitation of this link; nothing for a link used, withdrawn, too old or invented."""
    return next(iter(_waiting(token_hash=digest_of(token))), None)


def pending_for(email: str) -> list[Invitation]:
    return _waiting(email=email.lower())


def pending_of(user: User) -> list[Invitation]:
    """What waits for this person, at the addresses that they proved to be theirs."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return [invitation for address in addresses for invitation in pending_for(address)]


def belongs_to(invitation: Invitation, user: User) -> bool:
    return EmailAddress.objects.filter(user=user, verified=True, email__iexact=invitation.email).exists()


@transaction.atomic
def accept(invitation: Invitation, user: User) -> None:
    """Once, by the person of that address: the role is given and the invitation used in one go."""
    locked = _locked(invitation)
    person = User.objects.select_for_update().get(pk=user.pk)
    if not belongs_to(locked, person):
        raise Refused("Cette invitation est adressée à une autre personne.")
    if not locked.is_waiting:
        raise Blocked(OVER)
    grant = GRANTS[locked.role]
    if reasons := list(grant.refusals(locked, person)):
        raise Blocked(reasons)
    grant.give(locked, person)
    locked.accepted_by, locked.accepted_at = person, clock.now()
    locked.save(update_fields=["accepted_by", "accepted_at"])
    _record("cites.invitation_accepted", locked, person)


@transaction.atomic
def join(invitation: Invitation, full_name: str, password: str) -> User:
    """Make the account and accept: the link came by mail, so the address is proved."""
    user = open_account(invitation.email, full_name, password)
    accept(invitation, user)
    return user


@transaction.atomic
def open_account(email: str, full_name: str, password: str | None = None) -> User:
    """Two tabs, or a tab and ProConnect, may come at once: one of them makes the account."""
    accounts = User.objects.filter(email__iexact=email)
    if accounts.exists():
        raise Blocked(TAKEN)
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, full_name=full_name)
    except (IntegrityError, ValidationError) as error:
        if accounts.exists():
            raise Blocked(TAKEN) from error
        raise
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _renew(invitation: Invitation) -> str:
    token = secrets.token_urlsafe(32)
    invitation.token_hash, invitation.expires_at = digest_of(token), two_weeks_from_now()
    return token


def _validate(invitation: Invitation) -> None:
    try:
        invitation.full_clean()
    except ValidationError as error:
        raise Blocked(error.messages) from error


def _waiting(**of: str) -> list[Invitation]:
    rows = Invitation.objects.waiting().select_related("institution", "invited_by")
    return [invitation for invitation in rows.filter(**of) if invitation.is_waiting]


def _not_ended(invitation: Invitation, by: User) -> Invitation:
    """Locked, for whoever may invite: neither accepted nor revoked. One that is too old has not ended."""
    locked = _locked(invitation)
    check(by, "cites.invite", locked)
    if locked.accepted_at or locked.revoked_at:
        raise Blocked(OVER)
    return locked


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("institution", "invited_by")
    return rows.get(pk=invitation.pk)


def _send(invitation: Invitation, token: str) -> None:
    link = f"{settings.SITE_URL}{reverse('accounts:invitation', args=[token])}"
    outbox.post("invitation", [invitation.email], {"invitation": invitation, "link": link})


def _record(kind: str, invitation: Invitation, by: User) -> None:
    audit.record(kind, invitation, by=by, reference=invitation.reference, role=invitation.label)


# ------------------------------------------------------------------ what each role gives


def _mandate_of(invitation: Invitation, user: User) -> Mandate:
    assert invitation.starts_on is not None
    return Mandate(
        user=user,
        role=invitation.role,
        institution=invitation.institution,
        starts_on=invitation.starts_on,
        ends_on=invitation.ends_on,
    )


def _mandate_refusals(invitation: Invitation, user: User) -> Iterator[str]:
    if invitation.ends_on and invitation.ends_on < clock.today():
        yield "Le mandat proposé est déjà terminé."
    try:
        _mandate_of(invitation, user).full_clean()
    except ValidationError as error:
        yield from error.messages


def _give_mandate(invitation: Invitation, user: User) -> None:
    _mandate_of(invitation, user).save()


def _administration_refusals(invitation: Invitation, user: User) -> Iterator[str]:
    """Only an account made after the invitation was sent, and that holds nothing."""
    is_new = invitation.pk and user.date_joined >= invitation.invited_at
    if not is_new or user.ever_held_a_role:
        yield OTHER_ACCOUNT


def _give_administration(invitation: Invitation, user: User) -> None:
    user.is_staff = True
    user.save(update_fields=["is_staff"])


for role in Mandate.Role.values:
    GRANTS[role] = Grant(_mandate_refusals, _give_mandate)
GRANTS["administration"] = Grant(_administration_refusals, _give_administration)
