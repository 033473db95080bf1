"""Charts as geometry: from amounts or counts to places on a drawing, in whole numbers. No model, no HTML.

Widths are hundredths of a percent of the drawing, heights tenths of its letter: text keeps the size of the page's
on a telephone, the bars stretch. What a chart shows, its table says.
"""

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Literal

from cites.core.money import NARROW_SPACE, ZERO, format_euros, from_cents, to_cents

FULL = 10_000  # hundredths of a percent: the whole width
LABEL_WIDTH = 32  # letters of a label's line, beside its total, on the narrowest screen
MOST_TICKS = 4
LINE, BAR, GAP = 14, 12, 12  # tenths of a letter
# The look of a series: a pattern of `charts/_patterns.html` and a class of charts.css, never a colour alone.
Tone = Literal["full", "hatch", "line", "empty", "dots"]


@dataclass(frozen=True)
class Unit:
    """How a value becomes a whole number, how people read it, how an axis reads it."""

    whole: Callable[[Decimal | int], int]
    read: Callable[[int], str]
    tick: Callable[[int], str]
    one: int = 1  # what an axis with nothing on it goes to


@dataclass(frozen=True)
class Series:
    label: str
    tone: Tone = "full"


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What is known: one value a series; what was aimed at; how much of the end stands on nothing."""

    label: str
    values: tuple[Decimal | int, ...]
    url: str = ""
    aim: Decimal | int | None = None
    lacking: Decimal | int = ZERO


@dataclass(frozen=True)
class Part:
    x: str
    width: str
    tone: str
    says: str


@dataclass(frozen=True)
class Mark:
    """Something said of a bar that is no part of it."""

    x: str
    width: str
    end: str
    amount: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A bar and its words, placed."""

    lines: list[tuple[str, str]]  # y, text
    label: str
    total: str
    url: str
    y: str
    below: str
    parts: list[Part]
    cells: list[str]
    aim: Mark | None
    lacking: Mark | None


@dataclass(frozen=True, kw_only=True)
class Chart:
    id: str
    title: str
    summary: str
    first: str
    series: Sequence[Series]
    rows: list[Row]
    ticks: list[tuple[str, str, str]]  # x, anchor, text
    height: str
    floor: str
    has_aims: bool
    has_lacking: bool

    @property
    def has_links(self) -> bool:
        return any(row.url for row in self.rows)

    @property
    def is_stacked(self) -> bool:
        return len(self.series) > 1


# Numbers --------------------------------------------------------------------------------------------------


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", NARROW_SPACE)


def _euro_tick(cents: int) -> str:
    """ "50 000 €", "1,5 M€": an axis has no room for cents unless it only has cents."""
    euros, rest = divmod(cents, 100)
    if rest:
        return format_euros(from_cents(cents))
    if euros < 1_000_000 or euros % 10_000:
        return f"{_grouped(euros)}{NARROW_SPACE}€"
    millions = f"{Decimal(euros).scaleb(-6).normalize():f}".replace(".", ",")
    return f"{millions}{NARROW_SPACE}M€"


def _cents(amount: Decimal | int) -> int:
    return to_cents(Decimal(amount))


def _read_cents(cents: int) -> str:
    return format_euros(from_cents(cents))


EUROS = Unit(whole=_cents, read=_read_cents, tick=_euro_tick, one=100)
COUNT = Unit(whole=int, read=_grouped, tick=_grouped)


def round_ticks(highest: int, one: int = 1) -> list[int]:
    """From nothing to the first round number at or above `highest`, by steps of 1, 2 or 5 times a power of ten."""
    highest = max(highest, one)
    power = 1
    while True:
        for digit in (1, 2, 5):
            step = digit * power
            if step * MOST_TICKS >= highest:
                return [step * rank for rank in range(-(-highest // step) + 1)]
        power *= 10


# Places ---------------------------------------------------------------------------------------------------


def percent(part: int) -> str:
    return f"{part // 100}.{part % 100:02d}%"


def em(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}em"


def across(value: int, top: int) -> int:
    return value * FULL // top


def draw(
    id: str, title: str, *, first: str, series: Sequence[Series], bars: Iterable[Bar], unit: Unit = EUROS
) -> Chart:
    """Horizontal bars, one a line, stacked when there are several series. `first` names the column of labels."""
    known = list(bars)
    ticks = round_ticks(max((_reach(bar, unit) for bar in known), default=0), unit.one)
    rows, floor = [], 0
    for bar in known:
        rows.append(_row(bar, series, unit, ticks[-1], floor))
        floor += len(_lines(bar.label)) * LINE + BAR + GAP
    return Chart(
        id=id,
        title=title,
        summary=_summary(known, unit),
        first=first,
        series=series,
        rows=rows,
        ticks=_ticks(ticks, unit),
        height=em(floor + LINE),
        floor=em(max(floor - GAP // 2, 0)),
        has_aims=any(bar.aim is not None for bar in known),
        has_lacking=any(bar.lacking for bar in known),
    )


def _reach(bar: Bar, unit: Unit) -> int:
    wholes = [unit.whole(value) for value in bar.values]
    if any(whole < 0 for whole in wholes):
        raise ValueError(f"{bar.label} : une barre ne part pas en arrière.")
    return max(sum(wholes), 0 if bar.aim is None else unit.whole(bar.aim))


def _row(bar: Bar, series: Sequence[Series], unit: Unit, top: int, floor: int) -> Row:
    wholes = [unit.whole(value) for value in bar.values]
    lines = _lines(bar.label)
    under = floor + len(lines) * LINE
    return Row(
        lines=[(em(floor + rank * LINE + 10), line) for rank, line in enumerate(lines)],
        label=bar.label,
        total=unit.read(sum(wholes)),
        url=bar.url,
        y=em(under),
        below=em(under + BAR),
        parts=_parts(wholes, series, unit, top),
        cells=[unit.read(whole) for whole in wholes],
        aim=None if bar.aim is None else _mark(unit.whole(bar.aim), unit.whole(bar.aim), unit, top),
        lacking=_mark(sum(wholes), unit.whole(bar.lacking), unit, top) if bar.lacking else None,
    )


def _lines(label: str) -> list[str]:
    return textwrap.wrap(label, LABEL_WIDTH) or [""]


def _parts(wholes: Sequence[int], series: Sequence[Series], unit: Unit, top: int) -> list[Part]:
    """Edges come from running totals, so that no rounding opens a gap or adds up."""
    edges = [across(total, top) for total in accumulate(wholes, initial=0)]
    places = zip(pairwise(edges), wholes, series, strict=True)
    return [
        Part(percent(left), percent(right - left), one.tone, f"{one.label} : {unit.read(whole)}")
        for (left, right), whole, one in places
        if whole
    ]


def _mark(end: int, length: int, unit: Unit, top: int) -> Mark:
    """`length` counted back from `end`."""
    left, right = across(max(end - length, 0), top), across(end, top)
    return Mark(percent(left), percent(right - left), percent(right), unit.read(length))


def _ticks(ticks: list[int], unit: Unit) -> list[tuple[str, str, str]]:
    def anchor(tick: int) -> str:
        return "start" if tick == 0 else "end" if tick == ticks[-1] else "middle"

    return [(percent(across(tick, ticks[-1])), anchor(tick), unit.tick(tick)) for tick in ticks]


def _summary(known: Sequence[Bar], unit: Unit) -> str:
    """What a person who does not see the drawing is told of it, before its table."""
    if not known:
        return "Rien à montrer."
    totals = [(sum(unit.whole(value) for value in bar.values), bar.label) for bar in known]
    highest = max(totals, key=lambda pair: pair[0])
    count = "1 barre" if len(known) == 1 else f"{len(known)} barres, la plus longue"
    return f"{count} : {highest[1]}, {unit.read(highest[0])}."
