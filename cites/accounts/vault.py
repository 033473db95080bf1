"""Secrets of second factors, encrypted in the database: a copy of it alone makes no code.

The keys come from SECRET_KEY, and from those of SECRET_KEY_FALLBACKS to read what was written before a rotation.
"""

import base64
import logging
import secrets
from collections.abc import Iterator
from functools import lru_cache

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils.encoding import force_bytes

PURPOSE = b"cites.accounts.vault: second factors"
HELD = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}

logger = logging.getLogger(__name__)


def encrypt(text: str) -> str:
    return _lock().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """What no key opens is answered by a secret of the moment: no code is right, and the person is told just that."""
    try:
        return _lock().decrypt(token.encode()).decode()
    except InvalidToken:
        logger.error("A second factor cannot be read: its key is missing from SECRET_KEY_FALLBACKS.")
        return base64.b32encode(secrets.token_bytes(20)).decode()


def renew_old() -> int:
    """Written again under the key of today, so that a former one can leave SECRET_KEY_FALLBACKS."""
    return sum(map(_renew, list(_old())))


def _old() -> Iterator[int]:
    rows = Authenticator.objects.filter(type__in=HELD)
    for row in rows if settings.SECRET_KEY_FALLBACKS else rows.none():
        if not _opens(_fernet(settings.SECRET_KEY), row.data[HELD[row.type]]):
            yield row.pk


@transaction.atomic
def _renew(pk: int) -> bool:
    row = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if row is None or not _opens(_lock(), row.data[HELD[row.type]]):
        return False
    row.data[HELD[row.type]] = encrypt(decrypt(row.data[HELD[row.type]]))
    row.save(update_fields=["data"])
    return True


def _opens(lock: Fernet | MultiFernet, token: str) -> bool:
    try:
        lock.decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def _lock() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@lru_cache(maxsize=8)
def _fernet(key: str | bytes) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(force_bytes(key))
    return Fernet(base64.urlsafe_b64encode(derived))
