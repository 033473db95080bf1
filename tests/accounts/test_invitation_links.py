"""The link of an invitation opens for fourteen days, once; it is a secret that nobody else reads."""

import hashlib
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from cites.accounts import invitations
from cites.core import audit, clock
from cites.core.errors import Blocked
from cites.models import Event, Invitation, Mandate, OutboxMail, User
from tests import factories
from tests.accounts.invited import HEIR, PASSPHRASE, invite, link, make_account, token
from tests.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moved_clock"), pytest.mark.one_database]


# ------------------------------------------------------------------ a link that no longer opens

OVER = "Cette invitation ne peut plus servir"


def used(claire: User) -> str:
    invite(claire)
    make_account(Visitor().open(link()))
    return link()


def revoked(claire: User) -> str:
    invitations.revoke(invite(claire), claire)
    return link()


def replaced(claire: User) -> str:
    invitation = invite(claire)
    former = link()
    invitations.resend(invitation, claire)
    return former


def of_an_administrator_who_left(claire: User) -> str:
    invite(claire)
    User.objects.filter(pk=claire.pk).update(is_active=False)
    return link()


def of_one_who_is_no_longer_one(claire: User) -> str:
    invite(claire)
    User.objects.filter(pk=claire.pk).update(is_staff=False)
    return link()


def invented(claire: User) -> str:
    return reverse("accounts:invitation", args=["A" * 43])


def odd(claire: User) -> str:
    return "/comptes/invitation/%ED%A0%80%F0%9F%A6%86/"


@pytest.mark.parametrize(
    "dead", [used, revoked, replaced, of_an_administrator_who_left, of_one_who_is_no_longer_one, invented, odd]
)
def test_a_dead_link_says_the_same_whatever_killed_it(claire: User, dead: Any) -> None:
    address = dead(claire)
    rows = Mandate.objects.count(), User.objects.count()
    page = Visitor().open(address)
    assert (page.status, OVER in page.text) == (410, True)
    assert not any(word in page.text for word in (HEIR, "Claire", "titulaire", "Ville"))
    again = Visitor().post(address, {"full_name": "X", "password1": PASSPHRASE, "password2": PASSPHRASE})
    assert (again.status, Mandate.objects.count(), User.objects.count()) == (410, *rows)


@pytest.mark.parametrize("late, status", [(-1, 200), (0, 410), (1, 410)])
def test_fourteen_days_to_the_second(claire: User, late: int, status: int) -> None:
    hugo = factories.make_user(HEIR)
    invitation = invite(claire)
    with clock.at(factories.NOON + timedelta(days=14, seconds=late)):
        assert Visitor().open(link()).status == status
        if status == 410:
            assert invitation.state == "expirée"
            with pytest.raises(Blocked, match="ne peut plus servir"):
                invitations.accept(invitation, hugo)


def test_sent_again_the_new_link_opens_for_fourteen_days_more(claire: User) -> None:
    invitation = invite(claire)
    with clock.at(factories.NOON + timedelta(days=20)):
        invitations.resend(invitation, claire)
        assert Visitor().open(link()).status == 200
    with clock.at(factories.NOON + timedelta(days=33)):
        assert Visitor().open(link()).status == 200
    assert OutboxMail.objects.filter(to=HEIR).count() == 2


@pytest.mark.parametrize("end", ["accepted", "revoked"])
def test_what_has_ended_is_neither_sent_again_nor_revoked(claire: User, end: str) -> None:
    hugo = factories.make_user(HEIR)
    invitation = invite(claire)
    if end == "accepted":
        invitations.accept(invitation, hugo)
    else:
        invitations.revoke(invitation, claire)
    for verb in (invitations.resend, invitations.revoke):
        with pytest.raises(Blocked, match="ne peut plus servir"):
            verb(invitation, claire)
    with pytest.raises(Blocked):
        invitations.accept(invitation, hugo)
    assert hugo.mandates.count() == (1 if end == "accepted" else 0)


# ------------------------------------------------------------------ the secret


def test_reading_the_page_changes_nothing(claire: User) -> None:
    """Scanners of mail open links, signed in or not."""
    hugo = factories.make_user(HEIR)
    visitors = (Visitor(), Visitor(hugo))
    invite(claire)
    rows = list(Invitation.objects.values()), list(User.objects.values())
    for visitor in visitors:
        for method in ("get", "head", "options"):
            getattr(visitor.client, method)(link())
    assert (list(Invitation.objects.values()), list(User.objects.values())) == rows


def test_only_the_hash_of_the_token_is_kept_and_the_journal_names_nobody(claire: User) -> None:
    invitation = invite(claire)
    secret = token()
    assert len(secret) >= 43  # 256 bits
    assert invitation.token_hash == hashlib.sha256(secret.encode()).hexdigest()
    invitations.resend(invitation, claire)
    invitations.revoke(invitation, claire)
    told = [audit.read_sentence(event) for event in Event.objects.order_by("seq")]
    assert told == [
        f"Claire Administration a {verb} {invitation.reference} : Pilote titulaire – Ville"
        for verb in ("invité une personne, invitation", "renvoyé l'invitation", "révoqué l'invitation")
    ]
    kept = str(list(Event.objects.values())) + str(list(Invitation.objects.values()))
    assert not any(word in kept for word in (secret, token()))
    assert HEIR not in str(list(Event.objects.values()))


@pytest.mark.parametrize("state", ["live", "dead", "wrong person"])
def test_the_page_is_kept_and_told_by_nobody(claire: User, state: str) -> None:
    invitation = invite(claire)
    if state == "dead":
        invitations.revoke(invitation, claire)
    visitor = Visitor(factories.make_user("mona@ville.test") if state == "wrong person" else None)
    answer = visitor.client.get(link())
    assert answer["Referrer-Policy"] == "strict-origin"  # without the path, so without the token
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert {"no-store", "private"} <= set(answer["Cache-Control"].replace(",", " ").split())
    assert "no-referrer" not in answer.content.decode()


def test_the_token_never_reaches_the_log(claire: User, log: io.StringIO) -> None:
    invite(claire)
    secret, visitor = token(), Visitor(factories.make_user("mona@ville.test"), raises=False)
    visitor.open(link())  # 403
    visitor.client.handler.enforce_csrf_checks = True
    visitor.client.post(link())  # 403 again, by another way
    invitations.revoke(Invitation.objects.get(), claire)
    visitor.open(link())  # 410
    assert log.getvalue().count("/comptes/invitation/…/") == 3
    assert secret not in log.getvalue()


# ------------------------------------------------------------------ negative control


def test_without_the_single_use_the_second_acceptance_goes_through(
    claire: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hugo = factories.make_user(HEIR)
    invitation = invite(claire, ends_on=date(2026, 12, 31))
    invitations.accept(invitation, hugo)
    Mandate.objects.filter(user=hugo).delete()
    with pytest.raises(Blocked):
        invitations.accept(invitation, hugo)
    monkeypatch.setattr(Invitation, "is_waiting", True)
    invitations.accept(invitation, hugo)
    assert hugo.mandates.count() == 1
