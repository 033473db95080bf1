"""Second factors of the tests: an app that shows the code of the moment, as people read it on their phone."""

from hashlib import sha256
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from cites.models import User
from tests.factories import PASSWORD, fresh
from tests.visitor import Page, Visitor


def give_password(user: User) -> User:
    """Whether or not someone else made the account before."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return fresh(user)


def give_app(user: User) -> str:
    """The secret of an app that the person has enrolled."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def give_recovery_codes(user: User) -> list[str]:
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def give_passkey(user: User) -> Authenticator:
    """A row as a passkey leaves it. Its key is all zeros: it can be asked for, and signs nothing."""
    data = {"name": "Clé", "credential": _credential()}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def _credential() -> dict[str, Any]:
    key = AttestedCredentialData.create(bytes(16), b"cle", ES256({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}))
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    about = AuthenticatorData.create(sha256(b"testserver").digest(), flags, 0, key)
    said = CollectedClientData.create("webauthn.create", b"defi", "http://testserver")
    response = {"clientDataJSON": said, "attestationObject": AttestationObject.create("none", about, {})}
    name = websafe_encode(b"cle")
    answer = {part: websafe_encode(value) for part, value in response.items()}
    return {"id": name, "rawId": name, "type": "public-key", "response": answer}


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(counters()))))


def factors_of(user: User) -> set[str]:
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def sign_in(user: User, password: str = PASSWORD) -> tuple[Visitor, Page]:
    """By the real form, in a browser of their own; the page they arrive at."""
    visitor = Visitor()
    page = visitor.open("/comptes/login/")
    return visitor, page.press("Se connecter", login=user.email, password=password)
