"""Tabs of one invitation, at the same second: one account, one mandate, and a sentence for the others."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.db.utils import IntegrityError

from cites.accounts import invitations
from cites.core.errors import Blocked
from cites.models import Mandate, User
from tests import factories
from tests.accounts.invited import HEIR, PASSPHRASE, invite

TABS = 4


def told() -> list[str]:
    """What each tab is told; nothing for the one that made the account."""
    invitation = invite(factories.make_admin())
    barrier = Barrier(TABS, timeout=30)

    def press(_: int) -> str:
        barrier.wait()
        try:
            invitations.join(invitation, "Inès Arnaud", PASSPHRASE)
        except Blocked as blocked:
            return blocked.reasons[0]
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(TABS) as threads:
        return sorted(threads.map(press, range(TABS)))


def test_one_account_and_one_mandate(committed_db: None) -> None:
    assert told() == ["", *[invitations.TAKEN] * (TABS - 1)]
    assert Mandate.objects.filter(user=User.objects.get(email=HEIR)).count() == 1


@pytest.mark.postgres_only
def test_without_it_a_tab_gets_an_error_of_the_server(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite makes one wait for the other before it looks."""
    monkeypatch.setattr(invitations, "IntegrityError", ZeroDivisionError)
    with pytest.raises(IntegrityError, match="cites_user_email_key"):
        told()
