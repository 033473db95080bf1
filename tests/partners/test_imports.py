"""Organisations from a file, as an administrator brings them in: page by page, then by command."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cites import data_imports
from cites.core import audit, clock, imports
from cites.core.imports import Report, guess, run
from cites.core.registry import maintenance_jobs
from cites.core.spreadsheets import Sheet
from cites.models import DataImport, Event
from partners.imports import OrganisationImporter
from partners.models import Organisation
from tests import factories, sheets
from tests.visitor import Page, Visitor

PAGE = "/admin/partners/organisation/importer/"
HEADER = ("Raison sociale", "N° Siret", "Statut", "Ville", "CP", "Tél")
GOOD, BAD = "732 829 320 00074", "67895644300011"
ROWS = (
    ("Les Passerelles", GOOD, "association", "Valenton", "94460", "0102030405"),
    ("Ville de Valenton", "21940074400013", "Commune", "Valenton", "94460", ""),
    ("La Ruche", BAD, "association loi 1901", "Créteil", "1000", ""),
)
FILE = sheets.csv_file(HEADER, *ROWS)


def upload(visitor: Visitor, content: bytes, name: str = "porteurs.csv", page: str = PAGE) -> Page:
    answer = visitor.client.post(page, {"file": SimpleUploadedFile(name, content)}, follow=True)
    return Page(visitor, answer.redirect_chain[-1][0] if answer.redirect_chain else page, answer)


def play(sheet: Sheet, *, keep: bool = True) -> Report:
    """Received, then confirmed."""
    admin = factories.make_admin()
    kept = data_imports.receive(OrganisationImporter, sheet, by=admin)
    return data_imports.confirm(kept, by=admin) if keep else Report.of_json(kept.report)


@pytest.fixture
def admin(db: None) -> Visitor:
    return Visitor(factories.make_admin())


# ------------------------------------------------------------------ in the administration


def test_a_file_is_sent_read_and_confirmed(admin: Visitor) -> None:
    sending = admin.open("/admin/partners/organisation/").follow("Importer")
    assert sending.path == PAGE
    assert "Les 14 chiffres, avec ou sans espaces." in sending.text
    assert "Une case vide n'efface rien." in sending.text
    page = upload(admin, FILE)
    assert "3 lignes à ajouter" in page.text
    assert "2 Les Passerelles à ajouter" in page.text
    assert "Ligne 4, colonne « N° Siret » : la clé de ce numéro est fausse" in page.text
    assert Organisation.objects.count() == 0
    done = page.press("Importer 3 lignes")
    assert "Le fichier est importé. Lignes : 3 ajoutées, 0 modifiées, 0 déjà là." in done.text
    assert list(Organisation.objects.values_list("name", "siret", "siret_to_check", "postal_code")) == [
        ("La Ruche", BAD, True, "01000"),
        ("Les Passerelles", "73282932000074", False, "94460"),
        ("Ville de Valenton", "21940074400013", False, "94460"),
    ]
    assert "SIRET à vérifier" in done.text


def test_who_is_there_is_asked_before_it_is_written(admin: Visitor) -> None:
    """Among the files of the past, money already decided."""
    page = upload(admin, FILE)
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert page.press("Importer 3 lignes").path == "/comptes/confirmer/"
        assert admin.open(page.path).path == "/comptes/confirmer/"
    assert Organisation.objects.count() == 0
    page.press("Importer 3 lignes")
    assert Organisation.objects.count() == 3


def test_the_journal_says_who_what_and_which_file(admin: Visitor) -> None:
    upload(admin, FILE).press("Importer 3 lignes")
    kept = DataImport.objects.get()
    event = Event.objects.get(kind="cites.data_imported")
    assert audit.read_sentence(event) == (
        f"Claire Administration a repris des organisations du fichier « porteurs.csv » (empreinte {kept.sha256}) :"
        " 3 lignes ajoutées, 0 modifiées, 0 déjà là"
    )
    assert (kept.content, kept.report, kept.created) == ({}, {}, 3)
    about = Event.objects.filter(kind="partners.organisation_imported").order_by("seq")
    assert [event.role for event in about] == ["Administration"] * 3
    assert "…" not in audit.read_sentence(about[0])
    assert list(audit.verify_journal()) == []


def test_the_same_file_twice_changes_nothing_and_says_so(admin: Visitor) -> None:
    upload(admin, FILE).press("Importer 3 lignes")
    events = Event.objects.count()
    page = upload(admin, FILE)
    assert "3 lignes déjà là, inchangée" in page.text
    assert "Il n’y a rien à importer : tout est déjà dans le portail." in page.text
    assert "Ce même fichier a été importé le" in page.text
    assert not [button for button in page.buttons if button.startswith("Importer")]
    assert Event.objects.count() == events


def test_columns_can_be_chosen_when_the_titles_say_nothing(admin: Visitor) -> None:
    page = upload(admin, sheets.csv_file(("A", "B", "C"), ("Les Passerelles", GOOD, "Association")))
    assert "Aucune colonne du fichier n'est « SIRET », qui est obligatoire." in page.text
    assert "Importer 1 ligne" not in page.buttons
    chosen = page.press("Vérifier avec ces colonnes", name="0", siret="1", kind="2")
    chosen.press("Importer 1 ligne")
    assert Organisation.objects.get().name == "Les Passerelles"


def test_a_refused_row_stops_the_whole_file(admin: Visitor) -> None:
    page = upload(admin, sheets.csv_file(HEADER, *ROWS, ("Sans numéro", "", "Association", "", "", "")))
    assert "Ligne 5, colonne « N° Siret » : cette case est vide, et elle est obligatoire." in page.text
    assert "1 ligne refusée" in page.text
    kept = DataImport.objects.get()
    assert data_imports.confirm(kept, by=factories.make_admin()).is_refused
    answer = admin.client.post(f"{PAGE}{kept.pk}/", {"confirm": "1"}, follow=True)
    assert "Rien n&#x27;est importé" in answer.content.decode()
    assert (Organisation.objects.count(), Event.objects.count()) == (0, 0)


def test_a_file_that_is_not_one_is_answered_beside_the_field(admin: Visitor) -> None:
    assert "Ce fichier n'est ni un CSV" in upload(admin, b"\x89PNG\x00\x00", "photo.csv").text
    assert "Choisissez un fichier." in admin.post(PAGE, {}).text
    assert DataImport.objects.count() == 0


def test_what_another_administrator_sent_is_not_shown(admin: Visitor) -> None:
    upload(admin, FILE)
    kept = DataImport.objects.get()
    other = Visitor(factories.make_user("autre.admin@exemple.test", is_staff=True, is_superuser=True))
    assert other.open(f"{PAGE}{kept.pk}/").status == 404
    assert other.post(f"{PAGE}{kept.pk}/", {"confirm": "1"}).status == 404


def test_a_second_click_imports_once(admin: Visitor) -> None:
    page = upload(admin, FILE)
    page.press("Importer 3 lignes")
    again = page.press("Importer 3 lignes")
    assert "déjà importé" in again.text
    assert Event.objects.filter(kind="cites.data_imported").count() == 1


def test_what_changed_since_the_page_is_asked_again(admin: Visitor) -> None:
    """Someone typed the same UAI meanwhile: nothing is written, and the page says why."""
    rows = (("Collège", "21940074400013", "École", "0949904E"), ("Autre", GOOD, "Commune", ""))
    page = upload(admin, sheets.csv_file(("Nom", "SIRET", "Type", "UAI"), *rows))
    factories.make_organisation("Collège des Oseraies", kind="college", uai="0949904E")
    refused = page.press("Importer 2 lignes")
    assert "Un établissement porte déjà ce code UAI." in refused.text
    assert Organisation.objects.count() == 1


def test_templates_are_offered(admin: Visitor) -> None:
    assert admin.download(f"{PAGE}modele.xlsx").startswith(b"PK")
    assert "Remarque" in admin.download(f"{PAGE}modele.csv").decode("utf-8-sig")
    assert admin.open(f"{PAGE}modele.pdf").status == 404


def test_a_file_that_nobody_confirmed_is_forgotten_after_a_day(admin: Visitor) -> None:
    upload(admin, FILE)
    data_imports.forget_old_files()
    assert DataImport.objects.count() == 1
    DataImport.objects.update(started_at=factories.NOON - data_imports.KEPT)
    with clock.at(factories.NOON + data_imports.KEPT):
        assert data_imports.forget_old_files() == 1
    assert data_imports.forget_old_files in list(maintenance_jobs)


# ------------------------------------------------------------------ the SIRET that waits


def edit(visitor: Visitor, organisation: Organisation, **typed: Any) -> Page:
    return visitor.open(f"/admin/partners/organisation/{organisation.pk}/change/").press("Enregistrer", **typed)


def test_a_doubtful_siret_does_not_forbid_other_edits_and_none_is_typed(admin: Visitor) -> None:
    play(sheets.sheet(HEADER, *ROWS))
    ruche = Organisation.objects.get(siret=BAD)
    edit(admin, ruche, city="Orly")
    ruche.refresh_from_db()
    assert (ruche.city, ruche.siret_to_check) == ("Orly", True)
    refused = edit(admin, ruche, siret="67895644300012")
    assert "Ce numéro SIRET n'est pas valable" in refused.text
    edit(admin, ruche, siret="35600000000048")
    ruche.refresh_from_db()
    assert (ruche.siret, ruche.siret_to_check) == ("35600000000048", False)
    assert "Ce numéro SIRET n'est pas valable" in edit(admin, ruche, siret=BAD).text


def test_a_new_organisation_is_not_typed_with_a_false_siret(admin: Visitor) -> None:
    page = admin.open("/admin/partners/organisation/add/")
    kind = str(factories.make_organisation().kind_id)
    assert "n'est pas valable" in page.press("Enregistrer", name="La Ruche", kind=kind, siret=BAD).text
    assert not Organisation.objects.filter(siret=BAD).exists()


# ------------------------------------------------------------------ what a row does


def test_a_known_organisation_is_updated_and_an_empty_cell_erases_nothing(db: None) -> None:
    known = factories.make_organisation(siret="73282932000074", city="Orly", phone="0199999999")
    report = play(sheets.sheet(HEADER, ("Les Passerelles", GOOD, "Association", "Valenton", "", "")))
    known.refresh_from_db()
    assert (known.city, known.phone) == ("Valenton", "0199999999")
    assert report.lines[0].changes == ["commune : Orly → Valenton"]
    event = Event.objects.get(kind="partners.organisation_imported")
    assert event.data["fields"] == ["commune"]


def test_the_same_siret_twice_in_a_file_is_a_mistake(db: None) -> None:
    report = play(sheets.sheet(HEADER, ROWS[0], ROWS[1], ("Autre nom", *ROWS[0][1:])))
    assert list(report.sentences(errors=True)) == [
        "Ligne 4, colonne « N° Siret » : c'est la même que la ligne 2 : gardez-en une."
    ]


def test_a_name_that_exists_under_another_number_is_a_warning(db: None) -> None:
    factories.make_organisation("LES PASSERELLES")
    report = play(sheets.sheet(HEADER, ROWS[0]))
    assert "une organisation de ce nom existe déjà" in next(report.sentences(errors=False))
    assert Organisation.objects.count() == 2


@pytest.mark.parametrize("number", ["217400013", "21940074400013X", "٢١٩٤٠٠٧٤٤٠٠٠١٣", "2194007440001300"])
def test_what_is_no_siret_is_refused(db: None, number: str) -> None:
    report = play(sheets.sheet(HEADER, ("A", number, "Commune", "", "", "")))
    assert "il en faut les 14 chiffres" in next(report.sentences(errors=True))


def test_zeros_lost_by_the_spreadsheet_come_back(db: None) -> None:
    number = factories.siret(1)
    play(sheets.sheet(HEADER, ("A", number.lstrip("0").rjust(11, "0"), "Commune", "", "", "")))
    assert number.startswith("00")
    assert Organisation.objects.get().siret == number


def test_rows_cost_as_many_queries_each(db: None) -> None:
    def asked(count: int, start: int) -> int:
        rows = [(f"N{i}", factories.siret(start + i), "Commune", "", "", "") for i in range(count)]
        with CaptureQueriesContext(connection) as queries:
            play(sheets.sheet(HEADER, *rows), keep=False)
        return len(queries)

    few, many = asked(5, 0), asked(55, 100)
    assert (many - few) / 50 <= 14  # of which two for each number that is unique when it is there


def test_half_an_import_would_show(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of all or nothing: with the taking back gone, the good rows of a refused file stay."""
    monkeypatch.setattr(imports, "take_back", lambda: None)
    sheet = sheets.sheet(HEADER, ROWS[0], ("B", "12", "Commune", "", "", ""))
    run(OrganisationImporter, sheet, guess(OrganisationImporter, HEADER), by=factories.make_admin())
    assert Organisation.objects.count() == 1


# ------------------------------------------------------------------ by command


def command(file: Path, *options: str) -> str:
    out = StringIO()
    call_command(
        "import_data",
        "organisations",
        str(file),
        "--by",
        "administration@exemple.test",
        *options,
        stdout=out,
        stderr=out,
    )
    return out.getvalue()


def test_the_command_tries_then_writes(db: None, tmp_path: Path) -> None:
    factories.make_admin()
    file = tmp_path / "porteurs.csv"
    file.write_bytes(FILE)
    assert "À blanc, rien n’est écrit : 3 ajoutées" in command(file)
    assert (Organisation.objects.count(), DataImport.objects.count()) == (0, 0)
    assert "Importé : 3 ajoutées, 0 modifiées, 0 déjà là." in command(file, "--apply")
    assert "Importé : 0 ajoutées, 0 modifiées, 3 déjà là." in command(file, "--apply")
    assert Organisation.objects.count() == 3


def test_the_command_maps_columns(db: None, tmp_path: Path) -> None:
    factories.make_admin()
    file = tmp_path / "x.csv"
    file.write_bytes(sheets.csv_file(("Qui", "Numéro", "Genre"), ("A", GOOD, "Commune")))
    maps = ("--map", "Nom=Qui", "--map", "SIRET=numero", "--map", "kind=Genre")
    assert "1 ajoutées" in command(file, *maps, "--apply")
    with pytest.raises(CommandError, match="n'est pas une colonne connue"):
        command(file, "--map", "Couleur=Qui")
    with pytest.raises(CommandError, match="n'est pas un titre du fichier"):
        command(file, "--map", "Nom=Quoi")


def test_the_command_refuses_in_french(db: None, tmp_path: Path) -> None:
    factories.make_admin()
    file = tmp_path / "x.csv"
    with pytest.raises(CommandError, match="ne s'ouvre pas"):
        command(file)
    file.write_bytes(b"")
    with pytest.raises(CommandError, match="vide"):
        command(file)
    file.write_bytes(sheets.csv_file(HEADER, ("A", "12", "Commune", "", "", "")))
    with pytest.raises(CommandError, match="Rien n'est importé"):
        command(file, "--apply")
    with pytest.raises(CommandError, match="n'est pas un compte d'administration"):
        call_command("import_data", "organisations", str(file), "--by", factories.make_coordination().email)
