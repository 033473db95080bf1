"""Calls: windows to the second, titles, questions of their own, the pages that prepare and show them."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from actions import call_preparation, call_windows, drafts, eligibility, submission, titles
from actions.calendar import ics
from actions.forms.proposal import ProposalForm
from actions.models import Action, Call, CallDate, CallWindow, ProposedCriterion, Submission
from actions.sealed_text import sections
from cites.core import clock, sealed
from cites.core.errors import Blocked, Stale
from cites.core.permissions import Refused
from cites.models import Event
from tests import factories
from tests.factories import paris
from tests.visitor import Page, Visitor

SHEET = "/espace/appels/appel-prepare/"
SAVE = "Enregistrer la section"


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        yield


@pytest.fixture
def coordination() -> Visitor:
    return Visitor(factories.make_coordination())


def two_windows() -> Call:
    """Open for ten days, closed for five, open for ten more."""
    call = factories.make_call()
    first = call.windows.get()
    call.windows.create(
        label="Actions de l'hiver",
        opens_at=first.closes_at + timedelta(days=5),
        closes_at=first.closes_at + timedelta(days=15),
        earliest_start=first.earliest_start + timedelta(days=10),
    )
    return Call.objects.get(pk=call.pk)


def again(call: Call) -> Call:
    return Call.objects.get(pk=call.pk)


# ------------------------------------------------------------------ windows


@pytest.mark.parametrize("closing", [paris(2026, 1, 31), paris(2026, 3, 29), paris(2026, 10, 25), paris(2026, 7, 1)])
def test_the_last_second_of_a_day_is_in_and_midnight_out(closing: datetime) -> None:
    """In winter, in summer, and as each night of the change of hour begins."""
    with clock.at(closing - timedelta(days=5)):
        call = factories.make_call("minuit", closes_at=closing)
        action = factories.make_draft(call=call)
    with clock.at(closing - timedelta(seconds=1)):
        assert call.is_open()
        assert list(Call.objects.open()) == [call]
    with clock.at(closing):
        assert not call.is_open()
        assert not Call.objects.open().exists()
        with pytest.raises(Blocked, match="est clos depuis"):
            submission.submit(action, seen=action.draft_version, by=factories.writer_of(action))
    with clock.at(closing - timedelta(seconds=1)):
        submission.submit(action, seen=action.draft_version, by=factories.writer_of(action))


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    """On 25 October 2026 it is 2:30 twice in Paris: the window closes the second time."""
    closing = paris(2026, 10, 25, 2, 30).replace(fold=1)
    with clock.at(closing - timedelta(days=1)):
        call = factories.make_call("deux-heures", closes_at=closing)
    with clock.at(closing.replace(fold=0)):
        assert call.is_open()
    with clock.at(closing):
        assert not call.is_open()


def test_nothing_is_begun_nor_submitted_between_two_windows() -> None:
    call = two_windows()
    action = factories.make_draft(call=call)
    first, second = call.windows_in_order
    by = factories.writer_of(action)
    with clock.at(first.closes_at):
        assert not again(call).is_open()
        again_at = f"rouvre le {second.opens_at.astimezone(factories.NOON.tzinfo):%d/%m/%Y}"
        assert again_at in eligibility.refusal(again(call), action.organisation)
        with pytest.raises(Blocked, match="rouvre le"):
            submission.submit(action, seen=action.draft_version, by=by)
    with clock.at(second.opens_at):
        open_now: Any = Call.objects.open()
        assert [(one.pk, one.until) for one in open_now] == [(call.pk, second.closes_at)], "once, by its own window"
    later = factories.draft_values(call, starts_on=second.earliest_start)
    with clock.at(second.opens_at):
        saved = drafts.save(action, later, seen=action.draft_version, by=by)
        submission.submit(action, seen=saved.draft_version, by=by)
    assert Submission.objects.get().action == action, "begun in the first window, submitted in the second"


def test_each_window_says_when_its_actions_may_start() -> None:
    call = two_windows()
    action = factories.make_draft(call=call)
    first, second = call.windows_in_order
    with clock.at(second.opens_at):
        form = ProposalForm.of(action)
        assert f"Cette date sort de l'appel. Entre le {second.earliest_start:%d/%m/%Y}" in form.errors["starts_on"][0]
    with clock.at(first.opens_at):
        assert "starts_on" not in ProposalForm.of(action).errors


def test_a_file_completed_later_keeps_the_dates_of_its_window() -> None:
    call = two_windows()
    action = factories.make_submitted(call=call)
    with clock.at(call.windows_in_order[1].opens_at):
        assert "starts_on" not in ProposalForm.of(action).errors
        assert call_windows.of_file(call, action.pk) == call.windows_in_order[0]


def test_windows_do_not_overlap_nor_close_before_they_open(coordination: Visitor) -> None:
    factories.make_prepared_call()
    page = coordination.open(f"{SHEET}modifier/dates/")
    rows = {
        "windows-1-opens_at": "2026-11-01T09:00",
        "windows-1-closes_at": "2026-10-01T09:00",
        "windows-1-earliest_start": "2026-12-01",
    }
    assert "La fermeture précède l'ouverture." in page.press(SAVE, **rows).text
    first = CallWindow.objects.get()
    inside = f"{first.closes_at - timedelta(days=1):%Y-%m-%dT%H:%M}"
    rows |= {"windows-1-opens_at": inside, "windows-1-closes_at": "2027-01-01T00:00"}
    assert "Deux périodes se chevauchent" in page.press(SAVE, **rows).text
    assert CallWindow.objects.get() == first
    with pytest.raises(IntegrityError), transaction.atomic():
        CallWindow.objects.filter(pk=first.pk).update(closes_at=first.opens_at)


# ------------------------------------------------------------------ titles


def test_the_title_rule_is_prefilled_said_and_held() -> None:
    call = factories.make_call(title_prefix="94-CE-VAL – {organisation} – ", title_max=60)
    organisation = factories.make_organisation()
    by = factories.make_member(organisation)
    action = submission.start(call, organisation, by=by)
    start = "94-CE-VAL – Les Passerelles – "
    assert action.draft["title"] == [start]

    def said(title: str) -> str:
        typed = factories.draft_values(call, title=title)
        shown = Action(call=call, organisation=organisation, draft=typed)
        return " ".join(str(error) for error in ProposalForm.of(shown).errors.get("title", []))

    assert said("Ateliers") == f"Commencez l'intitulé par « {start.strip()} », puis le nom de l'action."
    assert said(start) == f"Écrivez le nom de l'action après « {start.strip()} »."
    assert said(f"{start}{'a' * 31}").startswith("Pour cet appel, l'intitulé compte 60 caractères au plus ; le vôtre")
    assert said(f"{start}Ateliers") == ""


def test_a_renewal_keeps_its_name_behind_the_beginning() -> None:
    call = factories.make_call(title_prefix="CE – ")
    assert titles.first(call, factories.make_organisation(), "Ateliers") == "CE – Ateliers"
    assert titles.first(call, factories.make_organisation(), "CE – Ateliers") == "CE – Ateliers"


def test_a_beginning_holds_no_other_name(coordination: Visitor) -> None:
    factories.make_prepared_call()
    page = coordination.open(f"{SHEET}modifier/regles/").press(SAVE, title_prefix="{nom} – ")
    assert "Entre accolades, seul {organisation} est compris." in page.text


# ------------------------------------------------------------------ questions


@pytest.fixture
def asking() -> Call:
    """Asks one question of each kind; the first must be answered."""
    call = factories.make_call()
    for rank, (kind, label) in enumerate(
        [("short", "Quel quartier ?"), ("long", "Comment ?"), ("yes_no", "Déjà venus ?"), ("number", "Combien ?")], 1
    ):
        call.questions.create(rank=rank, kind=kind, label=label, is_required=rank == 1)
    call.questions.create(rank=5, kind="choice", label="Quand ?", options="Le soir\nLe mercredi")
    return call


def answers(call: Call, *texts: str) -> dict[str, str]:
    names = [f"question_{question.pk}" for question in call.questions.all()]
    return dict(zip(names, texts, strict=True))


def open_project(action: Action) -> Page:
    return Visitor(factories.writer_of(action)).open(f"/espace/depots/{action.key}/saisie/projet/")


def test_questions_are_asked_kept_and_checked_each_in_its_place(asking: Call) -> None:
    action = factories.make_draft(call=asking)
    page = open_project(action)
    assert "Les questions de cet appel" in page.text
    wrong = answers(asking, "", "Avec soin", "oui", "beaucoup", "À midi")
    page = page.press("Enregistrer le brouillon", **{k: v for k, v in wrong.items() if v != "À midi"})
    action.refresh_from_db()
    number = next(name for name, text in wrong.items() if text == "beaucoup")
    assert action.draft[number] == ["beaucoup"]
    form = ProposalForm.of(action)
    codes = {form.fields[name].label: [e.code for e in found] for name, found in form.errors.as_data().items()}
    assert codes == {"Quel quartier ?": ["required"], "Combien ?": ["invalid"]}
    states = {state.step.slug: (state.missing, state.wrong) for state in form.states}
    assert states["projet"] == (1, 1)


def test_a_required_question_holds_the_file_back(asking: Call) -> None:
    action = factories.make_draft(call=asking)
    with pytest.raises(Blocked) as refusal:
        submission.submit(action, seen=action.draft_version, by=factories.writer_of(action))
    assert "Quel quartier ? : Ce champ est obligatoire." in refusal.value.reasons


def test_answers_are_sealed_with_the_words_of_their_question(asking: Call) -> None:
    given = answers(asking, "Les Oseraies", "", "non", "12", "Le soir")
    action = factories.make_submitted(call=asking, **given)
    asking.questions.all().delete()
    text = sealed.read(submission.current_version(action).payload)
    told = [("Quel quartier ?", "Les Oseraies"), ("Déjà venus ?", "non"), ("Combien ?", "12"), ("Quand ?", "Le soir")]
    assert [(one["question"], one["answer"]) for one in text["questions"]] == told
    section = next(one for one in sections(text) if one.step.slug == "questions")
    assert (section.step.title, section.lines) == ("Les questions de cet appel", told)
    page = Visitor(factories.make_pilot()).open(action.get_absolute_url())
    assert "Les Oseraies" in page.text


def test_a_call_without_questions_shows_no_part_for_them() -> None:
    action = factories.make_submitted()
    assert not [one for one in sections(sealed.read(submission.current_version(action).payload)) if not one.lines]
    assert "questions de cet appel" not in open_project(factories.make_draft(title="Un autre dossier")).text


# ------------------------------------------------------------------ preparing


def test_a_call_starts_from_last_years_without_its_dates(coordination: Visitor) -> None:
    last = factories.make_prepared_call(
        "appel-2025", year=2025, priorities="Langage", title_prefix="CE – ", published_at=clock.now()
    )
    last.dates.create(kind="meeting", on=date(2026, 1, 1))
    page = coordination.open("/espace/appels/").follow("Préparer un appel")
    page = page.press(
        "Commencer l'appel",
        title="Appel à projets 2027",
        year="2027",
        period=factories.make_period(2027).pk,
        latest_end="2027-12-31",
        source=last.pk,
    )
    assert page.path == "/espace/appels/appel-a-projets-2027/"
    call = Call.objects.get(slug="appel-a-projets-2027")
    assert (call.text, call.priorities, call.title_prefix) == (last.text, "Langage", "CE – ")
    assert [one.label for one in call.questions.all()] == ["Quel quartier ?"]
    assert [(grid.number, [one.label for one in grid.criteria.all()]) for grid in call.grids.all()] == [
        (1, ["Pertinence"])
    ]
    assert (call.windows.count(), call.dates.count(), call.published_at) == (0, 0, None)
    assert Visitor().open(call.get_absolute_url()).status == 404
    assert Event.objects.filter(kind="actions.call_created").count() == 1


def test_a_call_from_nothing_has_the_criteria_of_the_field() -> None:
    values = {"title": "Nouveau", "year": 2026, "period": factories.make_period(), "latest_end": date(2026, 12, 31)}
    by = factories.make_coordination()
    one, other = (call_preparation.create(values, source=None, by=by) for _ in range(2))
    weights = [row["weight"] for row in call_preparation.rows_of(one, "criteria")]
    assert weights == [3, 3, 2, 2, 2, 2, 2, 1, 1]
    assert len(weights) == ProposedCriterion.objects.count()
    assert (one.slug, other.slug) == ("nouveau-2", "nouveau-3"), "an address of the portal is not a call's"


def test_each_section_is_written_without_a_script(coordination: Visitor) -> None:
    call = factories.make_prepared_call()
    page = coordination.open(f"{SHEET}modifier/questions/")
    rows = {
        "questions-1-kind": "choice",
        "questions-1-label": "Quand ?",
        "questions-1-options": "Le soir",
        "questions-1-ORDER": "1",
        "questions-0-ORDER": "2",
    }
    refused = page.press(SAVE, **rows)
    assert "Proposez au moins deux choix" in refused.text
    page = refused.press("Enregistrer et ajouter une ligne", **{"questions-1-options": "Le soir\nLe mercredi"})
    assert page.path == f"{SHEET}modifier/questions/"
    assert [one.label for one in call.questions.all()] == ["Quand ?", "Quel quartier ?"]
    page.press(SAVE, **{"questions-0-DELETE": "on"})
    assert [one.label for one in call.questions.all()] == ["Quel quartier ?"]
    coordination.open(f"{SHEET}modifier/grille/").press(SAVE, **{"criteria-1-label": "Coût", "criteria-1-weight": "2"})
    assert [row["weight"] for row in call_preparation.rows_of(call, "criteria")] == [3, 2]
    coordination.open(f"{SHEET}modifier/texte/").press(SAVE, title="Autre titre", priorities="Langage")
    assert (again(call).title, again(call).edit_version) == ("Autre titre", 4)
    text = coordination.open(f"{SHEET}apercu/").text
    assert "Langage" in text
    assert "Coût" in text


def test_of_two_tabs_the_second_is_told(coordination: Visitor) -> None:
    call = factories.make_prepared_call()
    one, other = coordination.open(f"{SHEET}modifier/texte/"), coordination.open(f"{SHEET}modifier/grille/")
    one.press(SAVE, summary="Premier")
    refused = other.press(SAVE, **{"criteria-0-weight": "9"})
    assert refused.status == 409
    assert [row["weight"] for row in call_preparation.rows_of(call, "criteria")] == [3]
    with pytest.raises(Stale):
        call_preparation.edit(call, {"summary": "Deux"}, {}, seen=0, by=factories.make_coordination())


def test_coordination_alone_prepares() -> None:
    call = factories.make_prepared_call()
    others = (factories.make_pilot(), factories.make_admin(), factories.make_member(), factories.make_instructeur())
    for other in others:
        with pytest.raises(Refused):
            call_preparation.edit(call, {"summary": "Moi"}, {}, seen=0, by=other)
        with pytest.raises(Refused):
            call_preparation.create({}, source=None, by=other)


# ------------------------------------------------------------------ what is read


def test_the_public_page_says_all_of_it() -> None:
    call = factories.make_prepared_call(published_at=clock.now() - timedelta(days=1), title_prefix="CE – ")
    call.windows.update(label="Actions du printemps")
    call.dates.create(kind="meeting", on=clock.today() + timedelta(days=3), label="à 18 h")
    page = Visitor().open(call.get_absolute_url())
    for text in (
        "Actions du printemps",
        "ferme dans 10 jours",
        "Réunion d'information : à 18 h",
        "Ce qui sera regardé",
        "Pertinence",
        "12 points au plus",
        "Quel quartier ?",
        "Il commence par « CE – »",
        "Une action est accordée quand toutes les institutions pilotes sont d'accord.",
        "sans connaître celui des autres",
        "contact@exemple.test",
    ):
        assert text in page.text, text
    assert "Réunion d'information – à 18 h" in Visitor().open("/appels/").text


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=12, hours=3), "dans 12 jours"),
        (timedelta(hours=47), "dans 47 heures"),
        (timedelta(minutes=119), "dans 119 minutes"),
        (timedelta(seconds=30), "dans moins de deux minutes"),
    ],
)
def test_what_is_left_is_said_in_words(left: timedelta, words: str) -> None:
    assert call_windows.left(clock.now() + left) == words


def test_the_calendar_is_one_that_agendas_read() -> None:
    call = factories.make_call("appel", title="Appel ; d'été, et suite", closes_at=paris(2026, 10, 25))
    CallDate.objects.create(call=call, kind="steering", on=date(2026, 11, 3), label="é" * 90)
    factories.make_call("cache", title="Secret", published_at=None)
    answer = Visitor().client.get("/appels/calendrier.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    raw = answer.content
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    lines = raw.decode().replace("\r\n ", "").split("\r\n")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    assert "SUMMARY:Dépôt des dossiers : Appel \\; d'été\\, et suite" in lines
    assert "DTEND;TZID=Europe/Paris:20261025T000000" in lines
    assert "DTSTART;VALUE=DATE:20261103" in lines
    assert f"DESCRIPTION:{'é' * 90}" in lines
    assert "Secret" not in raw.decode()
    with clock.at(clock.now() + timedelta(days=1)):
        assert Visitor().client.get("/appels/calendrier.ics").content == raw, "the same identifiers at each reading"
    assert ics([]).startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")


@pytest.mark.parametrize("address", ["/appels/", "/espace/appels/"])
def test_lists_ask_as_much_of_the_database_with_three_calls_and_with_thirty(
    address: str, coordination: Visitor, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for number in (3, 30):
        for rank in range(Call.objects.count(), number):
            call = factories.make_call(f"appel-{rank}", title=f"Appel {rank}")
            call.dates.create(kind="answer", on=clock.today())
        coordination.open(address)
        with django_assert_max_num_queries(60) as captured:
            coordination.open(address)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_payload_is_json_whatever_the_call_leaves_blank() -> None:
    call = factories.make_asked_call()
    assert call.asked is not None
    assert json.loads(call.asked.payload)["indicative_amount"] is None
