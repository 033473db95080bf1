"""Passwords: long, and not made of what a guesser tries first. No rule on kinds of characters.

A password is worth what is left of it once words, years and keyboard walks are counted as such: each part costs
its guesser so many tries, in powers of ten. The parts that no list of ours explains are weighed by zxcvbn.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from math import log10
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from zxcvbn.matching import RANKED_DICTIONARIES, omnimatch
from zxcvbn.scoring import most_guessable_match_sequence

from cites.models import Cite, Commune, PilotInstitution, School

SHORTEST, LONGEST = 15, 128
ENOUGH = 11.0  # powers of ten: measured between the weak passwords and the passphrases of the tests
ANALYSED = 40  # characters, once repeats are folded: zxcvbn is quadratic
FIRST, WORD, WALK, NUMBER = 1.5, 2.8, 3.0, 2.0  # what a part is worth, when a list explains it
LEET = str.maketrans("@4831!|0$57+€", "aabeiiioss" + "tte")
NUMBERS = re.compile(r"(?:19|20)\d\d|\d\d/\d\d|(?<!\d)(?:\d{1,2}|\d{5})(?!\d)")
AZERTY = ("&é\"'(-è_çà)=", "azertyuiop^$", "qsdfghjklmù*", "<wxcvbn,;:!")
QWERTY = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'\\", "zxcvbnm,./")
ADVICE = "Essayez quatre mots ou plus, sans lien entre eux : ils sont faciles à retenir et longs à deviner."


Part = tuple[int, int, float]  # from, to, its price
Finder = Callable[[str], Iterable[Part]]


class LengthValidator:
    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(
                f"Ce mot de passe a {len(password)} caractère{'s' if len(password) > 1 else ''} : il en faut"
                f" au moins {SHORTEST}. {ADVICE}",
                code="password_too_short",
            )
        if len(password) > LONGEST:
            raise ValidationError(f"Ce mot de passe dépasse {LONGEST} caractères.", code="password_too_long")

    def get_help_text(self) -> str:
        return (
            f"De {SHORTEST} à {LONGEST} caractères. Ni chiffre ni majuscule n’est exigé : quatre mots ou plus, sans"
            " lien entre eux, conviennent."
        )


class GuessableValidator:
    def validate(self, password: str, user: Any = None) -> None:
        if SHORTEST <= len(password) <= LONGEST and tries(password, personal_words(user)) < ENOUGH:
            raise ValidationError(
                "Ce mot de passe se devine : il est fait de mots courants, de noms, de dates ou de suites de touches."
                f" {ADVICE}",
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return "Pas de nom, de ville, d’année, ni de suite du clavier : un mot de passe qui se devine est refusé."


def personal_words(user: Any) -> frozenset[str]:
    """What is known of the person and of the place: the first things to try."""
    cite = Cite.current()
    texts = [getattr(user, "email", ""), getattr(user, "full_name", ""), cite.name if cite else ""]
    for rows in (Commune.objects, PilotInstitution.objects, School.objects):
        texts += rows.values_list("name", flat=True)[:200]
    words = {word for text in texts for word in re.findall(r"[a-z]{3,}", plain(text))}
    return frozenset(words)


def tries(password: str, personal: frozenset[str] = frozenset()) -> float:
    """How many tries a good guesser needs, in powers of ten: by the cheapest way to read the password."""
    readings: dict[str, float] = {}
    for text, price in _readings(password):
        readings[text] = min(price, readings.get(text, price))
    weigh = cache(_unexplained)  # for this password alone: pieces come back in several readings
    return min(price + _priced(text, personal, weigh) for text, price in readings.items())


def plain(text: str) -> str:
    """Lower case, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _readings(password: str) -> Iterator[tuple[str, float]]:
    """The password, and what it hides: repeats, separators, figures for letters, words turned round."""
    typed, text = password.casefold(), plain(password)
    yield _cut(typed), 0
    for folded in dict.fromkeys((text, _folded(text))):
        joined = re.sub(r"[\W_]+", "", folded)
        separators = len(set(re.findall(r"[\W_]", folded)))
        yield _cut(folded), 0
        yield _cut(_letters(folded)), 1
        yield _cut(joined), separators
        yield _cut(re.sub(r"[\W_]+", "", _letters(folded))), 1 + separators
        yield _cut(joined[::-1]), 1 + separators


def _letters(text: str) -> str:
    """“v4l3nt0n 2025” read as a person reads it: figures for letters, except in a number."""
    return "".join(part if i % 2 else part.translate(LEET) for i, part in enumerate(re.split(r"(\d{3,})", text)))


def _cut(text: str) -> str:
    return text[:ANALYSED]


def _folded(text: str) -> str:
    """“aaaa” and “lyonlyon” are worth what is repeated."""
    return re.sub(r"(.{2,40}?)\1+", r"\1", re.sub(r"(.)\1{2,}", r"\1", text))


def _priced(text: str, personal: frozenset[str], weigh: Callable[[str], float]) -> float:
    """The sum of the parts, by the cheapest order of finding them: a walk may hide in words, and words in a walk."""
    words = _words(personal)
    ways: tuple[tuple[float, tuple[Finder, ...]], ...] = (
        (0, (words, _walks, _numbers)),
        (0, (_walks, words, _numbers)),
        (1, (_disguised(words), _disguised(_walks), _numbers)),
    )
    return min(price + _sum(text, finders, weigh) for price, finders in ways)


def _disguised(find: Finder) -> Finder:
    """The same parts under figures for letters, one for one."""
    return lambda text: find(text.translate(LEET))


def _sum(text: str, finders: Iterable[Finder], weigh: Callable[[str], float]) -> float:
    """Each finder takes out the parts that it explains; what nobody explains is for zxcvbn."""
    total, rest = 0.0, [text]
    for find in finders:
        pieces: list[str] = []
        for piece in rest:
            last = 0
            for start, end, price in find(piece):
                pieces.append(piece[last:start])
                last, total = end, total + price
            pieces.append(piece[last:])
        rest = [piece for piece in pieces if piece]
    return total + sum(map(weigh, rest))


@cache
def _lists() -> dict[str, float]:
    """Every word of ours, with its price."""
    text = (Path(__file__).parent / "weak_words.txt").read_text()
    _, first, common = re.split(r"^# (?:first|common)$", text, flags=re.MULTILINE)
    return dict.fromkeys(common.split(), WORD) | dict.fromkeys(first.split(), FIRST)


@lru_cache(maxsize=16)
def _words(personal: frozenset[str]) -> Finder:
    """Finds known words, the longest first."""
    prices = _lists() | dict.fromkeys(personal, FIRST)
    found = re.compile("|".join(map(re.escape, sorted(prices, key=lambda word: (-len(word), word)))))
    return lambda text: ((*match.span(), prices[match[0]]) for match in found.finditer(text))


def _numbers(text: str) -> Iterator[Part]:
    """Years, days, postcodes."""
    return ((*match.span(), NUMBER) for match in NUMBERS.finditer(text))


def _walks(text: str) -> Iterator[Part]:
    """Runs of five characters or more along the alphabet, or rows or columns of a French or an English keyboard."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not _beside(text[end - 1], text[end]):
            if end - start >= 5:
                yield start, end, WALK
            start = end


def _beside(one: str, other: str) -> bool:
    return abs(ord(one) - ord(other)) == 1 or any(
        abs(a[0] - b[0]) <= 1 and abs(a[1] - b[1]) <= 2
        for keys in (_keys(AZERTY), _keys(QWERTY))
        if (a := keys.get(one)) and (b := keys.get(other))
    )


@cache
def _keys(rows: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    digits = {digit: (i, 0) for i, digit in enumerate("1234567890")}
    return digits | {key: (i, y) for y, row in enumerate(rows) for i, key in enumerate(row)}


def _unexplained(piece: str) -> float:
    """zxcvbn's guess, without the bonus it gives to the number of parts."""
    if len(piece) == 1:
        return 1.0
    matches = [m for m in omnimatch(piece, RANKED_DICTIONARIES) if not m.get("l33t")]
    return float(log10(most_guessable_match_sequence(piece, matches, _exclude_additive=True)["guesses"]))
