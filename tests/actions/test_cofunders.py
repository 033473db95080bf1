"""Co-funders from the form to the sealed text: typed one by one, refused rows kept, read by the pilots, exported."""

import io
from collections.abc import Iterator

import pytest
from python_calamine import CalamineWorkbook

from actions import drafts, submission
from actions.models import Action
from actions.models.action import Status
from cites.core import clock, sealed
from cites.core.ods import ODS
from cites.models import Cite
from tests import factories
from tests.visitor import Page, Visitor

SAVE = "Enregistrer le brouillon"
CAF = {"line": "74orgasoc", "name": "CAF", "amount": "1 500,50", "state": "asked"}


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton")
        yield


@pytest.fixture
def action(now: None) -> Action:
    return factories.make_draft()


@pytest.fixture
def partner(action: Action) -> Visitor:
    return Visitor(factories.writer_of(action))


def row(number: int, values: dict[str, str]) -> dict[str, str]:
    return {f"cofunder_{number}_{part}": text for part, text in values.items()}


def budget_page(partner: Visitor, action: Action) -> Page:
    return partner.open(f"/espace/depots/{action.key}/saisie/budget/")


def submit_again(action: Action, **typed: str) -> Action:
    """A version more, with these fields typed otherwise."""
    by = factories.writer_of(action)
    factories.ask_completion(action, "budget", text="Précisez le budget.")
    changed = {**action.draft, **{name: [text] for name, text in typed.items()}}
    saved = drafts.save(action, changed, seen=action.draft_version, by=by)
    submission.submit(saved, seen=saved.draft_version, by=by)
    return Action.objects.get(pk=action.pk)


def test_several_funders_on_one_line_add_up(partner: Visitor, action: Action) -> None:
    page = budget_page(partner, action).press(SAVE, **row(1, {**CAF, "line": "74com"}))
    assert page.value("cofunder_1_amount") == "1 500,50"
    assert "Commune 3 500,50 €" in page.text, "2 000 € of the town and 1 500,50 € of the CAF"
    assert "Le budget n'est pas équilibré" in page.summary


def test_an_unfinished_row_waits_for_the_last_reading(partner: Visitor, action: Action) -> None:
    page = budget_page(partner, action).press(SAVE, **row(1, {**CAF, "amount": "", "state": ""}))
    assert page.summary == ""
    page = partner.open(f"/espace/depots/{action.key}/relecture/")
    assert "Montant : Indiquez le montant attendu de « CAF », ou effacez la ligne." in page.text
    assert "Où en est l'aide : Dites où en est l'aide de « CAF »" in page.text


@pytest.mark.parametrize(
    ("typed", "name", "sentence"),
    [
        ({"amount": "12,5O"}, "cofunder_1_amount", "Écrivez le montant en chiffres"),
        ({"amount": "-1"}, "cofunder_1_amount", "Le montant ne peut pas être négatif."),
        ({"state": "peut-être"}, "cofunder_1_state", "Sélectionnez un choix valide"),
        ({"line": "641"}, "cofunder_1_line", "Sélectionnez un choix valide"),
        ({"name": "x" * 151}, "cofunder_1_name", "150 caractères"),
    ],
)
def test_a_wrong_row_has_its_sentence_and_keeps_its_text(
    partner: Visitor, action: Action, typed: dict[str, str], name: str, sentence: str
) -> None:
    page = budget_page(partner, action).press(SAVE, **row(1, {**CAF, **typed}))
    assert sentence in page.error(name)
    action.refresh_from_db()
    assert action.draft[name] == list(typed.values())


def test_one_more_row_without_javascript(partner: Visitor, action: Action) -> None:
    page = budget_page(partner, action)
    assert "Financeur 3" in page.text and "Financeur 4" not in page.text
    page = page.press("Ajouter un financeur")
    assert "Financeur 4" in page.text and "Financeur 5" not in page.text
    page = page.press("Ajouter un financeur", **row(3, CAF))
    assert "Financeur 5" in page.text
    assert page.value("cofunder_3_name") == "CAF"
    forged = page.press(SAVE, **row(29, CAF), **row(99, CAF))
    assert "Financeur 30" in forged.text and "Financeur 31" not in forged.text
    assert "Ajouter un financeur" not in forged.buttons


def test_a_line_of_others_asks_for_a_word(partner: Visitor, action: Action) -> None:
    budget_page(partner, action).press(SAVE, line_62x="100", line_autofin="100")
    page = partner.open(f"/espace/depots/{action.key}/relecture/")
    assert "Dites en quelques mots ce que sont ces 100,00 € (« Services bancaires, autres »)." in page.text
    budget_page(partner, action).press(SAVE, comment_62x="Frais de la billetterie")
    partner.open(f"/espace/depots/{action.key}/relecture/").press("Déposer le dossier")
    action.refresh_from_db()
    assert action.status == Status.SUBMITTED
    assert action.budget.get(line__code="62x").comment == "Frais de la billetterie"


def test_pilots_read_who_pays_and_what_each_answered(action: Action) -> None:
    refused = {**CAF, "line": "74region", "name": "Région", "state": "refused"}
    action = factories.make_submitted(**row(1, refused))
    page = Visitor(factories.make_pilot()).open(f"/espace/actions/{action.reference}/")
    assert "Ville de Valenton Commune Confirmée 2 000,00 €" in page.text
    assert "Région Région Refusée 1 500,50 €" in page.text
    assert "La subvention sollicitée de 8 000,00 € représente 80 % du total des produits du projet." in page.text
    assert "Part des collectivités dans les produits 20 %" in page.text


def test_co_funders_are_sealed_and_their_changes_are_readable(action: Action) -> None:
    action = factories.make_submitted()
    first = sealed.read(submission.current_version(action).payload)
    assert [(one["line"], one["name"], one["state"]) for one in first["cofunders"]] == [
        ("74com", "Ville de Valenton", "confirmed")
    ]
    action = submit_again(action, cofunder_0_state="refused", **row(1, {**CAF, "amount": "2 000"}))
    page = Visitor(factories.make_pilot()).open(f"/espace/actions/{action.reference}/")
    assert (
        "Cofinanceurs retiré : Ville de Valenton (Commune) 2 000,00 €, confirmée"
        " ajouté : Ville de Valenton (Commune) 2 000,00 €, refusée"
        " ajouté : CAF (Organismes sociaux (CAF et autres)) 2 000,00 €, demandée" in page.text
    )
    assert "Budget : Commune 2 000,00 € – − 2 000,00 €" in page.text


# ------------------------------------------------------------------ the budget as a file


def cells(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()  # type: ignore[return-value]


def test_the_budget_of_a_draft_is_what_is_typed_so_far(partner: Visitor, action: Action) -> None:
    budget_page(partner, action).press(SAVE, title='=HYPERLINK("http://exemple.test")', line_641="12,5O")
    partner.open(f"/espace/depots/{action.key}/saisie/projet/").press(SAVE, title="=1+1")
    answer = partner.client.get(f"/espace/depots/{action.key}/budget.ods")
    assert answer["Content-Type"] == ODS
    assert answer["Content-Disposition"] == 'attachment; filename="budget-brouillon.ods"'
    found = cells(answer.content)
    assert found[0][0] == "'=1+1", "nothing computes"
    assert ["", "Total", 2000.0, ""] in found
    assert ["604", "Prestations de services", 2000.0, ""] in found


def test_both_sides_fetch_the_submitted_budget(action: Action) -> None:
    action = factories.make_submitted(**row(1, {**CAF, "state": "refused"}))
    partner, pilot = Visitor(factories.writer_of(action)), Visitor(factories.make_pilot())
    mine = partner.client.get(f"/espace/depots/{action.key}/budget.ods")
    theirs = pilot.client.get(f"/espace/actions/{action.reference}/budget.ods")
    assert mine.content == theirs.content
    assert theirs["Content-Disposition"] == f'attachment; filename="budget-{action.reference}.ods"'
    found = cells(mine.content)
    assert ["74com", "Ville de Valenton", 2000.0, "Confirmée"] in found
    assert ["74orgasoc", "CAF", 1500.5, "Refusée"] in found
    assert ["", "Total", 10000.0, ""] in found


def test_nobody_else_fetches_it(action: Action) -> None:
    action = factories.make_submitted()
    stranger = Visitor(factories.make_member(factories.make_organisation("Le Fil rouge")))
    for visitor in (stranger, Visitor(factories.make_pilot()), Visitor(factories.make_admin())):
        assert visitor.open(f"/espace/depots/{action.key}/budget.ods").status == 404
    assert stranger.open(f"/espace/actions/{action.reference}/budget.ods").status == 403
    assert Visitor(factories.make_pilot()).open("/espace/actions/2026-999/budget.ods").status == 404
