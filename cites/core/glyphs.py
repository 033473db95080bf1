"""What the fonts of the documents cannot draw is written by its number and name: nothing typed is lost on paper.

PDF/UA refuses a document with a sign that no font draws. The fonts are those inside typst, the same everywhere.
"""

import unicodedata
from typing import Any

# Latin, Greek, Cyrillic, Hebrew, Arabic, Georgian, punctuation, currencies, arrows, signs.
DRAWN = (
    *((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x377), (0x3A3, 0x482), (0x5D0, 0x5EA), (0x621, 0x63A), (0x640, 0x64A)),
    *((0x660, 0x66D), (0x10D0, 0x10FF), (0x1E00, 0x1F15), (0x200E, 0x2029), (0x202F, 0x2040), (0x2070, 0x2071)),
    *((0x2074, 0x208E), (0x20A0, 0x20C0), (0x2126, 0x2151), (0x2153, 0x2184), (0x2190, 0x23FF), (0x2460, 0x2606)),
    *((0x2609, 0x262F), (0x2638, 0x268B), (0x270C, 0x2714), (0xFB00, 0xFB06)),
)
PLAIN = ((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x17F), (0x2010, 0x2027), (0x202F, 0x202F))
BREAKS = "\n\t"
# Marks that only change the sign before them: alone, they are nothing to read.
_SILENT = "\u200d\ufe0e\ufe0f"


def spelled(value: Any, kept: tuple[tuple[int, int], ...]) -> Any:
    """`value`, a tree of texts, where what is outside of `kept` reads [U+1F600 grinning face]."""
    match value:
        case str():
            return value if value.isascii() and value.isprintable() else "".join(_sign(char, kept) for char in value)
        case dict():
            return {name: spelled(item, kept) for name, item in value.items()}
        case list() | tuple():
            return [spelled(item, kept) for item in value]
    return value


def _sign(char: str, kept: tuple[tuple[int, int], ...]) -> str:
    if char in BREAKS or any(first <= ord(char) <= last for first, last in kept):
        return char
    if char in _SILENT:
        return ""
    name = unicodedata.name(char, "").lower()
    return f"[U+{ord(char):04X}{' ' + name if name and 'cjk' not in name else ''}]"
