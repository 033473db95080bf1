"""What ProConnect signs, read only when the signature, the issuer, the audience and the dates are right."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

KEY_TYPES = {"RS256": "RSA", "ES256": "EC"}  # no other algorithm: neither `none` nor a shared secret
LEEWAY_SECONDS = 10


class ProConnectError(OAuth2Error):
    """Why nobody is signed in. The message goes to the log: it never holds a token."""


def nonce_of(code_verifier: str) -> str:
    """Bound to the one secret of this sign-in that the session keeps and the browser never sees."""
    return hashlib.sha256(f"nonce:{code_verifier}".encode()).hexdigest()


def read(
    token: Any, keys: Any, *, issuer: str, client_id: str, required: Sequence[str] = ("sub", "iss", "aud")
) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(keys, header),
            algorithms=list(KEY_TYPES),
            issuer=issuer,
            audience=client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": list(required)},
        )
    except jwt.PyJWTError as error:
        raise ProConnectError(f"token refused: {type(error).__name__}") from error
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client_id:
        raise ProConnectError("token made for others too")
    return claims


def check_nonce(claims: dict[str, Any], nonce: str) -> None:
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise ProConnectError("nonce of another sign-in")


def _key(keys: Any, header: dict[str, Any]) -> jwt.PyJWK:
    """The key that the token names, of the kind that its algorithm wants."""
    algorithm, kid = header.get("alg"), header.get("kid")
    kind = KEY_TYPES.get(str(algorithm))
    rows = keys.get("keys") if isinstance(keys, dict) else None
    for row in rows if isinstance(rows, list) else []:
        wanted = {"kid": kid, "kty": kind, "use": "sig", "alg": algorithm}
        given = {"use": "sig", "alg": algorithm, **row}
        if kind and kid and all(given.get(name) == value for name, value in wanted.items()):
            return jwt.PyJWK(row, algorithm=algorithm)
    raise ProConnectError("no such key")
