"""The second factor: who needs one, the wall before everything else until they have it, and how it is lifted.

allauth lets people enrol; it forces nobody. Recovery codes are a way back in, not a factor.
"""

from typing import Any
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from cites.accounts import closing, vault
from cites.core import audit, outbox, permissions
from cites.core.errors import Blocked
from cites.core.middleware import Middleware, way_back
from cites.models import Cite, User

audit.sentence("cites.second_factor_lifted", "{actor} a levé le second facteur du compte {reference}")
audit.sentence("cites.sessions_ended", "{actor} a fermé toutes les sessions du compte {reference}")

RECOVERY_CODES = Authenticator.Type.RECOVERY_CODES
LAST_ONE = (
    "C'est votre dernier second facteur, et votre rôle en demande un : ajoutez d'abord une autre application ou"
    " une autre clé d'accès. Téléphone perdu ? L'administration du portail peut lever votre second facteur."
)
# All that someone who lacks a second factor can open behind the login wall.
ENROLMENT = frozenset(
    {
        *("accounts:second_factor", "accounts:confirm", "accounts:stay", "account_logout", "admin:logout"),
        *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
        *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_edit_webauthn"),
        *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"),
        *("account_change_password", "account_set_password", "account_email", "usersessions_list"),
    }
)
AFTER = "after_enrolment"  # where the wall stopped the person, for when they are done
REMOVALS = frozenset({"mfa_deactivate_totp", "mfa_remove_webauthn"})


def needs(user: User) -> bool:
    """Whoever steers or administers. Everyone else may have one."""
    return user.is_staff or user.is_steering


def is_missing(user: User) -> bool:
    return settings.MFA_REQUIRED and needs(user) and not user.has_second_factor


def may_remove(authenticator: Authenticator) -> bool:
    """Recovery codes go by themselves; a factor goes if another one stays or none is needed."""
    if authenticator.type == RECOVERY_CODES or not settings.MFA_REQUIRED or not needs(authenticator.user):
        return True
    others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
    return others.exclude(type=RECOVERY_CODES).exists()


class SecondFactorWall(Middleware):
    """Behind the login wall: only the enrolment, until it is done. A posted text is kept meanwhile."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        is_public = not getattr(view, "login_required", True)
        if is_public or not settings.MFA_REQUIRED or not isinstance(request.user, User):
            return None
        route = request.resolver_match.view_name if request.resolver_match else ""
        if route in REMOVALS and not all(map(may_remove, _to_remove(request.user, kwargs))):
            messages.error(request, LAST_ONE)
            return HttpResponseRedirect(reverse("mfa_index"))
        if route in ENROLMENT or not is_missing(request.user):
            return None
        return _to_the_wall(request)


def _to_remove(user: User, kwargs: dict[str, Any]) -> Any:
    """The passkey that the address names, else the app."""
    types = Authenticator.Type
    asked = {"pk": kwargs["pk"], "type": types.WEBAUTHN} if "pk" in kwargs else {"type": types.TOTP}
    return Authenticator.objects.filter(user=user, **asked).select_related("user")


def _to_the_wall(request: HttpRequest) -> HttpResponse:
    request.session[AFTER] = way_back(request)
    return HttpResponseRedirect(reverse("accounts:second_factor"))


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {**DefaultMFAAdapter.error_messages, "cannot_delete_authenticator": LAST_ONE}

    def encrypt(self, text: str) -> str:
        return vault.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return vault.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        """How an app on a telephone names the portal."""
        return Cite.current_name()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """A passkey belongs to the name that people type, whatever name the request came by."""
        host = f"//{context.request.get_host()}" if settings.LOCAL else settings.SITE_URL
        return {"id": urlsplit(host).hostname or "", "name": self.get_totp_issuer()}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return may_remove(authenticator)


@receiver([authenticator_added, authenticator_removed], dispatch_uid="end_sessions_on_factor_change")
def on_change(request: HttpRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    """Sessions opened before the change, here or elsewhere, end; this one goes on."""
    if authenticator.type != RECOVERY_CODES:
        closing.end_others(request)


@transaction.atomic
def lift(user: User, *, by: User) -> None:
    """The person lost it: they sign in without, and enrol a new one before anything else."""
    permissions.check(by, "cites.lift_second_factor", user)
    if not Authenticator.objects.filter(user=user).exists():
        raise Blocked("Ce compte n'a pas de second facteur.")
    Authenticator.objects.filter(user=user).delete()
    closing.end_all(user)
    audit.record("cites.second_factor_lifted", user, by=by, reference=f"n° {user.pk}")
    outbox.post("second_factor_lifted", [user.email], {"person": user})


@transaction.atomic
def end_sessions(user: User, *, by: User) -> None:
    """Someone else may be signed in as this person."""
    permissions.check(by, "cites.end_sessions", user)
    closing.end_all(user)
    audit.record("cites.sessions_ended", user, by=by, reference=f"n° {user.pk}")
    outbox.post("sessions_ended", [user.email], {"person": user})
