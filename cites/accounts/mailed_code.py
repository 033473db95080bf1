"""A code sent by mail, for people who have neither password nor second factor to confirm with.

Eight letters out of twenty (34 bits), for five minutes, five tries, once. The session holds its digest.
"""

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from cites.core import clock, outbox
from cites.models import User

KEY = "mailed_code"
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowel, so no word; none that reads like another
LENGTH, TRIES = 8, 5


def send(request: HttpRequest, user: User) -> bool:
    """Replace the code that waits by a new one. False when too many were asked for."""
    if not ratelimit.consume(request, action="mailed_code", user=user):
        return False
    code = get_random_string(LENGTH, LETTERS)
    request.session[KEY] = {"digest": _digest(user, code), "at": clock.now().timestamp(), "tries": 0}
    outbox.post("confirmation_code", [user.email], {"person": user, "code": f"{code[:4]}-{code[4:]}"})
    return True


def is_waiting(request: HttpRequest) -> bool:
    """A code was sent, has not been used, and can still be."""
    held = request.session.get(KEY)
    if held is None:
        return False
    is_young = 0 <= clock.now().timestamp() - held["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return is_young and held["tries"] < TRIES


def accept(request: HttpRequest, user: User, typed: str) -> bool:
    """True once, for the right code in time. Each try counts, and is counted before it is compared."""
    if not is_waiting(request):
        return False
    held = request.session[KEY]
    request.session[KEY] = {**held, "tries": held["tries"] + 1}
    is_right = constant_time_compare(_digest(user, typed), held["digest"])
    if is_right:
        del request.session[KEY]
    return is_right


def _digest(user: User, code: str) -> str:
    letters = "".join(character for character in code.upper() if character.isalnum())
    return salted_hmac(KEY, f"{user.pk}:{letters}", algorithm="sha256").hexdigest()
