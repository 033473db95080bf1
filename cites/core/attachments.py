"""The one door for files that people send: what comes out may be stored and handed on, the rest is a French sentence.

The ending of the name, the first bytes and the structure must say the same thing; nothing is unpacked before its
bounds are known; what a reader could run (script, macro, launch, remote content) is refused, not cleaned. Pictures
alone are rewritten: the same image data without what the camera wrote beside it.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from cites.core import antivirus, office_files, pdf_files, pictures
from cites.core.text import file_size, storable

MAX_BYTES = 10_000_000
MAX_NAME = 100


@dataclass(frozen=True)
class Kind:
    """A kind of file: how its name ends, how its bytes begin, what its structure must pass, what comes out."""

    media_type: str
    label: str
    first_bytes: bytes
    check: Callable[[bytes], bytes]


def _office(main: str) -> Callable[[bytes], bytes]:
    return lambda content: office_files.check(content, main)


_DOCUMENT = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_WORD, _EXCEL = f"{_DOCUMENT}wordprocessingml.document", f"{_DOCUMENT}spreadsheetml.sheet"
_TEXT, _SHEET = f"{_ODF}text", f"{_ODF}spreadsheet"
_JPEG = Kind("image/jpeg", "JPEG", b"\xff\xd8\xff", pictures.clean_jpeg)
KINDS = {
    ".pdf": Kind("application/pdf", "PDF", b"%PDF-", pdf_files.check),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".png": Kind("image/png", "PNG", pictures.PNG_START, pictures.clean_png),
    ".docx": Kind(_WORD, "Word", office_files.START, _office(_WORD)),
    ".xlsx": Kind(_EXCEL, "Excel", office_files.START, _office(_EXCEL)),
    ".odt": Kind(_TEXT, "OpenDocument", office_files.START, _office(_TEXT)),
    ".ods": Kind(_SHEET, "OpenDocument", office_files.START, _office(_SHEET)),
}
LABELS = {kind.media_type: kind.label for kind in KINDS.values()}
ACCEPTED = "PDF, JPEG, PNG, Word (docx), Excel (xlsx), OpenDocument (odt, ods)"


@dataclass(frozen=True)
class Checked:
    """A file that may be stored: its name made plain, its type from our table, its bytes and their SHA-256."""

    name: str
    media_type: str
    content: bytes
    sha256: str

    @property
    def size(self) -> int:
        return len(self.content)


def check(name: str, content: bytes) -> Checked:
    """What may be stored of these bytes. Raises ValidationError with a sentence that says what to do."""
    name = clean_name(name)
    kind = KINDS.get(ending(name))
    if kind is None:
        raise ValidationError(f"« {name} » n'est pas d'un format accepté. Formats acceptés : {ACCEPTED}.")
    if len(content) > MAX_BYTES:
        raise ValidationError(f"« {name} » pèse {file_size(len(content))} : le maximum est {file_size(MAX_BYTES)}.")
    if not content.startswith(kind.first_bytes):
        raise ValidationError(
            f"« {name} » ne contient pas un fichier {kind.label}. Enregistrez-le à nouveau dans ce format."
        )
    try:
        kept = kind.check(content)
        antivirus.scan(content)
    except ValidationError as refusal:
        raise ValidationError([f"« {name} » : {message}" for message in refusal.messages]) from refusal
    return Checked(name, kind.media_type, kept, hashlib.sha256(kept).hexdigest())


def check_upload(file: Any) -> Checked:
    """The same for an uploaded file, of which no more than the limit and one byte is read."""
    file.seek(0)
    return check(str(file.name or ""), file.read(MAX_BYTES + 1))


# ------------------------------------------------------------------ names

# Endings that a system could run, hidden before the last one: “facture.exe.pdf”.
_RUNS = (
    r"\.(?=(exe|com|scr|bat|cmd|pif|msi|js|jse|vbs|vbe|wsf|hta|ps1|lnk|jar|sh|html?|xhtml|svg|php|docm|xlsm|zip)(\.|$))"
)
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r'[<>:"|?*;%\x00-\x1f\x7f]')


def ending(name: str) -> str:
    dot = name.rfind(".")
    return name[dot:].lower() if dot > 0 else ""


def clean_name(name: str) -> str:
    """A name that every system stores and shows as it reads: no path, no control, no change of direction."""
    name = storable(unicodedata.normalize("NFC", name)).replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cf", "Cc", "Co", "Cn", "Zl", "Zp"))
    name = " ".join(_NOT_IN_NAMES.sub("-", name).split()).strip(". ")
    last = ending(name)
    stem = name[: len(name) - len(last)].rstrip(". ")
    stem = re.sub(_RUNS, "-", stem, flags=re.IGNORECASE) or "document"
    if _RESERVED.match(f"{stem}."):
        stem = f"document-{stem}"
    return f"{stem[: MAX_NAME - len(last[:10])]}{last[:10]}"
