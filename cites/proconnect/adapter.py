"""Where allauth asks the portal: the application comes from the settings, and only people known or invited come in."""

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import Provider
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.shortcuts import render

from cites.models import User
from cites.proconnect import logout, people
from cites.proconnect.tokens import ProConnectError

logger = logging.getLogger(__name__)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """The one of the environment: rows of the database open nothing."""
        if not settings.PROCONNECT_ISSUER or provider not in (None, "proconnect"):
            return []
        return [
            SocialApp(
                provider="proconnect",
                name="ProConnect",
                client_id=settings.PROCONNECT_CLIENT_ID,
                secret=settings.PROCONNECT_CLIENT_SECRET,
            )
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user = sociallogin.user
        assert isinstance(user, User)
        user.email, user.full_name = str(data.get("email") or "").lower(), data["name"]
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Recognised, or nobody is signed in. Whoever was signed in before leaves."""
        try:
            people.recognise(request, sociallogin)
        except people.Stranger as stranger:
            logger.info("ProConnect: %s", stranger.reason)
            context = {"email": stranger.email, "reason": stranger.reason}
            page = render(request, "proconnect/stranger.html", context, status=403)
            raise ImmediateHttpResponse(page) from stranger
        if request.user.is_authenticated:
            auth.logout(request)
        logout.remember(request, sociallogin.way_out)

    def on_authentication_error(
        self, request: HttpRequest, provider: Provider, error: Any = None, exception: Any = None, **kwargs: Any
    ) -> None:
        """One page whatever went wrong; the reason is for the log."""
        reason = str(exception) if isinstance(exception, ProConnectError) else type(exception).__name__
        logger.warning("ProConnect sign-in refused: %s", reason if exception else f"{error}, state or answer unusable")
        raise ImmediateHttpResponse(render(request, "proconnect/failed.html", {"error": error}, status=403))
