"""Typed text: what a database cannot keep is replaced, everything else stays as typed."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from cites.core.text import searchable, storable


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Été à l'école – 5 €", "Été à l'école – 5 €"),
        ("avant\x00après", "avant\ufffdaprès"),
        ("seul \ud83d ici", "seul ? ici"),
        ("\udc00", "?"),
        ("\U0001f600", "\U0001f600"),
        ("tab\tet\r\nligne", "tab\tet\r\nligne"),
        ("", ""),
    ],
)
def test_storable(typed: str, kept: str) -> None:
    assert storable(typed) == kept


@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(st.text(st.characters(exclude_categories=())))
def test_storable_text_encodes_holds_no_nul_and_keeps_good_characters(typed: str) -> None:
    kept = storable(typed)
    kept.encode()
    assert "\x00" not in kept
    assert len(kept) == len(typed)
    assert storable(kept) == kept


def test_storable_text_is_accepted_by_the_database(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [storable("nul \x00, seul \ud800, \U0001f600")])
        assert cursor.fetchone() == ("nul \ufffd, seul ?, \U0001f600",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Éducation", "education"),
        ("CŒUR de ville", "coeur de ville"),
        ("Lætitia", "laetitia"),
        ("Ça et là, où naïf", "ca et la, ou naif"),
        ("e\u0301te\u0301", "ete"),
        ("2026-014", "2026-014"),
        ("ﬁn", "fin"),
    ],
)
def test_searchable(text: str, found: str) -> None:
    assert searchable(text) == found
