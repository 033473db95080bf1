"""Every form and every parameter of every page, as each role that has it, sent what no person types.

The pages, the roles and the valid answers are those of the permission matrix. Whatever is sent: an answer that is
not an error of the server, a sentence in French, and what was typed is still in the form.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.contrib import admin
from django.urls import reverse

from tests import factories
from tests.house.answers import Asker, Block, roles
from tests.house.sendings import HOSTILE, PAGES, Sending, sendings, visitor
from tests.house.story import Story, aside
from tests.visitor import Page

pytestmark = pytest.mark.postgres_only  # the stricter of the two; SQLite has its share in test_fuzz.py
ALONE = ("NUL", "a number too long", "the first hour")
# A form with more fields is sent whole only: its own tests go through them one by one.
MOST_ALONE = 12
UNTYPED = ("password", "checkbox", "radio", "hidden", "file")
# The same form in files of several states is sent to the first.
FIRST = list({(block.route, block.form): block for block in reversed(PAGES)}.values())[::-1]
ENGLISH = ("This field", "Enter a ", "Select a ", "Ensure ", "characters are not allowed")


@pytest.fixture(scope="module")
def asker(story: Story) -> Asker:
    return Asker(story)


def complaints(answer: Page, sent: dict[str, str]) -> Iterator[str]:
    if answer.status >= 500:
        yield f"answers {answer.status}"
    if any(word in answer.text for word in ENGLISH):
        yield f"speaks English: {answer.errors}"
    fields = {node.get("name"): node for node in answer.root.iter() if node.tag in ("input", "textarea")}
    for name, text in sent.items():
        field = fields.get(name)
        if answer.status != 200 or field is None or field.get("type") in UNTYPED:
            continue
        shown = answer.value(name)
        if answer.error(name) and shown != unquote(text, errors="replace").replace("\x00", "\ufffd"):
            yield f"{name} holds {shown[:40]!r}"


def ask(sending: Sending, sent: dict[str, str]) -> list[str]:
    with aside():
        answer = sending.send(**sent)
    return list(complaints(answer, sent))


@pytest.mark.parametrize("block", FIRST, ids=lambda block: block.title)
def test_every_form_sent_what_no_person_types(asker: Asker, block: Block) -> None:
    found: list[tuple[str, ...]] = []
    for sending in sendings(asker, block):
        for what, text in HOSTILE.items():
            found += [(what, said) for said in ask(sending, dict.fromkeys(sending.typed, text))]
        if len(sending.typed) <= MOST_ALONE:
            for name in sending.typed:
                for what in ALONE:
                    found += [(what, name, said) for said in ask(sending, {name: HOSTILE[what]})]
    assert found == []


@pytest.mark.parametrize("block", FIRST, ids=lambda block: block.title)
def test_every_form_sent_without_its_fields_and_with_them_twice(asker: Asker, block: Block) -> None:
    found = []
    for sending in sendings(asker, block):
        whole = sending.values
        bodies: dict[str, dict[str, Any]] = {
            "nothing": {},
            "each twice": {name: values * 2 for name, values in whole.items()},
            **{f"without {name}": {k: v for k, v in whole.items() if k != name} for name in sending.typed[:MOST_ALONE]},
        }
        for what, values in bodies.items():
            found += [(what, said) for said in ask(Sending(sending.visitor, sending.url, values), {})]
    assert found == []


@pytest.mark.parametrize("block", [block for block in PAGES if not block.args], ids=lambda block: block.title)
def test_every_parameter_of_every_list(asker: Asker, block: Block) -> None:
    found, url = [], asker.url(block)
    for role in roles(block, "GET", "200"):
        one = visitor(asker.story, role)
        page = one.open(url)
        drawn = {node.get("name") for node in page.root.iter() if node.get("name")} if page.is_html else set()
        names = drawn | {"page", "next", "periode", "q", "status", "champ"}
        for what, text in HOSTILE.items():
            query = "&".join(f"{quote(name)}={text}" for name in sorted(names))
            with aside():
                answer = one.client.get(f"{url}?{query}")
            expected = (400,) if what == "NUL" else (200, 302, 404)
            if answer.status_code not in expected:
                found.append((role, what, answer.status_code))
    assert found == []


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
def test_every_filter_of_the_administration(story: Story, model: Any) -> None:
    one, page_admin = visitor(story, "admin"), admin.site._registry[model]
    changelist = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    filters = [str(item[0] if isinstance(item, tuple) else item) for item in page_admin.list_filter]
    names = ["q", "p", "o", *filters, *(f"{item}__id__exact" for item in filters)]
    found = []
    for what, name in [("a number too long", name) for name in names] + [("a lone surrogate", "&".join(names))]:
        answer = one.client.get(f"{changelist}?{name}={HOSTILE[what]}")
        if answer.status_code not in (200, 302, 400):
            found.append((name, what, answer.status_code))
    assert found == []


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
def test_every_form_of_the_administration(story: Story, model: Any) -> None:
    one = visitor(story, "admin")
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    row = model._default_manager.order_by("pk").first()
    addresses = [reverse(f"admin:{name}_add")] + ([reverse(f"admin:{name}_change", args=[row.pk])] if row else [])
    found = []
    for address in addresses:
        page = one.open(address)
        if page.status == 200 and "Enregistrer" in page.buttons:
            sending = Sending(one, address, page.sends("Enregistrer"))
            for what in ("NUL", "a number too long", "the first year"):
                found += [(address, what, said) for said in ask(sending, dict.fromkeys(sending.typed, HOSTILE[what]))]
    assert found == []


@pytest.mark.parametrize(
    ("section", "field", "typed", "sentence"),
    [
        ("regles", "eligible_kinds", ["9" * 30], "Sélectionnez un choix valide."),
        ("dates", "windows-0-opens_at", "0001-01-01T00:00", "Vérifiez l'année : elle est entre 2000 et 2100."),
        ("dates", "windows-0-closes_at", "9999-12-31T00:00", "Vérifiez l'année : elle est entre 2000 et 2100."),
        ("dates", "publish_at", "9999-12-31T00:00", "Vérifiez l'année : elle est entre 2000 et 2100."),
    ],
)
def test_a_call_keeps_nothing_that_no_page_could_read(
    story: Story, section: str, field: str, typed: str | list[str], sentence: str
) -> None:
    one = visitor(story, "coordination")
    with aside():
        call = factories.make_prepared_call()
        page = one.open(f"/espace/appels/{call.slug}/modifier/{section}/")
        page = page.press("Enregistrer la section", **{field: typed})
        assert page.status == 200
        assert sentence in page.text
        assert one.open(f"/espace/appels/{call.slug}/apercu/").status == 200
