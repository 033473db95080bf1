"""How the cells of a file are read: French dates and amounts, words of a list, numbers with lost zeros."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from cites.core.fields import YEARS
from cites.core.money import parse_euros
from cites.core.text import searchable

# 31/12/2025, 31-12-25, 31.12.2025, with or without an hour; 2025-12-31
_FRENCH = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4}|[0-9]{2})(?: [0-9:]+)?")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ][0-9:.]+)?")


def day(text: str) -> date:
    """The day comes first, as it is written in France; the year before it only as 2025-12-31."""
    french, iso = _FRENCH.fullmatch(text), _ISO.fullmatch(text)
    if not (french or iso):
        raise ValidationError(f"« {text} » n'est pas une date : écrivez 31/12/2025.")
    year, month, number = (int(part) for part in (french.groups()[::-1] if french else iso.groups()))  # type: ignore[union-attr]
    try:
        found = date(year + 2000 if year < 100 else year, month, number)
    except ValueError as error:
        raise ValidationError(f"« {text} » n'existe pas dans le calendrier.") from error
    if not YEARS[0] <= found.year <= YEARS[1]:
        raise ValidationError(f"« {text} » : vérifiez l'année.")
    return found


def year(text: str) -> int:
    if not re.fullmatch(r"20[0-9]{2}", text):
        raise ValidationError(f"« {text} » n'est pas une année : écrivez 2025.")
    return int(text)


def euros(text: str) -> Decimal:
    """As a person types it, with the currency in letters or not."""
    return parse_euros(re.sub(r"(?i)\s*(euros?|eur)$", "", text))


def positive_euros(text: str) -> Decimal:
    amount = euros(text)
    if amount <= 0:
        raise ValidationError("Ce montant doit être supérieur à zéro ; laissez la case vide s'il n'y en a pas.")
    return amount


def whole(text: str) -> int:
    digits = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not re.fullmatch(r"[0-9]{1,7}", digits):
        raise ValidationError(f"« {text} » n'est pas un nombre entier.")
    return int(digits)


def limited(length: int) -> Callable[[str], str]:
    """Text of one line, not longer than the field."""

    def read(text: str) -> str:
        line = " ".join(text.split())
        if len(line) > length:
            raise ValidationError(f"Ce texte a {len(line)} caractères, le maximum est {length}.")
        return line

    return read


def digits(text: str) -> str:
    """A number that is a name: its spaces and dots are only there for the eye."""
    return re.sub(r"[\s\u00a0\u202f.\-]", "", text)


def several(text: str) -> list[str]:
    """ "Oseraies ; Le Pommier": parted by semicolons, bars or lines."""
    return [part for piece in re.split(r"[;|\n]", text) if (part := " ".join(piece.split()))]


def one_of(choices: Iterable[tuple[Any, str]], what: str) -> Callable[[str], Any]:
    """A word of a closed list, by its code or by its label."""
    rows = list(choices)
    known = {searchable(word): value for value, label in rows for word in (str(value), str(label))}
    labels = ", ".join(f"« {label} »" for _, label in rows)

    def read(text: str) -> Any:
        found = known.get(searchable(" ".join(text.split())))
        if found is None:
            raise ValidationError(f"« {text} » n'est pas {what} : choisissez parmi {labels}.")
        return found

    return read


def found_in(rows: dict[str, Any], text: str, complaint: str, name: str) -> Any:
    """The row whose code or name is `text`, without accents or capitals; else a complaint about column `name`."""
    found = rows.get(searchable(" ".join(text.split())))
    if found is None:
        raise ValidationError({name: f"« {text} » : {complaint}"})
    return found


def by_words(rows: Iterable[Any], *names: str) -> dict[str, Any]:
    """Each row by each of these fields, as `found_in` looks for it."""
    return {searchable(" ".join(str(word).split())): row for row in rows for n in names if (word := getattr(row, n))}
