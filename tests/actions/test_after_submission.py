"""Whatever its partner sends after a file is submitted, the sealed file stays as it was: 500 random sequences.

Every route of a partner's own pages, whatever it is called, filled with what belongs to the file; so that a page added
tomorrow is asked too. A file may be withdrawn, an action begun or given up: that moves its state and nothing else.
"""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.models import model_to_dict
from django.urls import NoReverseMatch, reverse

from actions import attachments, drafts
from actions.forms.steps import STEPS
from actions.models import Action, Attachment
from actions.models.action import Status
from actions.workflow import TRANSITIONS
from cites.models import SealedVersion
from tests import factories
from tests.house.answers import Route, routes
from tests.house.story import IBAN, Story, aside
from tests.uploads.making import pdf

SEQUENCES, PARTS, LONGEST, SEED = 500, 4, 5, 20261005
FILES = ("depose", "recevable", "en_instruction", "inscrit", "decide", "accorde", "en_cours", "bilan_depose")
ROLES = ("porteur", "porteur", "redacteur", "lecteur")
OURS = ("proposals:", "organisation:")
# Where the file stands, what the pilots write of it; and who is in charge of it, who is not sealed: they may change.
MOVING = (
    *("status", "announced_status", "is_announced", "status_at"),
    *("contact_name", "contact_email", "contact_phone"),
)
JUNK = ("", "0", "-1", "1e9", "\x00", "draft", "é" * 300, "<script>", "99999999999", "[]", "on")


# ------------------------------------------------------------------ what must not move


def sealed_file(action: Action) -> dict[str, Any]:
    """Everything that was submitted, and the draft behind it."""
    again = Action.objects.get(pk=action.pk)
    kept = {field.attname: getattr(again, field.attname) for field in Action._meta.concrete_fields}
    many = {
        field.name: sorted(row.pk for row in getattr(again, field.name).all()) for field in Action._meta.many_to_many
    }
    submissions = list(again.submissions.order_by("number"))
    return {
        "action": {name: value for name, value in kept.items() if name not in MOVING},
        "many": many,
        "budget": [model_to_dict(row) for row in again.budget.order_by("pk")],
        "cofunders": [model_to_dict(row) for row in again.cofunders.order_by("pk")],
        "versions": list(SealedVersion.objects.filter(subject_id=action.pk).order_by("pk").values()),
        "submissions": [(one.pk, one.number, bytes(one.receipt), one.submitted_at) for one in submissions],
        "pieces": [(row.pk, row.sha256, bytes(row.file.content)) for one in submissions for row in one.files.all()],
        "draft pieces": list(Attachment.objects.filter(action=action).order_by("pk").values()),
    }


# ------------------------------------------------------------------ what is sent


class Partner:
    """Somebody of the organisation, at random: any address, any button, any text."""

    def __init__(self, story: Story, action: Action, chance: random.Random, asked: list[Route]) -> None:
        self.story, self.action, self.chance, self.routes = story, action, chance, asked
        self.client = story.client(chance.choice(ROLES))
        self.sent: list[str] = []

    def act(self) -> None:
        address = self.address(self.chance.choice(self.routes))
        if address is None:
            return
        if self.chance.random() < 0.15:
            answer = self.client.get(address)
            self.sent.append(f"GET {address} {answer.status_code}")
        else:
            data, headers = self.data(), self.headers()
            answer = self.client.post(address, data, headers=headers)
            self.sent.append(f"POST {address} {sorted(data)} {headers} {answer.status_code}")
        assert answer.status_code < 500, self.sent[-1]

    def address(self, route: Route) -> str | None:
        values: dict[str, list[Any]] = {
            "key": [self.action.key],
            "pk": [self.action.organisation_id],
            "number": [*self.numbers(), 1, self.chance.randrange(1, 40)],
            "slug": [*(step.slug for step in STEPS), self.action.call.slug],
            "name": [*TRANSITIONS, "renvoyer", "revoquer"],
            "code": ["statuts", "rib", "cer", "assurance"],
        }
        if not values.keys() >= set(route.arguments):
            return None
        try:
            return reverse(route.name, kwargs={name: self.chance.choice(values[name]) for name in route.arguments})
        except NoReverseMatch:
            return None

    def numbers(self) -> list[int]:
        held = self.action.attachments.values_list("pk", flat=True)
        return [*held, *self.story.rows.values()]

    def data(self) -> dict[str, Any]:
        """Some of what the pages of the file could send, in any mix, half of the time with the version it expects."""
        version = self.chance.choice(
            [self.action.draft_version, self.action.draft_version, self.action.version, 0, "x"]
        )
        sent: dict[str, Any] = {"draft_version": version, "version": self.action.edit_version}
        for part in self.chance.sample(self.parts(), self.chance.randrange(1, 4)):
            sent |= part
        return sent

    def parts(self) -> list[dict[str, Any]]:
        chance, numbers = self.chance, self.numbers()
        typed = factories.draft_values(self.action.call, title="Écrit après coup", objectives="Autre chose")
        return [
            typed,
            chance.choice(STEPS).only(typed),
            {f"line_{code}": "1,00" for code in ("604", "641", "CITE", "756")},
            {"take": "title", "page": "m" * 32, "title": "Repris"},
            {chance.choice(["check", "next", "back", "save", "confirmed", "confirm", "accept", "refuse"]): "1"},
            {"document": chance.choice(numbers)},
            {"remove": chance.choice(numbers)},
            {"file": SimpleUploadedFile(f"{chance.randrange(99)}.pdf", pdf(b"(%d)" % chance.randrange(9)))},
            {"file": SimpleUploadedFile("p.pdf", pdf()), "dated_on": "2026-01-05", "iban": IBAN},
            {"text": "Fait.", "participations": "40", "distinct_persons": "20", "spent": "2 500,00"},
            {"call": factories.make_call().pk, "organisation": self.action.organisation_id},
            {"user": self.story.people["redacteur"].pk, "role": "redacteur", "email": "x@exemple.test"},
            {chance.choice(["title", "requested", "status", "reference", "draft"]): chance.choice(JUNK)},
        ]

    def headers(self) -> dict[str, str]:
        return self.chance.choice([{}, {}, {"x-autosave": "1"}, {"hx-request": "true"}])


ADDRESSED = [
    route
    for route in routes()
    if route.name.startswith(OURS) and (route.arguments or route.name in ("organisation:home", "proposals:list"))
]


def changed(story: Story, count: int, seed: int, asked: list[Route] = ADDRESSED) -> Iterator[str]:
    """What moved in a sealed file, and after which requests. Each sequence begins again from the same file."""
    chance = random.Random(seed)  # noqa: S311
    before = {name: sealed_file(story.files[name]) for name in FILES}
    for number in range(count):
        name = FILES[number % len(FILES)]
        action = Action.objects.select_related("call").get(pk=story.files[name].pk)
        with aside():
            cache.clear()
            partner = Partner(story, action, chance, asked)
            for _ in range(chance.randrange(1, LONGEST + 1)):
                partner.act()
            after = sealed_file(action)
        moved = [part for part, held in before[name].items() if held != after[part]]
        if moved:
            yield f"{name}: {moved} after {partner.sent}"


# ------------------------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_moves_in_a_sealed_file(story: Story, part: int) -> None:
    assert list(changed(story, SEQUENCES // PARTS, SEED + part)) == []


def test_every_partner_page_is_asked() -> None:
    names = {route.name for route in ADDRESSED}
    assert {"proposals:edit", "proposals:write", "proposals:attachments", "proposals:check", "proposals:step"} <= names
    assert {"organisation:document_add", "organisation:document_remove", "organisation:rib"} <= names


@pytest.mark.one_database
@pytest.mark.parametrize(
    "guarded, pages", [(drafts, "proposals:write"), (attachments, "proposals:attachments")], ids=["saisie", "pièces"]
)
def test_without_its_guard_the_file_would_move(
    story: Story, guarded: Any, pages: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [route for route in ADDRESSED if route.name == pages]
    monkeypatch.setattr(guarded, "OPEN_TO_PARTNER", tuple(Status))
    assert list(changed(story, 24, SEED, asked))
