"""Reading the PDFs that the portal makes: their words, and the tags that a screen reader follows.

Only as much of the format as typst writes: objects in the open, streams compressed the usual way, fonts that tell
which letter each of their signs is.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_PART = re.compile(rb"/(f\d+) [\d.]+ Tf|(\()|(<<(?:[^>]|>(?!> ?BDC))*>> ?BDC|BMC)|(EMC)")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
SOFT = "\u200b"


@dataclass
class Pdf:
    content: bytes

    @cached_property
    def objects(self) -> dict[int, bytes]:
        return {int(number): body for number, body in _OBJECT.findall(self.content)}

    @cached_property
    def tags(self) -> list[tuple[str, str]]:
        """(tag, its title) of each element of the structure, in the order of the file."""
        found = (re.search(rb"/Type/StructElem/S/(\w+)", body) for body in self.objects.values())
        bodies = [(match[1].decode(), match.string) for match in found if match]
        return [(tag, _title(body)) for tag, body in bodies]

    @property
    def headings(self) -> list[str]:
        return [title for tag, title in self.tags if re.fullmatch(r"H\d", tag)]

    @cached_property
    def text(self) -> str:
        """Every word, in reading order; breaks of lines and of long words are taken out."""
        pages = [body for body in self.objects.values() if b"/Type/Page/" in body]
        words = " ".join(self._page(page) for page in pages)
        return " ".join(words.replace(SOFT, "").split())

    def _page(self, page: bytes) -> str:
        resources = self.objects[_reference(page, b"Resources")]
        fonts = resources
        if found := re.search(rb"/Font (\d+) 0 R", resources):
            fonts = self.objects[int(found[1])]
        maps = {name.decode(): self._letters(int(number)) for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", fonts)}
        return "".join(_words(self._unpacked(_reference(page, b"Contents")), maps))

    def _letters(self, font: int) -> dict[bytes, str]:
        table = self._unpacked(_reference(self.objects[font], b"ToUnicode"))
        pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", table)
        return {bytes.fromhex(code.decode()): bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in pairs}

    def _unpacked(self, number: int) -> bytes:
        packed = _STREAM.search(self.objects[number])
        assert packed
        return zlib.decompress(packed[1])


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found, (name, body[:200])
    return int(found[1])


def _words(content: bytes, maps: dict[str, dict[bytes, str]]) -> Iterator[str]:
    """The signs that are shown, as letters; where the document says itself what a run reads, that."""
    letters: dict[bytes, str] = {}
    spoken: list[bool] = []
    at = 0
    while found := _PART.search(content, at):
        at = found.end()
        font, opening, properties, _ = found.groups()
        if font:
            letters = maps[font.decode()]
        elif properties:
            spoken.append(b"/ActualText" in properties)
            if spoken[-1]:
                yield _string(properties, b"ActualText")
        elif not opening:
            yield "" if spoken.pop() else " "
        else:
            codes, at = _balanced(content, at)
            if not any(spoken):
                yield "".join(letters.get(codes[i : i + 2], "") for i in range(0, len(codes), 2))


def _title(body: bytes) -> str:
    return _string(body, b"T") if re.search(rb"/T ?[(<]", body) else ""


def _string(body: bytes, name: bytes) -> str:
    """A text of a dictionary, written as letters or as the numbers of its UTF-16."""
    found = re.search(rb"/" + name + rb" ?(?:<FEFF([0-9A-Fa-f]*)>|(\())", body)
    assert found, body[:200]
    if found[1] is not None:
        return bytes.fromhex(found[1].decode()).decode("utf-16-be")
    raw, _ = _balanced(body, found.end())
    return raw[2:].decode("utf-16-be") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1")


def _balanced(content: bytes, at: int) -> tuple[bytes, int]:
    """The bytes of a text from after its "(", which may hold others in pairs; where it ends."""
    depth, start = 1, at
    while depth:
        if content[at] == 0x5C:
            at += 1
        else:
            depth += {0x28: 1, 0x29: -1}.get(content[at], 0)
        at += 1
    return _literal(content[start : at - 1]), at


def _literal(text: bytes) -> bytes:
    return _ESCAPE.sub(
        lambda found: _NAMED.get(found[1], b"") or (bytes([int(found[1], 8)]) if found[1].isdigit() else found[1]), text
    )
