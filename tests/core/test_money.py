"""Euros as people type and read them: parsed, shown, rounded, split, and in forms."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.forms import modelform_factory
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.models import Call
from cites.core.money import (
    LIMIT,
    EuroFormField,
    format_euros,
    from_cents,
    parse_euros,
    round_cents,
    share,
    to_cents,
)

D = Decimal
NOT_NEGATIVE = "Le montant ne peut pas être négatif."
IN_DIGITS = "Écrivez le montant en chiffres, avec une virgule et deux décimales au plus : 1 234,56."
TOO_BIG = "Ce montant dépasse un milliard d'euros : vérifiez la saisie."
reproducible = settings(max_examples=5000, derandomize=True, deadline=None, database=None)
# Every Unicode space that keyboards, spreadsheets and PDFs put between digits.
SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
cents = st.integers(min_value=0, max_value=to_cents(LIMIT))
weights = st.integers(0, 10**6) | st.integers(0, 10**20).map(lambda number: D(number).scaleb(-9))


# ------------------------------------------------------------------ parse, show, round, split


@pytest.mark.parametrize("space", SPACES, ids=lambda char: f"U+{ord(char):04X}")
def test_parse_any_space(space: str) -> None:
    assert parse_euros(f"{space}1{space}234,56{space}€{space}") == D("1234.56")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0", "0.00"),
        ("12", "12.00"),
        ("12,5", "12.50"),
        ("12.50", "12.50"),
        ("1234,56€", "1234.56"),
        ("1 234 567,89 €", "1234567.89"),
        ("0012", "12.00"),
        ("1000000000", "1000000000.00"),
    ],
)
def test_parse_what_people_type(typed: str, expected: str) -> None:
    amount = parse_euros(typed)
    assert (amount, amount.as_tuple().exponent) == (D(expected), -2)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-5", NOT_NEGATIVE),
        ("- 5", NOT_NEGATIVE),
        ("−5 €", NOT_NEGATIVE),
        ("", IN_DIGITS),
        ("€", IN_DIGITS),
        ("douze", IN_DIGITS),
        ("12,5O", IN_DIGITS),
        ("1,234", IN_DIGITS),
        ("12.345", IN_DIGITS),
        ("12,", IN_DIGITS),
        (",50", IN_DIGITS),
        ("1.234,56", IN_DIGITS),
        ("1 23", IN_DIGITS),
        ("1  234", IN_DIGITS),
        ("12 34,5 6", IN_DIGITS),
        ("+5", IN_DIGITS),
        ("1e9", IN_DIGITS),
        ("1_000", IN_DIGITS),
        ("0x10", IN_DIGITS),
        ("NaN", IN_DIGITS),
        ("Infinity", IN_DIGITS),
        ("١٢٣", IN_DIGITS),
        ("१२", IN_DIGITS),
        ("１２", IN_DIGITS),
        ("½", IN_DIGITS),
        ("12\x00", IN_DIGITS),
        ("12\ud800", IN_DIGITS),
        ("1\n234", IN_DIGITS),
        ("=1+1", IN_DIGITS),
        ("1000000000,01", TOO_BIG),
        ("9" * 5000, TOO_BIG),
    ],
)
def test_parse_refuses_in_french(typed: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        parse_euros(typed)
    assert refusal.value.messages == [sentence]


def test_parse_reads_text_only() -> None:
    with pytest.raises(TypeError):
        parse_euros(12)  # type: ignore[arg-type]


def test_format_has_thin_no_break_spaces() -> None:
    assert format_euros(D("1234567.8")) == "1\u202f234\u202f567,80\u202f€"
    assert format_euros(D("0")) == "0,00\u202f€"
    assert format_euros(D("-1234.5")) == "-1\u202f234,50\u202f€"


@reproducible
@given(cents)
def test_parse_reads_back_what_format_shows(number: int) -> None:
    assert parse_euros(format_euros(from_cents(number))) == from_cents(number)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("1.005", "1.01"), ("1.004", "1.00"), ("0.015", "0.02"), ("2.675", "2.68"), ("-1.005", "-1.01")],
)
def test_round_half_up(amount: str, rounded: str) -> None:
    assert round_cents(D(amount)) == D(rounded)


@pytest.mark.parametrize("amount", ["0.001", "1.005", "NaN"])
def test_a_fraction_of_a_cent_is_never_rounded_away(amount: str) -> None:
    with pytest.raises(ValueError, match="centimes"):
        to_cents(D(amount))


def test_share_gives_the_last_cents_to_the_largest_remainders() -> None:
    assert share(D("100"), [1, 1, 1]) == [D("33.34"), D("33.33"), D("33.33")]
    assert share(D("0.05"), [3, 7]) == [D("0.02"), D("0.03")]
    assert share(D("10"), [0, 1]) == [D("0.00"), D("10.00")]
    assert share(D("-1"), [1, 1, 1]) == [D("-0.33"), D("-0.33"), D("-0.34")]


@reproducible
@given(st.integers(-(10**13), 10**13), st.lists(weights, min_size=1, max_size=8).filter(any))
def test_share_adds_up_to_the_cent_and_no_part_is_off_by_one(number: int, parts: list[Any]) -> None:
    shared = share(from_cents(number), parts)
    total = sum(map(Fraction, parts))
    assert sum(shared) == from_cents(number)
    for part, weight in zip(shared, parts, strict=True):
        assert abs(to_cents(part) - number * Fraction(weight) / total) < 1
        assert weight or part == 0


@pytest.mark.parametrize("parts", [[], [0, 0], [1, -1], [3, -1]])
def test_share_refuses_weights_that_split_nothing(parts: list[int]) -> None:
    with pytest.raises(ValueError, match="poids positifs"):
        share(D("10"), parts)


# ------------------------------------------------------------------ in forms


def bound(typed: str) -> Any:
    form = modelform_factory(Call, fields=["indicative_amount"])({"indicative_amount": typed})
    form.is_valid()
    return form


@pytest.mark.parametrize("space", SPACES, ids=lambda char: f"U+{ord(char):04X}")
def test_a_form_reads_an_amount_with_any_space(db: None, space: str) -> None:
    form = bound(f"1{space}234,56{space}€")
    assert "indicative_amount" not in form.errors
    assert form.cleaned_data["indicative_amount"] == D("1234.56")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-1", NOT_NEGATIVE),
        ("1,234", IN_DIGITS),
        ("1e9", IN_DIGITS),
        ("NaN", IN_DIGITS),
        ("١٢", IN_DIGITS),
        ("9" * 41, TOO_BIG),
        ("beaucoup", IN_DIGITS),
    ],
)
def test_a_form_refuses_beside_the_field_and_keeps_what_was_typed(db: None, typed: str, sentence: str) -> None:
    form = bound(typed)
    assert form.errors["indicative_amount"] == [sentence]
    assert form["indicative_amount"].value() == typed


def test_a_form_with_nul_bytes_is_refused_without_a_crash(db: None) -> None:
    assert bound("12\x00").errors["indicative_amount"]


def test_an_empty_amount_is_none_where_it_may_be(db: None) -> None:
    assert bound("  ").cleaned_data["indicative_amount"] is None
    with pytest.raises(ValidationError):
        EuroFormField().clean("")


def test_a_minimum_is_said_in_euros() -> None:
    with pytest.raises(ValidationError) as refusal:
        EuroFormField(min_value=D("0.01")).clean("0")
    assert refusal.value.messages == ["Le montant doit être d'au moins 0,01\u202f€."]


def test_a_form_shows_an_amount_as_people_write_it_and_sees_no_change_in_it(db: None) -> None:
    field = EuroFormField()
    assert field.prepare_value(D("1234.5")) == "1\u202f234,50"
    assert not field.has_changed(D("1234.50"), "1\u202f234,50")
    assert field.has_changed(D("1234.50"), "1 234,51")
    assert field.has_changed(D("1234.50"), "douze")
