"""Moments and how sure they are, in words. All times are UTC, as the archive's are."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from babel import Locale

_MONTHS = Locale("en").months["format"]["wide"]


def day(captured: str | None) -> str:
    """Return a day as "4 March 2019"; empty for None."""
    if not captured:
        return ""
    when = datetime.fromisoformat(captured)
    return f"{when.day} {_MONTHS[when.month]} {when.year}"


def clock(captured: str) -> str:
    """Return a moment as "4 March 2019, 10:34 UTC"."""
    return f"{day(captured)}, {datetime.fromisoformat(captured):%H:%M} UTC"


def between(earlier: str, later: str) -> str:
    """Return when something between two moments happened: "between 4 March and 11 May 2019"."""
    a, b = datetime.fromisoformat(earlier), datetime.fromisoformat(later)
    if a.date() == b.date():
        return f"on {day(later)}"
    if a.year != b.year:
        return f"between {day(earlier)} and {day(later)}"
    if a.month != b.month:
        return f"between {a.day} {_MONTHS[a.month]} and {day(later)}"
    return f"between {a.day} and {day(later)}"


def through(first: str, last: str) -> str:
    """Return a stretch of time: "from 4 March 2019 to 11 May 2019"."""
    return f"on {day(first)}" if first[:10] == last[:10] else f"from {day(first)} to {day(last)}"


def told_apart(moments: Iterable[str]) -> dict[str, str]:
    """Return what to call moments where one is to be picked: the day, with the time if another is on that day."""
    given = set(moments)
    days = Counter(moment[:10] for moment in given)
    minutes = Counter(moment[:16] for moment in given)
    called = {}
    for moment in given:
        seconds = f"{datetime.fromisoformat(moment):%H:%M:%S} UTC"
        time = seconds if minutes[moment[:16]] > 1 else clock(moment).rpartition(", ")[2]
        called[moment] = day(moment) if days[moment[:10]] == 1 else f"{day(moment)}, {time}"
    return called
