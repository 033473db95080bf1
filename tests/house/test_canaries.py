"""A second organisation replays every address that the first one's pages lead to, and reads none of its words."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import product
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse

from actions.forms.steps import STEPS
from actions.models import Action
from actions.views import proposals
from cites.core import clock
from cites.models import User
from tests import factories
from tests.house.answers import routes
from tests.house.canaries import INTERNAL, Planted, texts_of
from tests.visitor import BACKEND

START = ("/", "/espace/")
MOST = 700
# Pages that everyone has, each with one's own rows; the others are of one organisation alone, and 404 to the next.
EVERYONES = (
    *("espace:home", "espace:journal", "public:", "account_", "mfa_", "usersessions_", "accounts:", "gallery:"),
    *("actions:calls", "actions:call", "actions:calendar", "actions:blank_form", "actions:public_list"),
    *("organisation:home", "organisation:join", "organisation:ask", "organisation:create"),
    *("proposals:list", "proposals:start"),
)
LEAVES = ("account_logout",)


def browser(user: User | None = None) -> Client:
    client = Client(raise_request_exception=True)
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client


# ------------------------------------------------------------------ every address of the first one


def visit(client: Client, planted: Planted) -> tuple[list[str], set[str]]:
    """Every address that the pages lead to and every route with one's own rows: those that open, and the words read."""
    waiting, words = [*START, *filled(planted)], set()
    known, opened = set(waiting), []
    for address in waiting:  # grows as links are found
        answer = client.get(address)
        words |= planted.words.seen_in(*texts_of(answer))
        if answer.status_code in (200, 302, 405):
            opened.append(address)
        found = {link for link in leads_to(answer) if link not in known and name_of(link) not in LEAVES}
        waiting += sorted(found)
        known |= found
        assert len(waiting) < MOST
    return opened, words


def leads_to(answer: Any) -> Iterator[str]:
    if answer.streaming or not answer["Content-Type"].startswith("text/html"):
        return
    page = answer.content.decode()
    forms = re.findall(r'<form[^>]*method="get"[^>]*action="([^"]+)"', page)
    for written in [*re.findall(r'\shref="([^"]+)"', page), *forms]:
        address, _ = urldefrag(urljoin(answer.request["PATH_INFO"], unescape(written)))
        if address.startswith("/") and not address.startswith(("/static/", "//")):
            yield address


def filled(planted: Planted) -> Iterator[str]:
    """Every route of a partner with what belongs to the organisation, whether a page leads there or not."""
    values: dict[str, list[Any]] = {
        "key": [action.key for action in planted.files],
        "pk": [planted.organisation.pk],
        "slug": [step.slug for step in STEPS] + [planted.files[0].call.slug],
        "name": ["withdraw", "revoquer"],
        "code": ["statuts", "rib", "cer"],
    }
    numbers = {"organisation": planted.of_organisation(), "proposals": planted.of_files()}
    for route in routes():
        space = route.name.partition(":")[0]
        held = {**values, "number": numbers.get(space, [])}
        if space not in numbers or not held.keys() >= set(route.arguments):
            continue
        for chosen in product(*(held[name] for name in route.arguments)):
            try:
                yield reverse(route.name, kwargs=dict(zip(route.arguments, chosen, strict=True)))
            except NoReverseMatch:
                continue


def name_of(address: str) -> str:
    return resolve(urlsplit(address).path).view_name


# ------------------------------------------------------------------ what each reads there


def ask(client: Client, address: str) -> Any:
    """What only a button sends is pressed, with nothing in it."""
    answer = client.get(address)
    return client.post(address, {}) if answer.status_code == 405 else answer


def leaks(client: Client, addresses: list[str], planted: Planted, *, expected: int = 404) -> Iterator[str]:
    """Words of the other organisation, and its own pages that answer anything but `expected`."""
    for address in addresses:
        answer = ask(client, address)
        if seen := planted.words.seen_in(*texts_of(answer)):
            yield f"{address} shows {sorted(seen)}"
        if not name_of(address).startswith(EVERYONES) and answer.status_code != expected:
            yield f"{address} answers {answer.status_code}"


@pytest.fixture
def planted(db: None) -> Iterator[Planted]:
    with clock.at(factories.NOON):
        yield Planted()


@pytest.mark.one_database
def test_a_second_organisation_and_a_stranger_read_nothing(planted: Planted) -> None:
    first, stranger = browser(planted.user), browser()
    second = browser(factories.make_member(factories.make_organisation("Le Fil rouge")))
    opened, read = visit(first, planted)
    assert len(planted.words) >= 50
    assert not read & set(INTERNAL)
    assert set(planted.words) - read - pilots_read(planted) == set()  # a word that nobody reads would prove nothing
    ours = [address for address in opened if not name_of(address).startswith(EVERYONES)]
    assert len(ours) > 60
    assert list(leaks(second, opened, planted)) == []
    assert list(leaks(stranger, opened, planted, expected=302)) == []


def pilots_read(planted: Planted) -> set[str]:
    """What the other side reads of it: the submitted files, what is written there of them, the RIB."""
    pilots = [browser(factories.make_pilot(code)) for code in ("education", "ville")]
    wallet = reverse("organisation:documents", args=[planted.organisation.pk])
    files = [action.get_absolute_url() for action in planted.files if action.reference]
    pages = [*files, *(f"{file}{page}" for file in files for page in ("modifier/", "avis/")), wallet]
    answers = [pilot.get(page, follow=True) for pilot in pilots for page in pages]
    return planted.words.seen_in(*(text for answer in answers for text in texts_of(answer)))


@pytest.mark.one_database
def test_a_page_left_open_is_seen(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    second = browser(factories.make_member(factories.make_organisation("Le Fil rouge")))
    submitted = planted.files[1]
    addresses = [reverse(f"proposals:{name}", args=[submitted.key]) for name in ("detail", "budget_ods", "receipt")]
    addresses.append(reverse("proposals:receipt_pdf", args=[submitted.key, 1]))
    assert list(leaks(second, addresses, planted)) == []
    monkeypatch.setattr(proposals, "visible", lambda request: Action.objects.all())
    shown = [line.partition(" shows ")[0] for line in leaks(second, addresses, planted) if " shows " in line]
    assert shown == addresses
