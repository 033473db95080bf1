"""Typed text as it can be stored: no NUL, no lone surrogate, whatever a browser or a robot sends."""

import unicodedata


def storable(text: str) -> str:
    """Replace what no database keeps by U+FFFD; everything else stays as typed."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def one_line(text: str) -> str:
    """A name is one line: in a mail, another line would read as the portal's own words."""
    return " ".join(text.split())


def searchable(text: str) -> str:
    """Lower case, no accents, œ as oe: the same search results on both databases."""
    folded = text.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))


def file_size(octets: int) -> str:
    """“840 o”, “61,9 ko”, “10 Mo”: with a comma, and one figure after it where it says something."""
    amount, unit = float(octets), "o"
    for larger in ("ko", "Mo", "Go"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.1f}".removesuffix(".0").replace(".", ",") + f"\u00a0{unit}"
