"""Whom ProConnect may let in: someone already linked, someone of that verified address, someone invited."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from cites.accounts import invitations
from cites.core import audit
from cites.core.errors import Blocked
from cites.core.permissions import check
from cites.models import User

audit.sentence("cites.proconnect_linked", "{actor} a relié son compte à son identité ProConnect ({reference})")
audit.sentence("cites.proconnect_unlinked", "{actor} a détaché un compte de son identité ProConnect ({reference})")


class Stranger(Exception):
    """Proved to be someone, who has no place here: `reason` is for the log and chooses what the page says."""

    def __init__(self, email: str, reason: str) -> None:
        super().__init__(reason)
        self.email, self.reason = email, reason


def recognise(request: HttpRequest, login: SocialLogin) -> None:
    """The subject first, so that a change of address at ProConnect moves nobody; then the address, once."""
    if login.is_existing:
        return
    email = _address(login)
    with transaction.atomic():
        user = _holder(email) or _invited(login, email)
        if user is None:
            raise Stranger(email, "unknown")
        if SocialAccount.objects.filter(user=user, provider=login.account.provider).exists():
            raise Stranger(email, "linked to another identity")
        login.connect(request, user)
        audit.record("cites.proconnect_linked", user, by=user, reference=f"n° {user.pk}")


def _address(login: SocialLogin) -> str:
    for address in login.email_addresses:
        if address.verified:
            return str(address.email).lower()
    raise Stranger("", "no verified address")


def _holder(email: str) -> User | None:
    """The account that proved this address. Locked, so that two identities do not take it at once."""
    found = EmailAddress.objects.filter(email__iexact=email, verified=True, user__is_active=True).first()
    return User.objects.select_for_update().get(pk=found.user_id) if found else None


def _invited(login: SocialLogin, email: str) -> User | None:
    """The account that the invitation foresaw; it is still to be accepted."""
    if not invitations.pending_for(email) or User.objects.filter(email__iexact=email).exists():
        return None
    login.state["next"] = reverse("accounts:invitations")
    proposed = login.user
    assert isinstance(proposed, User)
    return invitations.open_account(email, proposed.full_name or email.partition("@")[0])


@transaction.atomic
def unlink(account: User, by: User) -> None:
    """The next identity that proves the account's address takes its place."""
    check(by, "cites.unlink_proconnect", account)
    if not SocialAccount.objects.filter(user=account).delete()[0]:
        raise Blocked("Ce compte n'est relié à aucune identité ProConnect.")
    audit.record("cites.proconnect_unlinked", account, by=by, reference=f"n° {account.pk}")
