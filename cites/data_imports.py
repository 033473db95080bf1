"""A file from its arrival to its import: tried at once, kept between two pages, forgotten after a day."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from cites.core import clock
from cites.core.errors import Blocked
from cites.core.imports import MEANWHILE, Importer, Mapping, Report, guess, run
from cites.core.registry import importers
from cites.core.sealed import canonical, digest
from cites.core.spreadsheets import Row, Sheet
from cites.models import DataImport, User

KEPT = timedelta(days=1)


def by_code(code: str) -> type[Importer]:
    """KeyError for a subject that nobody imports."""
    classes: dict[str, Any] = {getattr(one, "code", ""): one for one in importers}
    found: type[Importer] = classes[code]
    return found


def receive(importer: type[Importer], sheet: Sheet, *, by: User, mapping: Mapping | None = None) -> DataImport:
    """Try the file and keep it with its report, for the person who confirms."""
    mapping = guess(importer, sheet.header) if mapping is None else mapping
    report = run(importer, sheet, mapping, by=by)
    return DataImport.objects.create(
        subject=importer.code,
        file_name=sheet.name,
        sha256=sheet.sha256,
        content={"header": sheet.header, "rows": [[row.number, row.cells] for row in sheet.rows]},
        mapping=mapping,
        report=report.as_json(),
        started_by=by,
        started_at=clock.now(),
    )


def sheet_of(kept: DataImport) -> Sheet:
    rows = [Row(number, cells) for number, cells in kept.content["rows"]]
    return Sheet(kept.file_name, kept.sha256, kept.content["header"], rows)


def try_again(kept: DataImport, mapping: Mapping, *, by: User) -> Report:
    """With other columns, or because the portal has changed meanwhile."""
    report = run(by_code(kept.subject), sheet_of(kept), mapping, by=by)
    kept.mapping, kept.report = mapping, report.as_json()
    kept.save(update_fields=["mapping", "report"])
    return report


def state_of(kept: DataImport) -> str:
    """What a page has shown: its confirmation names it."""
    return digest(canonical(kept.report))


@transaction.atomic
def confirm(kept: DataImport, *, by: User, seen: str = "") -> Report:
    """Write what the report announced. Whatever has changed since is told, and nothing is written.

    `seen` is the `state_of` that the page showed: another tab may have chosen other columns meanwhile.
    """
    locked = DataImport.objects.select_for_update().get(pk=kept.pk)
    if locked.applied_at:
        raise Blocked("Ce fichier est déjà importé.")
    if seen and seen != state_of(locked):
        raise Blocked("Rien n'est importé : ce fichier a été vérifié autrement dans une autre page. Relisez.")
    report = run(by_code(locked.subject), sheet_of(locked), locked.mapping, by=by, kept=locked)
    if report.is_refused:
        problems = [problem for problem in report.problems if problem != MEANWHILE]
        locked.report = {**report.as_json(), "problems": problems}
        locked.save(update_fields=["report"])
    return report


def same_file(kept: DataImport) -> DataImport | None:
    """The last time that these very bytes were imported."""
    return DataImport.objects.filter(sha256=kept.sha256, subject=kept.subject, applied_at__isnull=False).first()


def forget_old_files() -> int:
    """What was never confirmed goes after a day."""
    old = DataImport.objects.filter(applied_at__isnull=True, started_at__lt=clock.now() - KEPT)
    return old.delete()[0]
