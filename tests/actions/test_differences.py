"""Two submitted versions side by side: words added and taken out, amounts with their gap, the question that asked."""

from collections.abc import Iterator
from decimal import Decimal
from time import process_time

import pytest

from actions import attachments, drafts, submission
from actions.differences import Mark, compare, differences, versions
from actions.models import Action, AskedQuestion
from actions.reopened import answer_name
from cites.core import clock
from cites.core.attachments import check
from cites.models import Cite
from tests import factories
from tests.uploads.making import pdf
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database

BEFORE = {"version": 1, "title": "Ateliers du soir", "budget": {"641": Decimal("8000")}, "schools": ["0940001A"]}


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton")
        yield


def completed(action: Action, *places: str, answers: str = "", **typed: str) -> Action:
    """A second version: what is typed where it is asked, and one answer in words."""
    factories.ask_completion(action, *places)
    by = factories.writer_of(action)
    said = {answer_name(one): [answers] for one in AskedQuestion.objects.filter(request__action=action) if answers}
    draft = {**action.draft, **{name: [text] for name, text in typed.items()}, **said}
    saved = drafts.save(action, draft, seen=action.draft_version, by=by)
    submission.submit(saved, seen=saved.draft_version, by=by)
    return Action.objects.get(pk=action.pk)


# ------------------------------------------------------------------ word by word


@pytest.mark.parametrize(
    ("before", "after", "marks"),
    [
        ("Un atelier le soir.", "Un atelier le matin.", [("", "Un atelier le "), ("del", "soir."), ("ins", "matin.")]),
        ("Le soir", "Le soir, au collège", [("", "Le "), ("del", "soir"), ("ins", "soir, au collège")]),
        ("", "Tout est neuf", [("ins", "Tout est neuf")]),
        ("Tout s'efface", "", [("del", "Tout s'efface")]),
        ("blanc", "noir", [("del", "blanc"), ("ins", "noir")]),
    ],
)
def test_a_text_is_compared_word_by_word(before: str, after: str, marks: list[tuple[str, str]]) -> None:
    [change] = differences({**BEFORE, "description": before}, {**BEFORE, "description": after})
    assert change.marks == [Mark(*one) for one in marks]


def test_the_words_that_stay_and_those_that_come_make_the_new_text() -> None:
    old = " ".join(f"mot{n % 7}" for n in range(200))
    new = " ".join(f"mot{n % 5}" for n in range(180))
    [change] = differences({**BEFORE, "description": old}, {**BEFORE, "description": new})
    assert "".join(mark.text for mark in change.marks if mark.kind != "del") == new
    assert "".join(mark.text for mark in change.marks if mark.kind != "ins").split() == old.split()


def test_a_text_made_to_be_slow_is_not() -> None:
    old, new = "a " * 4000, "a b " * 2000
    begun = process_time()
    differences({**BEFORE, "description": old}, {**BEFORE, "description": new})
    assert process_time() - begun < 3


def test_lists_say_what_came_and_what_left() -> None:
    [change] = differences(BEFORE, {**BEFORE, "schools": ["0940002B"]})
    assert change.marks == [Mark("del", "0940001A"), Mark("ins", "0940002B")]


@pytest.mark.parametrize(
    ("before", "after", "gap"),
    [
        ({"641": Decimal("8000")}, {"641": Decimal("8500.50")}, "+\u00a0500,50\u202f€"),
        ({"641": Decimal("8000")}, {"641": Decimal("7500")}, "−\u00a0500,00\u202f€"),
        ({"641": Decimal("8000")}, {}, "−\u00a08\u202f000,00\u202f€"),
        ({}, {"641": Decimal("8000")}, "+\u00a08\u202f000,00\u202f€"),
    ],
)
def test_amounts_stand_side_by_side_with_their_gap(before: object, after: object, gap: str) -> None:
    found = compare({**BEFORE, "budget": before}, {**BEFORE, "budget": after})
    assert ([one.gap for one in found.amounts], found.changes, found.count) == ([gap], [], 1)
    assert found.amounts[0].path == "Budget : Rémunération des personnels"


def test_a_version_alone_is_no_difference() -> None:
    assert compare(BEFORE, {**BEFORE, "version": 2}).count == 0


# ------------------------------------------------------------------ on the pages


def test_both_sides_read_the_difference_with_its_question_and_its_answer() -> None:
    action = completed(
        factories.make_submitted(),
        "description",
        "budget",
        answers="Le devis est joint.",
        description="Des ateliers, quatre soirs.",
        line_641="8500,00",
        cofunder_0_amount="2500,00",
    )
    for visitor, address in (
        (Visitor(factories.make_pilot()), f"/espace/actions/{action.reference}/"),
        (Visitor(factories.writer_of(action)), f"/espace/depots/{action.key}/"),
    ):
        text = visitor.open(address).text
        assert "4 différences avec la version précédente" in text
        assert "ajouté : " in text and "retiré : " in text
        assert "Budget : Rémunération des personnels 8 000,00 € 8 500,00 € + 500,00 €" in text
        assert "La coordination demandait : Joindre un devis. – Réponse : Le devis est joint." in text


def test_an_answer_without_a_change_is_shown_apart() -> None:
    action = completed(factories.make_submitted(), "title", answers="Le titre ne change pas.")
    [second, first] = versions(action)
    assert (first["changes"], second["changes"].count) == (None, 0)
    assert [one["answer"] for one in second["changes"].answers] == ["Le titre ne change pas."]
    text = Visitor(factories.writer_of(action)).open(f"/espace/depots/{action.key}/").text
    assert "Répondu en quelques mots, sans rien changer" in text


def test_pieces_that_came_are_named() -> None:
    action = factories.make_submitted()
    factories.ask_completion(action, "pieces")
    by = factories.writer_of(action)
    attachments.join_file(action, check("devis.pdf", pdf()), by=by)
    action.refresh_from_db()
    submission.submit(action, seen=action.draft_version, by=by)
    [second, _] = versions(Action.objects.get(pk=action.pk))
    [change] = second["changes"].changes
    assert (change.path, change.asked[0]["question"]) == (
        "Pièce jointe : Pièce du dossier – devis.pdf",
        "Joindre un devis.",
    )


def test_nothing_typed_becomes_markup() -> None:
    action = completed(factories.make_submitted(), "description", description="<ins>moi</ins><script>x</script>")
    page = Visitor(factories.make_pilot()).download(f"/espace/actions/{action.reference}/").decode()
    assert "<script>x" not in page and "&lt;ins&gt;moi" in page
