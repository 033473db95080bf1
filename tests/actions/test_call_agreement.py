"""A call is published by the pilots together, on exactly one text. And every way it must not be."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from actions import call_agreement, call_preparation
from actions.models import Call, CallAgreement, CallAmendment, Grid
from cites.core import audit, clock, sealed
from cites.core.errors import Blocked, Stale
from cites.core.permissions import Refused
from cites.models import Event, OutboxMail, PilotInstitution, SealedVersion, User
from tests import factories
from tests.visitor import Visitor

SHEET = "/espace/appels/appel-prepare/"
ANSWER = f"{SHEET}accord/"


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        yield


@pytest.fixture
def pilots() -> list[User]:
    return factories.make_pilots()


@pytest.fixture
def asked(pilots: list[User]) -> Call:
    return factories.make_asked_call()


def again(call: Call) -> Call:
    return Call.objects.select_related("asked").get(pk=call.pk)


def hash_of(call: Call) -> str:
    assert call.asked is not None
    return call.asked.sha256


def all_agree(call: Call) -> Call:
    for pilot in factories.make_pilots():
        call_agreement.agree(call, seen=hash_of(call), by=pilot)
    return again(call)


def kinds() -> list[str]:
    """What the journal says of calls, each sentence whole."""
    events = Event.objects.filter(kind__startswith="actions.call").order_by("seq")
    assert [event for event in events if "…" in audit.read_sentence(event)] == []
    return [event.kind for event in events]


def mails(subject: str) -> list[str]:
    return list(OutboxMail.objects.filter(subject__startswith=subject).values_list("to", flat=True))


# ------------------------------------------------------------------ together


def test_the_last_agreement_publishes_and_all_are_told(asked: Call, pilots: list[User]) -> None:
    assert sorted(mails("Appel à accorder")) == sorted(pilot.email for pilot in pilots)
    one, two, three = pilots
    for pilot in (one, two):
        call_agreement.agree(asked, seen=hash_of(asked), by=pilot)
        assert again(asked).published_at is None, "two of three publish nothing"
    assert not Call.objects.published().exists()
    call_agreement.agree(asked, seen=hash_of(asked), by=three)
    published = again(asked)
    assert (published.published_at, published.asked) == (clock.now(), None)
    assert kinds() == ["actions.call_agreement_asked", *["actions.call_agreed"] * 3, "actions.call_published"]
    told = [*(pilot.email for pilot in pilots), factories.make_coordination().email]
    assert sorted(mails("Appel publié")) == sorted(told)


def test_each_agreement_is_of_the_sealed_text(asked: Call) -> None:
    published = all_agree(asked)
    version = SealedVersion.objects.of("appel", published).get()
    assert set(CallAgreement.objects.values_list("sealed", flat=True)) == {version.pk}
    text = json.loads(version.payload)
    assert [one["label"] for one in text["criteria"]] == ["Pertinence"]
    assert [one["label"] for one in text["questions"]] == ["Quel quartier ?"]
    assert "contact@exemple.test" not in version.payload
    assert list(sealed.verify_sealed()) == []


def test_it_appears_on_the_day_chosen(pilots: list[User]) -> None:
    later = clock.now() + timedelta(days=3)
    published = all_agree(factories.make_asked_call(publish_at=later))
    assert published.published_at == later
    assert not Call.objects.published().exists()
    with clock.at(later):
        assert Call.objects.published().get() == published
        assert Visitor().open("/appels/appel-prepare/").status == 200


def test_a_fourth_institution_is_waited_for(asked: Call) -> None:
    PilotInstitution.objects.create(code="caf", name="CAF", kind="autre", rank=9)
    assert all_agree(asked).published_at is None


def test_an_institution_that_is_none_any_more_is_not(pilots: list[User]) -> None:
    PilotInstitution.objects.filter(code="ville").update(is_active=False)
    call = factories.make_asked_call()
    education, ville, prefecture = factories.make_pilots()
    call_agreement.agree(call, seen=hash_of(call), by=education)
    with pytest.raises(Blocked, match="n'est pas de celles"):
        call_agreement.agree(call, seen=hash_of(call), by=ville)
    call_agreement.agree(call, seen=hash_of(call), by=prefecture)
    assert again(call).published_at is not None


# ------------------------------------------------------------------ on exactly that text


def test_an_older_text_is_not_agreed_on(asked: Call, pilots: list[User]) -> None:
    older, coordination = hash_of(asked), factories.make_coordination()
    call_preparation.edit(asked, {"summary": "Autre"}, {}, seen=0, by=coordination)
    call_agreement.ask(asked, seen=1, by=coordination)
    with pytest.raises(Stale, match="a changé"):
        call_agreement.agree(asked, seen=older, by=pilots[0])
    assert not CallAgreement.objects.exists()


def test_an_edit_drops_the_agreements(asked: Call, pilots: list[User]) -> None:
    coordination = factories.make_coordination()
    for pilot in pilots[:2]:
        call_agreement.agree(asked, seen=hash_of(asked), by=pilot)
    call_preparation.edit(asked, {"summary": "Autre"}, {}, seen=0, by=coordination)
    with pytest.raises(Blocked, match="n'attend pas d'accord"):
        call_agreement.agree(asked, seen=hash_of(asked), by=pilots[2])
    call_agreement.ask(asked, seen=1, by=coordination)
    call_agreement.agree(asked, seen=hash_of(again(asked)), by=pilots[2])
    assert again(asked).published_at is None, "the two others agreed on another text"
    assert call_agreement.missing(again(asked)) == [pilot.institution for pilot in pilots[:2]]


def test_an_edit_that_changes_nothing_drops_nothing(asked: Call) -> None:
    rows = {name: call_preparation.rows_of(asked, name) for name in call_preparation.PARTS}
    call_preparation.edit(asked, {"text": asked.text}, rows, seen=0, by=factories.make_coordination())
    assert again(asked).asked == asked.asked


def test_a_refusal_sends_it_back_with_its_reason(asked: Call, pilots: list[User]) -> None:
    call_agreement.agree(asked, seen=hash_of(asked), by=pilots[0])
    with pytest.raises(Blocked, match="ce qui doit changer"):
        call_agreement.refuse(asked, "  ", seen=hash_of(asked), by=pilots[1])
    call_agreement.refuse(asked, "Les dates.", seen=hash_of(asked), by=pilots[1])
    assert again(asked).asked is None
    assert mails("Refus à traiter") == [factories.make_coordination().email]
    page = Visitor(factories.make_coordination()).open(SHEET)
    assert kinds()[-1] == "actions.call_refused"
    assert "Refus à traiter" in page.text
    assert "n’accorde pas ce texte : Les dates." in page.text
    assert "1 appel refusé à revoir" in Visitor(factories.make_coordination()).open("/espace/").text


def test_an_institution_answers_once(asked: Call, pilots: list[User]) -> None:
    call_agreement.agree(asked, seen=hash_of(asked), by=pilots[1])
    for by in (pilots[1], factories.make_pilot("ville", "suppleant")):
        with pytest.raises(Blocked, match="a déjà répondu"):
            call_agreement.agree(asked, seen=hash_of(asked), by=by)


def test_nobody_else_agrees(asked: Call) -> None:
    others = (
        factories.make_coordination(),
        factories.make_instructeur(),
        factories.make_member(),
        factories.make_admin(),
    )
    for other in others:
        with pytest.raises(Refused):
            call_agreement.agree(asked, seen=hash_of(asked), by=other)


def test_another_institution_cannot_be_named(asked: Call, pilots: list[User]) -> None:
    ville = Visitor(pilots[1])
    education = PilotInstitution.objects.get(code="education")
    forged = {"seen": hash_of(asked), "answer": "agreed", "institution": education.pk, "institution_code": "education"}
    assert ville.post(ANSWER, forged).status == 200
    assert [one.institution.code for one in CallAgreement.objects.all()] == ["ville"]


def test_what_is_not_complete_is_not_asked() -> None:
    call = factories.make_prepared_call(text="", contact_email="", latest_end=clock.today())
    Grid.objects.all().delete()
    call.windows.all().delete()
    with pytest.raises(Blocked) as refusal:
        call_agreement.ask(call, seen=0, by=factories.make_coordination())
    assert refusal.value.reasons == [
        "Écrivez le texte de l'appel.",
        "Donnez le courriel d'un contact.",
        "Donnez au moins une période de dépôt.",
        "Dites ce qui sera regardé : la grille n'a pas de critère.",
    ]
    assert not OutboxMail.objects.exists()


def test_a_page_of_before_an_edit_does_not_ask(pilots: list[User]) -> None:
    call, coordination = factories.make_prepared_call(), factories.make_coordination()
    call_preparation.edit(call, {"summary": "Autre"}, {}, seen=0, by=coordination)
    with pytest.raises(Stale, match="a changé"):
        call_agreement.ask(call, seen=0, by=coordination)


def test_a_text_taken_back_is_not_agreed_on(asked: Call, pilots: list[User]) -> None:
    coordination = Visitor(factories.make_coordination())
    page = coordination.open(f"{SHEET}retirer/").press("Retirer de l'accord")
    assert "En préparation" in page.text
    assert kinds()[-1] == "actions.call_withdrawn"
    with pytest.raises(Blocked, match="n'attend pas d'accord"):
        call_agreement.agree(asked, seen=hash_of(asked), by=pilots[0])


# ------------------------------------------------------------------ the grid


def test_a_new_grid_never_alters_the_one_the_pilots_read(asked: Call) -> None:
    coordination = factories.make_coordination()
    rows = [{"label": "Pertinence", "help": "", "weight": 9}]
    call_preparation.edit(asked, {}, {"criteria": rows}, seen=0, by=coordination)
    call_preparation.edit(asked, {}, {"criteria": [*rows, *rows]}, seen=1, by=coordination)
    weights = {grid.number: [one.weight for one in grid.criteria.all()] for grid in asked.grids.all()}
    assert weights == {1: [3], 2: [9, 9]}


# ------------------------------------------------------------------ once published


def test_a_published_call_is_not_written(asked: Call) -> None:
    published, coordination = all_agree(asked), factories.make_coordination()
    with pytest.raises(Blocked, match="il se rectifie"):
        call_preparation.edit(published, {"text": "Autre"}, {}, seen=0, by=coordination)
    with pytest.raises(Blocked, match="déjà publié"):
        call_agreement.ask(published, seen=0, by=coordination)
    visitor = Visitor(coordination)
    for section in ("texte", "dates", "regles", "questions", "grille"):
        assert visitor.open(f"{SHEET}modifier/{section}/").path == SHEET
        assert visitor.post(f"{SHEET}modifier/{section}/", {"version": 0, "title": "Autre"}).path == SHEET
    assert again(published).title == published.title
    visitor = Visitor(factories.make_admin())
    assert visitor.post(f"/admin/actions/call/{published.pk}/change/", {"title": "Autre"}).status == 403


def test_its_contact_changes_at_once(asked: Call) -> None:
    published = all_agree(asked)
    page = Visitor(factories.make_coordination()).open(f"{SHEET}contact/")
    page.press("Enregistrer le contact", contact_name="Sam", contact_email="sam@exemple.test")
    assert "sam@exemple.test" in Visitor().open(published.get_absolute_url()).text
    assert kinds()[-1] == "actions.call_contact_changed"


def test_an_erratum_and_a_later_closing_take_the_same_agreement(asked: Call, pilots: list[User]) -> None:
    published = all_agree(asked)
    window = published.windows.get()
    later = window.closes_at + timedelta(days=7)
    page = Visitor(factories.make_coordination()).open(f"{SHEET}rectifier/")
    page = page.press(
        "Proposer le rectificatif",
        text="Une semaine de plus.",
        window=window.pk,
        closes_at=f"{later:%Y-%m-%dT}14:00",
    )
    assert "Rectificatif chez les pilotes" in page.text
    public = published.get_absolute_url()
    assert "Une semaine de plus." not in Visitor().open(public).text
    for pilot in pilots:
        answer = Visitor(pilot).open(ANSWER)
        assert "Une semaine de plus." in answer.text
        answer.press("Envoyer la réponse", answer="agreed")
    window.refresh_from_db()
    assert window.closes_at > later - timedelta(days=1)
    assert "Une semaine de plus." in Visitor().open(public).text
    assert again(published).published_at == published.published_at
    assert kinds()[-1] == "actions.call_amended"
    assert CallAmendment.objects.get().applied_at == clock.now()


def test_an_amendment_that_is_refused_changes_nothing(asked: Call, pilots: list[User]) -> None:
    published = all_agree(asked)
    window = published.windows.get()
    later = window.closes_at + timedelta(days=7)
    by = factories.make_coordination()
    call_agreement.amend(published, "Plus tard.", window=window, closes_at=later, by=by)
    with pytest.raises(Blocked, match="déjà l'accord"):
        call_agreement.amend(published, "Encore.", window=None, closes_at=None, by=by)
    call_agreement.refuse(published, "Non.", seen=hash_of(again(published)), by=pilots[0])
    window.refresh_from_db()
    assert (window.closes_at < later, CallAmendment.objects.get().applied_at) == (True, None)


def test_a_window_is_prolonged_only_with_its_new_closing(asked: Call) -> None:
    all_agree(asked)
    page = Visitor(factories.make_coordination()).open(f"{SHEET}rectifier/")
    refused = page.press("Proposer le rectificatif", text="Plus tard.", window=asked.windows.get().pk)
    assert "Une prolongation dit la période et sa nouvelle fermeture." in refused.text


def test_a_closing_is_never_brought_forward(asked: Call) -> None:
    published = all_agree(asked)
    window = published.windows.get()
    following = published.windows.create(
        opens_at=window.closes_at + timedelta(days=5),
        closes_at=window.closes_at + timedelta(days=9),
        earliest_start=window.earliest_start,
    )
    by = factories.make_coordination()
    earlier = window.closes_at - timedelta(seconds=1)
    with pytest.raises(Blocked, match="plus tardive"):
        call_agreement.amend(published, "Moins.", window=window, closes_at=earlier, by=by)
    with pytest.raises(Blocked, match="se chevauchent"):
        call_agreement.amend(
            published, "Trop.", window=window, closes_at=following.opens_at + timedelta(seconds=1), by=by
        )
    other = factories.make_call("autre").windows.get()
    with pytest.raises(Blocked, match="pas de cet appel"):
        call_agreement.amend(published, "Ailleurs.", window=other, closes_at=following.closes_at, by=by)


# ------------------------------------------------------------------ on the screen


def test_a_pilot_finds_it_reads_it_and_agrees(asked: Call, pilots: list[User]) -> None:
    one = Visitor(pilots[0])
    assert "1 appel à accorder" in one.open("/espace/").text
    page = one.open(SHEET).follow("Lire et répondre")
    assert "Répondez en ligne." in page.text
    refused = page.press("Envoyer la réponse", answer="refused")
    assert "Dites à la coordination ce qui doit changer." in refused.text
    page = refused.press("Envoyer la réponse", answer="agreed")
    assert "L'accord est enregistré." in page.text
    assert "appel à accorder" not in one.open("/espace/").text
    assert one.open(ANSWER).path == SHEET


def test_the_answer_of_an_old_tab_is_not_taken(asked: Call, pilots: list[User]) -> None:
    old = Visitor(pilots[0]).open(ANSWER)
    coordination = factories.make_coordination()
    call_preparation.edit(asked, {"summary": "Autre"}, {}, seen=0, by=coordination)
    call_agreement.ask(asked, seen=1, by=coordination)
    assert old.press("Envoyer la réponse", answer="agreed").status == 409
    assert not CallAgreement.objects.exists()
