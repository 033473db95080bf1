"""How allauth signs people in here: mail through the outbox, addresses of the portal, locks that their owner lifts."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from cites.accounts import limits, step_up
from cites.core import outbox
from cites.models import Cite, User
from cites.proconnect import logout as proconnect

LOCKED = (
    "Trop d’essais : la connexion par mot de passe à ce compte est fermée pendant cinq minutes. Attendez, ou passez"
    " par votre courrier : « Mot de passe oublié » ou « Recevoir un code par courriel » rouvrent le compte."
)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": "Trop d’essais en peu de temps. Attendez cinq minutes, puis recommencez.",
        "email_password_mismatch": "L’adresse électronique ou le mot de passe ne convient pas.",
        "locked": LOCKED,
    }

    # ------------------------------------------------------------------ mail

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        addresses = {name: canonical(value) for name, value in context.items() if name.endswith("_url")}
        known = {"email": email, "current_site": _site()}
        message = self.render_mail(template_prefix, email, {**context, **known, **addresses})
        outbox.put(email, message.subject, str(message.body))

    def format_email_subject(self, subject: str) -> str:
        return f"[{_site().name}] {subject}"

    def send_account_already_exists_mail(self, email: str) -> None:
        """A new account costs a hash of its password; so does this one, or the time would tell that it exists."""
        burn()
        super().send_account_already_exists_mail(email)

    # ------------------------------------------------------------------ tries

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise self.validation_error("locked") from error

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        limits.lift_lock(request, user.email)

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        limits.lift_lock(self.request, user.email)

    def get_client_ip(self, request: HttpRequest) -> str:
        return limits.one_visitor(super().get_client_ip(request))

    # ------------------------------------------------------------------ step-up

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """One answer for allauth's pages and ours. Raised here, because allauth lets in whoever has no password."""
        if step_up.is_recent(self.request):
            return False
        raise ReauthenticationRequired

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        return super().get_reauthentication_methods(user) or [step_up.mailed_code_method()]

    # ------------------------------------------------------------------ leaving

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return proconnect.way_out(request) or super().get_logout_redirect_url(request)

    def logout(self, request: HttpRequest) -> None:
        proconnect.carry_over(request, super().logout)

    # ------------------------------------------------------------------ addresses

    def is_safe_url(self, url: str) -> bool:
        """Only a page of this portal, by its path."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def canonical(url: str) -> str:
    """The same page at SITE_URL, whatever name and port the request came by."""
    parts = urlsplit(url)
    return settings.SITE_URL.rstrip("/") + parts.path + (f"?{parts.query}" if parts.query else "")


def burn() -> None:
    """Spend what hashing a new password costs."""
    User().set_password("le temps d’un mot de passe")


def _site() -> SimpleNamespace:
    """How mails name the portal: the cité, and the name people type."""
    return SimpleNamespace(name=Cite.current_name(), domain=urlsplit(settings.SITE_URL).netloc)
