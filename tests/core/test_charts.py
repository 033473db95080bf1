"""Charts: where bars and ticks fall, whatever the amounts, and that the drawing never says more than its table."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from cites.core import charts
from cites.core.charts import COUNT, EUROS, FULL, Bar, Series, draw, round_ticks
from cites.core.money import NARROW_SPACE

D = Decimal
ONE, TWO = [Series("Actions")], [Series("Payé"), Series("Disponible", "empty")]
TEMPLATES = Path(__file__).parents[2] / "templates" / "charts"
reproducible = settings(max_examples=300, derandomize=True, deadline=None, database=None)


def chart(*bars: Bar, series: list[Series] = ONE, unit: charts.Unit = EUROS) -> charts.Chart:
    return draw("essai", "Un essai", first="Tranche", series=series, bars=bars, unit=unit)


def hundredths(text: str) -> int:
    whole, part = text.removesuffix("%").split(".")
    return int(whole) * 100 + int(part)


def plain(text: str) -> str:
    return text.replace(NARROW_SPACE, " ")


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (5, [0, 2, 4, 6]),
        (17, [0, 5, 10, 15, 20]),
        (160_000, [0, 50_000, 100_000, 150_000, 200_000]),
        (475_000, [0, 200_000, 400_000, 600_000]),
    ],
)
def test_ticks_are_round_and_reach_the_highest(highest: int, ticks: list[int]) -> None:
    assert round_ticks(highest) == ticks


@reproducible
@given(st.integers(min_value=0, max_value=10**14))
def test_ticks_are_few_and_none_is_wasted(highest: int) -> None:
    ticks = round_ticks(highest)
    assert 2 <= len(ticks) <= 5
    assert ticks[-2] < max(highest, 1) <= ticks[-1]
    assert str(ticks[1]).rstrip("0") in ("1", "2", "5")


@pytest.mark.parametrize(
    ("cents", "read"),
    [
        (0, "0 €"),
        (50, "0,50 €"),
        (5_000_000, "50 000 €"),
        (100_000_000, "1 M€"),
        (150_000_000, "1,5 M€"),
        (10_000_000_000, "100 M€"),
    ],
)
def test_an_axis_reads_in_french_euros(cents: int, read: str) -> None:
    assert plain(EUROS.tick(cents)) == read


def test_parts_stand_end_to_end_and_say_their_amount() -> None:
    (row,) = chart(Bar(label="État 2026", values=(D("88000.00"), D("9500.50"))), series=TWO).rows
    paid, left = row.parts
    assert (paid.x, paid.tone, left.tone) == ("0.00%", "full", "empty")
    assert hundredths(left.x) == hundredths(paid.width) == 8800
    assert plain(left.says) == "Disponible : 9 500,50 €"
    assert plain(row.total) == "97 500,50 €"
    assert [plain(cell) for cell in row.cells] == ["88 000,00 €", "9 500,50 €"]


@reproducible
@given(st.lists(st.lists(st.integers(0, 10**12), min_size=3, max_size=3), max_size=12))
def test_bars_hold_in_the_drawing_and_in_the_right_order(cents: list[list[int]]) -> None:
    series = [Series("a"), Series("b", "hatch"), Series("c", "dots")]
    bars = [Bar(label=str(n), values=tuple(D(c).scaleb(-2) for c in one)) for n, one in enumerate(cents)]
    shown = chart(*bars, series=series)
    ends = [hundredths(row.parts[-1].x) + hundredths(row.parts[-1].width) if row.parts else 0 for row in shown.rows]
    assert all(end <= FULL for end in ends)
    by_total = sorted(range(len(cents)), key=lambda n: sum(cents[n]))
    assert [ends[n] for n in by_total] == sorted(ends)
    for row in shown.rows:
        for before, after in zip(row.parts, row.parts[1:], strict=False):
            assert hundredths(before.x) + hundredths(before.width) == hundredths(after.x)


def test_nothing_zero_one_and_many() -> None:
    assert (chart().rows, chart().summary) == ([], "Rien à montrer.")
    (zero,) = chart(Bar(label="Vide", values=(D("0.00"),))).rows
    assert (zero.parts, plain(zero.total)) == ([], "0,00 €")
    one = chart(Bar(label="Seule", values=(7,)), unit=COUNT)
    assert one.summary == "1 barre : Seule, 7."
    many = chart(*(Bar(label=f"N° {n}", values=(n,)) for n in range(300)), unit=COUNT)
    assert len({row.y for row in many.rows}) == 300
    assert many.summary == "300 barres, la plus longue : N° 299, 299."


def test_a_bar_does_not_go_backwards() -> None:
    with pytest.raises(ValueError, match="ne part pas en arrière"):
        chart(Bar(label="Dette", values=(D("-0.01"),)))


def test_a_float_is_no_amount() -> None:
    with pytest.raises((TypeError, ValueError)):
        chart(Bar(label="Flottant", values=(0.1,)))  # type: ignore[arg-type]


def test_a_long_label_takes_lines_and_pushes_what_follows() -> None:
    long = "Fonds de la cité éducative, tenu par le collège chef de file pour l'ensemble des établissements 2026"
    first, second = chart(Bar(label=long, values=(D(1),)), Bar(label="Ville", values=(D(1),))).rows
    assert len(first.lines) == 4
    assert " ".join(text for _, text in first.lines) == long
    assert max(len(text) for _, text in first.lines) <= charts.LABEL_WIDTH
    tops = [float(y.removesuffix("em")) for y, _ in (*first.lines, *second.lines)]
    assert tops == sorted(tops)


def test_what_was_aimed_at_and_what_lacks_are_marked() -> None:
    (row,) = chart(Bar(label="État", values=(D(80), D(20)), aim=D(150), lacking=D(30)), series=TWO).rows
    assert row.aim is not None and (row.aim.end, plain(row.aim.amount)) == ("100.00%", "150,00 €")
    assert row.lacking is not None and (row.lacking.x, row.lacking.width) == ("46.66%", "20.00%")


# ------------------------------------------------------------------ the page


def shown(one: charts.Chart, **options: Any) -> str:
    page = Template("{% load charts %}{% chart one table=table %}").render(
        Context({"one": one, "table": options.get("table", False)})
    )
    return re.sub(r"\s+", " ", page.replace(NARROW_SPACE, " "))


def test_the_table_says_all_that_the_drawing_says() -> None:
    bars = (
        Bar(label="État <2026>", values=(D(80), D(20)), aim=D(150), lacking=D(30), url="/espace/budget/1/"),
        Bar(label="Ville", values=(D(0), D("12.34"))),
    )
    page = shown(chart(*bars, series=TWO))
    table = page[page.index("<table") :]
    for cell in (
        "Payé",
        "Disponible",
        "Prévu",
        "Manque",
        "État &lt;2026&gt;",
        "80,00 €",
        "100,00 €",
        "150,00 €",
        "30,00 €",
        "12,34 €",
    ):
        assert cell in table
    assert "Voir les chiffres" in page
    assert page.count('href="/espace/budget/1/"') == 2  # the bar, and its row


def test_a_drawing_has_a_name_and_is_an_image_only_without_links() -> None:
    alone = shown(chart(Bar(label="Ville", values=(D(1),))))
    assert 'role="img" aria-labelledby="essai-titre"' in alone
    assert '<title id="essai-titre">Un essai</title>' in alone
    linked = shown(chart(Bar(label="Ville", values=(D(1),), url="/x/")))
    assert 'role="group" aria-labelledby="essai-titre"' in linked


def test_the_page_that_has_the_table_does_not_get_it_twice() -> None:
    assert "<table" not in shown(chart(Bar(label="Ville", values=(D(1),))), table=True)


def test_no_style_is_inline_and_every_tone_has_its_pattern() -> None:
    page = shown(chart(Bar(label="Ville", values=(D(80), D(20)), aim=D(90), lacking=D(1)), series=TWO))
    assert "style=" not in page
    patterns = (TEMPLATES / "_patterns.html").read_text()
    assert set(re.findall(r'id="{{ prefix }}-(\w+)"', patterns)) == {*get_args(charts.Tone), "cross"}
    assert set(re.findall(r"url\(#essai-(\w+)\)", page)) == {"full", "empty", "cross"}
