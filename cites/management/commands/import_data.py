"""Bring in data that already exists, from a file. Without --apply it only says what would happen."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cites import data_imports
from cites.core.imports import CHANGED, CREATED, UNCHANGED, Importer, Report, guess, squeezed
from cites.core.registry import importers
from cites.core.spreadsheets import MAX_BYTES, FileRefused, Sheet, read
from cites.models import User


class Command(BaseCommand):
    help = "Reprend des données d'un fichier CSV, XLSX ou ODS ; sans --apply, dit seulement ce qui se passerait."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subject", choices=[one.code for one in importers], help="ce que contient le fichier")  # type: ignore[attr-defined]
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="courriel du compte d'administration qui importe")
        parser.add_argument("--map", action="append", default=[], help='une colonne : "SIRET=N° Siret"')
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--dry-run", action="store_true", help="ne rien écrire (c'est le défaut)")
        mode.add_argument("--apply", action="store_true", help="écrire, si aucune ligne n'est refusée")

    def handle(self, *args: Any, **options: Any) -> None:
        importer = data_imports.by_code(options["subject"])
        by = User.objects.filter(email__iexact=options["by"], is_active=True, is_staff=True).first()
        if by is None:
            raise CommandError(f"« {options['by']} » n'est pas un compte d'administration actif.")
        sheet = self._sheet(options["file"])
        mapping = guess(importer, sheet.header)
        mapping.update(dict(_mapped(importer, sheet, text) for text in options["map"]))
        kept = data_imports.receive(importer, sheet, by=by, mapping=mapping)
        report = Report.of_json(kept.report)
        if options["apply"] and not report.is_refused:
            report = data_imports.confirm(kept, by=by)
        else:
            kept.delete()
        self._say(report, applied=options["apply"])

    def _sheet(self, file: Path) -> Sheet:
        try:
            with file.open("rb") as content:
                return read(file.name, content.read(MAX_BYTES + 1))
        except OSError as error:
            raise CommandError(f"Ce fichier ne s'ouvre pas : {error.strerror}.") from error
        except FileRefused as refused:
            raise CommandError(str(refused)) from refused

    def _say(self, report: Report, *, applied: bool) -> None:
        for sentence in report.sentences(errors=False):
            self.stdout.write(sentence)
        for sentence in report.sentences(errors=True):
            self.stderr.write(sentence)
        if report.is_refused:
            raise CommandError("Rien n'est importé : corrigez le fichier, puis recommencez.")
        counts = {"ajoutées": CREATED, "modifiées": CHANGED, "déjà là": UNCHANGED}
        told = ", ".join(f"{report.count(verdict)} {word}" for word, verdict in counts.items())
        self.stdout.write(f"{'Importé' if applied else 'À blanc, rien n’est écrit'} : {told}.")


def _mapped(importer: type[Importer], sheet: Sheet, text: str) -> tuple[str, int]:
    """ "SIRET=N° Siret": the column of ours, then the title in the file."""
    ours, _, theirs = text.partition("=")
    column = next((one for one in importer.columns if squeezed(ours) in one.known_as), None)
    titles = [squeezed(title) for title in sheet.header]
    if column is None:
        raise CommandError(f"« {ours} » n'est pas une colonne connue : {', '.join(c.label for c in importer.columns)}.")
    if squeezed(theirs) not in titles:
        raise CommandError(f"« {theirs} » n'est pas un titre du fichier : {', '.join(sheet.header)}.")
    return column.name, titles.index(squeezed(theirs))
