"""An address replaced by the administration: whoever read their mail there learns it, since it may be a theft."""

from allauth.account.models import EmailAddress

from cites.core import outbox
from cites.models import User


def replaced(user: User, former: str) -> None:
    """The former address no longer opens the account, and is told so."""
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
    outbox.post("address_replaced", [former], {"person": user})
