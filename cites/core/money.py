"""The only place that parses, rounds, splits and stores euros.

An amount is a `Decimal` of euros with two decimals in Python and an integer number of cents in the
database, because SQLite keeps decimals as floats.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor
from typing import Any

from django import forms
from django.core import checks, validators
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models import lookups
from django.db.models.expressions import Combinable, Value, register_combinable_fields

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
LIMIT = Decimal("1000000000.00")
NARROW_SPACE = "\u202f"
# Several groups of digits parted by one space, or digits alone; then at most two decimals.
_AMOUNT = re.compile(r"([0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,]([0-9]{1,2}))?")


def to_cents(amount: Decimal) -> int:
    """Euros to integer cents; refuses a fraction of a cent instead of rounding it away."""
    cents = amount * 100
    if cents != cents.to_integral_value():
        raise ValueError(f"{amount} n'est pas un nombre entier de centimes.")
    return int(cents)


def from_cents(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2).quantize(CENT)


def round_cents(amount: Decimal) -> Decimal:
    """The one rounding rule: to the nearest cent, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def share(amount: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Split to the cent by largest remainder: the parts always add up to `amount`."""
    total = sum(map(Fraction, weights), Fraction(0))
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("Il faut des poids positifs pour répartir un montant.")
    cents = to_cents(amount)
    exact = [cents * Fraction(weight) / total for weight in weights]
    parts = [floor(value) for value in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[: cents - sum(parts)]:
        parts[index] += 1
    return [from_cents(part) for part in parts]


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """How many percent of `whole` is `part`, to one decimal, half up. Nothing is a share of nothing."""
    if whole <= 0:
        return None
    over, under = to_cents(part), to_cents(whole)
    return Decimal((2000 * over + under) // (2 * under)).scaleb(-1)


def format_percent(value: Decimal) -> str:
    """ "57,4 %", "80 %"."""
    digits = f"{value:.1f}".removesuffix(".0").replace(".", ",")
    return f"{digits}{NARROW_SPACE}%"


def parse_euros(text: str) -> Decimal:
    """Read what a person types ("1 234,56 €", any kind of space). Raises ValidationError in French."""
    if not isinstance(text, str):
        raise TypeError("parse_euros lit du texte.")
    cleaned = text.strip().removesuffix("€").strip()
    cleaned = "".join(" " if unicodedata.category(char) == "Zs" or char == "\t" else char for char in cleaned)
    if cleaned.startswith(("-", "−")):
        raise ValidationError("Le montant ne peut pas être négatif.", code="negative")
    match = _AMOUNT.fullmatch(cleaned)
    if match is None:
        raise ValidationError(
            "Écrivez le montant en chiffres, avec une virgule et deux décimales au plus : 1 234,56.",
            code="invalid",
        )
    whole, decimals = match.groups()
    amount = Decimal(f"{whole.replace(' ', '')}.{(decimals or '').ljust(2, '0')}")
    if amount > LIMIT:
        raise ValidationError("Ce montant dépasse un milliard d'euros : vérifiez la saisie.", code="too_big")
    return amount


def format_euros(amount: Decimal) -> str:
    """ "1 234,56 €", with thin no-break spaces; `parse_euros` reads it back."""
    digits = f"{round_cents(amount):,.2f}".replace(",", NARROW_SPACE).replace(".", ",")
    return f"{digits}{NARROW_SPACE}€"


def euros(amount: Decimal | int | str) -> Value:
    """A literal amount inside a database expression: `F("amount") - euros("12.30")`."""
    return Value(EuroField().to_python(amount), output_field=EuroField())


class EuroFormField(forms.CharField):
    """Text in, Decimal euros out. What was typed stays on screen however wrong it is."""

    def __init__(self, *, min_value: Decimal | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)
        if min_value is not None:
            message = f"Le montant doit être d'au moins {format_euros(min_value)}."
            self.validators.append(validators.MinValueValidator(min_value, message))
        self.validators = [v for v in self.validators if not isinstance(v, validators.MaxLengthValidator)]

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        text = super().to_python(value)
        return parse_euros(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return format_euros(value).removesuffix("€").strip() if isinstance(value, Decimal) else value


class EuroField(models.Field):
    """Decimal euros in Python, integer cents in the database.

    Sums, comparisons, ordering and CHECKs are exact on both databases. A bare number in an
    expression and an average are refused: they would be off by a factor of a hundred.
    """

    description = "Montant en euros"

    def db_type(self, connection: Any) -> str:
        return "bigint"

    def get_internal_type(self) -> str:
        return "EuroField"

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        if isinstance(value, bool | float):
            raise TypeError(f"Un montant n'est pas un {type(value).__name__} : {value!r}.")
        try:
            amount = Decimal(value)
            return from_cents(to_cents(amount))
        except (ArithmeticError, ValueError, TypeError) as error:
            raise self._invalid(value) from error

    @staticmethod
    def _invalid(value: Any) -> ValidationError:
        return ValidationError("« %(value)s » n'est pas un montant en euros.", params={"value": value})

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value is None or hasattr(value, "resolve_expression"):
            return value
        amount = self.to_python(value)
        return None if amount is None else to_cents(amount)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        _refuse_bare_numbers(value)
        return super().get_db_prep_save(value, connection)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        if value is None:
            return None
        if isinstance(value, float) or (isinstance(value, Decimal) and value.as_tuple().exponent != 0):
            raise TypeError("Une moyenne de montants se calcule sur les sommes, avec core.money.round_cents.")
        return from_cents(int(value))

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": EuroFormField, **kwargs})

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        if isinstance(self.default, float):
            return [checks.Error("An amount's default is a Decimal, never a float.", obj=self)]
        return super().check(**kwargs)


def _refuse_bare_numbers(value: Any) -> None:
    """An expression set into an amount or compared with one is an amount itself.

    Django asks for its type only when it reads it: `update(total=F("total") - 1)` would take one cent.
    """
    for item in value if isinstance(value, list | tuple) else [value]:
        if hasattr(item, "resolve_expression") and not isinstance(item.output_field, EuroField):
            raise FieldError("Un montant se compare à un montant : écrivez euros(…).")


class _BetweenAmounts:
    rhs: Any

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        _refuse_bare_numbers(self.rhs)
        return super().as_sql(compiler, connection)  # type: ignore[misc]


for _lookup in (
    lookups.Exact,
    lookups.GreaterThan,
    lookups.GreaterThanOrEqual,
    lookups.LessThan,
    lookups.LessThanOrEqual,
    lookups.In,
    lookups.Range,
):
    EuroField.register_lookup(type(f"Euro{_lookup.__name__}", (_BetweenAmounts, _lookup), {}))

for _connector in (Combinable.ADD, Combinable.SUB):
    register_combinable_fields(EuroField, _connector, EuroField, EuroField)
