"""Negative controls of the house rules: each check names a small fault of its kind, and leaves its neighbour alone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import path

from actions import workflow
from cites.core import audit
from cites.core.permissions import RULES
from tests.house import answers, rules, test_rules
from tests.house.rules import Source

Check = Callable[[Source], Iterator[str]]

FAULTS: list[tuple[Check, str, str]] = [
    (rules.upward_imports, "cites/x.py", "from actions.models import Action"),
    (rules.upward_imports, "cites/x.py", "def f():\n    import funding.ledger"),
    (rules.upward_imports, "partners/x.py", "from funding import ledger"),
    (rules.upward_imports, "actions/x.py", "def f():\n    from funding.models import Move"),
    (rules.upward_imports, "cites/x.py", "importlib.import_module('actions.models')"),
    (rules.upward_imports, "cites/x.py", "apps.get_model('actions.Action')"),
    (rules.late_imports, "cites/x.py", "def f():\n    import json"),
    (rules.status_writes, "actions/x.py", "action.status = 'approved'"),
    (rules.status_writes, "actions/x.py", "action.announced_status: str = 'approved'"),
    (rules.status_writes, "actions/x.py", "action.status, x = 'approved', 1"),
    (rules.status_writes, "actions/x.py", "Action.objects.filter(pk=1).update(status='approved')"),
    (rules.status_writes, "actions/x.py", "Action.objects.bulk_update(rows, ['status'])"),
    (rules.status_writes, "actions/x.py", "setattr(action, 'status', 'approved')"),
    (rules.status_writes, "actions/x.py", "Action(status='approved').save()"),
    (rules.status_writes, "actions/x.py", "Action.objects.update_or_create(pk=1, defaults={'status': 'approved'})"),
    (rules.calls_by_funding, "actions/x.py", "workflow.apply(a, 'approve', by=u, called_by_funding=True)"),
    (rules.clock_readings, "actions/x.py", "datetime.now(tz=UTC)"),
    (rules.clock_readings, "actions/x.py", "datetime.datetime.utcnow()"),
    (rules.clock_readings, "actions/x.py", "date.today()"),
    (rules.clock_readings, "actions/x.py", "models.DateTimeField(default=timezone.now)"),
    (rules.clock_readings, "actions/x.py", "timezone.localdate()"),
    (rules.clock_readings, "actions/x.py", "timezone.localtime()"),
    (rules.clock_readings, "actions/x.py", "time.time()"),
    (rules.clock_readings, "actions/x.py", "models.DateTimeField(auto_now_add=True)"),
    (rules.clock_readings, "actions/x.py", "rows.filter(at__lt=Now())"),
    (rules.clock_readings, "actions/x.py", "cursor.execute('SELECT CURRENT_TIMESTAMP')"),
    (rules.clock_in_templates, "templates/x.html", "{% now 'Y' %}"),
    (rules.unescaped, "cites/x.py", "@csrf_exempt\ndef view(request): ..."),
    (rules.unescaped, "cites/x.py", "html = mark_safe(text)"),
    (rules.unescaped, "cites/x.py", "html = safestring.mark_safe(text)"),
    (rules.unescaped, "templates/x.html", "{{ text|safe }}"),
    (rules.unescaped, "templates/x.html", "{{ text | safe }}"),
    (rules.unescaped, "templates/x.html", "{% autoescape off %}{{ text }}{% endautoescape %}"),
    (rules.raw_sql, "cites/x.py", "Action.objects.raw('SELECT 1')"),
    (rules.raw_sql, "cites/x.py", "Action.objects.extra(where=['1=1'])"),
    (rules.raw_sql, "cites/x.py", "rows.annotate(x=RawSQL('1', []))"),
    (rules.raw_sql, "cites/x.py", "cursor.execute(f'SELECT {name}')"),
    (rules.raw_sql, "cites/x.py", "cursor.execute('SELECT ' + name)"),
    (rules.raw_sql, "cites/x.py", "cursor.execute('SELECT %s' % name)"),
    (rules.inline_in_templates, "templates/x.html", "<script>alert(1)</script>"),
    (rules.inline_in_templates, "templates/x.html", "<style>p { color: red }</style>"),
    (rules.inline_in_templates, "templates/x.html", '<p style="color: red">'),
    (rules.inline_in_templates, "templates/x.html", '<a href="x" onclick="y()">'),
    (rules.inline_in_templates, "templates/x.html", '<a href="javascript:y()">'),
    (rules.outside_addresses, "templates/x.html", '<script src="https://cdn.example/x.js"></script>'),
    (rules.outside_addresses, "templates/x.html", '<link rel="stylesheet" href="//cdn.example/x.css">'),
    (lambda s: rules.unasked_reads(s, ["Action"]), "actions/views/x.py", "Action.objects.all()"),
    (
        lambda s: rules.unasked_reads(s, ["Action"]),
        "actions/views/x.py",
        "get_object_or_404(Action.objects.filter(), pk=1)",
    ),
]

NEIGHBOURS: list[tuple[Check, str, str]] = [
    (rules.upward_imports, "funding/x.py", "from actions import workflow"),
    (rules.upward_imports, "cites/urls.py", "path('', include('actions.urls'))"),
    (rules.late_imports, "cites/x.py", "import json\ndef f(): ..."),
    (rules.status_writes, "actions/x.py", "render(request, 'x.html', status=403)"),
    (rules.status_writes, "actions/x.py", "if action.status == 'draft': Action.objects.filter(status='draft')"),
    (rules.clock_readings, "actions/x.py", "timezone.localtime(clock.now())"),
    (rules.clock_readings, "actions/x.py", "clock.now(), clock.today(), timezone.localdate(clock.now())"),
    (rules.raw_sql, "cites/x.py", "cursor.execute('SELECT 1')"),
    (rules.inline_in_templates, "templates/x.html", '<script src="/static/x.js" defer></script>{# <style> #}'),
    (rules.outside_addresses, "templates/x.html", '<a href="https://www.legifrance.gouv.fr">loi</a>'),
    (rules.unescaped, "templates/x.html", "{{ safe }} {% include 'safe.html' %}"),
    (lambda s: rules.unasked_reads(s, ["Action"]), "actions/views/x.py", "Action.objects.visible_to(request.user)"),
]


@pytest.mark.parametrize("check, path, text", FAULTS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_planted_fault_is_named(check: Check, path: str, text: str) -> None:
    assert list(check(Source(path, text)))


@pytest.mark.parametrize("check, path, text", NEIGHBOURS, ids=lambda value: value if isinstance(value, str) else "")
def test_what_only_looks_like_a_fault_is_left_alone(check: Check, path: str, text: str) -> None:
    assert list(check(Source(path, text))) == []


def test_a_module_a_template_and_a_function_that_are_too_long_are_named() -> None:
    tall = "def f():\n" + "    x = 1\n" * rules.MAX_FUNCTION
    long = Source("cites/long.py", "x = 1\n" * (rules.MAX_MODULE + 1))
    page = Source("templates/x.html", "<p>\n" * (rules.MAX_TEMPLATE + 1))
    found = list(rules.too_long([Source("cites/tall.py", tall), long, page]))
    assert found == ["cites/tall.py f", "cites/long.py 401 lines", "templates/x.html 151 lines"]
    assert rules.median_length([Source("cites/tall.py", tall)]) == 41


def test_a_template_that_nothing_names_is_named() -> None:
    orphan = Source("templates/actions/forgotten.html", "<p></p>")
    mail = Source("templates/emails/forgotten.txt", "Objet\nTexte")
    assert test_rules.unused([*test_rules.TEMPLATES, orphan, mail]) == [
        "actions/forgotten.html",
        "emails/forgotten.txt",
    ]


def test_a_mail_without_a_template_is_seen() -> None:
    module = Source("actions/notifications.py", "def told(action):\n    _to_partner('told', action)")
    assert rules.posted_names([module]) == {"told"}


@pytest.mark.parametrize(
    "fault, said",
    [
        ({"permission": "actions.unheard_of"}, "no rule"),
        ({"actor": ""}, "nobody makes it"),
        ({"sentence": "a déposé"}, "no sentence"),
        ({"mail": print}, "its mail"),
    ],
)
def test_a_transition_that_lacks_something_is_named(fault: dict[str, Any], said: str) -> None:
    planted = {"submit": replace(workflow.TRANSITIONS["submit"], **fault)}
    assert said in " ".join(test_rules.transition_faults(planted))


def test_a_transition_of_which_the_journal_has_no_sentence_is_named() -> None:
    planted = {"leave_early": workflow.TRANSITIONS["submit"]}
    assert list(test_rules.transition_faults(planted)) == ["leave_early: no sentence in the journal"]


def test_a_rule_that_nobody_asks_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, "actions.dance", lambda user, obj: None)
    with pytest.raises(AssertionError, match=r"actions\.dance"):
        test_rules.test_every_rule_is_asked_somewhere()


def test_an_event_whose_data_leave_a_blank_is_seen() -> None:
    module = Source("actions/x.py", "audit.record('actions.edited', action, by=by, reference=reference)")
    [(_, kind, data)] = rules.recorded([module])
    assert rules.blanks(audit.SENTENCES[kind], data) == {"fields"}


def test_an_amount_that_is_no_euro_field_is_named() -> None:
    class Meta:
        app_label = "planted"

    fields = {"amount": models.IntegerField(), "rate": models.FloatField(), "price": models.DecimalField()}
    planted = type("Planted", (models.Model,), {"__module__": __name__, "Meta": Meta, **fields})
    assert list(test_rules.amount_faults([planted])) == [
        "planted.planted.amount is not an EuroField",
        "planted.planted.rate is a FloatField",
        "planted.planted.price is a DecimalField",
    ]


def test_a_french_name_outside_the_glossary_is_seen() -> None:
    terms = rules.glossary_terms("| Champ | Un axe. | `Champ` (fr) | Champ |")
    french = rules.plain("Champ d'une subvention")
    assert rules.french_names(["Champ", "SubventionLine"], french, terms) == {"subvention"}


def test_a_page_made_public_is_seen() -> None:
    @login_not_required
    def shown(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def private(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    urls = type("Urls", (), {"url_patterns": [path("a/", shown, name="a"), path("b/", private, name="b")]})
    assert {route.name: route.is_public for route in answers.walk(urls)} == {"a": True, "b": False}


def test_a_workflow_page_that_is_out_of_date_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = replace(workflow.TRANSITIONS["submit"], label="Envoyer le dossier")
    monkeypatch.setitem(workflow.TRANSITIONS, "submit", changed)
    with pytest.raises(AssertionError):
        test_rules.test_the_workflow_page_is_what_its_generator_says()
