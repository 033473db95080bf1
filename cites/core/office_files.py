"""Texts and spreadsheets (docx, xlsx, odt, ods): a ZIP whose bounds are read first, then each part is looked through.

Refused: macros, remote templates and pictures, links to other data, DDE, controls, files inside files, passwords,
names that leave their folder, and whatever two readers could read in two ways.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from django.core.exceptions import ValidationError

_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, EOFError, KeyError, ValueError, OSError, zlib.error)
START = b"PK\x03\x04"
MAX_ENTRIES = 2_000
MAX_UNPACKED = 100_000_000
MAX_RATIO = 100
MAX_ELEMENTS = 300_000
BLOCK = 65_536

BROKEN = "ce document est incomplet ou abîmé. Ouvrez-le puis enregistrez-le à nouveau."
OTHER = "son contenu n'est pas celui que son nom annonce. Enregistrez-le à nouveau dans le bon format."
LOCKED = "ce document est protégé par un mot de passe : nous ne pouvons pas le vérifier. Enlevez la protection."
BOMB = "ce document est démesuré une fois ouvert. Enregistrez-le en PDF puis renvoyez-le."
MACROS = "ce document contient des macros ou des contrôles. Enregistrez-le en PDF, ou sans macros."
REMOTE = "ce document va chercher un contenu ailleurs (modèle, image, données). Enregistrez-le en PDF."
NESTED = "ce document contient un autre fichier. Enregistrez-le en PDF puis renvoyez-le."

_MACRO_PARTS = re.compile(r"vbaproject|vbadata|macrosheets|dialogsheets|activex|^basic/|^scripts/|customui", re.I)
_NESTED_PARTS = re.compile(
    r"embeddings/|oleobject|\.(zip|jar|7z|rar|gz|tgz|bz2|xz|cab|exe|dll|js|vbs|html?|svg|docx|xlsx|odt|ods)$", re.I
)
_ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ", b"\xd0\xcf\x11\xe0", b"\x7fELF")
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|//|\\\\", re.I)
_SAFE_LINK = re.compile(r"(https?|mailto):", re.I)


def check(content: bytes, main: str) -> bytes:
    """The same bytes, if they are the document of media type `main` and do nothing by themselves."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _bounds(archive, content)
            _is(archive, main)
            reader = _Reader()
            for entry in archive.infolist():
                _part(archive, entry, reader)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        UnicodeError,
        KeyError,
        ValueError,
        OSError,
        zlib.error,
    ) as error:
        raise ValidationError(BROKEN) from error
    return content


# ------------------------------------------------------------------ bounds


def _bounds(archive: zipfile.ZipFile, content: bytes) -> None:
    """What the directory announces, before anything is unpacked; the parts are held to it as they are read."""
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or total > MAX_UNPACKED or total > MAX_RATIO * len(content):
        raise ValidationError(BOMB)
    if archive.comment or not content[-22:].startswith(b"PK\x05\x06"):
        raise ValidationError(BROKEN)  # something stands after the end
    if min((entry.header_offset for entry in entries), default=1) != 0 or sum(e.compress_size for e in entries) > len(
        content
    ):
        raise ValidationError(BROKEN)  # or before the start, or twice in the same place
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) != len(names):
        raise ValidationError(BROKEN)
    for entry in entries:
        _entry(entry)


def _entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 0x1:
        raise ValidationError(LOCKED)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValidationError(BROKEN)
    name = entry.orig_filename
    outside = name.startswith("/") or ".." in name.split("/") or re.search(r"[\\:\x00-\x1f]", name)
    if outside or stat.S_ISLNK(entry.external_attr >> 16):
        raise ValidationError(BROKEN)
    if _MACRO_PARTS.search(name):
        raise ValidationError(MACROS)
    if _NESTED_PARTS.search(name):
        raise ValidationError(NESTED)


def _is(archive: zipfile.ZipFile, main: str) -> None:
    """ODF says its type in its first part; OOXML says the type of its main part."""
    if "oasis" in main:
        first = archive.infolist()[0]
        if first.filename != "mimetype" or first.file_size > 100 or archive.read(first) != main.encode():
            raise ValidationError(OTHER)
        archive.getinfo("content.xml")
        return
    types = archive.getinfo("[Content_Types].xml")
    if types.file_size > 1_000_000:
        raise ValidationError(BOMB)
    if f'"{main}.main+xml"'.encode() not in archive.read(types).replace(b"'", b'"'):
        raise ValidationError(OTHER)


# ------------------------------------------------------------------ parts


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, reader: "_Reader") -> None:
    """Read whole, in blocks: its checksum and its size hold, and its XML does nothing."""
    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".rdf", ".vml"))
    parser = reader.parser(entry.filename) if is_xml and entry.file_size else None
    count = 0
    for number, block in enumerate(_blocks(archive, entry)):
        count += len(block)
        if count > entry.file_size:
            raise ValidationError(BOMB)
        if number == 0 and block.startswith(_ARCHIVES):
            raise ValidationError(NESTED)
        if parser:
            _feed(parser, block)
    if parser:
        _feed(parser, b"", last=True)
        reader.finish()


def _blocks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as part:
        while block := part.read(BLOCK):
            yield block


def _feed(parser: expat.XMLParserType, block: bytes, *, last: bool = False) -> None:
    try:
        parser.Parse(block, last)
    except expat.ExpatError as error:
        raise ValidationError(BROKEN) from error


# Elements by what they would do, whatever their prefix.
_RUNS = {"event-listener", "event-listeners", "script-data", "ocx", "control", "applet", "plugin", "activex"}
_FETCHES = {"dde-source", "dde-link", "ddeLink", "ddeItem", "table-source", "section-source", "externalReference"}
_FETCHES |= {
    "floating-frame",
    "webPr",
    "subDoc",
    "altChunk",
    "dde-connection",
    "dde-connection-decl",
    "cell-range-source",
}
_MACRO_TYPES = ("macroenabled", "vbaproject", "activex", "oleobject", "ms-office.vba", "macrosheet")


@dataclass
class _Reader:
    """Looks at each element as it passes; counts them over the whole document."""

    elements: int = 0
    instruction: list[str] = field(default_factory=list)
    in_instruction: bool = False
    is_relations: bool = False

    def parser(self, name: str) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        self.is_relations = name.lower().endswith(".rels")
        return parser

    def finish(self) -> None:
        """A field's instruction may be cut in pieces over many runs: read once they are all there."""
        if re.search(
            r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|MACROBUTTON)\b", "".join(self.instruction), re.I
        ):
            raise ValidationError(REMOTE)
        self.instruction = []

    def _doctype(self, *args: object) -> None:
        raise ValidationError(BROKEN)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise ValidationError(BOMB)
        name = name.rpartition(" ")[2]
        if name in _RUNS:
            raise ValidationError(MACROS)
        if name in _FETCHES:
            raise ValidationError(REMOTE)
        if name == "encryption-data":
            raise ValidationError(LOCKED)
        self.in_instruction = name == "instrText"
        if attributes:
            self._attributes(name, {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def _attributes(self, name: str, values: dict[str, str]) -> None:
        if name == "fldSimple":
            self.instruction += [" ", values.get("instr", ""), " "]
        if name in ("Override", "Default") and any(
            word in values.get("ContentType", "").lower() for word in _MACRO_TYPES
        ):
            raise ValidationError(MACROS)
        if self.is_relations and name == "Relationship":
            _relation(values)
        if link := values.get("href"):
            _link(name, link)

    def _end(self, name: str) -> None:
        self.in_instruction = False
        if name.endswith(" p"):  # instructions do not run over paragraphs
            self.instruction.append(" ")

    def _text(self, text: str) -> None:
        if self.in_instruction:
            self.instruction.append(text)


def _relation(values: dict[str, str]) -> None:
    """A link that a person clicks may lead outside; nothing else does."""
    kind, target = values.get("Type", "").lower(), values.get("Target", "")
    if "oleobject" in kind or "vba" in kind or "control" in kind:
        raise ValidationError(MACROS)
    outside = values.get("TargetMode", "").lower() == "external" or _OUTSIDE.match(target)
    if outside and not (kind.endswith("/hyperlink") and (_SAFE_LINK.match(target) or target.startswith("#"))):
        raise ValidationError(REMOTE)


def _link(name: str, link: str) -> None:
    """ODF: pictures and objects stand in the document; a text link is a web or mail address."""
    if re.match(r"(vnd\.sun\.star\.|macro:|script:|javascript:|data:)", link.strip(), re.I):
        raise ValidationError(MACROS)
    if _OUTSIDE.match(link.strip()) and not (name == "a" and _SAFE_LINK.match(link.strip())):
        raise ValidationError(REMOTE)
