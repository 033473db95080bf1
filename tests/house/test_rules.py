"""The rules of the house, held on the real tree; then each one fed a planted fault that it must see."""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from inspect import getsource
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.urls import resolve

from actions import notifications, workflow
from actions.management.commands import workflow_doc
from actions.models.action import Status
from actions.views import file, proposals
from cites.core import audit
from cites.core.money import EuroField
from cites.core.permissions import RULES
from cites.models import Event
from tests.house import answers, rules
from tests.house.rules import Source, every
from tests.house.story import Story, aside, complete

CODE, TEMPLATES = rules.code(), rules.templates()
MODELS = [model for model in apps.get_models() if model._meta.app_label in rules.APPS]
NOTHING: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def _urls_are_read() -> None:
    """Views and the verbs they call are imported with the URLs, as before the first request."""
    resolve("/")


# ------------------------------------------------------------------ layout


def test_apps_import_downward_only() -> None:
    assert every(rules.upward_imports, CODE) == NOTHING


def test_imports_stand_at_the_top() -> None:
    assert every(rules.late_imports, CODE) == ["cites/apps.py ready"]  # models must be loaded first


def test_no_fifth_application_and_no_drawer_for_everything() -> None:
    packages = {folder.parent.name for folder in rules.ROOT.glob("*/__init__.py")}
    assert packages == {*rules.APPS, "tests"}
    drawers = {"utils", "helpers", "services", "common", "mixins", "signals", "constants"}
    assert [source.path for source in CODE if Path(source.path).stem in drawers] == NOTHING


# The only functions above 40 lines, each one verb with its refusals in reading order.
LONG_FUNCTIONS = ["actions/review.py give_avis", "funding/decisions.py decide", "funding/demo/build.py proposal"]


def test_modules_templates_and_functions_are_short() -> None:
    assert list(rules.too_long(CODE + TEMPLATES)) == LONG_FUNCTIONS
    assert rules.median_length(CODE) < 10


# ------------------------------------------------------------------ the life of an action

# The verb hands the row it has just moved back to its caller; the state was chosen by the workflow.


def test_only_the_workflow_assigns_a_status() -> None:
    elsewhere = [found for found in every(rules.status_writes, CODE) if not found.startswith("actions/workflow.py:")]
    assert elsewhere == NOTHING


def test_only_funding_makes_the_transitions_that_touch_money() -> None:
    calls = every(rules.calls_by_funding, CODE)
    assert calls
    assert [found for found in calls if not found.startswith("funding/")] == NOTHING


def transition_faults(transitions: dict[str, workflow.Transition]) -> Iterator[str]:
    """A transition has a permission, an actor, a sentence, and a mail or None."""
    mails = {function for function in vars(notifications).values() if callable(function)}
    for name, one in transitions.items():
        if one.permission not in RULES:
            yield f"{name}: no rule {one.permission}"
        if not one.actor or not one.label:
            yield f"{name}: nobody makes it"
        if audit.SENTENCES.get(f"actions.{name}") != one.sentence or "{actor}" not in one.sentence:
            yield f"{name}: no sentence in the journal"
        if one.mail is not None and one.mail not in mails:
            yield f"{name}: its mail is not a function of notifications"
        elif one.mail is not None and not rules.posted_names([Source("mail.py", getsource(one.mail))]):
            yield f"{name}: its mail writes to nobody"


def test_every_transition_is_complete() -> None:
    assert list(transition_faults(workflow.TRANSITIONS)) == NOTHING
    spelled_out = {"mail", "actor", "permission", "sentence", "label", "sources", "target"}
    without_default = {name for name, field in workflow.Transition.__dataclass_fields__.items() if _required(field)}
    assert without_default == spelled_out


def _required(field: Any) -> bool:
    return "MISSING" in repr(field.default) and "MISSING" in repr(field.default_factory)


def test_every_state_can_be_reached_and_every_step_of_a_page_exists() -> None:
    reached = {transition.target for transition in workflow.TRANSITIONS.values()} | {Status.DRAFT}
    assert reached == set(Status)
    for step in (*file.STEPS, *proposals.PARTNER_STEPS):
        assert not workflow.TRANSITIONS[step].funding_only


def test_the_workflow_page_is_what_its_generator_says() -> None:
    assert (rules.ROOT / "docs/workflow.md").read_text() == "\n".join(workflow_doc.page()) + "\n"


def test_every_mail_has_its_template_and_every_template_its_mail() -> None:
    files = {Path(page.path).stem for page in TEMPLATES if page.path.startswith("templates/emails/")}
    assert rules.posted_names(CODE) == files


# ------------------------------------------------------------------ permissions and the journal


def test_every_rule_is_asked_somewhere() -> None:
    everything = "\n".join(source.text for source in CODE + TEMPLATES)
    registered = re.compile(r'rule\(\s*"[\w.]+"\s*\)|^ +"[\w.]+",$', re.MULTILINE)
    asked = set(re.findall(r'"([a-z]+\.[a-z_]+)"', registered.sub("", everything)))
    asked |= {transition.permission for transition in workflow.TRANSITIONS.values()}
    assert set(RULES) - asked == set()


def test_every_event_has_a_sentence_that_its_data_fill() -> None:
    found = list(rules.recorded(CODE))
    assert [where for where, kind, _ in found if kind not in audit.SENTENCES] == NOTHING
    assert [where for where, kind, data in found if rules.blanks(audit.SENTENCES[kind], data)] == NOTHING


# Sentences of events that the story does not tell: the other verdicts and ends, money paid and given back.
UNTOLD = {
    *("actions.question_taken_back", "actions.question_dropped", "actions.completion_reminded"),
    "actions.completion_late",
    "actions.dauphin_number",
    *(f"actions.call_{name}" for name in ("created", "edited", "withdrawn", "refused", "published")),
    *("actions.call_contact_changed", "actions.call_amendment_asked", "actions.call_amended"),
    *("actions.abandon", "actions.approve_with_conditions", "actions.change_dates", "actions.close"),
    *("actions.correct_report", "actions.drop", "actions.edited", "actions.find_inadmissible"),
    *("actions.lift_condition", "actions.miss_report", "actions.position_recorded", "actions.reject"),
    *("actions.renounce", "actions.unschedule", "actions.withdraw", "actions.handed_over"),
    *("actions.co_editor_joined", "actions.co_editor_left"),
    *("actions.revised_budget_returned", "actions.revised_budget_accepted"),
    *("actions.withdraw_waiting", "cites.admin_added", "cites.admin_changed", "cites.admin_deleted"),
    *("cites.second_factor_lifted", "cites.sessions_ended", "cites.password_link_sent"),
    *("cites.invitation_sent_again", "cites.invitation_accepted", "cites.proconnect_linked"),
    "cites.proconnect_unlinked",
    *("actions.take_over_approved", "actions.take_over_report_due", "actions.take_over_closed"),
    *("partners.join_accepted", "partners.join_refused", "partners.membership_ended", "partners.left"),
    *("partners.organisation_created", "partners.organisation_edited", "partners.role_changed"),
    "partners.document_removed",
    *("partners.tie_added", "partners.tie_removed"),
    *("cites.data_imported", "partners.organisation_imported", "funding.set_up"),
    *("cites.convention_sealed", "funding.paid", "funding.recovered", "funding.seance_reopened"),
}


def test_the_journal_reads_without_a_gap(story: Story) -> None:
    with aside():
        complete(story)
        told = list(Event.objects.select_related("actor"))
        assert [event for event in told if "…" in audit.read_sentence(event)] == []
        assert set(audit.SENTENCES) - {event.kind for event in told} <= UNTOLD


def test_public_routes_are_these_and_no_others() -> None:
    public = {route.name for route in answers.routes() if route.is_public}
    assert public == {
        *("public:home", "public:cite", "public:convention", "public:accessibility", "public:legal", "public:health"),
        *("public:help", "public:guide"),
        *("actions:public_list", "actions:public_detail", "actions:calls", "actions:call", "actions:calendar"),
        "actions:blank_form",
        "gallery:index",  # in development only
        *("account_login", "account_logout", "account_signup", "account_inactive", "mfa_authenticate"),
        "mfa_login_webauthn",
        *("account_request_login_code", "account_confirm_login_code", "account_email_verification_sent"),
        *("account_reset_password", "account_reset_password_done"),
        *("account_reset_password_from_key", "account_reset_password_from_key_done"),
        *("accounts:invitation", "proconnect_login", "proconnect_callback", "proconnect_logout"),
        "proconnect_logged_out",
    }


SHOWN_TO_PEOPLE = {
    "actions.CoEditor",
    *("actions.Action", "actions.Avis", "actions.Call", "actions.CompletionQuestion", "funding.Tranche"),
    *("partners.Organisation", "partners.JoinRequest", "partners.Document"),
}
# Rows of the person's own organisations, of the list already asked for, or of an action already fetched.
READ_OTHERWISE = {
    "actions/views/listing.py Action.objects.filter",
    "actions/views/proposals.py Action.objects.filter",
    "actions/views/proposals.py Action.objects.of_organisations",
    "actions/views/writing.py Organisation.objects.filter",
}


def test_models_shown_to_people_say_who_sees_them_and_views_ask() -> None:
    asked = {model._meta.label for model in MODELS if hasattr(model._default_manager, "visible_to")}
    assert asked == SHOWN_TO_PEOPLE
    names = [label.partition(".")[2] for label in SHOWN_TO_PEOPLE]
    views = [source for source in CODE if "/views/" in source.path]
    assert set(every(lambda source: rules.unasked_reads(source, names), views)) == READ_OTHERWISE


# ------------------------------------------------------------------ money, time, the database

AMOUNT = re.compile(r"amount|balance|requested|minimum|total|spent|planned|granted|price|cost|euros|cents|montant")
NOT_AN_AMOUNT = {"actions.avisdraft.amount", "actions.call.allows_planned_money"}  # text as typed; a yes or no


def amount_faults(tables: list[type[models.Model]]) -> Iterator[str]:
    for model in tables:
        for field in model._meta.get_fields():
            name = f"{model._meta.label_lower}.{field.name}"
            if isinstance(field, models.DecimalField | models.FloatField):
                yield f"{name} is a {type(field).__name__}"
            elif field.concrete and AMOUNT.search(field.name) and not isinstance(field, EuroField):
                yield f"{name} is not an EuroField"


def test_every_amount_is_an_euro_field() -> None:
    faults = {fault.partition(" ")[0] for fault in amount_faults(MODELS)}
    assert faults == NOT_AN_AMOUNT


APPEND_ONLY = {
    "actions.callagreement",
    "actions.sealedattachment",
    *("actions.askedquestion", "actions.completionanswer", "actions.completionreminder", "actions.completionrequest"),
    *("actions.avis", "actions.submission", "cites.event", "cites.sealedversion", "cites.signature"),
    *("funding.act", "funding.award", "funding.contest", "funding.decision", "funding.move", "funding.notice"),
    "funding.priordecision",
}


def test_append_only_tables_are_these() -> None:
    assert {model._meta.label_lower for model in MODELS if getattr(model, "append_only", False)} == APPEND_ONLY


def test_nothing_that_money_or_a_decision_touches_can_be_emptied() -> None:
    """An append-only row has no column filled or emptied later, and none goes with its parent."""
    for model in MODELS:
        for field in model._meta.concrete_fields:
            deletion = getattr(field.remote_field, "on_delete", None)
            assert deletion is not models.SET_NULL, f"{model._meta.label}.{field.name}"
            if getattr(model, "append_only", False) and deletion is not None:
                assert deletion is models.PROTECT, f"{model._meta.label}.{field.name}"


def test_only_the_clock_reads_the_time() -> None:
    readers = {found.partition(":")[0] for found in every(rules.clock_readings, CODE)}
    assert readers == {"cites/core/clock.py"}
    assert every(rules.clock_in_templates, TEMPLATES) == NOTHING


# Triggers are created table by table, from names of our own models.
RAW_SQL = {
    "cites/core/append_only.py cursor.execute(sql)",
    "cites/core/append_only.py cursor.execute(PG_FUNCTION.replace('%%', '%'))",
    "cites/core/append_only.py cursor.execute(statement)",
}


def test_sql_is_the_orms() -> None:
    assert set(every(rules.raw_sql, CODE)) == RAW_SQL


# ------------------------------------------------------------------ pages

UNESCAPED = {
    "cites/core/forms.py SafeString",  # the type of what a widget returns
    "cites/templatetags/dsfr_ui.py SafeString",  # the type of what a tag returns, rendered by a template
    "cites/templatetags/dsfr_ui.py format_html",  # escapes what it is given
    "cites/templatetags/maps.py SafeString",  # the type of what its tag returns
    "cites/core/markdown.py SafeString",  # what its parser makes of a text, HTML off
    "cites/core/markdown.py mark_safe",
    "templates/dsfr/field_group.html |safe",  # help texts are written by us, as in Django's own forms
    "templates/dsfr/field_hint.html |safe",
}


def test_html_is_escaped_and_forms_have_their_key() -> None:
    assert set(every(rules.unescaped, CODE + TEMPLATES)) == UNESCAPED


def test_pages_hold_no_inline_script_or_style_and_call_no_other_host() -> None:
    assert every(rules.inline_in_templates, TEMPLATES) == NOTHING
    assert every(rules.outside_addresses, TEMPLATES) == NOTHING


BY_DJANGO = ("400.html", "404.html", "500.html", "429.html")  # 429 by allauth
LIBRARIES = ("allauth", "django.contrib.admin", "django.forms")


def found_by_name(pages: list[Source]) -> set[str]:
    """Pages that nothing of ours names: errors, the model's page in the admin, overrides of a library's own page."""
    names = {page.path.removeprefix("templates/") for page in pages}
    own = {f"admin/{model._meta.app_label}/{model._meta.model_name}/change_form.html" for model in admin.site._registry}
    homes = [Path(str(find_spec(library).origin)).parent for library in LIBRARIES]  # type: ignore[union-attr]
    overrides = {name for name in names for home in homes if any((home / kind / name).exists() for kind in KINDS)}
    return (names & (own | set(BY_DJANGO))) | overrides


KINDS = ("templates", "templates/django/forms")


def named_by_a_tag(pages: list[Source]) -> set[str]:
    """Mails, documents and the parts of the brand, named without their folder."""
    everything = "\n".join(source.text for source in CODE + pages)
    mails = {f"emails/{name}.txt" for name in rules.posted_names(CODE)}
    documents = {f"pdf/{name}.typ" for name in re.findall(r'compile_pdf\(\s*"(\w+)"', everything)}
    documents |= {f"pdf/{name}" for name in re.findall(r'#import "(\w+\.typ)"', everything)}
    parts = re.findall(r'{% brand "(\w+)" %}', everything)
    return mails | documents | {f"brand/{brand}/_{part}.html" for brand in ("etat", "neutre") for part in parts}


def unused(pages: list[Source]) -> list[str]:
    known = found_by_name(pages) | named_by_a_tag(pages)
    return list(rules.unused_templates(pages, CODE, known))


def test_no_template_is_unused() -> None:
    assert unused(TEMPLATES) == NOTHING


# ------------------------------------------------------------------ language

GLOSSARY = (rules.ROOT / "docs/glossaire.md").read_text()
SAME_IN_ENGLISH = {
    *(
        "administration",
        "invitation",
        "action",
        "actions",
        "budget",
        "code",
        "comment",
        "contact",
        "coordination",
        "correction",
        "date",
        "question",
        "decide",
    ),
    *("decides", "decision", "education", "evaluation", "instance", "institution", "journal", "label", "legal"),
    *("minimum", "nature", "notification", "organisation", "participants", "participations", "permissions"),
    *("positions", "postal", "presentation", "public", "publication", "reference", "role", "signature", "source"),
    *("theme", "total", "tranche", "type", "version", "head", "ledger", "counter", "import"),
}


def names_in_models() -> set[str]:
    fields = [(model, field) for model in MODELS for field in model._meta.concrete_fields]
    values = {str(value) for _, field in fields for value, _ in field.flatchoices}
    return {model.__name__ for model in MODELS} | {field.name for _, field in fields} | values


def words_on_screen() -> set[str]:
    texts = [str(text) for model in MODELS for text in (model._meta.verbose_name, model._meta.verbose_name_plural)]
    for model in MODELS:
        for field in model._meta.concrete_fields:
            named = str(field.verbose_name) != field.name.replace("_", " ")
            texts += [str(field.verbose_name)] * named + [str(label) for _, label in field.flatchoices]
    rows = [line.split("|") for line in GLOSSARY.splitlines() if line.count("|") > 4]
    return rules.plain(" ".join([*texts, *(cells[1] for cells in rows), *(cells[4] for cells in rows)]))


def test_french_words_of_the_models_are_in_the_glossary() -> None:
    terms = rules.glossary_terms(GLOSSARY)
    allowed = terms | {f"{term}s" for term in terms} | SAME_IN_ENGLISH
    assert rules.french_names(names_in_models(), words_on_screen(), allowed) == set()
