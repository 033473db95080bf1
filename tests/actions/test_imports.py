"""Actions decided before the portal: what comes in, what is never made up, and who then sees what."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions import taking_over, workflow
from actions.imports import ActionImporter
from actions.models import Action, AgendaItem, Avis, Call, Review, Submission
from actions.reporting import advance_by_date
from cites import data_imports
from cites.core import audit, clock
from cites.core.audit import SYSTEM
from cites.core.errors import Blocked
from cites.core.imports import Report
from cites.core.permissions import Refused
from cites.core.sealed import verify_sealed
from cites.models import Event, OutboxMail, SealedVersion, Seance
from tests import factories, sheets
from tests.visitor import Visitor

HEADER = ("N° dossier", "Action", "Exercice", "SIRET", "Statut", "Axe", "Du", "Au", "Demandé", "Voté", "Résumé")


def row(number: str = "DA01234567", **changes: str) -> tuple[str, ...]:
    values = {
        "title": "Ateliers du soir",
        "year": "2026",
        "siret": factories.make_organisation().siret,
        "status": "En cours",
        "champ": "C1",
        "starts_on": "15/01/2026",
        "ends_on": "31/12/2026",
        "requested": "8 000,00",
        "decided": "6000",
        "summary": "Des ateliers ouverts à tous.",
        **changes,
    }
    return (number, *values.values())


def play(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Report:
    admin = factories.make_admin()
    kept = data_imports.receive(ActionImporter, sheets.sheet(header, *rows), by=admin)
    return data_imports.confirm(kept, by=admin)


def errors(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> list[str]:
    return list(play(*rows, header=header).sentences(errors=True))


@pytest.fixture(autouse=True)
def noon(db: None) -> Any:
    with clock.at(factories.NOON):
        factories.make_period()
        yield


def test_an_action_comes_in_as_it_stands_and_nothing_else_is_made_up() -> None:
    play(row())
    action = Action.objects.get()
    assert (action.reference, action.origin_reference, action.version) == ("2026-001", "DA01234567", 0)
    assert (action.status, action.announced_status, action.is_announced) == ("under_way", "under_way", True)
    assert (action.champ and action.champ.code, action.requested) == ("C1", factories.ASKED)
    for model in (Avis, Review, Seance, AgendaItem, Submission, OutboxMail):
        assert not model.objects.exists(), model
    assert (action.call.published_at, action.call.title) == (None, "Actions 2026 décidées avant le portail")


def test_the_journal_and_the_seal_keep_what_was_said() -> None:
    play(row())
    event = Event.objects.get(kind="actions.take_over_under_way")
    assert audit.read_sentence(event) == "Claire Administration a repris l'action 2026-001, décidée avant le portail"
    text = taking_over.sealed_text(Action.objects.get())
    assert (text["origin_reference"], text["decided"], text["status"]) == ("DA01234567", 6000, "under_way")
    assert [*verify_sealed(), *audit.verify_journal()] == []


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("À venir", "approved"),
        ("votée", "approved"),
        ("en cours", "under_way"),
        ("A justifier", "report_due"),
        ("CLOS", "closed"),
        ("closed", "closed"),
    ],
)
def test_states_are_read_in_the_words_of_other_tools(typed: str, status: str) -> None:
    play(row(status=typed))
    assert Action.objects.get().announced_status == status


def test_the_same_file_twice_changes_nothing() -> None:
    play(row(), row("DA2", title="Autre"))
    events, versions = Event.objects.count(), SealedVersion.objects.count()
    report = play(row(), row("DA2", title="Autre"))
    assert (report.count("unchanged"), report.writes, list(report.sentences(errors=False))) == (2, 0, [])
    assert (Action.objects.count(), SealedVersion.objects.count()) == (2, versions)
    assert Event.objects.count() == events + 1  # that the file was imported again


def test_what_became_of_an_action_since_is_not_undone() -> None:
    play(row())
    workflow.apply(Action.objects.get(), "abandon", by=factories.make_coordination())
    report = play(row(title="Un autre titre", ends_on="31/12/2027"))
    assert list(report.sentences(errors=False)) == [
        "Ligne 2 : l'action est déjà reprise (2026-001) : « Intitulé », « Fin » n'est pas repris."
    ]
    action = Action.objects.get()
    assert (action.status, action.title) == ("abandoned", "Ateliers du soir")


def test_the_public_and_the_partner_see_it_at_once_and_no_amount_before_it_is_known() -> None:
    organisation = factories.make_organisation()
    play(row())
    public = Visitor().open("/actions/2026-001/")
    assert "En cours" in public.text
    assert "Le montant n’est pas indiqué." in public.text
    assert "décidé avant l’ouverture de ce portail" in public.text
    assert "0,00" not in public.text
    assert "Actions 2026 décidées" not in Visitor().open("/appels/").text
    partner = Visitor(factories.make_member(organisation)).open("/espace/depots/")
    page = partner.follow("Ateliers du soir")
    assert "Cette action portait la référence DA01234567." in page.text
    assert "Voir le récépissé" not in page.text
    file = Visitor(factories.make_pilot()).open("/espace/actions/2026-001/")
    assert "Le montant accordé n’est pas encore repris." in file.text
    assert "Texte scellé au dépôt" not in file.text
    assert "Avis des institutions" not in file.text
    assert "2026-001" in Visitor(factories.make_pilot()).open("/espace/actions/", q="DA01234567").text


def test_a_stranger_does_not_see_the_file() -> None:
    play(row())
    other = Visitor(factories.make_member(factories.make_organisation("Le Fil rouge")))
    assert other.open("/espace/actions/2026-001/").status == 403
    assert "Ateliers du soir" not in other.open("/espace/depots/").text


def test_it_then_lives_as_any_other() -> None:
    """Its end passes: the portal asks for the bilan, and the partner hands it in."""
    organisation = factories.make_organisation()
    writer = factories.make_member(organisation)
    report = play(row(ends_on="01/10/2026"))
    assert "le portail va demander le bilan" in next(report.sentences(errors=False))
    advance_by_date()
    assert OutboxMail.objects.get().to == writer.email
    page = Visitor(writer).open("/espace/depots/").follow("Ateliers du soir").follow("Remplir le bilan")
    page.press("Déposer le bilan", text="Fait.", participations="40", distinct_persons="20", spent="7000")
    assert Action.objects.get().status == "report_submitted"


REFUSED = {
    "no number": ({}, "", "cette case est vide"),
    "unknown organisation": ({"siret": "73282932000074"}, "D1", "aucune organisation du portail n'est celle-là"),
    "unknown state": ({"status": "Perdue"}, "D1", "« Perdue » n'est pas un état connu : choisissez parmi « À venir »"),
    "unknown champ": ({"champ": "C9"}, "D1", "« C9 » : ce n'est pas dans la liste du portail."),
    "year of no period": ({"year": "2021"}, "D1", "aucune période de labellisation ne contient 2021"),
    "dates reversed": ({"starts_on": "01/01/2027"}, "D1", "la fin de l'action précède son début."),
    "amount": ({"requested": "huit mille"}, "D1", "Écrivez le montant en chiffres"),
    "long title": ({"title": "x" * 161}, "D1", "Ce texte a 161 caractères, le maximum est 160."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_row_that_is_refused_says_why(name: str) -> None:
    changes, number, sentence = REFUSED[name]
    said = errors(row(number, **changes), row("D2", title="Bonne ligne"))
    assert len(said) == 1
    assert said[0].startswith("Ligne 2")
    assert sentence in said[0]
    assert (Action.objects.count(), Call.objects.count()) == (0, 0)


def test_places_and_calls_are_found_by_name_or_code() -> None:
    quartier, school, call = factories.make_quartier(), factories.make_school(), factories.make_call()
    header = (*HEADER, "Quartiers", "Établissements", "Appel")
    play((*row(), "les oseraies", school.uai, call.title), header=header)
    action = Action.objects.get()
    assert (list(action.quartiers.all()), list(action.schools.all()), action.call) == ([quartier], [school], call)
    unknown = errors((*row("D2"), "Le Port", "", "Un appel d'ailleurs"), header=header)
    assert unknown == ["Ligne 2, colonne « Quartiers » : « Le Port » n'est pas un quartier du portail."]


def test_without_a_siret_the_name_is_enough_unless_two_have_it() -> None:
    header = ("Référence", "Intitulé", "Année", "Porteur", "État")
    factories.make_organisation("Le Fil rouge")
    assert errors(("D1", "A", "2026", "le fil rouge", "En cours"), header=header) == []
    factories.make_organisation("LE FIL ROUGE")
    assert "aucune organisation" in errors(("D2", "A", "2026", "Le Fil rouge", "Close"), header=header)[0]


def test_a_namesake_with_another_siret_is_somebody_else() -> None:
    """The number decides: unknown, it is not replaced by a name; known under another name, it is told."""
    header = ("Référence", "Intitulé", "Année", "SIRET", "Porteur", "État")
    fil, ruche = factories.make_organisation("Le Fil rouge"), factories.make_organisation("La Ruche")
    assert "aucune organisation" in errors(("D1", "A", "2026", "73282932000074", fil.name, "Close"), header=header)[0]
    report = play(("D1", "A", "2026", ruche.siret, fil.name, "Close"), header=header)
    assert "ce numéro est celui de « La Ruche »" in next(report.sentences(errors=False))
    assert Action.objects.get().organisation == ruche


@pytest.mark.parametrize(
    ("status", "ends_on", "sentence"),
    [
        ("En cours", "31/05/2026", "le portail va demander le bilan"),
        ("À venir", "31/05/2026", "le portail va demander le bilan"),
        ("Bilan attendu", "15/01/2026", "va constater qu'il manque"),
        ("Close", "15/01/2026", ""),
    ],
)
def test_what_the_next_night_does_is_said_before(status: str, ends_on: str, sentence: str) -> None:
    report = play(row(status=status, starts_on="01/01/2026", ends_on=ends_on))
    said = " ".join(report.sentences(errors=False))
    assert sentence in said
    assert bool(said) is bool(sentence)


def test_numbers_follow_those_already_given() -> None:
    factories.make_submitted()
    play(row())
    assert factories.make_submitted().reference == "2026-003"


# ------------------------------------------------------------------ who, and only what came from before


@pytest.mark.parametrize("who", ["make_coordination", "make_pilot", "make_member"])
def test_only_the_administration_takes_over(who: str) -> None:
    action = Action(call=factories.make_call(), organisation=factories.make_organisation(), origin_reference="D1")
    with pytest.raises(Refused):
        taking_over.take_over(action, "closed", chosen={}, text={}, by=getattr(factories, who)())
    assert not Action.objects.exists()


def test_an_administrator_does_not_close_a_draft_of_the_portal() -> None:
    draft = factories.make_draft()
    with pytest.raises(Blocked, match="n'a pas été décidé avant le portail"):
        workflow.apply(draft, "take_over_closed", by=factories.make_admin())


def test_without_the_guard_a_draft_would_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of the test above."""
    monkeypatch.setattr(workflow, "blocking", lambda action, transition: [])
    draft = factories.make_draft()
    Action.objects.filter(pk=draft.pk).update(reference="2026-900")
    workflow.apply(draft, "take_over_closed", by=SYSTEM)
    assert Action.objects.get().status == "closed"


def test_rows_cost_as_many_queries_each() -> None:
    def asked(count: int, start: int) -> int:
        sheet = sheets.sheet(HEADER, *[row(f"D{start + i}") for i in range(count)])
        with CaptureQueriesContext(connection) as queries:
            data_imports.receive(ActionImporter, sheet, by=factories.make_admin())
        return len(queries)

    few, many = asked(5, 0), asked(45, 100)
    assert (many - few) / 40 <= 22
