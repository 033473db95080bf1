"""Rows of text out of a file that a person sends: CSV, XLSX or ODS. Whatever it is, an answer in French.

What is read is text as it shows on the screen: no formula is computed, no link followed, no entity expanded.
"""

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cites.core.text import storable

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 5000, 100, 5000
SECONDS = 30
READER = Path(__file__).with_name("sheet_reader.py")
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SHEETS = {"xl/workbook.xml": "xlsx", "content.xml": "ods"}
DELIMITERS = (";", ",", "\t")

LIMITS = {
    "columns": f"Ce tableau a plus de {MAX_COLUMNS} colonnes : supprimez celles qui ne servent pas, ou copiez les"
    " données dans une feuille neuve.",
    "rows": f"Ce tableau a plus de {MAX_ROWS} lignes : coupez-le en plusieurs fichiers.",
    "cell": f"Une cellule contient plus de {MAX_CELL} caractères : raccourcissez-la.",
}
UNREADABLE = "Ce fichier est illisible ou incomplet : ouvrez-le dans votre tableur et enregistrez-le de nouveau."
PROTECTED = "Ce fichier est protégé par un mot de passe : enregistrez-le sans mot de passe."
TOO_HEAVY = "Ce fichier demande trop de mémoire pour être lu : copiez les données utiles dans un fichier neuf."


class FileRefused(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """`number` is the one that the spreadsheet shows in its margin."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """The header is the first row that holds something."""

    name: str
    sha256: str
    header: list[str]
    rows: list[Row]


def read(name: str, content: bytes) -> Sheet:
    """Raises `FileRefused`, and nothing else, whatever the bytes."""
    if len(content) > MAX_BYTES:
        raise FileRefused(f"Ce fichier dépasse {MAX_BYTES // 1024 // 1024} Mo.")
    rows = list(_rows(content))
    if not rows:
        raise FileRefused("Ce fichier est vide.")
    if len(rows) == 1:
        raise FileRefused("Ce fichier n'a qu'une ligne : il faut les titres des colonnes, puis les données.")
    if len(rows) > MAX_ROWS + 1:
        raise FileRefused(LIMITS["rows"])
    header = [storable(cell.strip()) for cell in rows[0].cells]
    if len(header) > MAX_COLUMNS:
        raise FileRefused(LIMITS["columns"])
    kept = [Row(row.number, [_text(cell) for cell in row.cells]) for row in rows[1:]]
    return Sheet(storable(Path(name).name)[-100:], hashlib.sha256(content).hexdigest(), header, kept)


def _rows(content: bytes) -> Iterator[Row]:
    if content.startswith(ZIP):
        return _of_a_sheet(content)
    if content.startswith(OLD_EXCEL):
        raise FileRefused(
            "Ce fichier est un ancien classeur Excel (.xls) ou un classeur protégé par un mot de passe :"
            " enregistrez-le au format .xlsx, sans mot de passe."
        )
    return _of_a_csv(_decoded(content))


def _text(cell: str) -> str:
    """One cell, storable. The apostrophe that our own exports put before a formula is taken off again."""
    text = storable(cell).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


# ------------------------------------------------------------------ CSV


def _decoded(content: bytes) -> str:
    """UTF-8, with or without its mark; what Excel calls Unicode; else the Western European of Windows."""
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FileRefused("Ce fichier n'est ni un CSV, ni un classeur XLSX ou ODS.")


def _of_a_csv(text: str) -> Iterator[Row]:
    delimiter = _delimiter(text)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
                raise FileRefused(LIMITS["columns"])
            if max(map(len, cells), default=0) > MAX_CELL:
                raise FileRefused(LIMITS["cell"])
            if any(cell.strip() for cell in cells):
                yield Row(number, cells[:MAX_COLUMNS])
    except csv.Error as error:
        raise FileRefused(UNREADABLE) from error


def _delimiter(text: str) -> str:
    """The sign that cuts the first row in most pieces."""
    first = next((line for line in text.splitlines() if line.strip(" \t;,")), "")[: MAX_COLUMNS * 200]
    return max(DELIMITERS, key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))


# ------------------------------------------------------------------ XLSX and ODS


def _of_a_sheet(content: bytes) -> Iterator[Row]:
    _check_archive(content)
    answer = _read_apart(content)
    if "limit" in answer:
        raise FileRefused(LIMITS[answer["limit"]])
    return (Row(number, cells) for number, cells in answer["rows"])


def _check_archive(content: bytes) -> None:
    """What the archive claims, before anything of it is unpacked."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise FileRefused(UNREADABLE) from error
    names = {entry.filename for entry in entries}
    if not names & SHEETS.keys():
        raise FileRefused("Ce fichier n'est pas un classeur : envoyez un CSV, un XLSX ou un ODS.")
    if any(entry.flag_bits & 1 for entry in entries) or "EncryptedPackage" in names:
        raise FileRefused(PROTECTED)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise FileRefused(TOO_HEAVY)


def _read_apart(content: bytes) -> dict[str, Any]:
    """In another process, whose memory and time are counted: see `sheet_reader.py`."""
    limits = [str(MAX_ROWS + 1), str(MAX_COLUMNS), str(MAX_CELL)]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, by its path; the bytes come by its standard input
            [sys.executable, "-I", str(READER), *limits], input=content, capture_output=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused(TOO_HEAVY) from error
    if b"assword" in done.stderr:
        raise FileRefused(PROTECTED)
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise FileRefused(TOO_HEAVY)
    if done.returncode:
        raise FileRefused(UNREADABLE)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
