"""Every list and every dashboard asks the database as often for 300 rows as for a handful."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions import review
from actions.models import Action, AgendaItem, BudgetItem, Call, CallWindow, Position, Review, Submission
from actions.models.action import ActionQuerySet
from cites.core import clock
from cites.models import Commitment, Event, OutboxMail, Quartier, School, SealedVersion, Seance, Signatory
from funding.models import Account, Decision, Move, Source, Tranche
from partners.models import Membership, Organisation
from tests import factories
from tests.house import answers
from tests.house.story import Story, aside, complete

COPIES = 15  # of each of the twenty files of the story: 300
MANY = 300
OURS = ("public", "espace", "partners", "organisation", "actions", "proposals", "seances", "budget", "awards")


@dataclass(frozen=True)
class Page:
    role: str
    route: str
    address: Callable[[Story], str]

    def __str__(self) -> str:
        return f"{self.route} {self.role}"


def page(role: str, route: str, *words: str, query: str = "") -> Page:
    """`words` name the file, the séance or the point of the story that the page shows."""

    def address(story: Story) -> str:
        names = {**story.files, **story.seances}
        args = [value_of(names[word]) if word in names else story.rows.get(word, word) for word in words]
        if route == "budget:tranche":
            args = [str(story.tranche.pk)] if story.tranche else []
        return reverse(route, args=[a if a != "point" else story.items["inscrit"].pk for a in args]) + query

    return Page(role, route, address)


def value_of(row: Any) -> Any:
    return row.pk if isinstance(row, Seance) else row.reference


PAGES = [
    *(page("anonyme", f"public:{name}") for name in ("home", "cite", "convention", "health")),
    page("anonyme", "public:help"),
    page("anonyme", "public:guide", "pilote"),
    page("anonyme", "actions:public_list"),
    page("anonyme", "actions:public_list", query="?q=soir&annee=2026&champ=C1"),
    page("anonyme", "actions:public_detail", "accorde"),
    page("anonyme", "actions:calls"),
    page("anonyme", "actions:call", "appel-2026"),
    page("anonyme", "actions:calendar"),
    page("coordination", "actions:call_list"),
    page("education", "actions:call_sheet", "appel-demande"),
    *(page(role, "espace:home") for role in ("porteur", "education", "instruction", "coordination", "admin")),
    *(page(role, "espace:journal") for role in ("porteur", "education", "coordination", "admin")),
    *(page(role, "actions:list") for role in ("education", "coordination", "admin")),
    page("coordination", "actions:list", query="?status=under_way&q=soir"),
    page("prefecture", "actions:list", query="?avis_missing=prefecture"),
    page("coordination", "actions:export"),
    *(page(role, "actions:file", "en_instruction") for role in ("education", "coordination", "admin")),
    page("coordination", "actions:file", "inscrit"),
    page("education", "actions:avis", "en_instruction"),
    page("coordination", "actions:schedule", "avis_rendus"),
    *(page(role, "partners:list") for role in ("education", "coordination", "admin")),
    page("coordination", "partners:list", query="?q=passer&champ=C1&fact=en_cours"),
    *(page(role, "partners:detail", "nous") for role in ("education", "coordination", "admin")),
    page("porteur", "organisation:detail", "nous"),
    page("sans", "organisation:join", query="?q=passerelles"),
    *(page(role, "organisation:documents", "nous") for role in ("porteur", "coordination")),
    page("porteur", "proposals:list"),
    page("coordination", "proposals:list"),
    page("coordination", "proposals:start", "appel-2026"),
    *(page(role, "seances:list") for role in ("education", "coordination")),
    *(page(role, "seances:detail", "ouverte") for role in ("education", "coordination")),
    *(page(role, "seances:item", "ouverte", "point") for role in ("education", "coordination")),
    page("education", "seances:releve", "close"),
    page("education", "budget:overview"),
    page("education", "budget:tranche", "tranche"),
]
# The columns of a relevé and the form of a proposal grow with the vocabulary, not with the rows of a list.
NOT_LISTS = {
    *(
        "actions:edit",
        "actions:completion",
        "actions:questions",
        "actions:question_drop",
        "actions:change_dates",
        "actions:report_correction",
        "actions:step",
    ),
    *(
        "proposals:detail",
        "proposals:edit",
        "proposals:write",
        "proposals:renew",
        "proposals:revised_budget",
        "proposals:hand_over",
        "proposals:co_editors",
        "proposals:invite_co_editor",
        "proposals:end_co_editing",
        "proposals:invitation",
        "actions:revised_budget",
        "proposals:check",
        "proposals:receipt",
        "proposals:receipt_pdf",
    ),
    *("proposals:report", "proposals:step", "seances:create", "seances:open", "seances:close", "seances:positions"),
    *("seances:remove", "seances:contest", "seances:releve_pdf", "seances:sign", "seances:notify", "awards:renounce"),
    *("actions:budget_ods", "proposals:budget_ods", "actions:document", "proposals:document", "proposals:draft_pdf"),
    *("actions:dauphin", "proposals:dauphin", "actions:blank_form"),
    *(f"organisation:{name}" for name in ("home", "switch", "edit", "ties", "remove_tie", "ask", "create")),
    *(f"organisation:{name}" for name in ("invite", "invitation", "member", "end", "join_request")),
    *(f"organisation:{name}" for name in ("rib", "document", "document_add", "document_remove")),
    *(f"actions:call_{name}" for name in ("new", "edit", "preview", "ask", "withdraw", "answer", "contact", "amend")),
    *("proposals:attachments", "proposals:draft_file", "proposals:piece", "actions:piece"),
    *("public:accessibility", "public:legal"),
}


def asked(story: Story, one: Page) -> int:
    """How many queries the page takes, its stream read to the end."""
    with CaptureQueriesContext(connection) as queries:
        response = story.client(one.role).get(one.address(story))
        body = answers.body_of(response)
    assert response.status_code == 200, f"{one}: {response.status_code}"
    assert body
    return len(queries)


def warm(story: Story, one: Page) -> int:
    """What is read once in the life of a process is read; then count."""
    asked(story, one)
    return asked(story, one)


@pytest.mark.one_database
def test_every_list_asks_as_often_for_many_rows(story: Story) -> None:
    """The story as it is, then with 300 rows more in every table."""
    pages = {str(one): one for one in (*PAGES, *changelists())}
    with aside():
        complete(story)
        few = {name: warm(story, one) for name, one in pages.items()}
        multiply(story)
        many = {name: asked(story, one) for name, one in pages.items()}
    assert {name: (few[name], many[name]) for name in pages if few[name] != many[name]} == {}


def changelists() -> Iterable[Page]:
    for model in admin.site._registry:
        if model._meta.model_name != "cite":  # one row: leads straight to it
            yield page("admin", f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_every_page_of_ours_is_counted_or_is_no_list() -> None:
    ours = {route.name for route in answers.routes() if route.name.partition(":")[0] in OURS}
    assert ours == {one.route for one in PAGES} | NOT_LISTS


@pytest.mark.parametrize("role", ["prefecture", "coordination", "admin"])
def test_a_file_asks_as_often_with_three_avis_as_with_one(story: Story, role: str) -> None:
    """Both files are reviewed: one had a single answer when its date passed."""
    with aside():
        review.unveil(Review.objects.get(action=story.files["en_instruction"]))
        one, three = (warm(story, page(role, "actions:file", name)) for name in ("en_instruction", "avis_rendus"))
        assert one == three


@pytest.mark.parametrize(
    "one, left_out",
    [
        (page("coordination", "actions:list"), "select_related"),
        (page("anonyme", "actions:public_list"), "prefetch_related"),
        (page("porteur", "proposals:list"), "select_related"),
    ],
    ids=str,
)
def test_a_query_per_row_is_seen(story: Story, one: Page, left_out: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ActionQuerySet, left_out, lambda self, *names: self)
    with aside():
        few = warm(story, one)
        multiply(story)
        assert asked(story, one) > few + 10


# ------------------------------------------------------------------ three hundred of everything


def multiply(story: Story) -> None:
    """Rows copied by direct inserts: what the verbs would write in minutes."""
    _actions(story)
    _agenda(story)
    _around(story)
    _money(story)
    copies(Event, Event.objects.order_by("seq")[:100], 3, seq=count(100_000), hash=map(str, count()))
    copies(OutboxMail, OutboxMail.objects.order_by("pk")[:100], 3)


def copies(model: type[models.Model], rows: Iterable[Any], times: int, **changes: Any) -> list[Any]:
    """`times` copies of each row; an iterator of `changes` gives each copy its own value."""
    made = []
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    for row in list(rows):
        for _ in range(times):
            values = {name: getattr(row, name) for name in names}
            values |= {name: next(value) if hasattr(value, "__next__") else value for name, value in changes.items()}
            made.append(model(**values))
    return list(model._default_manager.bulk_create(made))


def _actions(story: Story) -> None:
    rows = list(Action.objects.filter(reference__isnull=False).order_by("pk"))
    references = (f"2026-{number}" for number in count(1000))
    numbers = {"key": (uuid4() for _ in count()), "reference": references, "origin_reference": ""}
    made = copies(Action, rows, COPIES, **numbers)
    for name in ("quartiers", "schools", "age_ranges", "school_times", "actors"):
        link = getattr(Action, name).through
        column = next(f.attname for f in link._meta.concrete_fields if f.attname not in ("id", "action_id"))
        chosen = {row.pk: [other.pk for other in getattr(row, name).all()] for row in rows[:1]}[rows[0].pk]
        link.objects.bulk_create(link(action_id=action.pk, **{column: pk}) for action in made for pk in chosen)
    line = BudgetItem.objects.order_by("pk")[:1]
    copies(BudgetItem, line, len(made), action_id=iter([action.pk for action in made]))
    drafts = Action.objects.filter(reference__isnull=True)
    copies(Action, drafts, 20, key=(uuid4() for _ in count()))
    sealed = copies(SealedVersion, SealedVersion.objects.filter(kind="proposition")[:1], MANY, subject_id=count(90_000))
    receipts = Submission.objects.order_by("pk")[:1]
    copies(Submission, receipts, MANY, sealed_id=iter([row.pk for row in sealed]), number=count(2))
    story.files["_copies"] = made[0]


def _agenda(story: Story) -> None:
    """All the copies on the agenda of the séance that is open, half of them decided."""
    seance, item = story.seances["ouverte"], story.items["inscrit"]
    actions = Action.objects.filter(reference__gt="2026-1000", reference__startswith="2026-1")[:MANY]
    pks = iter([action.pk for action in actions])
    made = copies(AgendaItem, [item], len(actions), action_id=pks, rank=count(10))
    for position in item.positions.all():
        copies(Position, [position], len(made), item_id=iter([row.pk for row in made]))
    decision = Decision.objects.get(item=story.items["tout_decide"])
    copies(Decision, [decision], len(made) // 2, item_id=iter([row.pk for row in made]))
    copies(Seance, [seance, *Seance.objects.filter(closed_at__isnull=False)[:1]], MANY // 2)


def _around(story: Story) -> None:
    slugs = (f"appel-copie-{number}" for number in count())
    made_calls = copies(Call, Call.objects.filter(slug="appel-2026"), MANY, slug=slugs)
    window = CallWindow.objects.filter(call__slug="appel-2026")
    copies(CallWindow, window, MANY, call_id=iter([row.pk for row in made_calls]))
    organisation = story.files["depose"].organisation
    sirets = (factories.siret(number) for number in count(1000))
    made = copies(Organisation, [organisation], MANY, siret=sirets)
    membership = Membership.objects.filter(user=story.people["porteur"])
    copies(Membership, membership, 20, organisation_id=iter([row.pk for row in made]))
    others = Membership.objects.filter(user=story.people["autre"])
    copies(Membership, others, 200, organisation_id=iter([row.pk for row in made]))
    copies(Quartier, [factories.make_quartier()], 50, name=(f"Quartier {number}" for number in count()))
    copies(School, [factories.make_school()], 50, uai=(f"{number:07d}X" for number in count(1)))
    convention = story.convention
    assert convention is not None
    copies(Signatory, convention.signatories.all(), 50)
    owner = story.people["ville"].institution
    assert owner is not None
    first = Commitment.objects.create(convention_cadre=convention, text="Un engagement", owner=owner)
    copies(Commitment, [first], 50, due_on=iter([clock.today() + timedelta(days=n) for n in range(50)]))


def _money(story: Story) -> None:
    move = Move.objects.order_by("seq").first()
    copies(Move, [move], MANY, seq=count(100_000), hash=map(str, count()), corrects_id=None)
    source = Source.objects.order_by("rank").first()
    assert source is not None
    assert story.tranche is not None
    tranches = copies(Tranche, [story.tranche], 60, year=count(2100))
    account = Account.objects.filter(tranche=story.tranche, award=None).first()
    copies(Account, [account], len(tranches), tranche_id=iter([row.pk for row in tranches]))
