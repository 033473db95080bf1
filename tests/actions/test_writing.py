"""Writing a proposal step by step, saved by the page itself: two people, lost answers and sessions, last year again."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from actions import drafts, reporting, workflow
from actions.drafts import Seen
from actions.forms.steps import BY_SLUG, STEPS
from actions.models import Action
from actions.models.action import Status
from cites.core import clock, sealed
from cites.core.errors import Stale
from cites.models import Cite, Event
from tests import factories
from tests.visitor import BACKEND, URLENCODED, Page, Visitor

SAVE = "Enregistrer le brouillon"
CONTINUE = "Enregistrer et continuer"
BACK = "Enregistrer et revenir en arrière"


@pytest.fixture(autouse=True)
def now(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("committed_db" if "committed_db" in request.fixturenames else "db")
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton")
        yield


@pytest.fixture
def action(now: None) -> Action:
    return factories.make_draft()


@pytest.fixture
def partner(action: Action) -> Visitor:
    return Visitor(factories.writer_of(action))


def colleague(action: Action) -> Visitor:
    return Visitor(factories.make_member(action.organisation, "redacteur"))


def url(action: Action, slug: str = "projet") -> str:
    return f"/espace/depots/{action.key}/saisie/{slug}/"


def stored(action: Action, name: str) -> list[str]:
    action.refresh_from_db()
    texts: list[str] = action.draft[name]
    return texts


def autosave(page: Page, **typed: Any) -> Any:
    """What the page sends by itself: the form as it stands, with what was just typed."""
    data = {**page.sends(SAVE), **{name: [str(value)] for name, value in typed.items()}}
    data.pop("save", None)
    return page.visitor.client.post(
        page.path,
        urlencode(data, doseq=True),
        content_type=URLENCODED,
        HTTP_X_AUTOSAVE="1",
        HTTP_ACCEPT="application/json",
    )


# ------------------------------------------------------------------ a step at a time


def test_each_step_leads_to_the_next_and_back(partner: Visitor, action: Action) -> None:
    page = partner.open(url(action, STEPS[0].slug))
    for step in STEPS[1:]:
        page = page.press(CONTINUE)
        assert page.path == url(action, step.slug)
    assert page.press(BACK).path == url(action, STEPS[-2].slug)
    assert partner.open(url(action, "autre")).status == 404


def test_a_step_saves_its_own_answers_only(partner: Visitor, action: Action) -> None:
    before = dict(action.draft)
    partner.open(url(action, "public")).press(SAVE, participants="50", age_ranges=[])
    action.refresh_from_db()
    assert action.draft["participants"] == ["50"]
    assert "age_ranges" not in action.draft, "unticked"
    others = {name: texts for name, texts in before.items() if not BY_SLUG["public"].owns(name)}
    assert {name: action.draft[name] for name in others} == others
    forged = partner.post(url(action, "public"), {"title": "Pris", "draft_version": action.draft_version})
    assert forged.status == 200
    assert stored(action, "title") == before["title"], "a step does not write another's answers"


def test_every_question_is_asked_in_one_step(partner: Visitor, action: Action) -> None:
    asked = [name for step in STEPS for name in partner.open(url(action, step.slug)).sends(SAVE)]
    whole = partner.open(f"/espace/depots/{action.key}/saisie/").sends(SAVE)
    tokens = {"csrfmiddlewaretoken", "draft_version", "page", "save"}
    assert sorted(name for name in asked if name not in tokens) == sorted(whole.keys() - tokens)


def test_the_list_of_steps_says_where_each_is(partner: Visitor, action: Action) -> None:
    page = partner.open(url(action, "public")).press(SAVE, participants="beaucoup")
    assert page.error("participants") == "Saisissez un nombre entier."
    page = partner.open(url(action, "projet")).press(SAVE, title="")
    assert page.errors == {}, "the errors of another step wait on its own page"
    states = page.text.partition("Les étapes du dossier")[2].partition("Relire tout le dossier")[0]
    assert "L'action à compléter" in states
    assert "Le public à corriger" in states
    assert "Le porteur complète" in states


def test_the_last_reading_says_what_is_missing_and_where(partner: Visitor, action: Action) -> None:
    partner.open(url(action, "evaluation")).press(SAVE, indicator_1="", indicator_2="Sans cible", target_2="")
    page = partner.open(f"/espace/depots/{action.key}/relecture/")
    assert "Premier indicateur : Ce champ est obligatoire." in page.text
    assert "Cible du deuxième : Donnez une cible à cet indicateur." in page.text
    assert page.links["Premier indicateur"] == f"{url(action, 'evaluation')}?manquants=1#id_indicator_1"
    there = page.follow("Premier indicateur")
    assert there.error("indicator_1") == "Ce champ est obligatoire."


@pytest.mark.parametrize(
    ("slug", "typed", "field", "sentence"),
    [
        ("public", {"girls": "30", "boys": "11"}, "boys", "Cela dépasse le nombre de participants prévus (40)."),
        ("public", {"girls": "22", "boys": "18"}, "boys", ""),
        (
            "public",
            {"from_quartiers": "41"},
            "from_quartiers",
            "Cela dépasse le nombre de participants prévus (40).",
        ),
        ("lieux", {"full_time": "un mi-temps"}, "full_time", "Saisissez un nombre."),
        ("lieux", {"full_time": "0,5"}, "full_time", ""),
        ("porteur", {"contact_phone": "demander à Ali"}, "contact_phone", "Écrivez le numéro en chiffres"),
        ("porteur", {"contact_email": "camille"}, "contact_email", "Saisissez une adresse de courriel valide."),
        ("projet", {"nature": "forged"}, "nature", "Sélectionnez un choix valide."),
    ],
)
def test_a_wrong_answer_of_a_step(
    partner: Visitor, action: Action, slug: str, typed: dict[str, str], field: str, sentence: str
) -> None:
    page = partner.open(url(action, slug)).press(SAVE, **typed)
    assert page.error(field).startswith(sentence) and bool(page.error(field)) == bool(sentence)
    assert {name: stored(action, name) for name in typed} == {name: [text] for name, text in typed.items()}


def test_a_paid_action_says_how_much(partner: Visitor, action: Action) -> None:
    partner.open(url(action, "public")).press(SAVE, fee="paid")
    page = partner.open(url(action, "public"), manquants="1")
    assert page.error("fee_note") == "Dites combien il est demandé aux familles."


# ------------------------------------------------------------------ the page saves itself


def test_what_the_page_saves_is_kept_however_wrong_and_makes_no_event(partner: Visitor, action: Action) -> None:
    events = Event.objects.count()
    page = partner.open(url(action, "budget"))
    told = autosave(page, line_641="12,5O").json()
    assert told == {"version": action.draft_version + 1, "saved_at": "14:00"}
    assert stored(action, "line_641") == ["12,5O"]
    assert Event.objects.count() == events
    again = autosave(page, line_641="12,5O").json()
    assert again["version"] == told["version"], "the same text twice is one save"


def test_an_answer_lost_on_the_way_is_no_conflict_with_oneself(partner: Visitor, action: Action) -> None:
    """The page still holds the version of before: the network kept the answer."""
    page = partner.open(url(action))
    assert autosave(page, title="Un").status_code == 200
    assert autosave(page, title="Un deux").status_code == 200
    assert page.press(CONTINUE, title="Un deux trois").status == 200
    assert stored(action, "title") == ["Un deux trois"]


def test_the_page_of_another_is_never_covered(partner: Visitor, action: Action) -> None:
    mine, theirs = partner.open(url(action)), colleague(action).open(url(action))
    assert autosave(theirs, title="De la collègue").status_code == 200
    refused = autosave(mine, title="De moi")
    assert refused.status_code == 409
    assert "enregistré depuis un autre onglet ou par une autre personne" in refused.json()["message"]
    assert stored(action, "title") == ["De la collègue"]
    assert mine.press(SAVE, title="De moi").status == 409


def test_who_may_not_write_does_not_by_autosave(partner: Visitor, action: Action) -> None:
    page = partner.open(url(action))
    reader = Visitor(factories.make_member(action.organisation, "lecteur"))
    stranger = Visitor(factories.make_member(factories.make_organisation("Le Fil rouge")))
    for visitor, status in ((reader, 403), (stranger, 404)):
        assert autosave(Page(visitor, page.url, page.answer), title="Pris").status_code == status
    assert stored(action, "title") == ["Ateliers du soir au collège"]


def test_a_file_submitted_meanwhile_says_so(partner: Visitor, action: Action) -> None:
    page = partner.open(url(action))
    partner.open(f"/espace/depots/{action.key}/relecture/").press("Déposer le dossier")
    refused = autosave(page, title="Trop tard")
    assert (refused.status_code, refused.json()) == (409, {"message": "Ce dossier est déposé : il ne se modifie plus."})
    assert page.press(SAVE, title="Trop tard").path == f"/espace/depots/{action.key}/"


def test_a_session_that_dies_in_the_middle_of_a_step(partner: Visitor, action: Action) -> None:
    page = partner.open(url(action))
    Session.objects.all().delete()
    assert autosave(page, title="Tapé sans session", objectives="12,5O").status_code == 401
    assert stored(action, "title") == ["Ateliers du soir au collège"]
    partner.client.force_login(factories.fresh(action.created_by), backend=BACKEND)
    back = partner.open(url(action))
    assert "Votre session avait expiré." in back.text
    assert (back.value("title"), back.value("objectives")) == ("Tapé sans session", "12,5O")
    back.press(SAVE)
    assert stored(action, "title") == ["Tapé sans session"]


# ------------------------------------------------------------------ two people


def test_two_people_on_two_steps_do_not_meet(partner: Visitor, action: Action) -> None:
    mine, theirs = partner.open(url(action)), colleague(action).open(url(action, "public"))
    assert theirs.press(SAVE, equality="Écrit par la collègue.").status == 200
    assert mine.press(SAVE, title="Écrit par moi").status == 200
    assert stored(action, "equality") == ["Écrit par la collègue."]
    assert stored(action, "title") == ["Écrit par moi"]


def test_the_second_is_shown_both_texts_and_chooses_field_by_field(partner: Visitor, action: Action) -> None:
    mine, theirs = partner.open(url(action)), colleague(action).open(url(action))
    theirs.press(
        SAVE, title="Titre de la collègue", objectives="Objectifs de la collègue.", articulation_note="À lire."
    )
    conflict = mine.press(CONTINUE, title="Mon titre", objectives="Mes objectifs.", articulation_note="")
    assert conflict.status == 409
    for shown in (
        "Intitulé de l'action, enregistré entre-temps Titre de la collègue Votre texte Mon titre",
        "Objectifs, enregistré entre-temps Objectifs de la collègue. Votre texte Mes objectifs.",
    ):
        assert shown in conflict.text
    assert "Description de l'action, enregistré" not in conflict.text, "the same on both sides"
    assert stored(action, "title") == ["Titre de la collègue"], "nothing is saved before the choice"
    assert conflict.values("take") == ["articulation_note"], "a blank does not cover a text"
    conflict.press(SAVE, take=["title", "articulation_note"])
    assert stored(action, "title") == ["Titre de la collègue"]
    assert stored(action, "objectives") == ["Mes objectifs."]
    assert stored(action, "articulation_note") == ["À lire."]


def test_a_choice_made_on_a_text_that_moved_again_is_asked_again(partner: Visitor, action: Action) -> None:
    mine, theirs = partner.open(url(action)), colleague(action).open(url(action))
    theirs.press(SAVE, title="Première")
    conflict = mine.press(SAVE, title="Mon titre")
    colleague(action).open(url(action)).press(SAVE, title="Deuxième")
    again = conflict.press(SAVE)
    assert again.status == 409
    assert "Deuxième" in again.text


@pytest.mark.parametrize("version", [-1, 99])
def test_a_version_that_never_was_is_an_old_page(partner: Visitor, action: Action, version: int) -> None:
    with pytest.raises(Stale):
        drafts.save(action, {"title": ["Pris"]}, step=BY_SLUG["projet"], seen=version, by=action.created_by)


def test_forty_saves_at_once_lose_no_acknowledged_one(committed_db: None, action: Action) -> None:
    """Five people, a step each, eight saves in a row: what each was told is saved is in the draft."""
    names = {"porteur": "contact_name", "projet": "title", "public": "equality", "lieux": "territory",
             "evaluation": "evaluation_note"}  # fmt: skip
    told: dict[str, str] = {}

    def writes(slug: str, name: str) -> None:
        version = action.draft_version
        for number in range(8):
            text = f"{slug} {number}"
            saved = drafts.save(
                action, {name: [text]}, step=BY_SLUG[slug], seen=Seen(version, slug), by=action.created_by
            )
            version, told[name] = saved.draft_version, text
        connection.close()

    threads = [Thread(target=writes, args=one) for one in names.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    first = action.draft_version
    action.refresh_from_db()
    assert len(told) == 5
    assert {name: action.draft[name] for name in told} == {name: [text] for name, text in told.items()}
    assert action.draft_version == first + 40


# ------------------------------------------------------------------ before anything is typed, and again next year


def test_who_may_answer_is_said_before_anything_is_typed(partner: Visitor, action: Action) -> None:
    call = factories.make_call("autre")
    school = factories.make_organisation("Collège des Oseraies", "college")
    call.eligible_kinds.set([school.kind])
    page = partner.open(f"/espace/depots/nouveau/{call.slug}/")
    assert "Les Passerelles : Cet appel n'est pas ouvert aux organisations de type « Association" in page.text
    teacher = Visitor(factories.make_member(school)).open(f"/espace/depots/nouveau/{call.slug}/")
    assert "Collège des Oseraies peut répondre à cet appel." in teacher.text
    assert "commence au plus tôt le 20 octobre 2026" in teacher.text


def test_a_new_file_knows_who_writes_it(partner: Visitor) -> None:
    call = factories.make_call("autre")
    page = partner.open(f"/espace/depots/nouveau/{call.slug}/").press("Commencer le dossier")
    assert page.path.endswith("/saisie/porteur/")
    assert partner.user is not None
    assert (page.value("contact_name"), page.value("contact_email")) == (partner.user.full_name, partner.user.email)


def renewable() -> Action:
    """An action whose bilan is in, and another call to answer."""
    action = factories.make_notified().item.action
    coordination = factories.make_coordination()
    for name in ("start", "expect_report"):
        workflow.apply(action, name, by=coordination)
    values = {"text": "Fait.", "participations": 400, "distinct_persons": 38, "spent": factories.ASKED}
    reporting.submit_report(action, values, by=factories.writer_of(action))
    factories.make_call("appel-suivant", title="Appel de l'an prochain")
    return Action.objects.get(pk=action.pk)


def test_last_years_action_begins_again(now: None) -> None:
    last = renewable()
    partner = Visitor(factories.writer_of(last))
    page = partner.open(f"/espace/depots/{last.key}/").follow("Reconduire cette action")
    first, second = (page.press("Commencer le nouveau dossier") for _ in range(2))
    assert first.path == second.path
    draft = Action.objects.get(renews=last)
    assert (draft.status, draft.call.slug) == (Status.DRAFT, "appel-suivant")
    assert draft.draft["description"] == last.draft["description"]
    assert (draft.draft["nature"], draft.draft["frequency"]) == (["renewed"], ["renewal"])
    assert draft.draft["line_641"] == last.draft["line_641"]
    assert not {"starts_on", "ends_on", "is_accurate", "up_to_date", "cer", "signatory"} & draft.draft.keys()
    shown = partner.open(url(draft, "evaluation")).text
    assert "38 personnes différentes, 400 participations, 8 000,00 € dépensés" in shown
    assert f"Cette action fait suite à {last.reference}" in partner.open(url(draft)).text


def test_who_may_not_write_does_not_renew(now: None) -> None:
    last = renewable()
    address = f"/espace/depots/{last.key}/reconduire/"
    reader = Visitor(factories.make_member(last.organisation, "lecteur"))
    stranger = Visitor(factories.make_member(factories.make_organisation("Le Fil rouge")))
    call = {"call": factories.make_call("appel-suivant").pk}
    assert (reader.open(address).status, reader.post(address, call).status) == (403, 403)
    assert (stranger.open(address).status, stranger.post(address, call).status) == (404, 404)
    assert "Reconduire" not in reader.open(f"/espace/depots/{last.key}/").text
    assert not Action.objects.filter(renews=last).exists()


def test_a_closed_call_is_not_answered_again(now: None) -> None:
    last = renewable()
    partner = Visitor(factories.writer_of(last))
    page = partner.open(f"/espace/depots/{last.key}/reconduire/")
    with clock.at(factories.NOON + timedelta(days=11)):
        partner.post(page.path, {"call": factories.make_call("appel-suivant").pk})
        assert "Aucun autre appel n’est ouvert" in partner.open(page.path).text
    assert not Action.objects.filter(renews=last).exists()


# ------------------------------------------------------------------ what is sealed, and what is not


def test_the_pilots_read_every_answer_and_the_seal_holds_no_person(partner: Visitor, action: Action) -> None:
    partner.open(f"/espace/depots/{action.key}/relecture/").press("Déposer le dossier")
    action.refresh_from_db()
    text = action.submissions.select_related("sealed").get().sealed.payload
    for person in ("Camille Porteuse", "camille@exemple.test", "01 23 45 67 89"):
        assert person not in text
    read = sealed.read(text)
    assert read["indicators"] == [{"indicator": "Collégiens venus au moins dix fois", "target": "30 sur 40"}]
    assert (read["full_time"], read["girls"], read["nature"]) == ("0.5", 22, "new")
    assert read["attested"] == ["is_accurate", "up_to_date", "cer"]
    page = Visitor(factories.make_pilot()).open(f"/espace/actions/{action.reference}/").text
    for shown in (
        "Collégiens venus au moins dix fois : 30 sur 40",
        "Dont filles ou femmes 22",
        "Nouvelle action",
        "Programme de réussite éducative (PRE), Projet d'école ou d'établissement",
        "Camille Porteuse",
        "500 000,00 € ou moins",
    ):
        assert shown in page, shown
