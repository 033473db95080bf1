"""What people and robots send: a French sentence beside the field, what was typed is still there, never a 500."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from actions.forms.fields import SENTENCE as BROKEN
from actions.models import Action
from actions.models.action import Status
from cites.core import clock
from cites.models import Cite
from partners.models import Organisation, validate_siret
from tests import factories
from tests.visitor import Page, Visitor, raw

SAVE = "Enregistrer le brouillon"
UNREADABLE = "Écrivez le montant en chiffres, avec une virgule et deux décimales au plus : 1 234,56."
NEGATIVE = "Le montant ne peut pas être négatif."
ABSURD = "Ce montant dépasse un milliard d'euros : vérifiez la saisie."
WRONG_AMOUNTS = {
    "-12": NEGATIVE,
    "−12,50 €": NEGATIVE,
    "1000000000,01": ABSURD,
    "1000000000000": ABSURD,
    "9" * 400: ABSURD,
    "1e12": UNREADABLE,
    "12,5O": UNREADABLE,
    "12,345": UNREADABLE,
    "1 23": UNREADABLE,
    "1,234.56": UNREADABLE,
    "12,": UNREADABLE,
    "١٢٣": UNREADABLE,
    "१२": UNREADABLE,
    "１２": UNREADABLE,
    "²": UNREADABLE,
    "NaN": UNREADABLE,
    "inf": UNREADABLE,
    "Infinity": UNREADABLE,
    "0x10": UNREADABLE,
    "douze": UNREADABLE,
    "$ 12": UNREADABLE,
    "12 €€": UNREADABLE,
    "=1+1": UNREADABLE,
}
SPACES = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Zs"]
TEXTS = ("title", "description", "actors_note")
OUT_OF_CALL = "Cette date sort de l'appel. Entre le 20/10/2026 et le 20/09/2027."


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


def save(partner: Visitor, action: Action, **typed: Any) -> Page:
    return partner.open(f"/espace/depots/{action.key}/saisie/").press(SAVE, **typed)


def missing(partner: Visitor, action: Action) -> Page:
    """The form as it opens from the page of relecture: what is missing is said too."""
    return check(partner, action).follow("Corriger le dossier")


def check(partner: Visitor, action: Action) -> Page:
    return partner.open(f"/espace/depots/{action.key}/relecture/")


def amount_fields(page: Page) -> list[str]:
    return [name for name in page.sends(SAVE) if name.startswith("line_")]


# ------------------------------------------------------------------ amounts


def test_each_wrong_amount_has_its_sentence_beside_it(partner: Visitor, action: Action) -> None:
    page = partner.open(f"/espace/depots/{action.key}/saisie/")
    typed = dict(zip(amount_fields(page), WRONG_AMOUNTS, strict=False))
    assert len(typed) == len(WRONG_AMOUNTS)
    page = page.press(SAVE, **typed)
    for name, text in typed.items():
        assert (text, page.error(name), page.value(name)) == (text, WRONG_AMOUNTS[text], text)
        assert WRONG_AMOUNTS[text] in page.summary
    action.refresh_from_db()
    assert {name: action.draft[name] for name in typed} == {name: [text] for name, text in typed.items()}
    assert "Déposer le dossier" not in check(partner, action).buttons


@pytest.mark.parametrize("written", ["1{}234,56{}€", "{}1{}234,56", "1{}234.56€{}"])
def test_an_amount_with_any_kind_of_space(partner: Visitor, action: Action, written: str) -> None:
    page = partner.open(f"/espace/depots/{action.key}/saisie/")
    typed = {name: written.format(space, space) for name, space in zip(amount_fields(page), SPACES, strict=False)}
    assert len(typed) == len(SPACES) > 15
    page = page.press(SAVE, **typed)
    assert {name: page.error(name) for name in typed} == dict.fromkeys(typed, "")
    assert [page.value(name) for name in typed] == list(typed.values()), "shown as typed"


def test_an_unbalanced_budget_says_by_how_much_to_the_cent(partner: Visitor, action: Action) -> None:
    page = save(partner, action, line_641="8 000,01")
    sentence = "Le budget n'est pas équilibré : 10 000,01 € de charges, 10 000,00 € de produits — écart de 0,01 €."
    assert sentence in page.summary
    beside = page.text.partition("Les charges et les produits")[2].partition("Les autres financeurs")[0]
    assert sentence in beside, "and beside the budget itself"
    assert sentence in check(partner, action).text
    assert page.value("line_641") == "8 000,01"
    forged = partner.post(f"/espace/depots/{action.key}/relecture/", {"draft_version": 2})
    assert "Le dossier n'est pas complet." in forged.messages
    action.refresh_from_db()
    assert action.status == Status.DRAFT
    assert save(partner, action, line_641="8 000,00").summary == ""


def test_contributions_in_kind_balance_too(partner: Visitor, action: Action) -> None:
    page = save(partner, action, line_864="1 500", line_870="1 499,99")
    assert (
        "Les contributions volontaires ne sont pas équilibrées : 1 500,00 € en emplois (86),"
        " 1 499,99 € en ressources (87) — écart de 0,01 €." in page.summary
    )
    assert save(partner, action, line_864="1 500", line_870="1 500,00").summary == ""


def test_what_is_asked_and_the_minimum(partner: Visitor, action: Action) -> None:
    page = save(partner, action, minimum="8 000,01")
    assert page.error("minimum") == "Le minimum dépasse le montant demandé (8 000,00 €)."
    page = save(partner, action, minimum="4 000", line_74cite="", cofunder_0_amount="10 000")
    assert page.error("line_74cite") == "Indiquez le montant que vous demandez à la cité éducative."
    page = save(partner, action, line_74cite="-1")
    assert page.error("line_74cite") == NEGATIVE


# ------------------------------------------------------------------ dates and numbers


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("starts_on", "2026-10-19", OUT_OF_CALL),
        ("starts_on", "2026-10-20", ""),
        ("starts_on", "20/10/2026", ""),
        ("ends_on", "2027-09-20", ""),
        ("ends_on", "2027-09-21", OUT_OF_CALL),
        ("ends_on", "0001-01-01", f"{OUT_OF_CALL} La fin de l'action précède son début."),
        ("ends_on", "9999-12-31", OUT_OF_CALL),
        ("starts_on", "2026-02-30", "Saisissez une date valide."),
        ("starts_on", "2026-11-31T10:00", "Saisissez une date valide."),
        ("starts_on", "le 3 mars", "Saisissez une date valide."),
        ("starts_on", "٢٠٢٦-١١-٠١", None),
        ("participants", "0", "Assurez-vous que cette valeur est supérieure ou égale à 1."),
        ("participants", "100001", "Assurez-vous que cette valeur est inférieure ou égale à 100000."),
        ("participants", "9" * 300, "Assurez-vous que cette valeur est inférieure ou égale à 100000."),
        ("participants", "9" * 5000, "Saisissez un nombre entier."),
        ("participants", "40,5", "Saisissez un nombre entier."),
        ("participants", "quarante", "Saisissez un nombre entier."),
        ("title", "x" * 161, "Assurez-vous que cette valeur comporte au plus 160 caractères (actuellement 161)."),
        ("description", "é" * 8001, "Assurez-vous que cette valeur comporte au plus 8000 caractères"),
    ],
)
def test_a_wrong_answer_has_its_sentence_beside_it(
    partner: Visitor, action: Action, field: str, typed: str, sentence: str | None
) -> None:
    page = save(partner, action, **{field: typed})
    assert page.value(field) == typed
    if sentence is not None:
        assert page.error(field).startswith(sentence) and bool(page.error(field)) == bool(sentence)
    assert partner.open(f"/espace/depots/{action.key}/saisie/").value(field) == typed


def test_an_action_that_ends_before_it_starts(partner: Visitor, action: Action) -> None:
    page = save(partner, action, starts_on="2027-03-02", ends_on="2027-03-01")
    assert (page.error("starts_on"), page.error("ends_on")) == ("", "La fin de l'action précède son début.")
    assert (page.value("starts_on"), page.value("ends_on")) == ("2027-03-02", "2027-03-01")
    assert save(partner, action, starts_on="2027-03-01", ends_on="2027-03-01").summary == ""


@pytest.mark.parametrize("typed", ["", "0", "-1", "abc", "9" * 25, "9" * 5000, "1 OR 1=1", "3.0", "\ufffd"])
@pytest.mark.parametrize("field", ["theme", "age_ranges"])
def test_a_choice_that_does_not_exist(partner: Visitor, action: Action, field: str, typed: str) -> None:
    save(partner, action, **{field: typed})
    assert missing(partner, action).error(field) != ""
    action.refresh_from_db()
    assert action.draft[field] == [typed]


def test_everything_missing_and_everything_twice(partner: Visitor, action: Action) -> None:
    address = f"/espace/depots/{action.key}/saisie/"
    page = partner.post(address, {"title": "", "draft_version": 1})
    assert page.errors == {}, "a draft does not scold for what is still to come"
    page = missing(partner, action)
    assert page.error("title") == page.error("actors") == page.error("minimum") == "Ce champ est obligatoire."
    twice = {name: [value, value] for name, values in factories.draft_values(action.call).items() for value in values}
    page = partner.post(address, {**twice, "draft_version": 2})
    assert page.errors == {}
    assert "Déposer le dossier" in check(partner, action).buttons


# ------------------------------------------------------------------ characters that are none


@pytest.mark.parametrize("sent", ["A%00B", "A%ED%A0%80B", "A%ED%B0%80B", "A%FFB", "A%C0%80B", "%00"])
@pytest.mark.parametrize("field", [*TEXTS, "line_641", "participants", "starts_on", "theme"])
def test_broken_characters_in_a_proposal(partner: Visitor, action: Action, field: str, sent: str) -> None:
    body = raw({**factories.draft_values(action.call), "draft_version": 1}, **{field: sent})
    page = partner.post(f"/espace/depots/{action.key}/saisie/", body)
    assert page.status == 200
    assert page.error(field) != ""
    assert field not in TEXTS or page.error(field) == BROKEN
    action.refresh_from_db()
    typed = action.draft[field][0]
    assert "\ufffd" in typed and typed.replace("\ufffd", "") in ("AB", ""), "kept, with what was broken marked"
    assert field == "theme" or page.value(field) == typed
    assert "Déposer le dossier" not in check(partner, action).buttons


def test_broken_characters_in_the_name_of_a_field(partner: Visitor, action: Action) -> None:
    page = partner.post(f"/espace/depots/{action.key}/saisie/", "ti%00tle=A&%ED%A0%80=B&draft_version=1&%00=%00")
    assert page.status == 200
    assert missing(partner, action).error("title") == "Ce champ est obligatoire."


# ------------------------------------------------------------------ SIRET


GOOD_SIRET = "13002526500013"
LA_POSTE = "35600000000048"
WRONG_SIRETS = [
    "13002526500014",
    "1300252650001",
    "130025265000134",
    "130 025 265 00013",
    "00000000000000",
    "١٣٠٠٢٥٢٦٥٠٠٠١٣",
    "1300252650001O",
    "13002526500\x0013",
    "13002526500013\x00",
    "-3002526500013",
    "abcdefghijklmn",
]


@pytest.mark.parametrize("number", [GOOD_SIRET, LA_POSTE, factories.siret(1)])
def test_a_siret_with_its_key(number: str) -> None:
    validate_siret(number)


@pytest.mark.parametrize("number", WRONG_SIRETS)
def test_a_siret_that_fails_its_key(number: str) -> None:
    with pytest.raises(ValidationError, match="Ce numéro SIRET n'est pas valable : 14 chiffres, dont la clé"):
        validate_siret(number)


@pytest.mark.parametrize("number", WRONG_SIRETS)
def test_a_siret_in_the_administration(number: str) -> None:
    organisation = factories.make_organisation("Collège des Oseraies", "college", siret=GOOD_SIRET)
    admin = Visitor(factories.make_admin())
    page = admin.open(f"/admin/partners/organisation/{organisation.pk}/change/")
    answer = page.press("Enregistrer", siret=number)
    assert answer.status == 200
    assert "SIRET" in answer.text
    assert answer.value("siret").replace("\ufffd", "\x00") == number
    assert any(word in answer.text for word in ("n'est pas valable", "au plus 14 caractères", "caractère nul"))
    assert Organisation.objects.get(pk=organisation.pk).siret == GOOD_SIRET
