"""A partner's story: answers an open call, leaves, comes back, submits, keeps the receipt. And who may not."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from actions.forms.steps import STEPS
from actions.models import Action, Submission
from actions.models.action import Status
from cites.core import clock
from cites.core.pdf import compile_pdf
from cites.models import Cite, Event, OutboxMail, User
from partners.models import Organisation
from tests import factories
from tests.visitor import Page, Visitor

SAVE = "Enregistrer le brouillon"
REREAD = "Enregistrer et relire avant de déposer"
SUBMIT = "Déposer le dossier"
START = "Commencer le dossier"
CONTINUE = "Enregistrer et continuer"
WRONG = {
    "title": "Ateliers du soir",
    "participants": "beaucoup",
    "starts_on": "à la rentrée",
    "line_641": "12,5O",
    "line_604": "1 234,567",
    "minimum": "la moitié",
}


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton", contact_email="contact@exemple.test")
        yield


@pytest.fixture
def partner() -> Visitor:
    return Visitor(factories.make_member())


def edit_url(action: Action) -> str:
    return f"/espace/depots/{action.key}/saisie/"


def step_url(action: Action, slug: str) -> str:
    return f"/espace/depots/{action.key}/saisie/{slug}/"


def fill(page: Page, action: Action, **changes: Any) -> Page:
    """Type the whole proposal, a step after the other, and go to the last reading."""
    values = {**factories.draft_values(action.call), **changes}
    for step in STEPS:
        assert page.path == step_url(action, step.slug)
        page = page.press(REREAD if step == STEPS[-1] else CONTINUE, **step.only(values))
    return page


# ------------------------------------------------------------------ the whole way


def test_from_the_call_to_the_receipt(partner: Visitor) -> None:
    call = factories.make_call()
    page = partner.open("/appels/").follow(call.title).follow("Répondre à cet appel").press(START)
    action = Action.objects.get()
    assert page.path == step_url(action, "porteur")

    page = page.follow("Tout remplir sur une seule page").press(SAVE, **WRONG)
    assert "Brouillon enregistré à 14:00." in page.messages

    page.press("Déconnexion")
    assert partner.open("/espace/depots/").path == "/comptes/login/"

    back = Visitor(factories.fresh(action.created_by))
    page = back.open("/espace/depots/").follow("Ateliers du soir").follow("Continuer le dossier")
    whole = page.follow("Tout remplir sur une seule page")
    assert {name: whole.value(name) for name in WRONG} == WRONG

    page = fill(page, action)
    assert page.path == f"/espace/depots/{action.key}/relecture/"
    for shown in (
        "Ateliers du soir au collège",
        "Montant demandé 8 000,00 €",
        "Minimum viable 4 000,00 €",
        "10 000,00",
    ):
        assert shown in page.text, shown

    page = page.press(SUBMIT)
    assert page.path == f"/espace/depots/{action.key}/recepisse/"
    kept = Submission.objects.select_related("sealed").get()
    for shown in (
        "Référence 2026-001",
        "Version 1",
        "Déposé le 05/10/2026 à 14:00:00 (heure de Paris)",
        "Les Passerelles",
        factories.make_organisation().siret,
        kept.sealed.sha256,
    ):
        assert shown in page.text, shown
    assert page.follow("Suivre mon dossier").text.count("Déposé") == 1


def test_the_receipt_is_the_same_file_each_time(partner: Visitor) -> None:
    action = factories.make_submitted()
    page = partner.open(f"/espace/depots/{action.key}/recepisse/")
    address = page.links["Télécharger le récépissé (PDF)"]
    first = partner.download(address)
    with clock.at(factories.NOON + timedelta(days=90)):
        again = partner.download(address)
    kept = action.submissions.select_related("sealed").get()
    assert first == again == bytes(kept.receipt)
    assert first.startswith(b"%PDF-")
    assert first == compile_pdf("receipt", kept.words, at=kept.sealed.sealed_at), "the PDF says what the page says"
    answer = partner.client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="recepisse-2026-001-v1.pdf"'


def test_what_is_submitted_is_sealed_journaled_and_mailed_once(partner: Visitor) -> None:
    action = factories.make_draft()
    factories.make_coordination()
    partner.open(f"/espace/depots/{action.key}/relecture/").press(SUBMIT)
    action.refresh_from_db()
    assert (action.status, action.version, action.reference) == (Status.SUBMITTED, 1, "2026-001")
    assert Event.objects.filter(kind="actions.submit", subject_id=action.pk).count() == 1
    assert dict(OutboxMail.objects.values_list("subject", "to")) == {
        "Récépissé de dépôt 2026-001": factories.make_member().email,
        "Dossier déposé 2026-001": factories.make_coordination().email,
    }
    page = partner.open(edit_url(action))
    assert page.path == f"/espace/depots/{action.key}/"
    assert "ne se modifie plus" in page.messages


def test_references_follow_one_another() -> None:
    assert [factories.make_submitted().reference for _ in range(3)] == ["2026-001", "2026-002", "2026-003"]


# ------------------------------------------------------------------ a draft keeps what was typed


@pytest.mark.parametrize(("field", "typed"), WRONG.items())
def test_a_draft_keeps_what_was_typed_however_wrong(partner: Visitor, field: str, typed: str) -> None:
    action = factories.make_draft()
    page = partner.open(edit_url(action)).press(SAVE, **{field: typed})
    action.refresh_from_db()
    assert action.draft[field] == [typed]
    assert partner.open(edit_url(action)).value(field) == typed == page.value(field)


def test_an_incomplete_file_is_not_submitted(partner: Visitor) -> None:
    action = factories.make_draft(description="", line_641="12,5O")
    page = partner.open(f"/espace/depots/{action.key}/relecture/")
    assert SUBMIT not in page.buttons
    assert "Description de l'action : Ce champ est obligatoire." in page.text
    assert "Rémunération des personnels : Écrivez le montant en chiffres" in page.text
    forged = partner.post(page.path, {"draft_version": action.draft_version})
    assert "Le dossier n'est pas complet." in forged.messages
    action.refresh_from_db()
    assert (action.status, action.reference) == (Status.DRAFT, None)
    assert action.draft["line_641"] == ["12,5O"]
    assert page.follow("Corriger le dossier").value("line_641") == "12,5O"


# ------------------------------------------------------------------ the dates of the call


def test_a_call_that_is_not_open_yet(partner: Visitor) -> None:
    call = factories.make_call()
    with clock.at(factories.opening(call) - timedelta(seconds=1)):
        page = partner.open(f"/appels/{call.slug}/")
        assert "Répondre à cet appel" not in page.links
        assert "Cet appel ouvrira le 25 septembre 2026 à 14 h 00" in page.text
        refused = partner.open(f"/espace/depots/nouveau/{call.slug}/").press(START)
        assert "n'est pas encore ouvert" in refused.messages
        assert not Action.objects.exists()
    with clock.at(factories.opening(call)):
        page = partner.open(f"/appels/{call.slug}/").follow("Répondre à cet appel").press(START)
    assert page.path == step_url(Action.objects.get(), "porteur")


@pytest.mark.parametrize(
    ("late_by", "passes"),
    [(timedelta(seconds=-1), True), (timedelta(0), False), (timedelta(seconds=1), False), (timedelta(days=1), False)],
)
def test_a_call_closes_to_the_second(partner: Visitor, late_by: timedelta, passes: bool) -> None:
    action = factories.make_draft()
    page = partner.open(f"/espace/depots/{action.key}/relecture/")
    with clock.at(factories.closing(action.call) + late_by):
        after = page.press(SUBMIT)
        action.refresh_from_db()
        assert (action.status == Status.SUBMITTED) is passes
        assert Submission.objects.exists() is passes
        if not passes:
            assert "est clos depuis le 15/10/2026 à 14:00:00 (heure de Paris)" in after.messages
            assert partner.open(edit_url(action)).value("title") == "Ateliers du soir au collège"


@pytest.mark.parametrize(("late_by", "passes"), [(timedelta(seconds=-1), True), (timedelta(0), False)])
def test_a_file_starts_until_the_last_second(partner: Visitor, late_by: timedelta, passes: bool) -> None:
    call = factories.make_call()
    page = partner.open(f"/espace/depots/nouveau/{call.slug}/")
    with clock.at(factories.closing(call) + late_by):
        after = page.press(START)
    assert Action.objects.exists() is passes
    assert ("est clos depuis le" in after.messages) is not passes


def test_a_closed_call_still_lets_the_draft_be_saved(partner: Visitor) -> None:
    """Nothing typed is lost because an hour passed; it is the submission that is refused."""
    action = factories.make_draft()
    page = partner.open(edit_url(action))
    with clock.at(factories.closing(action.call) + timedelta(hours=1)):
        page.press(SAVE, title="Tapé trop tard")
    action.refresh_from_db()
    assert action.draft["title"] == ["Tapé trop tard"]


# ------------------------------------------------------------------ who may answer


def test_only_the_kinds_of_organisation_of_the_call(partner: Visitor) -> None:
    school = factories.make_organisation("Collège des Oseraies", "college")
    call = factories.make_call()
    call.eligible_kinds.set([school.kind])
    refused = partner.open(f"/espace/depots/nouveau/{call.slug}/").press(START)
    assert "n'est pas ouvert aux organisations de type « Association (loi de 1901) »" in refused.messages
    assert not Action.objects.exists()
    teacher = Visitor(factories.make_member(school))
    page = teacher.open(f"/espace/depots/nouveau/{call.slug}/").press(START)
    assert page.path == step_url(Action.objects.get(), "porteur")


@pytest.mark.parametrize(("role", "writes"), [("responsable", True), ("redacteur", True), ("lecteur", False)])
def test_a_reader_reads_and_does_not_write(role: str, writes: bool) -> None:
    draft, submitted = factories.make_draft(), factories.make_submitted()
    member = Visitor(factories.make_member(draft.organisation, role))
    assert draft.name in member.open("/espace/depots/").text
    assert member.open(f"/espace/depots/{submitted.key}/recepisse/").status == 200
    expected = 200 if writes else 403
    for address in (edit_url(draft), f"/espace/depots/{draft.key}/relecture/", "/espace/depots/nouveau/appel-2026/"):
        page = member.open(address)
        assert page.status == expected, address
        assert writes or "Réservé aux" in page.text
    forged = member.post(edit_url(draft), {"title": "Pris", "draft_version": draft.draft_version})
    draft.refresh_from_db()
    assert (draft.draft["title"] == ["Pris"]) is writes
    assert forged.status == expected


def test_a_reader_does_not_submit() -> None:
    action = factories.make_draft()
    lecteur = Visitor(factories.make_member(action.organisation, "lecteur"))
    refused = lecteur.post(f"/espace/depots/{action.key}/relecture/", {"draft_version": action.draft_version})
    assert refused.status == 403
    action.refresh_from_db()
    assert action.status == Status.DRAFT
    redacteur = Visitor(factories.make_member(action.organisation, "redacteur"))
    redacteur.open(f"/espace/depots/{action.key}/relecture/").press(SUBMIT)
    action.refresh_from_db()
    assert action.status == Status.SUBMITTED


def other_people() -> list[User]:
    stranger = factories.make_member(factories.make_organisation("Le Fil rouge"))
    return [
        stranger,
        factories.make_user("sans.rattachement@exemple.test"),
        factories.make_pilot("ville"),
        factories.make_coordination(),
        factories.make_admin(),
    ]


def test_for_anyone_else_the_file_does_not_exist(partner: Visitor) -> None:
    action = factories.make_submitted()
    draft = factories.make_draft()
    addresses = [
        *(f"/espace/depots/{action.key}/{page}" for page in ("", "saisie/", "relecture/", "recepisse/")),
        f"/espace/depots/{action.key}/recepisse/1.pdf",
        f"/espace/depots/{draft.key}/",
        edit_url(draft),
    ]
    for user in other_people():
        other = Visitor(user)
        for address in addresses:
            assert other.open(address).status == 404, (user, address)
        assert other.post(edit_url(draft), {"title": "Pris"}).status == 404
        assert draft.name not in other.open("/espace/depots/").text
    assert [partner.client.get(address).status_code for address in addresses] == [200, 302, 302, 200, 200, 200, 200]
    draft.refresh_from_db()
    assert draft.draft["title"] == ["Ateliers du soir au collège"]


def test_a_person_of_two_organisations_chooses(partner: Visitor) -> None:
    second = factories.make_organisation("Le Fil rouge")
    third = factories.make_organisation("Lecture seule")
    user = partner.user
    assert user is not None
    for organisation, role in ((second, "redacteur"), (third, "lecteur")):
        user.memberships.create(organisation=organisation, role=role, starts_on=factories.MANDATES_START)
    call = factories.make_call()
    page = partner.open(f"/espace/depots/nouveau/{call.slug}/")
    assert "Lecture seule" not in page.text
    assert page.press(START, organisation=third.pk).error("organisation") != ""
    assert not Action.objects.exists()
    page.press(START, organisation=second.pk)
    assert Action.objects.get().organisation == second


def test_coordination_types_in_a_file_that_came_on_paper() -> None:
    organisation: Organisation = factories.make_organisation()
    call = factories.make_call()
    coordination = Visitor(factories.make_coordination())
    page = coordination.open(f"/espace/depots/nouveau/{call.slug}/").press(START, organisation=organisation.pk)
    action = Action.objects.get()
    assert action.on_paper
    fill(page, action).press(SUBMIT)
    action.refresh_from_db()
    assert action.status == Status.SUBMITTED
    assert Visitor(factories.make_pilot()).open(f"/espace/actions/{action.reference}/").status == 200
