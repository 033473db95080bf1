"""End a person's sessions, all of them or all but this one; give a session a new identifier."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.db.models import F
from django.http import HttpRequest

from cites.models import User


def end_all(user: User) -> None:
    """Every session of the person is refused from its next request on, wherever it was opened."""
    User.objects.filter(pk=user.pk).update(sign_in_epoch=F("sign_in_epoch") + 1)
    UserSession.objects.filter(user=user).delete()


def end_others(request: HttpRequest) -> None:
    """Only the session of this request goes on."""
    user = request.user
    assert isinstance(user, User)
    end_all(user)
    user.refresh_from_db(fields=["sign_in_epoch"])
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)


def renew(request: HttpRequest) -> None:
    """The same session under a new identifier: one that was seen before is worth nothing."""
    before = request.session.session_key
    request.session.cycle_key()
    if before:
        UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
