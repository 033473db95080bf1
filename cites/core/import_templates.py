"""The file to fill in: the titles, one example to delete, and what each column is for."""

import csv
import io
from collections.abc import Sequence

from xlsxwriter import Workbook

from cites.core.exports import safe_cell
from cites.core.imports import EXAMPLE_MARK, Importer

REMARK = "Remarque"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows(importer: type[Importer]) -> list[list[str]]:
    """Titles and example; the remark says which row is the example, and importing it leaves it aside."""
    titles = [column.label for column in importer.columns]
    return [[*titles, REMARK], [*(column.example for column in importer.columns), EXAMPLE_MARK]]


def as_csv(importer: type[Importer]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([safe_cell(cell) for cell in row] for row in rows(importer))
    return ("\ufeff" + text.getvalue()).encode()


def as_xlsx(importer: type[Importer]) -> bytes:
    """Every cell is text: no leading zero is lost, nothing is computed."""
    content = io.BytesIO()
    book = Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, text = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "@"})
    data, help_page = book.add_worksheet("Données"), book.add_worksheet("Colonnes")
    titles, example = rows(importer)
    data.set_column(0, len(titles) - 1, 24, text)
    data.freeze_panes(1, 0)
    _write(data, 0, titles, bold)
    _write(data, 1, example, text)
    help_page.set_column(0, 0, 30)
    help_page.set_column(1, 1, 14)
    help_page.set_column(2, 2, 100)
    _write(help_page, 0, ["Colonne", "Obligatoire", "Ce qu'on y écrit"], bold)
    for number, column in enumerate(importer.columns, 1):
        _write(help_page, number, [column.label, "oui" if column.required else "non", column.help], text)
    for number, note in enumerate(importer.notes, len(importer.columns) + 2):
        _write(help_page, number, [note], None)
    book.close()
    return content.getvalue()


def _write(page: object, number: int, cells: Sequence[str], look: object) -> None:
    for column, cell in enumerate(cells):
        page.write_string(number, column, cell, look)  # type: ignore[attr-defined]
