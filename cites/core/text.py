"""Typed text as it can be stored: no NUL, no lone surrogate, whatever a browser or a robot sends."""

import unicodedata


def storable(text: str) -> str:
    """Replace what no database keeps by U+FFFD; everything else stays as typed."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def searchable(text: str) -> str:
    """Lower case, no accents, œ as oe: the same search results on both databases."""
    folded = text.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
