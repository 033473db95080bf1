"""One table as an ODS file: what LibreOffice and Excel open. Cells are text or amounts; nothing in them computes.

Written with the standard library: the format is a zip of XML, and xlsxwriter only knows XLSX.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from django.http import HttpResponse

from cites.core.exports import safe_cell
from cites.core.money import format_euros

ODS = "application/vnd.oasis.opendocument.spreadsheet"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = " ".join(
    f'xmlns:{name}="{_OFFICE}:{path}:1.0"'
    for name, path in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"),
        ("number", "datastyle"), ("fo", "xsl-fo-compatible"),
    )
)  # fmt: skip
_MANIFEST = (
    f'<manifest:manifest xmlns:manifest="{_OFFICE}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_STYLES = (
    "<office:automatic-styles>"
    '<number:number-style style:name="N1"><number:number number:decimal-places="2" number:min-decimal-places="2"'
    ' number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
    '<style:style style:name="euros" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="strong" style:family="table-cell"><style:text-properties fo:font-weight="bold"/>'
    "</style:style>"
    '<style:style style:name="strong-euros" style:family="table-cell" style:data-style-name="N1">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="wide" style:family="table-column"><style:table-column-properties'
    ' style:column-width="7cm"/></style:style>'
    "</office:automatic-styles>"
)
# The zip says nothing of the hour it was made: the same table gives the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class OdsRow:
    """Cells from left to right; a `strong` row is a title or a total."""

    cells: Sequence[str | Decimal]
    strong: bool = False


def ods(title: str, rows: Iterable[OdsRow]) -> bytes:
    """The file, its only sheet named `title`."""
    held = list(rows)
    width = max((len(row.cells) for row in held), default=1)
    body = "".join(_row(row) for row in held)
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content {_SPACES} office:version="1.3">{_STYLES}<office:body><office:spreadsheet>'
        f"<table:table table:name={quoteattr(_sheet_name(title))}>"
        f'<table:table-column table:style-name="wide" table:number-columns-repeated="{width}"/>{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return _zip({"content.xml": content, "META-INF/manifest.xml": _MANIFEST})


def ods_response(filename: str, title: str, rows: Iterable[OdsRow]) -> HttpResponse:
    response = HttpResponse(ods(title, rows), content_type=ODS)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _row(row: OdsRow) -> str:
    return f"<table:table-row>{''.join(_cell(cell, row.strong) for cell in row.cells)}</table:table-row>"


def _cell(cell: str | Decimal, strong: bool) -> str:
    if isinstance(cell, Decimal):
        style = "strong-euros" if strong else "euros"
        shown = escape(format_euros(cell))
        return (
            f'<table:table-cell table:style-name="{style}" office:value-type="float" office:value="{cell}">'
            f"<text:p>{shown}</text:p></table:table-cell>"
        )
    style = ' table:style-name="strong"' if strong else ""
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in _readable(safe_cell(cell)).splitlines())
    return f'<table:table-cell{style} office:value-type="string">{paragraphs}</table:table-cell>'


def _readable(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(char for char in text if char in "\n\t" or (char >= " " and char not in "\ufffe\uffff"))


def _sheet_name(title: str) -> str:
    return "".join(char for char in _readable(title) if char not in "[]*?:/\\'\n\t")[:31] or "Feuille"


def _zip(parts: dict[str, str]) -> bytes:
    """The media type comes first and is not packed: that is how an ODS is known."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", _EPOCH), ODS, zipfile.ZIP_STORED)
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text, zipfile.ZIP_DEFLATED)
    return content.getvalue()
