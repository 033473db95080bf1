"""Euros in the database: the same cents on SQLite and PostgreSQL, and misuse raises."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import (
    Avg,
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    StdDev,
    Subquery,
    Sum,
    Value,
    Variance,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Greatest
from hypothesis import settings
from hypothesis import strategies as st

from actions.models import Action
from cites.core import money
from cites.core.money import (
    LIMIT,
    EuroField,
    euros,
    to_cents,
)
from tests import factories

D = Decimal
NOT_NEGATIVE = "Le montant ne peut pas être négatif."
IN_DIGITS = "Écrivez le montant en chiffres, avec une virgule et deux décimales au plus : 1 234,56."
TOO_BIG = "Ce montant dépasse un milliard d'euros : vérifiez la saisie."
reproducible = settings(max_examples=2500, derandomize=True, deadline=None, database=None)
# Every Unicode space that keyboards, spreadsheets and PDFs put between digits.
SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
cents = st.integers(min_value=0, max_value=to_cents(LIMIT))
weights = st.integers(0, 10**6) | st.integers(0, 10**20).map(lambda number: D(number).scaleb(-9))


@pytest.fixture
def three(db: None) -> list[Action]:
    """Three drafts: what they ask, their minimum, their total."""
    rows = [("100.10", "50", "200"), ("9.99", "9.99", "10"), ("1000", "0.01", "1000.01")]
    actions = [factories.make_draft() for _ in rows]
    for action, (requested, minimum, total) in zip(actions, rows, strict=True):
        action.requested, action.minimum, action.total = D(requested), D(minimum), D(total)
        action.save()
    return actions


def totals(**changes: Any) -> list[Decimal | None]:
    """The three totals, after `update(**changes)` if there is something to change."""
    if changes:
        Action.objects.update(**changes)
    return list(Action.objects.order_by("pk").values_list("total", flat=True))


def annotated(expression: Any) -> list[Decimal | None]:
    return list(Action.objects.order_by("pk").annotate(x=expression).values_list("x", flat=True))


def found(*conditions: Any, **lookups: Any) -> list[Decimal | None]:
    return list(Action.objects.filter(*conditions, **lookups).order_by("pk").values_list("total", flat=True))


def same(actual: list[Any], *expected: str | None) -> None:
    """Equal, two decimals, no float on the way."""
    assert actual == [None if text is None else D(text) for text in expected]
    assert all(value is None or (type(value), value.as_tuple().exponent) == (D, -2) for value in actual)


def test_the_database_holds_integer_cents(three: list[Action]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT total FROM actions_action ORDER BY id")
        assert cursor.fetchall() == [(20000,), (1000,), (100001,)]


def test_arithmetic_between_amounts(three: list[Action]) -> None:
    same(annotated(F("total") - F("requested")), "99.90", "0.01", "0.01")
    same(annotated(F("total") + F("minimum")), "250.00", "19.99", "1000.02")
    same(annotated(F("total") - euros("0.01")), "199.99", "9.99", "1000.00")
    same(annotated(F("total") + F("requested") - F("minimum")), "250.10", "10.00", "2000.00")
    same(totals(total=F("total") + euros("0.05")), "200.05", "10.05", "1000.06")
    three[0].total = F("total") + F("minimum")
    three[0].save(update_fields=["total"])
    three[0].refresh_from_db()
    assert three[0].total == D("250.05")


def test_aggregates(three: list[Action]) -> None:
    rows = Action.objects
    found = rows.aggregate(
        sum=Sum("total"),
        high=Max("total"),
        low=Min("total"),
        gap=Sum("total") - Sum("requested"),
        gaps=Sum(F("total") - F("requested")),
        some=Sum("total", filter=Q(total__gt=100)),
    )
    expected = {
        "sum": "1210.01",
        "high": "1000.01",
        "low": "10",
        "gap": "99.92",
        "gaps": "99.92",
        "some": "1200.01",
    }
    assert found == {name: D(text) for name, text in expected.items()}
    assert rows.none().aggregate(x=Sum("total"))["x"] is None
    assert rows.filter(pk=0).aggregate(x=Sum("total", default=D("1.50")))["x"] == D("1.50")
    assert rows.filter(pk=0).aggregate(x=Coalesce(Sum("total"), euros("0")))["x"] == D("0.00")
    same(annotated(Window(Sum("total"), order_by="pk")), "200.00", "210.00", "1210.01")
    counted = rows.values("total").annotate(n=Count("pk")).order_by("total")
    assert list(counted.values_list("total", "n")) == [(D("10.00"), 1), (D("200.00"), 1), (D("1000.01"), 1)]


def test_filters(three: list[Action]) -> None:
    assert found(total=200) == found(total=D("200.00")) == found(total="200") == [D("200.00")]
    assert found(total__gt=D("199.99"), total__lt=D("200.01")) == [D("200.00")]
    assert found(total__gte=200, total__lte=200) == [D("200.00")]
    assert found(total__in=[10, D("200")]) == [D("200.00"), D("10.00")]
    assert found(total__range=(D("9.99"), D("10"))) == [D("10.00")]
    assert found(total=F("requested") + euros("0.01")) == [D("10.00"), D("1000.01")]
    assert found(total__range=(euros(0), F("requested") + euros(1))) == [D("10.00"), D("1000.01")]
    assert found(minimum=F("requested")) == [D("10.00")]
    assert found(total__isnull=True) == []
    higher = Action.objects.filter(total__gt=OuterRef("total") + euros(1))
    assert found(Exists(higher)) == [D("200.00"), D("10.00")]
    own = Action.objects.filter(pk=OuterRef("pk")).values("requested")
    assert found(total__gt=Subquery(own)) == [D("200.00"), D("10.00"), D("1000.01")]
    assert found(total__in=Action.objects.values("total")) == [D("200.00"), D("10.00"), D("1000.01")]
    gaps = Action.objects.annotate(gap=F("total") - F("requested")).filter(gap__gt=5)
    assert list(gaps.values_list("gap", flat=True)) == [D("99.90")]


def test_ordering_is_by_amount_not_by_text(three: list[Action]) -> None:
    assert list(Action.objects.order_by("total").values_list("total", flat=True)) == [
        D("10.00"),
        D("200.00"),
        D("1000.01"),
    ]
    by_gap = Action.objects.order_by(F("requested") - F("total"), "pk")
    assert [action.pk for action in by_gap] == [three[0].pk, three[1].pk, three[2].pk]


def test_case_and_functions(three: list[Action]) -> None:
    same(
        annotated(Case(When(total__gt=100, then="total"), default=euros(0))),
        "200.00",
        "0.00",
        "1000.01",
    )
    same(annotated(Greatest("minimum", euros(50))), "50.00", "50.00", "50.00")
    same(annotated(Case(When(total__gt=100, then="total"))), "200.00", None, "1000.01")
    same(
        totals(total=Case(When(pk=three[0].pk, then=euros("150.25")), default=F("total"))),
        "150.25",
        "10.00",
        "1000.01",
    )


def test_bulk_update_and_bulk_create(three: list[Action]) -> None:
    for action in three:
        action.total = (action.total or D(0)) + D("0.55")
    three[1].minimum = None
    Action.objects.bulk_update(three, ["total", "minimum"])
    same(totals(), "200.55", "10.55", "1000.56")
    same(annotated(F("minimum")), "50.00", None, "0.01")
    copy = factories.make_draft()
    copy.pk, copy.key, copy.total = None, UUID(int=7), D("3.21")
    Action.objects.bulk_create([copy])
    assert found(key=copy.key) == [D("3.21")]


def test_check_constraints_compare_euros(three: list[Action]) -> None:
    for changes in ({"minimum": D("100.11")}, {"minimum": D("-0.01")}, {"requested": D("200.01")}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.filter(pk=three[0].pk).update(**changes)
        for name, value in changes.items():
            setattr(three[0], name, value)
        with pytest.raises(ValidationError):
            three[0].validate_constraints()
        three[0].refresh_from_db()
    Action.objects.filter(pk=three[0].pk).update(minimum=D("100.10"), requested=D("100.10"))


MISUSES: dict[str, Callable[[], Any]] = {
    "update F - Decimal": lambda: totals(total=F("total") - D("1")),
    "update F + 1": lambda: totals(total=F("total") + 1),
    "update F * 2": lambda: totals(total=F("total") * 2),
    "update F / 2": lambda: totals(total=F("total") / 2),
    "update F of another kind": lambda: totals(total=F("participants")),
    "update Value(int)": lambda: totals(total=Value(500)),
    "update Value(Decimal)": lambda: totals(total=Value(D("500"))),
    "update Case of int": lambda: totals(total=Case(When(total__gt=9, then=Value(5)), default=F("total"))),
    "read F - Decimal": lambda: annotated(F("total") - D("1")),
    "read F + 1": lambda: annotated(F("total") + 1),
    "read F * 2": lambda: annotated(F("total") * 2),
    "read -F": lambda: annotated(-F("total")),
    "read Coalesce Decimal": lambda: annotated(Coalesce("total", D("0"))),
    "read Coalesce int": lambda: annotated(Coalesce("total", 0)),
    "read Greatest Decimal": lambda: annotated(Greatest("total", D("50"))),
    "read Case default int": lambda: annotated(Case(When(total__gt=9, then="total"), default=0)),
    "filter F + 1": lambda: found(total__gt=F("requested") + 1),
    "filter F - Decimal": lambda: found(total__lte=F("requested") - D("1")),
    "filter Value": lambda: found(total=Value(200)),
    "filter in": lambda: found(total__in=[Value(200)]),
    "filter range": lambda: found(total__range=(0, F("requested") + 1)),
    "filter subquery": lambda: found(total__in=Action.objects.values("participants")),
    "sum F * 2": lambda: Action.objects.aggregate(x=Sum(F("total") * 2)),
    "sum Coalesce Decimal": lambda: Action.objects.aggregate(x=Coalesce(Sum("total"), D("0"))),
}


@pytest.mark.parametrize("name", MISUSES)
def test_a_bare_number_in_an_expression_raises(three: list[Action], name: str) -> None:
    with pytest.raises(FieldError), transaction.atomic():
        MISUSES[name]()
    same(totals(), "200.00", "10.00", "1000.01")


def test_without_the_guard_a_bare_number_would_be_cents(three: list[Action], monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: what Django does by itself with `update(total=F("total") - Decimal("1"))`."""
    monkeypatch.setattr(money, "_refuse_bare_numbers", lambda value: None)
    same(totals(total=F("total") - D("1")), "199.99", "9.99", "1000.00")


@pytest.mark.parametrize("mean", [Avg, StdDev, Variance])
def test_a_mean_raises(three: list[Action], mean: Any) -> None:
    with pytest.raises(TypeError, match="moyenne"):
        Action.objects.aggregate(x=mean("total"))


def test_a_mean_raises_even_when_it_falls_on_a_whole_cent(three: list[Action]) -> None:
    with pytest.raises(TypeError, match="moyenne"):
        Action.objects.filter(pk=three[0].pk).aggregate(x=Avg("total"))


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (1.5, TypeError),
        (True, TypeError),
        (D("1.001"), ValidationError),
        (D("NaN"), ValidationError),
        (D("sNaN"), ValidationError),
        (D("Infinity"), ValidationError),
        (D("1e40"), ValidationError),
        ("12,50", ValidationError),
        ("douze", ValidationError),
        ([], ValidationError),
    ],
)
def test_a_value_that_is_no_amount_is_never_stored(three: list[Action], value: Any, error: type[Exception]) -> None:
    for misuse in (lambda: totals(total=value), lambda: found(total__gt=value), lambda: euros(value)):
        with pytest.raises(error), transaction.atomic():
            misuse()
    three[0].total = value
    with pytest.raises(error), transaction.atomic():
        three[0].save()
    same(totals(), "200.00", "10.00", "1000.01")


def test_a_default_that_is_a_float_is_found_by_the_checks() -> None:
    field = EuroField(default=0.5)
    field.set_attributes_from_name("amount")
    assert [message.msg for message in field.check()] == ["An amount's default is a Decimal, never a float."]
