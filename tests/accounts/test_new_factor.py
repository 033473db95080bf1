"""A factor enrolled for good ends the sessions opened without it. Committed: allauth tells it once it is."""

import pytest
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY

from cites.accounts import closing
from tests import factories
from tests.accounts.factors import code_of, factors_of, sign_in
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database


def enrol() -> tuple[Visitor, Visitor]:
    """Two browsers of one person, signed in by password; the first enrols an app."""
    user = factories.make_member(password=factories.PASSWORD)
    (here, _), (elsewhere, _) = sign_in(user), sign_in(user)
    page = here.open("/comptes/2fa/totp/activate/")
    here.post(page.path, {"code": code_of(here.client.session[SECRET_SESSION_KEY])})
    assert factors_of(user) == {"totp", "recovery_codes"}
    return here, elsewhere


def test_the_other_sessions_end(committed_db: None) -> None:
    here, elsewhere = enrol()
    assert here.open("/espace/").path == "/espace/"
    assert elsewhere.open("/espace/").path == "/comptes/login/"


def test_without_it_they_would_go_on(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "end_others", lambda request: None)
    _, elsewhere = enrol()
    assert elsewhere.open("/espace/").path == "/espace/"
