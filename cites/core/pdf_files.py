"""A PDF that only shows pages: no script, no launch, no file inside, no password, nothing after its end.

Read as text, not opened: the names that make a reader act are looked for in the whole file, written plainly or
with `#xx`, and in the compressed objects, unpacked within bounds. What cannot be looked into is refused.
"""

import re
import zlib
from collections.abc import Iterator

from django.core.exceptions import ValidationError

MAX_UNPACKED = 100_000_000
MAX_RATIO = 100
MAX_STREAMS = 50_000
_FAR = 16_384
MAX_EACH = 20_000_000

BROKEN = "ce PDF est incomplet ou abîmé. Ouvrez-le puis enregistrez-le à nouveau en PDF."
APPENDED = "ce PDF contient autre chose après sa fin. Ouvrez-le puis enregistrez-le à nouveau en PDF."
LOCKED = "ce PDF est protégé par un mot de passe : nous ne pouvons pas le vérifier. Imprimez-le en PDF sans protection."
ACTIVE = "ce PDF contient un programme, un fichier joint ou une commande. Imprimez-le en PDF puis renvoyez-le."
OPAQUE = "nous ne savons pas vérifier la façon dont ce PDF est fait. Imprimez-le en PDF puis renvoyez-le."

_END = rb"(?=[\s/<>\[\](){}%]|$)"
_ACTS = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm|GoToE|XFA|Rendition|Movie)" + _END
)
_ENCRYPT = re.compile(rb"/Encrypt" + _END)
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream(\r\n|\n|\r)")
_HOLDS_OBJECTS = re.compile(rb"/(First|ObjStm)" + _END)
_PLAIN_FLATE = re.compile(rb"/Filter\s*(/FlateDecode|\[\s*/FlateDecode\s*\])" + _END)


def check(content: bytes) -> bytes:
    """The same bytes, or ValidationError."""
    end = content.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in content:
        raise ValidationError(BROKEN)
    if content[end + 5 :].strip(b"\r\n\t \0"):
        raise ValidationError(APPENDED)
    for part in (content, *_packed_objects(content)):
        _passive(part)
    return content


def _passive(part: bytes) -> None:
    for view in {part, _plain(part)}:
        if _ENCRYPT.search(view):
            raise ValidationError(LOCKED)
        if _ACTS.search(view):
            raise ValidationError(ACTIVE)


def _packed_objects(content: bytes) -> Iterator[bytes]:
    """What the object streams hold: dictionaries that the file does not show plainly."""
    budget = min(MAX_UNPACKED, max(len(content), 100_000) * MAX_RATIO)
    for number, found in enumerate(_STREAM.finditer(content)):
        if number > MAX_STREAMS:
            raise ValidationError(OPAQUE)
        head = _head(content, found.start())
        if _HOLDS_OBJECTS.search(head) and b"/Filter" in head:
            end = content.find(b"endstream", found.end())
            unpacked = _unpack(content[found.end() : end], head, min(budget, MAX_EACH))
            budget -= len(unpacked)
            yield unpacked


def _head(content: bytes, at: int) -> bytes:
    """The dictionary of the stream that begins there. One that a comment or a text could have moved is refused."""
    window = _plain(content[max(0, at - _FAR) : at])
    start = window.rfind(b"obj")
    if start < 0:
        return window
    head, line = window[start:], window[max(window.rfind(b"\n", 0, start), window.rfind(b"\r", 0, start)) + 1 : start]
    texts = re.sub(rb"\\.", b"", head, flags=re.DOTALL)
    moved = b"%" in line or texts.count(b"(") != texts.count(b")")
    if moved and _HOLDS_OBJECTS.search(window):
        raise ValidationError(OPAQUE)
    return head


def _plain(text: bytes) -> bytes:
    """`#4A` is another way to write J in a name."""
    return _HEX.sub(lambda found: bytes([int(found[1], 16)]), text) if b"#" in text else text


def _unpack(packed: bytes, head: bytes, budget: int) -> bytes:
    """One object stream: compressed once, the usual way; anything else hides what it says."""
    if not _PLAIN_FLATE.search(head) or re.search(rb"/Predictor\s*(?!1\b)", head):
        raise ValidationError(OPAQUE)
    inflater = zlib.decompressobj()
    try:
        unpacked = inflater.decompress(packed, budget + 1)
    except zlib.error as error:
        raise ValidationError(OPAQUE) from error
    if len(unpacked) > budget or not inflater.eof:
        raise ValidationError(OPAQUE)
    return unpacked
