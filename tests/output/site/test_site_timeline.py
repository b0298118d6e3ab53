"""Histories are drawn to scale, in bounded room."""

from datetime import UTC, datetime, timedelta

from crawler.text.comparison.excerpt import Excerpt
from output.site.history import RevisionRow
from output.site.timeline import DayRow, Scale, draw, scale_of
from pipelines.corpus.differences import Difference


def revision(number: int, first: datetime, last: datetime, added: int = 0) -> RevisionRow:
    change = Difference(100, 100, added, 0, 0, Excerpt([], {}, ""))
    captured = first.isoformat(), last.isoformat()
    return RevisionRow(number, number, str(number), "d", "", "", "", "archive", *captured, 0, change=change)


def test_places_are_shares_of_the_years() -> None:
    scale = Scale(2001, 2004)
    assert scale.place(datetime(2001, 1, 1, tzinfo=UTC)) == 0
    assert scale.place(datetime(2003, 1, 1, tzinfo=UTC)) == 49.97  # 2004 is a leap year
    assert [year.label for year in scale.years()] == ["2001", "2002", "2003", "2004"]
    assert len(Scale(1996, 2026).years()) <= 12


def test_what_nobody_saw_is_not_drawn() -> None:
    states = {"2001-01-01": "fetched", "2001-07-01": "inferred", "2002-07-01": "rejected", "2003-07-01": "listed"}
    days = [DayRow(date, state) for date, state in states.items()]
    first = revision(1, datetime(2001, 1, 1, tzinfo=UTC), datetime(2001, 7, 1, tzinfo=UTC))
    second = revision(2, datetime(2003, 7, 1, tzinfo=UTC), datetime(2003, 7, 1, tzinfo=UTC), added=30)
    scale = scale_of(days)
    assert scale == Scale(2001, 2003)
    picture = draw(scale, [first, second], days)
    assert [(bar.x, bar.width, bar.level) for bar in picture.bars] == [(0.0, 16.53, 0), (83.2, 0.3, 2)]
    assert [tick.state for tick in picture.ticks] == ["legible", "legible", "rejected", "unread"]


def test_thousands_of_revisions_and_snapshots_take_no_more_room_than_there_is() -> None:
    begin = datetime(2001, 1, 1, tzinfo=UTC)
    times = [begin + timedelta(days=n) for n in range(8000)]
    revisions = [revision(n, time, time, added=n % 90) for n, time in enumerate(times)]
    picture = draw(Scale(2001, 2022), revisions, [DayRow(time.date().isoformat(), "fetched") for time in times])
    assert len(picture.bars) <= 501
    assert len(picture.ticks) <= 501
    assert max(bar.level for bar in picture.bars) == 3


def test_there_is_no_picture_of_nothing() -> None:
    assert scale_of([]) is None
