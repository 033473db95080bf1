"""Small files of every kind, made byte by byte: nothing binary is kept in the repository."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime

from cites.core.pdf import compile_pdf

SCRIPT = b"<script>alert(1)</script>"
GPS = b"GPSLatitude 48.7412"

# ------------------------------------------------------------------ PDF


def pdf(*objects: bytes, trailer: bytes = b"", tail: bytes = b"") -> bytes:
    """A page, then `objects` from number 4 on; a table of references that holds."""
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate((catalog, pages, page, *objects), 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(offsets) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n" % (size, table)
    end = out.rfind(b"xref\n0 ")
    return out + b"<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n%s" % (size, trailer, end, tail)


def stream(data: bytes, entries: bytes = b"", *, packed: bool = True) -> bytes:
    data = zlib.compress(data, 9) if packed else data
    kind = b"/Filter /FlateDecode " if packed else b""
    return b"<< /Length %d %s%s >>\nstream\n%s\nendstream" % (len(data), kind, entries, data)


def object_stream(text: bytes, entries: bytes = b"") -> bytes:
    return stream(b"9 0 " + text, b"/Type /ObjStm /N 1 /First 4 " + entries)


def typst_pdf() -> bytes:
    data = {"title": "Statuts", "organisation": "Les Passerelles", "facts": [["Siège", "Valenton"]]}
    return compile_pdf("demo_document", data, at=datetime(2026, 1, 5, tzinfo=UTC))


# ------------------------------------------------------------------ pictures


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def exif(orientation: int = 1, *, order: str = ">") -> bytes:
    """An orientation, and a GPS directory with a text anyone would recognise."""
    mark = b"MM\0*" if order == ">" else b"II*\0"
    rows = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(f"{order}HHII", 0x8825, 4, 1, 60)
    directory = struct.pack(f"{order}H", 2) + rows + struct.pack(f"{order}I", 0)
    return b"Exif\0\0" + mark + struct.pack(f"{order}I", 8) + directory + GPS


JFIF = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x3f"


def picture(width: int = 8, height: int = 8) -> bytes:
    """The tables and the scan of one grey square."""
    tables = segment(0xDB, b"\0" + b"\1" * 64)
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    codes = b"".join(segment(0xC4, bytes([kind, 1]) + b"\0" * 15 + b"\0") for kind in (0x00, 0x10))
    return tables + frame + codes + SCAN


def jpeg(*extras: bytes, tail: bytes = b"", width: int = 8, height: int = 8) -> bytes:
    return b"\xff\xd8" + JFIF + b"".join(extras) + picture(width, height) + b"\xff\xd9" + tail


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(
    *extras: bytes,
    width: int = 4,
    height: int = 3,
    colour: int = 2,
    interlaced: int = 0,
    data: bytes | None = None,
    tail: bytes = b"",
) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, interlaced)
    raw = (b"\0" + b"\x40\x80\xc0" * width) * height if data is None else data
    middle = b"".join(extras) + chunk(b"IDAT", zlib.compress(raw))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + middle + chunk(b"IEND", b"") + tail


# ------------------------------------------------------------------ texts and spreadsheets

Parts = Mapping[str, str | bytes]
XML = '<?xml version="1.0" encoding="UTF-8"?>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODT, ODS = "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


def archive(parts: dict[str, str | bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def types(main: str, part: str, more: str = "") -> str:
    return (
        f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="{part}" ContentType="{main}"/>{more}</Types>'
    )


def _relation(kind: str, target: str, outside: bool) -> str:
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="r" Type="{KINDS}/{kind}" Target="{target}"{mode}/>'


def relations(*rows: tuple[str, str, bool]) -> str:
    """(last word of the type, target, outside)."""
    made = "".join(_relation(*row) for row in rows)
    return f"{XML}<Relationships {RELS}>{made}</Relationships>"


def docx(
    body: str = "<w:p><w:r><w:t>Projet associatif</w:t></w:r></w:p>",
    *,
    rels: str = "",
    main: str = WORD_TYPE,
    more: str = "",
    parts: Parts | None = None,
) -> bytes:
    held: dict[str, str | bytes] = {
        "[Content_Types].xml": types(main, "/word/document.xml", more),
        "_rels/.rels": relations(("officeDocument", "word/document.xml", False)),
        "word/document.xml": f"{XML}<w:document {W}><w:body>{body}</w:body></w:document>",
    }
    if rels:
        held["word/_rels/document.xml.rels"] = rels
    return archive({**held, **(parts or {})})


def xlsx(
    sheet: str = "<row r='1'><c r='A1'><v>12</v></c></row>", *, main: str = EXCEL_TYPE, parts: Parts | None = None
) -> bytes:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    held: dict[str, str | bytes] = {
        "[Content_Types].xml": types(main, "/xl/workbook.xml"),
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml", False)),
        "xl/workbook.xml": f"{XML}<workbook {space}><sheets/></workbook>",
        "xl/worksheets/sheet1.xml": f"{XML}<worksheet {space}><sheetData>{sheet}</sheetData></worksheet>",
    }
    return archive({**held, **(parts or {})})


def odf(
    kind: str = ODT, body: str = "<text:p>Projet</text:p>", *, manifest: str = "", parts: Parts | None = None
) -> bytes:
    names = "".join(f' xmlns:{n}="{OFFICE}{n}:1.0"' for n in ("office", "text", "table", "draw", "script"))
    spaces = f'{names} xmlns:xlink="http://www.w3.org/1999/xlink"'
    held: dict[str, str | bytes] = {
        "mimetype": kind,
        "content.xml": f"{XML}<office:document-content{spaces}>{body}</office:document-content>",
        "META-INF/manifest.xml": f'{XML}<m:manifest xmlns:m="{OFFICE}manifest:1.0">{manifest}</m:manifest>',
    }
    return archive({**held, **(parts or {})}, stored=("mimetype",))
