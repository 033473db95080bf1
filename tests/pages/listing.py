"""Which pages exist. Nothing is listed by hand: the list is read from the permission matrix and the registry.

To add a page, write the block of its route in `tests/house/tables/`: each distinct answer `200` of a GET is a page,
each form that answers 200 or 409 to a POST is an error state, each page without arguments is also an empty state.
A model of the administration brings its pages by being registered. A page that no block reaches, because the story
never is in its state, goes to `extras.py`; a route that never renders a page goes to `WITHOUT_A_PAGE` there.
What a check cannot ask of a page stands with its reason in `allowed.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tests.house import answers, matrix
from tests.house import story as stories
from tests.house.answers import Asker, Block
from tests.house.story import Story

BLOCKS = [block for table in matrix.TABLES for block in answers.read(table.read_text())]
READ = list({(block.route, block.args): block for block in reversed(BLOCKS)}.values())[::-1]
SENT = [block for block in BLOCKS if answers.roles(block, "POST", "200", "302", "409")]
ONCE = [block for block in READ if not block.args]
VIEWS = ("changelist", "add", "change", "delete", "history")
MODELS: list[type[Model]] = list(admin.site._registry)


@dataclass(frozen=True)
class Shown:
    """One page as it was answered: who asked what, where, what came back, and what it loads beside static files."""

    name: str
    route: str
    url: str
    answer: Any
    beside: dict[str, Any] = field(default_factory=dict)

    @property
    def html(self) -> str:
        return bytes(self.answer.content).decode()


def is_page(answer: Any, *statuses: int) -> bool:
    return answer.status_code in statuses and str(answer.get("Content-Type", "")).startswith("text/html")


def read(asker: Asker, block: Block) -> Iterator[Shown]:
    """The page as each role that has its own version of it reads it."""
    url = asker.url(block)
    for role in answers.roles(block, "GET", "200", "410"):
        client = asker.story.client(role)
        answer = client.get(url)
        if is_page(answer, 200, 410):
            yield Shown(f"{block.title} {role}", block.route, url, answer, beside(client, block.route))


def beside(client: Client, route: str) -> dict[str, Any]:
    """Pages of the administration load their words from an address that is no static file."""
    words = reverse("admin:jsi18n")
    return {words: client.get(words)} if route.startswith("admin:") else {}


def sent(asker: Asker, block: Block) -> Iterator[Shown]:
    """The page that answers the form of the matrix, an empty one, and one where no value means anything."""
    url, valid = asker.url(block), matrix.form(block.form, asker.story, block.args)
    bodies = {"": valid, "vide": {}, "invalide": dict.fromkeys(valid, "?")}
    for role in answers.roles(block, "POST", "200", "302", "409"):
        for kind, body in bodies.items():
            client = asker.story.client(role)
            with stories.aside():
                answer = client.post(url, body)
            if is_page(answer, 200, 409):
                name = f"{block.title} {role} POST {kind}".strip()
                yield Shown(name, block.route, url, answer, beside(client, block.route))


# ------------------------------------------------------------------ the administration


def name_of(model: type[Model]) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}"


def administration(story: Story, model: type[Model]) -> Iterator[Shown]:
    """The pages of one model: list, add, change, delete, and the form sent empty."""
    client, name = story.client("admin"), name_of(model)
    words = beside(client, name)
    row = model._default_manager.order_by("pk").first()
    args = [row.pk] if row else []
    for view in VIEWS:
        route = f"{name}_{view}"
        url = reverse(route, args=[] if view in ("changelist", "add") else args)
        answer = client.get(url)
        if is_page(answer, 200):
            yield Shown(route, route, url, answer, words)
        if view == "add" and is_page(answer, 200):
            with stories.aside():
                yield Shown(f"{route} POST vide", route, url, client.post(url, {}), words)
    if admin.site._registry[model].search_fields:
        url = reverse(f"{name}_changelist") + "?q=introuvable"
        yield Shown(f"{name}_changelist vide", f"{name}_changelist", url, client.get(url), words)


# ------------------------------------------------------------------ a portal where nothing has happened yet


def empty(story: Story, block: Block) -> Iterator[Shown]:
    """The same page when there is nothing to show, for those who may read it."""
    url = reverse(block.route)
    for role in answers.roles(block, "GET", "200"):
        client = story.client(role)
        answer = client.get(url)
        if is_page(answer, 200):
            yield Shown(f"{block.title} {role}, rien", block.route, url, answer, beside(client, block.route))
