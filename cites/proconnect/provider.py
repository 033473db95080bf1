"""ProConnect as allauth's providers are described: what is asked of it, and what of its answer is used."""

from typing import Any

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from django.http import HttpRequest

from cites.core.text import storable
from cites.proconnect import tokens
from cites.proconnect.client import ProConnectAdapter
from cites.proconnect.tokens import ProConnectError


class ProConnectProvider(OAuth2Provider):
    id = "proconnect"
    name = "ProConnect"
    account_class = ProviderAccount
    oauth2_adapter_class = ProConnectAdapter
    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        return ["openid", "given_name", "usual_name", "email", "siret", "uid"]

    def get_auth_params(self) -> dict[str, str]:
        return {"acr_values": "eidas1"}

    def get_pkce_params(self) -> dict[str, str]:
        params: dict[str, str] = super().get_pkce_params()
        return {**params, "nonce": tokens.nonce_of(params["code_verifier"])}

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Only where to go next is taken from the request: neither the scope, the parameters nor another process."""
        kwargs = super().get_redirect_from_request_kwargs(request)
        return {
            **kwargs,
            "process": AuthProcess.LOGIN,
            "scope": self.get_scope(),
            "auth_params": self.get_auth_params(),
        }

    def extract_uid(self, data: dict[str, Any]) -> str:
        uid = data["sub"]
        if not isinstance(uid, str) or not 0 < len(uid) <= 191:
            raise ProConnectError("a subject that is not one")
        return uid

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing is kept but the subject: name and address are the account's."""
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        names = (data.get("given_name"), data.get("usual_name"))
        return {
            "email": data.get("email"),
            "email_verified": data.get("email_verified", True) is True,
            "name": storable(" ".join(name.strip() for name in names if isinstance(name, str)))[:150],
        }


provider_classes = [ProConnectProvider]
