"""A link to choose a password, sent on behalf of someone who cannot ask for it. Nobody chooses it for them."""

from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.core import context
from django.db import transaction

from cites.core import audit, permissions
from cites.core.errors import Blocked
from cites.models import User

audit.sentence("cites.password_link_sent", "{actor} a envoyé un lien de choix de mot de passe au compte {reference}")

NOT_VERIFIED = (
    "L'adresse de ce compte n'est pas vérifiée : la personne passe elle-même par « Mot de passe oublié », ou se"
    " connecte et confirme son adresse."
)


@transaction.atomic
def send(user: User, *, by: User) -> None:
    """The message of “Mot de passe oublié”. Until the link is followed, password and sessions stay as they are."""
    permissions.check(by, "cites.send_password_link", user)
    if not user.is_active:
        raise Blocked("Ce compte est désactivé.")
    address = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk").first()
    form = ResetPasswordForm({"email": address.email if address else ""})
    if address is None or not form.is_valid() or form.users != [user]:
        raise Blocked(NOT_VERIFIED)
    form.save(context.request)
    audit.record("cites.password_link_sent", user, by=by, reference=f"n° {user.pk}")
