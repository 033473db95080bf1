"""Tabs of one invitation, at the same second: one account, one mandate, and a sentence for the others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models.signals import pre_save
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


@pytest.fixture
def _all_at_the_door() -> Iterator[None]:
    """Each tab has found the address free before any of them writes."""
    door = Barrier(TABS, timeout=30)

    def wait(instance: User, **kwargs: Any) -> None:
        if instance.email == HEIR and instance._state.adding:
            door.wait()

    pre_save.connect(wait, sender=User)
    yield
    pre_save.disconnect(wait, sender=User)


@pytest.mark.postgres_only
def test_at_the_same_instant_too(committed_db: None, _all_at_the_door: None) -> None:
    """SQLite makes one wait for the other before it looks."""
    assert told() == ["", *[invitations.TAKEN] * (TABS - 1)]


@pytest.mark.postgres_only
def test_without_it_a_tab_gets_an_error_of_the_server(
    committed_db: None, _all_at_the_door: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "IntegrityError", ZeroDivisionError)
    with pytest.raises(IntegrityError, match="cites_user_email_key"):
        told()
