"""Trends laid out as a chart: lines over periods, and below them how many policies were seen.

Across, places are percent of the picture's width; down, they are pixels.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Literal

from output.in_force import By, name

Unit = Literal["share", "words", "score"]

PLOT, STRIP = 250, 44
"""How high the lines are drawn, and the bars below them."""
_LEFT, _RIGHT = 9.5, 98.5
"""Between these are the periods: the labels of the scale stand left of them, on a phone too."""
_TOP = 14
_LABELLED = 12
_MINOR = 6
"""Labels that there is room for, and on a phone."""
_STEPS = (1, 2, 5, 10, 25, 100)


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a series in a period; between ``low`` and ``high`` lies the middle half, if given."""

    period: int
    policies: int
    value: float
    is_few: bool
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class PlacedValue:
    """A value, and where it is drawn."""

    of: Value
    x: float
    y: float
    high_y: float
    low_y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A series: its marks, and the segments between those of neighbouring periods."""

    label: str
    style: int
    """Its colour, mark and dashes, from 1."""
    values: list[PlacedValue]
    segments: list[tuple[PlacedValue, PlacedValue]]


@dataclass(frozen=True, slots=True)
class Bar:
    """How many policies were seen in a period."""

    period: int
    label: str
    policies: int
    short: str
    """The number in a few signs: 12k."""
    x: float
    width: float
    height: float
    labelled: bool
    minor: bool
    """Whether there is no room for its label on a phone."""

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True, slots=True)
class Grid:
    """A line across, and what it says."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class TrendChart:
    """A chart."""

    grid: list[Grid]
    lines: list[Line]
    bars: list[Bar]
    by: By

    def name(self, period: int) -> str:
        """Return what a period is called."""
        return name(period, self.by)

    @property
    def height(self) -> int:
        """How high it is, with the labels of the periods."""
        return PLOT + STRIP + 40

    @property
    def ground(self) -> int:
        """Where the bars stand."""
        return PLOT + STRIP + 18


def draw(series: Sequence[tuple[str, Sequence[Value]]], seen: dict[int, int], by: By, *, unit: Unit) -> TrendChart:
    """Lay out series, each with its label, and how many policies were seen in each period."""
    first, last = min(seen), max(seen)
    step = (_RIGHT - _LEFT) / (last - first + 1)
    values = [value for _, of_series in series for value in of_series]
    ticks = _ticks(values, unit)

    def x(period: int) -> float:
        return round(_LEFT + (period - first + 0.5) * step, 2)

    def y(value: float) -> float:
        return round(_TOP + (PLOT - _TOP) * (ticks[-1] - value) / (ticks[-1] - ticks[0]), 1)

    def placed(of: Value) -> PlacedValue:
        low, high = (of.value if end is None else end for end in (of.low, of.high))
        return PlacedValue(of, x(of.period), y(of.value), y(high), y(low))

    lines = []
    for style, (label, of_series) in enumerate(series, 1):
        row = [placed(value) for value in of_series]
        together = [(a, b) for a, b in pairwise(row) if b.of.period == a.of.period + 1]
        lines.append(Line(label, style, row, together))
    grid = [Grid(y(tick), f"{tick:.0%}" if unit == "share" else f"{tick:,.0f}") for tick in ticks]
    return TrendChart(grid, lines, _bars(seen, by, x, step), by)


def _ticks(values: Sequence[Value], unit: Unit) -> list[float]:
    """Return the values of some lines across: round numbers around all values. Only scores need not begin at 0."""
    ends = [end for value in values for end in (value.value, value.low, value.high) if end is not None] or [0.0]
    lowest, highest = (min(ends) if unit == "score" else 0.0), max(ends)
    if unit == "share":
        top = next(top for top in (0.04, 0.1, 0.2, 0.4, 1.0) if highest <= top)
        return [top * part / 4 for part in range(5)] if top != 0.1 else [0, 0.05, 0.1]
    size = 10 ** floor(log10(max(highest - lowest, 4)) - 0.3)
    step = next(size * times for times in (1, 2, 5, 10) if (highest - lowest) / (size * times) <= 5)
    return [
        step * number for number in range(floor(lowest / step), max(ceil(highest / step), floor(lowest / step) + 1) + 1)
    ]


def _bars(seen: dict[int, int], by: By, x: Callable[[int], float], step: float) -> list[Bar]:
    most = max(seen.values())
    labels = [period for period in seen if by == "year" or period % 4 == 0] or list(seen)
    every = next(n for n in _STEPS if len(labels) / n <= _LABELLED)
    every_minor = next(every * n for n in _STEPS if len(labels) / (every * n) <= _MINOR)
    bars = []
    for period, policies in seen.items():
        year = period if by == "year" else period // 4
        place, width = round(x(period) - 0.4 * step, 2), round(0.8 * step, 2)
        labelled = period in labels and year % every == 0
        bars.append(
            Bar(
                period,
                name(period, by) if by == "year" or len(labels) == len(seen) else str(year),
                policies,
                _short(policies),
                place,
                width,
                round(max(STRIP * 0.6 * policies / most, 1), 1),
                labelled,
                minor=year % every_minor != 0,
            )
        )
    return bars


def _short(number: int) -> str:
    if number < 1000:
        return str(number)
    return f"{number / 1000:.1f}k".replace(".0k", "k") if number < 10_000 else f"{number // 1000}k"
