"""What is read of a file, whatever the file; then what a try leaves behind: nothing."""

import tracemalloc
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cites import data_imports
from cites.core import import_values, imports, spreadsheets
from cites.core.errors import Blocked
from cites.core.exports import safe_cell
from cites.core.import_templates import as_csv, as_xlsx
from cites.core.imports import EXAMPLE_MARK, MEANWHILE, Report, guess, run
from cites.core.permissions import Refused
from cites.core.spreadsheets import FileRefused, read
from cites.models import Event
from partners.imports import OrganisationImporter
from partners.models import Organisation
from tests import factories, sheets

HEADER = ("Nom", "SIRET", "Type")
ROW = ("Les Passerelles", "73282932000074", "Association")


# ------------------------------------------------------------------ reading


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_read_whatever_cuts_and_encodes_it(delimiter: str, encoding: str) -> None:
    content = sheets.csv_file(("Nom", "Téléphone"), ("L’Écho", "01 02"), delimiter=delimiter, encoding=encoding)
    sheet = read("liste.csv", content)
    assert sheet.header == ["Nom", "Téléphone"]
    assert [(row.number, row.cells) for row in sheet.rows] == [(2, ["L’Écho", "01 02"])]


def test_rows_keep_the_number_that_the_spreadsheet_shows() -> None:
    """Blank rows above and between are counted; a cell of two lines is one row."""
    text = '\r\n\r\nNom;Objet\r\n\r\nA;"une\r\ndeux"\r\n;\r\nB;trois\r\n'
    sheet = read("liste.csv", text.encode())
    assert [(row.number, row.cells[0]) for row in sheet.rows] == [(5, "A"), (7, "B")]


def test_an_xlsx_is_text_as_it_shows() -> None:
    """A SIRET kept as a number, a date, an amount with the dust of binary fractions, a formula's last result."""
    content = sheets.xlsx(
        ("SIRET", "Le", "Montant", "Oui", "Formule"),
        (73282932000074, date(2025, 12, 31), 1234.5600000000001, True, "=1+1"),
    )
    assert read("x.xlsx", content).rows[0].cells == ["73282932000074", "31/12/2025", "1234,56", "oui", "0"]


def test_an_ods_is_read() -> None:
    sheet = read("x.ods", sheets.ods(("Nom", "SIRET"), ("L’Écho", "73282932000074")))
    assert (sheet.header, sheet.rows[0].cells) == (["Nom", "SIRET"], ["L’Écho", "73282932000074"])


def test_the_name_says_nothing_of_what_a_file_is() -> None:
    """A workbook named .csv, a CSV named .xlsx: what counts is what is inside."""
    assert read("x.csv", sheets.xlsx(HEADER, ROW)).header == list(HEADER)
    assert read("x.xlsx", sheets.csv_file(HEADER, ROW)).header == list(HEADER)


def test_formulas_stay_text_both_ways() -> None:
    hostile = '=HYPERLINK("http://ailleurs.test")'
    sheet = read("x.csv", sheets.csv_file(("Nom",), (safe_cell(hostile).replace('"', '""').join('""'),)))
    assert sheet.rows[0].cells == [hostile]
    assert safe_cell(sheet.rows[0].cells[0]).startswith("'=")


XLSX = sheets.xlsx(HEADER, ROW)
BOMB = sheets.ods(content=sheets.ODS_HEAD + " " * (70 * 1024 * 1024) + sheets.ODS_TAIL)
LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;&b;</x>'
REPEATED = (
    f'{sheets.ODS_HEAD}<table:table-row table:number-rows-repeated="1000000"><table:table-cell'
    ' office:value-type="string" table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell>'
    f"</table:table-row>{sheets.ODS_TAIL}"
)
HOSTILE = {
    "empty": (b"", "vide"),
    "blank": (b" ; ;\r\n;;\r\n", "vide"),
    "titles alone": (sheets.csv_file(HEADER), "qu'une ligne"),
    "five megabytes": (b"a;b\r\n" * 1_100_000, "5 Mo"),
    "too many rows": (sheets.csv_file(HEADER, *[ROW] * 5001), "5000 lignes"),
    "a million columns": (b"Nom" + b";x" * 1_000_000 + b"\r\n1\r\n", "100 colonnes"),
    "a cell as long as a book": (b'a;b\r\n"' + b"x" * 200_000 + b'"\r\n', "illisible"),
    "a long cell": (b"a;b\r\n" + b"x" * 6000 + b"\r\n", "5000 caractères"),
    "an image": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "ni un CSV"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "sans mot de passe"),
    "a truncated workbook": (XLSX[: len(XLSX) // 2], "illisible"),
    "a workbook with a hole": (XLSX[:300] + b"\x00" * 400 + XLSX[700:], "illisible"),
    "an encrypted workbook": (sheets.encrypted(XLSX), "mot de passe"),
    "another archive": (sheets.archive({"lettre.txt": "Bonjour"}), "pas un classeur"),
    "a zip bomb": (BOMB, "mémoire"),
    "entities in entities": (sheets.ods(content=LAUGHS), "illisible|vide"),
    "two cells far apart": (sheets.far_cell(), "mémoire"),
    "a cell repeated": (sheets.ods(content=REPEATED), "illisible|mémoire"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_and_little_memory(name: str) -> None:
    content, sentence = HOSTILE[name]
    tracemalloc.start()
    try:
        with pytest.raises(FileRefused, match=sentence):
            read("fichier.xlsx", content)
        assert tracemalloc.get_traced_memory()[1] < 200 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_without_a_process_apart_the_far_cell_would_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: it is the other process's death that speaks, not a check of ours."""
    monkeypatch.setattr(spreadsheets, "_read_apart", lambda content: {"rows": [[1, ["Nom"]], [2, ["fin"]]]})
    assert read("x.xlsx", sheets.far_cell()).header == ["Nom"]


def test_what_no_database_keeps_is_replaced() -> None:
    sheet = read("x.csv", b"Nom;SIRET\r\nA\x01B;1\r\n")
    assert sheet.rows[0].cells[0] == "A\x01B"
    with pytest.raises(FileRefused, match="ni un CSV"):
        read("x.csv", b"Nom;SIRET\r\nA\x00B;1\r\n")


# ------------------------------------------------------------------ values


@pytest.mark.parametrize("text", ["31/12/2025", "31-12-2025", "31.12.25", "2025-12-31", "31/12/2025 00:00"])
def test_dates_are_french(text: str) -> None:
    assert import_values.day(text) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("read_value", "text"),
    [
        (import_values.day, "31/02/2025"),
        (import_values.day, "décembre 2025"),
        (import_values.day, "31/12/1025"),
        (import_values.year, "25"),
        (import_values.euros, "12,5O"),
        (import_values.euros, "-5"),
        (import_values.euros, "1,234"),
        (import_values.positive_euros, "0"),
        (import_values.whole, "3,5"),
        (import_values.limited(3), "long"),
    ],
)
def test_what_cannot_be_read_is_said_in_french(read_value: Any, text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_value(text)
    assert refused.value.messages[0].endswith((".", "56.", "25."))


@pytest.mark.parametrize("text", ["1 234,56 €", "1234.56", "1\u202f234,56", "1 234,56 euros", "1234,56 EUR"])
def test_amounts_are_french(text: str) -> None:
    assert import_values.euros(text) == Decimal("1234.56")


# ------------------------------------------------------------------ columns and reports


@pytest.mark.parametrize("title", ["SIRET", "N° SIRET", "n° siret ", "Numéro SIRET", "siret du porteur"])
def test_a_column_is_known_by_its_title_without_accents_or_capitals(title: str) -> None:
    assert guess(OrganisationImporter, ["Raison sociale", title]) == {"name": 0, "siret": 1}


def test_a_file_without_an_obligatory_column_says_which(db: None) -> None:
    sheet = sheets.sheet(("Nom", "Remarques"), ("A", "B"))
    report = run(OrganisationImporter, sheet, guess(OrganisationImporter, sheet.header), by=factories.make_admin())
    assert list(report.sentences(errors=True)) == [
        "Aucune colonne du fichier n'est « SIRET », qui est obligatoire.",
        "Aucune colonne du fichier n'est « Type », qui est obligatoire.",
    ]


def test_one_column_is_not_two_things(db: None) -> None:
    sheet = sheets.sheet(HEADER, ROW)
    report = run(OrganisationImporter, sheet, {"name": 0, "siret": 0, "kind": 2}, by=factories.make_admin())
    assert "utilisée deux fois" in report.problems[0]
    beyond = run(OrganisationImporter, sheet, {"name": 0, "siret": 7, "kind": 2}, by=factories.make_admin())
    assert beyond.is_refused


def test_every_error_has_its_row_and_its_column(db: None) -> None:
    sheet = sheets.sheet(
        ("Nom", "N° Siret", "Type", "CER"),
        ("A", "123", "Association", "hier"),
        ("", "73282932000074", "Association", ""),
        ("C", "35600000000048", "Fanfare", ""),
    )
    report = run(OrganisationImporter, sheet, guess(OrganisationImporter, sheet.header), by=factories.make_admin())
    said = list(report.sentences(errors=True))
    assert said[:3] == [
        "Ligne 2, colonne « N° Siret » : « 123 » n'est pas un SIRET : il en faut les 14 chiffres.",
        "Ligne 2, colonne « CER » : « hier » n'est pas une date : écrivez 31/12/2025.",
        "Ligne 3, colonne « Nom » : cette case est vide, et elle est obligatoire.",
    ]
    assert said[3].startswith("Ligne 4, colonne « Type » : « Fanfare » n'est pas un type connu : choisissez parmi")
    assert len(said) == 4


def test_a_report_survives_its_storage(db: None) -> None:
    sheet = sheets.sheet(HEADER, ROW, ("B", "12", "Association"))
    report = run(OrganisationImporter, sheet, guess(OrganisationImporter, HEADER), by=factories.make_admin())
    again = Report.of_json(report.as_json())
    assert list(again.sentences(errors=True)) == list(report.sentences(errors=True)) != []
    assert again.count("created") == report.count("created") == 1


@pytest.mark.parametrize("build", [as_csv, as_xlsx])
def test_the_template_comes_back_and_its_example_is_left_aside(db: None, build: Any) -> None:
    sheet = read("modele", build(OrganisationImporter))
    mapping = guess(OrganisationImporter, sheet.header)
    assert set(mapping) == {column.name for column in OrganisationImporter.columns}
    assert EXAMPLE_MARK in sheet.rows[0].cells
    report = run(OrganisationImporter, sheet, mapping, by=factories.make_admin())
    assert (report.is_refused, report.writes, report.lines[0].verdict) == (False, 0, "ignored")


# ------------------------------------------------------------------ a try leaves nothing


def test_a_try_writes_nothing(db: None) -> None:
    admin, events = factories.make_admin(), Event.objects.count()
    report = run(OrganisationImporter, sheets.sheet(HEADER, ROW), guess(OrganisationImporter, HEADER), by=admin)
    assert report.writes == 1
    assert (Organisation.objects.count(), Event.objects.count()) == (0, events)


def test_when_a_try_is_not_taken_back_it_shows(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of the test above: what it counts would be there."""
    monkeypatch.setattr(imports, "take_back", lambda: None)
    run(OrganisationImporter, sheets.sheet(HEADER, ROW), guess(OrganisationImporter, HEADER), by=factories.make_admin())
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize("who", ["make_coordination", "make_pilot", "make_member", "make_user"])
def test_only_the_administration_imports(db: None, who: str) -> None:
    sheet = sheets.sheet(HEADER, ROW)
    with pytest.raises(Refused, match="administration"):
        run(OrganisationImporter, sheet, guess(OrganisationImporter, HEADER), by=getattr(factories, who)())


# ------------------------------------------------------------------ between the try and the confirmation


def test_what_changed_since_the_check_is_told_before_it_is_written(db: None) -> None:
    """The report said "Créteil → Valenton"; a colleague wrote Orly meanwhile: nobody has agreed to lose that."""
    admin, organisation = factories.make_admin(), factories.make_organisation(city="Créteil")
    row = (organisation.name, organisation.siret, str(organisation.kind), "Valenton")
    kept = data_imports.receive(OrganisationImporter, sheets.sheet((*HEADER, "Commune"), row), by=admin)
    Organisation.objects.update(city="Orly")
    assert data_imports.confirm(kept, by=admin).problems == [MEANWHILE]
    assert Organisation.objects.get().city == "Orly"
    kept.refresh_from_db()
    assert kept.report["problems"] == []
    assert "commune : Orly → Valenton" in kept.report["lines"][0]["changes"]
    assert not data_imports.confirm(kept, by=admin).is_refused
    assert Organisation.objects.get().city == "Valenton"


def test_a_confirmation_is_of_what_its_own_page_showed(db: None) -> None:
    """In another tab, the same file was checked with other columns."""
    admin = factories.make_admin()
    kept = data_imports.receive(
        OrganisationImporter, sheets.sheet((*HEADER, "Ville", "Lieu"), (*ROW, "A", "B")), by=admin
    )
    seen = data_imports.state_of(kept)
    data_imports.try_again(kept, {**kept.mapping, "name": 4}, by=admin)
    with pytest.raises(Blocked, match="dans une autre page"):
        data_imports.confirm(kept, by=admin, seen=seen)
    assert not Organisation.objects.exists()
    assert data_imports.confirm(kept, by=admin, seen=data_imports.state_of(kept)).writes == 1


def test_two_tabs_with_the_same_file_import_it_once(db: None) -> None:
    admin = factories.make_admin()
    first, second = (data_imports.receive(OrganisationImporter, sheets.sheet(HEADER, ROW), by=admin) for _ in range(2))
    assert not data_imports.confirm(first, by=admin).is_refused
    assert data_imports.confirm(second, by=admin).problems == [MEANWHILE]
    assert (Organisation.objects.count(), Event.objects.filter(kind="cites.data_imported").count()) == (1, 1)


def test_a_row_with_more_cells_than_titles_is_refused(db: None) -> None:
    """A comma in an address, unquoted: everything after it is one column too far."""
    sheet = read("x.csv", b"Nom,SIRET,Type,Adresse,Commune\nA,73282932000074,Association,1, rue X,Valenton\n")
    report = run(OrganisationImporter, sheet, guess(OrganisationImporter, sheet.header), by=factories.make_admin())
    assert "Ligne 2 : cette ligne a plus de cases que le fichier n'a de titres" in next(report.sentences(errors=True))


def test_more_rows_than_a_page_can_try_are_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OrganisationImporter, "max_rows", 1)
    sheet = sheets.sheet(HEADER, ROW, ("B", "35600000000048", "Association"))
    report = run(OrganisationImporter, sheet, guess(OrganisationImporter, HEADER), by=factories.make_admin())
    assert report.problems == ["Ce fichier a 2 lignes : coupez-le en fichiers de 1 lignes au plus."]
