"""Two tabs, two people, two clicks: the older page never covers the newer text, and nothing typed is lost."""

from collections.abc import Iterator
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from actions import drafts, review, submission, workflow
from actions.models import Action, Avis, Submission
from actions.models.action import Status
from cites.core import clock
from cites.models import Cite, Event, OutboxMail
from funding.models import Decision, Move
from tests import factories
from tests.visitor import Page, Visitor

SAVE = "Enregistrer le brouillon"
REREAD = "Enregistrer et relire avant de déposer"
SUBMIT = "Déposer le dossier"
CLOSE = "Clore la séance et établir le relevé"
DECIDE = "Enregistrer la décision"
FOLLOW_UP = "Enregistrer le suivi"


@pytest.fixture
def now() -> Iterator[None]:
    with clock.at(factories.NOON):
        yield


@pytest.fixture
def partner(db: None, now: None) -> Visitor:
    Cite.objects.create(pk=1, name="Cité éducative de Valenton")
    return Visitor(factories.make_member())


def edit_url(action: Action) -> str:
    return f"/espace/depots/{action.key}/saisie/"


def check_url(action: Action) -> str:
    return f"/espace/depots/{action.key}/relecture/"


# ------------------------------------------------------------------ two tabs on a draft


def test_an_older_tab_is_shown_both_texts(partner: Visitor) -> None:
    action = factories.make_draft()
    older, newer = partner.open(edit_url(action)), partner.open(edit_url(action))
    newer.press(SAVE, title="Écrit dans l'autre onglet", participants="60")
    conflict = older.press(SAVE, title="Écrit ici", objectives="Un objectif écrit ici.")
    assert conflict.status == 409
    assert "enregistré depuis un autre onglet ou par une autre personne" in conflict.text
    assert "Intitulé de l'action, enregistré entre-temps Écrit dans l'autre onglet" in conflict.text
    assert "Nombre de participants prévus, enregistré entre-temps 60" in conflict.text
    assert (conflict.value("title"), conflict.value("objectives")) == ("Écrit ici", "Un objectif écrit ici.")
    action.refresh_from_db()
    assert action.draft["title"] == ["Écrit dans l'autre onglet"], "nothing is saved before the person chooses"

    kept = conflict.press(SAVE)
    assert kept.status == 200
    action.refresh_from_db()
    assert action.draft["title"] == ["Écrit ici"]
    assert action.draft["objectives"] == ["Un objectif écrit ici."]


def test_what_was_chosen_in_the_other_tab_reads_in_words(partner: Visitor) -> None:
    action = factories.make_draft()
    older, newer = partner.open(edit_url(action)), partner.open(edit_url(action))
    newer.press(SAVE, is_accurate=None)
    stored = action.draft["theme"][0]
    other_theme = str(int(stored) + 1)
    conflict = older.press(SAVE, theme=other_theme)
    assert conflict.status == 409
    assert f"Champ et sous-thème, enregistré entre-temps {stored}" not in conflict.text
    assert "Soutien scolaire" in conflict.text.partition("Champ et sous-thème, enregistré entre-temps")[2][:120]
    assert "Je certifie l'exactitude" in conflict.text.partition("Champ et sous-thème, enregistré")[2]


def test_the_same_text_from_two_tabs_is_no_conflict(partner: Visitor) -> None:
    """Saved here, then re-read there: the button pressed is not something typed."""
    action = factories.make_draft()
    older, newer = partner.open(edit_url(action)), partner.open(edit_url(action))
    newer.press(SAVE, title="Le même titre")
    page = older.press(REREAD, title="Le même titre")
    assert (page.status, page.path) == (200, check_url(action))


def test_a_colleague_and_i_write_the_same_file(partner: Visitor) -> None:
    action = factories.make_draft()
    colleague = Visitor(factories.make_member(action.organisation, "redacteur"))
    mine, theirs = partner.open(edit_url(action)), colleague.open(edit_url(action))
    theirs.press(SAVE, description="Écrit par la collègue.")
    conflict = mine.press(REREAD, description="Écrit par moi.")
    assert conflict.status == 409
    assert "Écrit par la collègue." in conflict.text
    assert conflict.value("description") == "Écrit par moi."


@pytest.mark.parametrize("version", ["", "-1", "abc", "9" * 400, "\u0663"])
def test_a_page_without_a_readable_version_is_an_old_page(partner: Visitor, version: str) -> None:
    action = factories.make_draft()
    page = partner.post(edit_url(action), {"title": "Tapé", "draft_version": version})
    assert (page.status, page.value("title")) == (409, "Tapé")


# ------------------------------------------------------------------ the last reading, and the second click


def test_what_is_submitted_is_what_was_re_read(partner: Visitor) -> None:
    action = factories.make_draft()
    reading = partner.open(check_url(action))
    partner.open(edit_url(action)).press(SAVE, title="Changé après la relecture")
    stale = reading.press(SUBMIT)
    assert stale.status == 409
    assert "relisez-le avant de le déposer" in stale.text
    assert not Submission.objects.exists()
    again = stale.follow("Rouvrir la page à jour")
    assert "Changé après la relecture" in again.text
    assert again.press(SUBMIT).path.endswith("/recepisse/")


def test_a_second_click_is_given_the_receipt_of_the_first(partner: Visitor) -> None:
    factories.make_coordination()
    action = factories.make_draft()
    page = partner.open(check_url(action))
    first, second = page.press(SUBMIT), page.press(SUBMIT)
    assert first.path == second.path == f"/espace/depots/{action.key}/recepisse/"
    assert second.messages == ""
    assert_submitted_once(action)


def assert_submitted_once(action: Action) -> None:
    action.refresh_from_db()
    assert (action.status, action.version, action.reference) == (Status.SUBMITTED, 1, "2026-001")
    assert Submission.objects.count() == 1
    assert Event.objects.filter(kind="actions.submit").count() == 1
    assert OutboxMail.objects.filter(subject="Récépissé de dépôt 2026-001").count() == 1
    assert OutboxMail.objects.filter(subject="Dossier déposé 2026-001").count() == 1


def test_two_clicks_at_the_same_instant(committed_db: None, now: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both requests have read a draft before either writes: one submits, the other is shown its receipt."""
    factories.make_coordination()
    action = factories.make_draft()
    both_have_read, submit = Barrier(2, timeout=30), submission.submit

    def submit_together(*args: Any, **kwargs: Any) -> Submission:
        both_have_read.wait()
        return submit(*args, **kwargs)

    monkeypatch.setattr(submission, "submit", submit_together)
    pages = [Visitor(factories.writer_of(action)).open(check_url(action)) for _ in range(2)]
    answers: list[Page] = []

    def click(page: Page) -> None:
        answers.append(page.press(SUBMIT))
        connection.close()

    threads = [Thread(target=click, args=[page]) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [(page.status, page.path) for page in answers] == [(200, f"/espace/depots/{action.key}/recepisse/")] * 2
    assert_submitted_once(action)


# ------------------------------------------------------------------ the pilots' side


def new_version(action: Action) -> None:
    """The partner completes the file while a page of the old version is open."""
    factories.ask_completion(action, "title")
    writer = factories.writer_of(action)
    action.refresh_from_db()
    drafts.save(action, {**action.draft, "title": ["Complété"]}, seen=action.draft_version, by=writer)
    action.refresh_from_db()
    submission.submit(action, seen=action.draft_version, by=writer)
    action.refresh_from_db()


def test_an_avis_on_an_older_version_is_not_signed(partner: Visitor) -> None:
    action = factories.make_in_review()
    ville = Visitor(factories.make_pilot("ville"))
    page = ville.open(f"/espace/actions/{action.reference}/avis/")
    new_version(action)
    from_review_to_review(action)
    stale = page.press("Signer l'avis", position="defavorable", amount="1 200,50", reason="Écrit sur la version 1.")
    assert stale.status == 409
    assert "Le partenaire a déposé une nouvelle version" in stale.text
    for kept in ("Défavorable", "1 200,50", "Écrit sur la version 1."):
        assert kept in stale.text, kept
    assert not Avis.objects.exists()
    again = stale.follow("Rouvrir la page à jour")
    again.press("Signer l'avis", position="favorable", reason="Lu en version 2.")
    assert Avis.objects.get().review.version == 2


def from_review_to_review(action: Action) -> None:
    coordination = factories.make_coordination()
    workflow.apply(action, "find_admissible", by=coordination)
    review.open_review(action, by=coordination)


def test_a_follow_up_written_on_an_older_page(partner: Visitor) -> None:
    action = factories.make_submitted()
    address = f"/espace/actions/{action.reference}/modifier/"
    coordination, ville = Visitor(factories.make_coordination()), Visitor(factories.make_pilot("ville"))
    older, newer = ville.open(address), coordination.open(address)
    newer.press(FOLLOW_UP, internal_title="Ateliers – coordination")
    school = factories.make_school()
    stale = older.press(FOLLOW_UP, internal_title="Ateliers – ville", follow_up="Visite faite.", schools=[school.pk])
    assert stale.status == 409
    assert "Une autre personne a modifié ce dossier" in stale.text
    for kept in ("titre de travail Ateliers – ville", "suivi Visite faite.", str(school)):
        assert kept.lower() in stale.text.lower(), kept
    assert "QuerySet" not in stale.text
    action.refresh_from_db()
    assert (action.internal_title, action.follow_up) == ("Ateliers – coordination", "")
    again = stale.follow("Rouvrir la page à jour")
    assert again.value("internal_title") == "Ateliers – coordination"
    again.press(FOLLOW_UP, follow_up="Visite faite.")
    action.refresh_from_db()
    assert (action.internal_title, action.follow_up) == ("Ateliers – coordination", "Visite faite.")


def test_a_verdict_on_a_version_that_was_not_on_the_screen(partner: Visitor) -> None:
    """The point is taken off and put back with a new version, while a page of the old one waits in a tab."""
    item = factories.make_scheduled()
    tranche = factories.make_tranche()
    coordination = Visitor(factories.make_coordination())
    address = f"/espace/seances/{item.seance_id}/dossiers/{item.pk}/"
    page = coordination.open(address)
    typed = {"verdict": "approved", f"tranche_{tranche.pk}": "5 000,00", "reason": "Motif écrit en séance."}
    forged = coordination.post(address, {**typed, "seen": "0" * 64})
    assert forged.status == 409
    assert "relisez-le avant de décider" in forged.text
    for kept in ("Accordé", "5 000,00", "Motif écrit en séance."):
        assert kept in forged.text, kept
    assert not Decision.objects.exists()
    assert not Move.objects.filter(kind="programming").exists()
    assert page.press(DECIDE, **typed).status == 200
    assert Decision.objects.get().amount == Decimal("5000.00")


def test_a_second_verdict_on_the_same_point_is_refused_and_says_so(partner: Visitor) -> None:
    item = factories.make_scheduled()
    tranche = factories.make_tranche()
    coordination = Visitor(factories.make_coordination())
    page = coordination.open(f"/espace/seances/{item.seance_id}/dossiers/{item.pk}/")
    page.press(DECIDE, verdict="approved", **{f"tranche_{tranche.pk}": "5 000,00"})
    second = page.press(DECIDE, verdict="approved", **{f"tranche_{tranche.pk}": "6 000,00"})
    assert "Ce point est déjà décidé : une institution peut le contester." in second.text
    assert "Montant accordé 5 000,00 €" in second.text
    assert Decision.objects.get().amount == Decimal("5000.00")


def test_a_releve_is_signed_as_it_was_read(partner: Visitor) -> None:
    decision = factories.make_decided()
    seance = decision.item.seance
    ville, coordination = Visitor(factories.make_pilot("ville")), Visitor(factories.make_coordination())
    coordination.open(f"/espace/seances/{seance.pk}/").follow(CLOSE).press(CLOSE)
    older = ville.open(f"/espace/seances/{seance.pk}/releve/")
    contest = f"/espace/seances/{seance.pk}/dossiers/{decision.item_id}/contester/"
    Visitor(factories.make_pilot("prefecture")).open(contest).press("Contester la décision", reason="Trop.")
    point = coordination.open(f"/espace/seances/{seance.pk}/dossiers/{decision.item_id}/")
    point.press(DECIDE, verdict="postponed", reason="À revoir.")
    coordination.open(f"/espace/seances/{seance.pk}/").follow(CLOSE).press(CLOSE)
    stale = older.press("Signer le relevé")
    assert stale.status == 409
    assert "relisez-le avant de signer" in stale.text
    page = ville.open(f"/espace/seances/{seance.pk}/releve/")
    assert "À revoir." in page.text
    assert "Ville : signé par" in page.press("Signer le relevé").text


@pytest.mark.parametrize(
    ("stage", "name", "label"),
    [
        ("make_submitted", "find_admissible", "Déclarer recevable"),
        ("make_admissible", "open_review", "Ouvrir l'instruction"),
    ],
)
def test_a_step_clicked_twice(partner: Visitor, stage: str, name: str, label: str) -> None:
    factories.make_pilots()
    action = getattr(factories, stage)()
    page = Visitor(factories.make_coordination()).open(f"/espace/actions/{action.reference}/")
    page.press(label)
    second = page.press(label)
    assert second.status == 200
    assert f"« {label} » n'est pas possible" in second.messages
    assert Event.objects.filter(kind=f"actions.{name}").count() == 1


def test_a_file_is_put_on_the_agenda_once(partner: Visitor) -> None:
    action, seance = factories.make_reviewed(), factories.make_seance()
    page = Visitor(factories.make_coordination()).open(f"/espace/actions/{action.reference}/ordre-du-jour/")
    page.press("Inscrire le dossier", seance=seance.pk)
    second = page.press("Inscrire le dossier", seance=seance.pk)
    assert second.status == 200
    assert "n'est pas possible" in second.text
    assert seance.items.count() == 1
