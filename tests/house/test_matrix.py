"""Every page, every role, both methods, as `matrix.py` says: the page that comes back and what is written.

The last part removes one guard of the portal at a time and wants the table to go red.
"""

import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from actions.models import Action
from actions.models.avis import AvisQuerySet
from actions.views import proposals
from cites.core import registry
from cites.core.permissions import RULES
from cites.models import OutboxMail
from tests.house import answers, matrix
from tests.house.answers import Asker, Block
from tests.house.story import Story, aside, complete

BLOCKS = [block for table in matrix.TABLES for block in answers.read(table.read_text())]
ADMIN_MODELS = dict(line.split(maxsplit=1) for line in matrix.ADMIN.strip().splitlines()[1:])
ADMIN_VIEWS = ("changelist", "add", "change", "delete", "history")
OF_THE_ADMIN = {f"admin:{label.replace('.', '_')}_{view}" for label in ADMIN_MODELS for view in ADMIN_VIEWS}
NOT_STAFF = ("anonyme", "porteur", "education", "coordination")
NO_METHOD_OF_OURS = ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "BREW")


@pytest.fixture(scope="module")
def asker(story: Story) -> Asker:
    return Asker(story)


def test_every_route_has_an_entry_and_every_entry_a_route() -> None:
    assert answers.uncovered(BLOCKS, OF_THE_ADMIN, answers.routes()) == []


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.title)
def test_each_role_is_answered_as_the_table_says(asker: Asker, block: Block) -> None:
    assert list(asker.differences(block)) == []


# ------------------------------------------------------------------ the pages of each model in the administration


def test_the_models_of_the_administration_are_the_listed_ones() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == set(ADMIN_MODELS)


@pytest.mark.parametrize("label", ADMIN_MODELS)
def test_each_model_of_the_administration(asker: Asker, label: str) -> None:
    with aside():
        complete(asker.story)
        assert list(admin_differences(asker, label)) == []


def admin_differences(asker: Asker, label: str) -> Iterator[str]:
    """Every page of the model: nobody but staff enters, and staff does what the list says and no more."""
    add, change, delete = ADMIN_MODELS[label].split()
    model = next(model for model in admin.site._registry if model._meta.label_lower == label)
    row = admin.site._registry[model].get_queryset(request_of(asker.story)).first()
    assert row is not None, f"The story has no {label}."
    expected = {
        "changelist": (302 if label == "cites.cite" else 200, 403 if (add, change) == ("non", "lire") else None),
        "add": (200, None) if add == "oui" else (403, 403),
        "change": (200, 403 if change == "lire" else None),
        "delete": (200, None) if delete == "oui" else (403, 403),
        "history": (302, 302),
    }
    for view, (read, posted) in expected.items():
        args = [row.pk] if view in ("change", "delete", "history") else []
        url = reverse(f"admin:{label.replace('.', '_')}_{view}", args=args)
        for role, method, wanted in (
            *((role, method, 302) for role in NOT_STAFF for method in ("get", "post")),
            ("admin", "get", read),
            *([("admin", "post", posted)] if posted else []),
        ):
            with aside(), answers.spying() as writes:
                response = getattr(asker.story.client(role), method)(url)
                saves = b'name="_save"' in response.content
            if response.status_code != wanted or writes:
                yield f"{method} {url} {role}: expected {wanted}, got {response.status_code}, wrote {writes}"
            if wanted == 302 and role != "admin" and "/login/" not in response["Location"]:
                yield f"{method} {url} {role}: leads to {response['Location']}"
            if (role, method, view) == ("admin", "get", "change") and saves != (change == "modifier"):
                yield f"{url}: expected to {change}, but the button to save is {'there' if saves else 'missing'}"


def request_of(story: Story) -> HttpRequest:
    request = HttpRequest()
    request.user = story.people["admin"]
    return request


# ------------------------------------------------------------------ what holds for every route


def addresses(asker: Asker) -> set[str]:
    """One or more of every route; of the pages of models, those that need no row."""
    models = {reverse(name) for name in OF_THE_ADMIN if name.endswith(("_changelist", "_add"))}
    return {asker.url(block) for block in BLOCKS} | models


@pytest.mark.one_database
@pytest.mark.parametrize("role", ["anonyme", "coordination"])
def test_a_method_that_is_not_of_the_portal_is_refused_everywhere(asker: Asker, role: str) -> None:
    odd = []
    for url in addresses(asker):
        for method in NO_METHOD_OF_OURS:
            with answers.spying() as writes:
                response = asker.story.client(role).generic(method, url)
            if response.status_code != 405 or writes:
                odd.append(f"{method} {url}: {response.status_code} {writes}")
    assert odd == []


@pytest.mark.one_database
@pytest.mark.parametrize("role", ["anonyme", "coordination"])
def test_head_answers_as_get_without_a_body_and_options_writes_nothing(asker: Asker, role: str) -> None:
    odd = []
    for url in addresses(asker):
        client = asker.story.client(role)
        with aside(), answers.spying() as writes:
            head, read = client.head(url), client.get(url)
            asked = asker.story.client(role).options(url)
            body = answers.body_of(head)
        if head.status_code != read.status_code or body or asked.status_code >= 500 or writes:
            odd.append(f"{url}: {head.status_code} {read.status_code} {asked.status_code} {writes}")
    assert odd == []


@pytest.mark.parametrize("role", ["porteur", "coordination"])
def test_a_form_without_its_key_is_refused_in_french_and_writes_nothing(asker: Asker, role: str) -> None:
    client = Client(enforce_csrf_checks=True)
    odd = []
    for block in BLOCKS:
        client.cookies = asker.story.client(role).cookies
        with aside(), answers.spying() as writes:
            response = client.post(asker.url(block), matrix.form(block.form, asker.story, block.args))
        if response.status_code != 403 or writes or "Ce formulaire a expiré" not in response.content.decode():
            odd.append(f"{block.title}: {response.status_code} {writes}")
    assert odd == []


@pytest.mark.parametrize(
    "address", ["inconnu", "espace/inconnu/", "demo/courrier/", "actions/2026-999/", ".git/config", ".env"]
)
def test_an_unknown_address_says_so_in_french_and_names_nobody(asker: Asker, address: str) -> None:
    response = asker.story.client("porteur").get(f"/{address}")
    assert response.status_code == 404
    assert answers.mute(answers.Answer(404, text=answers.text_of(response)))


def test_a_demo_adds_its_mail_page_and_no_other_route(tmp_path: Any) -> None:
    """The routes are chosen when the URLs are read: asked of another process."""
    code = (
        "import django; django.setup()\n"
        "from tests.house.answers import routes\n"
        "print(*(f'{route.name}={route.is_public}' for route in routes()))"
    )
    environment = {**os.environ, "DEMO": "1", "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cites.settings"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=settings.BASE_DIR, capture_output=True)
    ours = {f"{route.name}={route.is_public}" for route in answers.routes()}
    assert set(done.stdout.decode().split()) - ours == {"demo:mail=True"}, done.stderr.decode()


# ------------------------------------------------------------------ negative controls


def block(title: str) -> Block:
    return next(block for block in BLOCKS if block.title.startswith(f"[{title}]"))


def reconnected(story: Story) -> Asker:
    """The same people in new browsers, which meet the middleware of the moment."""
    clients = {role: (Client(raise_request_exception=False), cookies) for role, (_, cookies) in story.clients.items()}
    return Asker(dataclasses.replace(story, clients=clients))


@pytest.mark.parametrize(
    "removed, title",
    [
        ("cites.core.middleware.LoginWall", "[actions:list]"),
        ("cites.core.views.AnswerRefusals", "[seances:sign close] envoie signature_ancienne"),
    ],
)
def test_without_a_middleware_of_ours_the_table_goes_red(asker: Asker, removed: str, title: str) -> None:
    one = next(block for block in BLOCKS if block.title == title)
    with override_settings(MIDDLEWARE=[name for name in settings.MIDDLEWARE if name != removed]):
        assert any(reconnected(asker.story).differences(one))


# The block of the table that each rule holds; the rules of no page yet are named in the test.
HELD_BY = {
    "actions.agree_call": "actions:call_answer appel-demande",
    "actions.announce": "seances:notify signee",
    "actions.ask": "actions:questions depose",
    "actions.check_admissibility": "actions:step depose find_admissible",
    "actions.check_report": "actions:step bilan_depose accept_report",
    "actions.close": "actions:step bilan_accepte close",
    "actions.contest": "seances:contest ouverte decide",
    "actions.edit": "actions:edit depose",
    "actions.expect_report": "actions:step en_cours expect_report",
    "actions.follow_up": "actions:step accorde start",
    "actions.check_revised_budget": "actions:revised_budget en_cours",
    "actions.end_co_editing": "proposals:end_co_editing brouillon co_redaction",
    "actions.hand_over": "proposals:hand_over depose",
    "actions.invite_co_editor": "proposals:co_editors brouillon",
    "actions.renew": "proposals:renew depose",
    "actions.revise_budget": "proposals:revised_budget accorde",
    "actions.give_avis": "actions:avis en_instruction",
    "actions.lift_condition": "actions:step reserve lift_condition",
    "actions.open_review": "actions:step recevable open_review",
    "actions.prepare_call": "actions:call_edit appel-en-preparation texte",
    "actions.prepare_avis": "actions:avis en_instruction",
    "actions.propose": "proposals:start appel-2026",
    "actions.record_verdict": "seances:item ouverte inscrit",
    "actions.renounce": "awards:renounce accorde",
    "actions.run_seance": "seances:create",
    "actions.schedule": "actions:schedule avis_rendus",
    "actions.sign_releve": "seances:sign close",
    "actions.steer": "actions:list",
    "actions.submit": "proposals:check brouillon",
    "actions.submit_report": "proposals:report bilan_attendu",
    "actions.withdraw": "proposals:step depose withdraw",
    "actions.write": "proposals:edit brouillon",
    "cites.lift_second_factor": "admin:cites_user_lift_second_factor admin",
    "funding.view": "budget:overview",
    "partners.answer_join_request": "organisation:join_request nous demande",
    "partners.browse_directory": "partners:list",
    "funding.pay": "organisation:document nous rib",
    "partners.download_document": "organisation:document nous rib",
    "partners.edit_organisation": "organisation:edit nous",
    "partners.keep_documents": "organisation:document_add nous statuts",
    "partners.read_rib": "organisation:documents nous",
    "partners.read_wallet": "organisation:documents nous",
    "partners.join": "organisation:create",
    "partners.manage_members": "organisation:invite nous",
}
# Asked by a verb that no page calls yet, by the portal alone, or behind a page that only staff opens.
HELD_ELSEWHERE = {
    "funding.manage",
    "actions.close_review",
    "actions.answer_co_editing",  # its page is shown to nobody else: tests/actions/test_co_editors.py
    "actions.join_from_wallet",  # what a co-editor may not, on a page it writes: tests/actions/test_co_editors.py
    "cites.seal_convention",
    "cites.import_data",
    "actions.take_over",
    "cites.end_sessions",
    "cites.send_password_link",
    "cites.invite",
    "cites.unlink_proconnect",
}


def test_every_rule_is_held_by_a_block_of_the_table() -> None:
    assert set(HELD_BY) | HELD_ELSEWHERE == set(RULES)


@pytest.mark.one_database
@pytest.mark.parametrize("rule", HELD_BY)
def test_a_rule_that_allows_everyone_turns_the_table_red(
    asker: Asker, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RULES, rule, lambda user, obj: None)
    assert any(asker.differences(block(HELD_BY[rule])))


@pytest.mark.one_database
@pytest.mark.parametrize("rule", HELD_BY)
def test_a_rule_that_refuses_everyone_turns_the_table_red(
    asker: Asker, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(user: Any, obj: Any) -> None:
        raise answers.Refused("Personne.")

    monkeypatch.setitem(RULES, rule, refuse)
    assert any(asker.differences(block(HELD_BY[rule])))


@pytest.mark.parametrize("title", ["proposals:list", "proposals:detail brouillon", "proposals:receipt_pdf depose 1"])
def test_proposals_shown_to_everyone_turn_the_table_red(
    asker: Asker, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposals, "visible", lambda request: Action.objects.select_related("call"))
    assert any(asker.differences(block(title)))


def test_avis_shown_to_everyone_turn_the_table_red(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AvisQuerySet, "visible_to", lambda self, user: self)
    assert any(asker.differences(block("actions:file en_instruction")))


def test_a_veil_that_is_lifted_turns_the_journal_red(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry.journal_veils, "_parts", [])
    assert any(asker.differences(block("espace:journal")))


def test_a_reading_that_writes_is_seen(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    def writer(user: Any) -> list[Any]:
        OutboxMail.objects.create(to="x@exemple.test", subject="", body="")
        return []

    monkeypatch.setattr(registry.navigation, "_parts", [writer])
    assert "a reading wrote to ['cites_outboxmail']" in next(asker.differences(block("budget:overview")))


def test_a_refusal_that_writes_is_seen(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    def writer(user: Any, obj: Any) -> None:
        OutboxMail.objects.create(to="x@exemple.test", subject="", body="")
        raise answers.Refused("Réservé à la coordination.")

    monkeypatch.setitem(RULES, "actions.run_seance", writer)
    found = asker.differences(block("seances:create"))
    assert any("cites_outboxmail" in line and "POST education" in line for line in found)


def test_a_route_without_entry_and_an_entry_without_route_are_named() -> None:
    page: Callable[..., HttpResponse] = lambda request: HttpResponse()  # noqa: E731 - a page that only has a name
    planted = (*answers.routes(), *answers.walk(type("Urls", (), {"url_patterns": [path("x/", page, name="new")]})))
    gone = tuple(route for route in answers.routes() if route.name != "espace:journal")
    assert answers.uncovered(BLOCKS, OF_THE_ADMIN, planted) == ["route without an entry: new"]
    assert answers.uncovered(BLOCKS, OF_THE_ADMIN, gone) == ["entry without a route: espace:journal"]


@pytest.mark.parametrize(
    "table, complaint",
    [
        ("[public:home]\nGET tous = 405", "says nothing of"),
        ("[public:home]\nGET personne = 405", "unknown"),
        ("[public:home]\nGET admin = 405\nGET admin autres = 404", "said twice"),
        ("GET = 200", "Unreadable"),
    ],
)
def test_a_table_that_says_too_little_or_too_much_is_refused(table: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        answers.read(table)


def test_the_table_has_many_cells() -> None:
    """A floor: a table cut by mistake fails."""
    assert sum(len(block.answers) for block in BLOCKS) >= 4800
