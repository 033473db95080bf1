"""The demo, played whole: every status is there, the chains hold, and no page of it fails for anybody."""

from collections.abc import Iterator
from datetime import date

from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from actions.models import Action
from actions.models.action import Status
from cites.core.registry import chain_checks
from cites.models import Seance, User
from funding.demo.play import play
from funding.demo.shapes import LAST_DAY
from funding.models import Account, Move, Tranche
from partners.models import Organisation

ONE_OF_EACH_ROLE = ("partenaire", "education", "instruction", "coordination", "admin")
DAY = date(2026, 11, 24)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def pages() -> Iterator[str]:
    """Every list, every séance and tranche, and a file of each status."""
    for name in ("public:home", "public:cite", "public:convention", "actions:public_list", "actions:calls"):
        yield reverse(name)
    for name in ("espace:home", "espace:journal", "actions:list", "proposals:list", "seances:list", "budget:overview"):
        yield reverse(name)
    for name in ("partners:list", "organisation:home", "organisation:join", "organisation:create"):
        yield reverse(name)
    for organisation in Organisation.objects.all():
        yield reverse("partners:detail", args=[organisation.pk])
        yield reverse("organisation:detail", args=[organisation.pk])
    for action in {action.status: action for action in Action.objects.all()}.values():
        yield reverse("proposals:detail", args=[action.key])
        if action.reference:
            yield action.get_absolute_url()
            yield reverse("actions:public_detail", args=[action.reference])
    for seance in Seance.objects.prefetch_related("items"):
        yield seance.get_absolute_url()
        yield reverse("seances:releve", args=[seance.pk])
        for item in seance.items.all():
            yield reverse("seances:item", args=[seance.pk, item.pk])
    for tranche in Tranche.objects.all():
        yield tranche.get_absolute_url()


def test_the_story_is_whole(db: None) -> None:
    """Played for one day on PostgreSQL, for the last of its window on SQLite: another day is another story."""
    play(DAY if connection.vendor == "postgresql" else LAST_DAY)

    assert {str(status) for status in Status} == set(Action.objects.values_list("status", flat=True))
    assert [sentence for check in chain_checks for sentence in check()] == []
    kinds = set(Move.objects.values_list("kind", flat=True))
    assert {"planning", "notification", "freeze", "programming", "commitment", "payment", "carry_over"} <= kinds
    held = dict(Account.objects.order_by().values_list("kind").annotate(total=Sum("balance")))
    inside = sum(amount for kind, amount in held.items() if kind not in ("outside", "shortfall"))
    assert held["outside"] == inside - held.get("shortfall", 0)

    assert_every_page_answers()


def assert_every_page_answers() -> None:
    failed = []
    addresses = list(pages())
    for email in ONE_OF_EACH_ROLE:
        client = Client()
        client.force_login(User.objects.get(email=f"{email}@demo.example"), backend=BACKEND)
        failed += [
            (email, url, status)
            for url in addresses
            if (status := client.get(url).status_code) not in (200, 302, 403, 404)
        ]
    assert failed == []
