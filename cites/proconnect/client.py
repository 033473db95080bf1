"""The conversation with ProConnect: its addresses, the code for a token, who the person is. Five seconds a question."""

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from cites.proconnect import tokens
from cites.proconnect.tokens import ProConnectError

DISCOVERY = "/.well-known/openid-configuration"


def ask(method: str, url: str, **kwargs: Any) -> requests.Response:
    """One question, one answer: no redirection is followed."""
    try:
        with get_adapter().get_requests_session() as session:
            response: requests.Response = session.request(method, url, allow_redirects=False, **kwargs)
    except requests.RequestException as error:
        raise ProConnectError(f"{urlsplit(url).path}: {type(error).__name__}") from error
    if response.status_code != requests.codes.ok:
        raise ProConnectError(f"{urlsplit(url).path} answers {response.status_code}")
    return response


def ask_json(method: str, url: str, **kwargs: Any) -> dict[str, Any]:
    try:
        answer = ask(method, url, **kwargs).json()
    except ValueError as error:
        raise ProConnectError(f"{urlsplit(url).path} does not speak JSON") from error
    if not isinstance(answer, dict):
        raise ProConnectError(f"{urlsplit(url).path} answers something else")
    return answer


class Client(OAuth2Client):
    def get_access_token(self, code: str, pkce_code_verifier: str | None = None, extra_data: Any = None) -> Any:
        answer = ask_json(
            "POST",
            self.access_token_url,
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self.callback_url,
                "client_id": self.consumer_key,
                "client_secret": self.consumer_secret,
                "code_verifier": pkce_code_verifier,
            },
        )
        if not answer.get("access_token"):
            raise ProConnectError("no access token")
        return answer


class ProConnectAdapter(OAuth2Adapter):
    provider_id = "proconnect"
    client_class = Client
    nonce = ""

    @cached_property
    def configuration(self) -> dict[str, Any]:
        """Asked each time, so that a change of ProConnect's needs nothing here. It must be who we meant to ask."""
        answer = ask_json("GET", settings.PROCONNECT_ISSUER + DISCOVERY)
        if answer.get("issuer") != settings.PROCONNECT_ISSUER:
            raise ProConnectError("discovery names another issuer")
        return answer

    def _address(self, name: str) -> str:
        try:
            return str(self.configuration[name])
        except KeyError as error:
            raise ProConnectError(f"discovery without {name}") from error

    @property
    def authorize_url(self) -> str:
        return self._address("authorization_endpoint")

    @property
    def access_token_url(self) -> str:
        return self._address("token_endpoint")

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return f"{settings.SITE_URL}{reverse('proconnect_callback')}"

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: Client, pkce_code_verifier: str | None = None
    ) -> Any:
        if not pkce_code_verifier:
            raise ProConnectError("no code verifier")
        self.nonce = tokens.nonce_of(pkce_code_verifier)
        return super().get_access_token_data(request, app, client, pkce_code_verifier)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Both answers are signed, for us, by the issuer, and speak of the same person."""
        keys = ask_json("GET", self._address("jwks_uri"))
        expected = {"issuer": settings.PROCONNECT_ISSUER, "client_id": app.client_id}
        id_token = kwargs["response"].get("id_token")
        claims = tokens.read(id_token, keys, **expected, required=("sub", "iss", "aud", "exp", "iat", "nonce"))
        tokens.check_nonce(claims, self.nonce)
        person = tokens.read(self._userinfo(token.token), keys, **expected)
        if person["sub"] != claims["sub"]:
            raise ProConnectError("userinfo of another person")
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, person)
        login.way_out = {"id_token": id_token, "url": self.configuration.get("end_session_endpoint", "")}
        return login

    def _userinfo(self, access_token: str) -> str:
        headers = {"Authorization": f"Bearer {access_token}"}
        return ask("GET", self._address("userinfo_endpoint"), headers=headers).text.strip()
