"""A policy's history drawn to scale in time. Places are percent of the picture's width."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from crawler.model import LEGIBLE
from output.site.history import PolicyRow, RevisionRow
from pipelines.corpus.bad_rows import BadRows, kept
from pipelines.corpus.citation import addresses

_STATES = dict.fromkeys(LEGIBLE, "legible") | {"rejected": "rejected"}
_STEPS = 500
"""Places for ticks, and for bars if there are more: nobody could tell finer ones apart, and a policy may have snapshots
of thousands of days. Of several bars in one place, the one with the largest change stays.
"""
_MIN_BAR = 0.3


class DayRow(NamedTuple):
    """A day (YYYY-MM-DD) with snapshots of a state, and the address of the first one's capture, if it is one."""

    date: str
    state: str
    replay: str | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A revision, from the first to the last snapshot that shows it."""

    x: float
    width: float
    level: int
    """How much had changed before it, 0 to 4; -1 for the first."""
    revision: RevisionRow


@dataclass(frozen=True, slots=True)
class Span:
    """A period in which texts take turns, from its first to its last snapshot."""

    x: float
    width: float
    texts: int
    first_captured: str
    last_captured: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Snapshots of one state, at one place of the scale."""

    x: float
    state: str
    date: str
    """The day of the first of them."""
    replay: str | None
    """The address of its capture, to read; None if it was imported."""


@dataclass(frozen=True, slots=True)
class YearLine:
    """The first of January of a year. ``minor`` years have no label if room is scarce."""

    x: float
    label: str
    minor: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """The years that a picture shows, both inclusive."""

    first: int
    last: int

    def place(self, when: datetime) -> float:
        """Return the place of a moment."""
        begin, end = datetime(self.first, 1, 1, tzinfo=UTC), datetime(self.last + 1, 1, 1, tzinfo=UTC)
        return round(100 * (when - begin) / (end - begin), 2)

    def years(self) -> list[YearLine]:
        """Return the lines of the years; some ten of them at most have a label."""
        count = self.last - self.first + 1
        step = next(step for step in (1, 2, 5, 10, 25, 100, 1000) if count / step <= 12)
        return [
            YearLine(
                self.place(datetime(year, 1, 1, tzinfo=UTC)), str(year), minor=bool((year // step) % 2) and count > 5
            )
            for year in range(self.first, self.last + 1)
            if year % step == 0 or count <= 3
        ]


@dataclass(frozen=True, slots=True)
class TimelinePicture:
    """A picture of one policy."""

    scale: Scale
    bars: list[Bar]
    ticks: list[Tick]
    spans: list[Span]


def days_of(conn: sqlite3.Connection, policy: PolicyRow, public_url: str, bad: BadRows | None = None) -> list[DayRow]:
    """Return the days with snapshots, each with a state."""
    rows = conn.execute(
        "SELECT substr(captured, 1, 10), state, url, min(timestamp), origin FROM snapshots WHERE policy = ?"
        " GROUP BY 1, 2 ORDER BY 1",
        [policy.id],
    )

    def read(row: tuple[Any, ...]) -> DayRow:
        date, state, *capture = row
        datetime.fromisoformat(date)
        return DayRow(date, state, _replay(public_url, *capture))

    return [
        *kept(rows.fetchall(), read, lambda row: f"the snapshots of {policy.vendor} {policy.type} on {row[0]}", bad)
    ]


def _replay(public_url: str, url: str, timestamp: str, origin: str | None) -> str | None:
    at = addresses(public_url, url, timestamp, origin)
    return at.replay if at else None


def scale_of(days: Sequence[DayRow]) -> Scale | None:
    """Return the scale that shows all days; None if there are none."""
    return Scale(int(min(days)[0][:4]), int(max(days)[0][:4])) if days else None


def draw(scale: Scale, revisions: Sequence[RevisionRow], days: Sequence[DayRow]) -> TimelinePicture:
    """Lay a policy's history out on a scale."""
    bars: dict[float, Bar] = {}
    for revision in revisions:
        x = scale.place(datetime.fromisoformat(revision.first_captured))
        width = max(scale.place(datetime.fromisoformat(revision.last_captured)) - x, _MIN_BAR)
        bar = Bar(x, round(width, 2), revision.change.level if revision.change else -1, revision)
        place = x if len(revisions) <= _STEPS else _step(x)
        if place not in bars or bars[place].level < bar.level:
            bars[place] = bar
    ticks: dict[tuple[str, float], Tick] = {}
    for date, state, replay in days:
        x = _step(scale.place(datetime.fromisoformat(date).replace(tzinfo=UTC)))
        shown = _STATES.get(state, "unread")
        ticks.setdefault((shown, x), Tick(x, shown, date, replay))
    in_order = [ticks[place] for place in sorted(ticks)]
    return TimelinePicture(scale, list(bars.values()), in_order, _spans(scale, revisions))


def _spans(scale: Scale, revisions: Sequence[RevisionRow]) -> list[Span]:
    turns: dict[int, list[RevisionRow]] = defaultdict(list)
    for revision in revisions:
        if revision.variant is not None:
            turns[revision.variant].append(revision)
    spans = []
    for period in turns.values():
        first, last = period[0].first_captured, period[-1].last_captured
        x = scale.place(datetime.fromisoformat(first))
        width = max(scale.place(datetime.fromisoformat(last)) - x, _MIN_BAR)
        spans.append(Span(x, round(width, 2), len({turn.document for turn in period}), first, last))
    return spans


def _step(x: float) -> float:
    return round(x * _STEPS / 100) * 100 / _STEPS
