"""Real files for the tests of imports: written by a spreadsheet library, by hand, or made to hurt."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook

from cites.core.spreadsheets import Sheet, read

ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
    '<office:spreadsheet><table:table table:name="Feuille1">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
    ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def csv_file(*rows: Sequence[str], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    return "".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding)


def sheet(*rows: Sequence[str], name: str = "donnees.csv") -> Sheet:
    """As it comes out of the reader."""
    return read(name, csv_file(*rows))


def xlsx(*rows: Sequence[Any]) -> bytes:
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return content.getvalue()


def far_cell() -> bytes:
    """Two cells, the second in the last corner: seventeen billion between them."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "Nom")
        page.write(1048575, 16383, "fin")
    return content.getvalue()


def ods(*rows: Sequence[str], content: str = "") -> bytes:
    """The least that a reader accepts, zipped by hand."""
    lines = "".join(f"<table:table-row>{''.join(_ods_cell(cell) for cell in row)}</table:table-row>" for row in rows)
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content or f"{ODS_HEAD}{lines}{ODS_TAIL}",
            "META-INF/manifest.xml": MANIFEST,
        }
    )


def _ods_cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def archive(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return content.getvalue()


def encrypted(content: bytes) -> bytes:
    """The archive says that its entries are encrypted: one bit in each of its headers."""
    changed = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(mark, at + 4)
    return bytes(changed)
