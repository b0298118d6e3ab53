"""Moments and how sure they are, in words. All times are UTC, as the archive's are."""

from datetime import datetime

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def moment(captured: str) -> datetime:
    """Return the moment in a `captured` column."""
    return datetime.fromisoformat(captured)


def day(captured: str | None) -> str:
    """Return a day as "4 March 2019"; empty for None."""
    if not captured:
        return ""
    when = moment(captured)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def clock(captured: str) -> str:
    """Return a moment as "4 March 2019, 10:34 UTC"."""
    return f"{day(captured)}, {moment(captured):%H:%M} UTC"


def between(earlier: str, later: str) -> str:
    """Return when something between two moments happened: "between 4 March and 11 May 2019"."""
    a, b = moment(earlier), moment(later)
    if a.date() == b.date():
        return f"on {day(later)}"
    if a.year != b.year:
        return f"between {day(earlier)} and {day(later)}"
    if a.month != b.month:
        return f"between {a.day} {_MONTHS[a.month - 1]} and {day(later)}"
    return f"between {a.day} and {day(later)}"


def through(first: str, last: str) -> str:
    """Return a stretch of time: "from 4 March 2019 to 11 May 2019"."""
    return f"on {day(first)}" if first[:10] == last[:10] else f"from {day(first)} to {day(last)}"
