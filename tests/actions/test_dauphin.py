"""The sheet to copy into Dauphin: its order, its codes, what it would refuse, and the number of the file there."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from actions import dauphin, submission
from actions.models import Action
from cites.core import clock, sealed
from cites.core.permissions import Refused
from cites.models import Cite, Event
from partners.models import Membership
from tests import factories
from tests.visitor import Visitor

NOTE = "Noter le numéro"
WIZARD = ["Préambule", "Critères d’éligibilité", "Tiers", "Demande", "Récapitulatif"]


@pytest.fixture(autouse=True)
def now(db: None) -> Iterator[None]:
    with clock.at(factories.NOON):
        Cite.objects.create(pk=1, name="Cité éducative de Valenton")
        yield


@pytest.fixture
def action(now: None) -> Action:
    return factories.make_submitted(
        line_641="12 500,50",
        line_604="0",
        line_ci_fixes="499,50",
        cofunder_0_amount="2 000",
        cofunder_1_line="74com",
        cofunder_1_name="Ville de Créteil",
        cofunder_1_amount="3 000",
        cofunder_1_state="asked",
        cofunder_2_line="74etat",
        cofunder_2_name="DRAC",
        cofunder_2_amount="700",
        cofunder_2_state="refused",
        description="Deux soirs par semaine, avec des parents.\nEt le mercredi.",
    )


@pytest.fixture
def partner(action: Action) -> Visitor:
    return Visitor(factories.writer_of(action))


def path(action: Action) -> str:
    return f"/espace/depots/{action.key}/dauphin/"


def made(action: Action) -> dauphin.Sheet:
    return dauphin.sheet(action, submission.current_version(action))


def values(action: Action) -> dict[str, str]:
    return {line.label: line.value for stage in made(action).stages for line in stage.lines}


def sealed_text(action: Action) -> Any:
    return sealed.read(submission.current_version(action).payload)


# ------------------------------------------------------------------ what to copy


def test_the_stages_are_those_of_the_wizard_in_its_order(action: Action, partner: Visitor) -> None:
    assert [stage.title for stage in made(action).stages] == WIZARD
    page = partner.open(f"/espace/depots/{action.key}/").follow("Fiche à recopier dans Dauphin")
    places = [page.text.index(f"{number}. {title}") for number, title in enumerate(WIZARD, 1)]
    assert places == sorted(places)
    assert "Code NAF et numéro de tiers Chorus" in page.text


def test_each_value_is_as_dauphin_wants_it(action: Action) -> None:
    found = values(action)
    assert found["Exercice budgétaire"] == "2026"
    assert found["SIRET"] == action.organisation.siret
    assert found["Début de l'action"] == f"{action.starts_on:%d/%m/%Y}"
    assert found["Description de l'action"] == "Deux soirs par semaine, avec des parents.\nEt le mercredi."
    assert "Bénévoles : 6" in found["Moyens humains et matériels"] and "0,5" in found["Moyens humains et matériels"]
    assert found["Indicateurs"] == "Collégiens venus au moins dix fois : 30 sur 40"


def test_the_budget_has_dauphins_codes_and_a_line_a_funder(action: Action) -> None:
    """What is asked here is part of what the State brings; an aid that was refused is not typed there."""
    found = values(action)
    budget = {label: value for label, value in found.items() if label[0].isdigit() and "," in value}
    budget |= {label: value for label, value in found.items() if label.startswith("CHARGINDIRECT")}
    assert budget == {
        "641 Rémunération des personnels": "12500,50",
        "CHARGINDIRECT Charges fixes de fonctionnement": "499,50",
        "74etat Politique de la ville (montant demandé ici)": "8000,00",
        "74com Ville de Valenton (confirmée)": "2000,00",
        "74com Ville de Créteil (demandée)": "3000,00",
    }
    assert (found["Montant sollicité"], found["Total des charges"]) == ("8000,00", "13000,00")


@pytest.mark.parametrize(
    ("amount", "written"),
    [("0", "0,00"), ("0.1", "0,10"), ("1234567.89", "1234567,89"), ("999999999.99", "999999999,99")],
)
def test_amounts_have_no_space(amount: str, written: str) -> None:
    assert dauphin.amount(Decimal(amount)) == written


def test_only_the_sealed_text_is_copied(action: Action, partner: Visitor) -> None:
    """Neither the contact, who is not sealed, nor what was typed or renamed since."""
    Action.objects.filter(pk=action.pk).update(title="Un autre titre", draft={"title": ["Encore un autre"]})
    action.organisation.name = "Nom changé"
    action.organisation.save()
    page = partner.open(path(action))
    for absent in ("Camille Porteuse", "camille@exemple.test", "Encore un autre"):
        assert absent not in page.text, absent
    shown = {line.value for stage in made(action).stages for line in stage.lines}
    assert {"Ateliers du soir au collège", "Les Passerelles"} <= shown and "Un autre titre" not in shown


def test_each_field_can_be_selected_and_has_its_button(action: Action, partner: Visitor) -> None:
    page = partner.open(path(action))
    fields = [
        node for node in page.root.iter() if node.tag in ("input", "textarea") and node.get("readonly") is not None
    ]
    ids = {node.get("id") for node in fields}
    asked = {node.get("data-copy-field") for node in page.root.iter("button") if node.get("data-copy-field")}
    labelled = {node.get("for") for node in page.root.iter("label")}
    assert len(ids) == len(fields) == sum(len(stage.lines) for stage in made(action).stages)
    assert ids == asked and ids <= labelled


# ------------------------------------------------------------------ what Dauphin would refuse


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"budget": {"641": Decimal("100.00")}}, "Le budget n'est pas équilibré"),
        ({"budget": {"860": Decimal("100.00")}}, "Les contributions volontaires ne sont pas équilibrées"),
        ({"budget": {"74cite": Decimal("-1.00")}}, "Le montant ne peut pas être négatif."),
        ({"budget": {}, "cofunders": []}, "Indiquez le montant que vous demandez"),
        ({"starts_on": "2020-01-01"}, "Cette date sort de l'appel."),
        ({"starts_on": "2026-12-24", "ends_on": "2026-12-23"}, "La fin de l'action précède son début."),
        ({"organisation": {"siret": "21940074400014", "rna": "", "name": "X"}}, "Ce numéro SIRET n'est pas valable"),
    ],
)
def test_what_dauphin_would_refuse_is_said(action: Action, changes: dict[str, Any], sentence: str) -> None:
    text = sealed_text(action)
    assert list(dauphin.refusals(action, text)) == []
    assert any(sentence in said for said in dauphin.refusals(action, {**text, **changes}))


def test_the_page_says_that_all_is_coherent(action: Action, partner: Visitor) -> None:
    assert "Vérifié : le budget est équilibré" in partner.open(path(action)).text


# ------------------------------------------------------------------ the number of the file there


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("DA01234567", "01234567"), ("01234567", "01234567"), (" da 0123 4567 ", "01234567"), ("01234567-2", "01234567"),
     ("01234567-", "01234567"), ("", ""), ("   ", "")],
)  # fmt: skip
def test_a_number_is_kept_as_eight_digits(typed: str, kept: str) -> None:
    assert dauphin.normalised(typed) == kept


@pytest.mark.parametrize("typed", ["1234567", "123456789", "DB01234567", "0123456A", "01234567-A", "٠١٢٣٤٥٦٧", "DA"])
def test_a_number_of_another_shape_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        dauphin.normalised(typed)


def test_the_number_is_noted_journaled_and_read_by_the_steering_side(action: Action, partner: Visitor) -> None:
    page = partner.open(path(action)).press(NOTE, number="DA 01234567")
    assert "Le numéro Dauphin est noté." in page.messages and page.value("number") == "01234567"
    event = Event.objects.get(kind="actions.dauphin_number")
    assert (event.data["before"], event.data["after"], event.audience) == ("aucun", "01234567", "partner")
    pilot = Visitor(factories.make_pilot())
    assert "dossier n° 01234567" in pilot.open(action.get_absolute_url()).text
    sheet = pilot.open(f"/espace/actions/{action.reference}/dauphin/")
    assert "Numéro du dossier dans Dauphin 01234567" in sheet.text and NOTE not in sheet.buttons
    page.press(NOTE, number="01234567")
    assert Event.objects.filter(kind="actions.dauphin_number").count() == 1, "the same number says nothing"
    assert "est effacé" in partner.open(path(action)).press(NOTE, number="").messages


def test_a_wrong_number_and_a_stale_page_change_nothing(action: Action, partner: Visitor) -> None:
    stale = partner.open(path(action))
    refused = partner.open(path(action)).press(NOTE, number="12")
    assert dauphin.NO_NUMBER in refused.text and refused.value("number") == "12"
    partner.open(path(action)).press(NOTE, number="11111111")
    late = stale.press(NOTE, number="22222222")
    assert late.status == 409 and "22222222" in late.text
    action.refresh_from_db()
    assert (action.dauphin_number, action.dauphin_version) == ("11111111", 1)


@pytest.mark.one_database
def test_who_reads_copies_and_who_writes_notes(action: Action) -> None:
    reader = Visitor(factories.make_member(action.organisation, Membership.Role.LECTEUR))
    page = reader.open(path(action))
    assert page.status == 200 and NOTE not in page.buttons
    assert reader.post(path(action), {"number": "11111111", "version": 0}).status == 403
    elsewhere = Visitor(factories.make_member(factories.make_organisation("Le Fil rouge")))
    assert elsewhere.post(path(action), {"number": "11111111", "version": 0}).status == 404
    with pytest.raises(Refused):
        dauphin.note_number(action, "11111111", seen=0, by=factories.make_pilot())
    action.refresh_from_db()
    assert action.dauphin_number == ""


@pytest.mark.one_database
def test_a_draft_has_no_sheet() -> None:
    draft = factories.make_draft()
    assert Visitor(factories.writer_of(draft)).open(path(draft)).status == 404
