"""Archive timestamps: 14 digits (YYYYMMDDhhmmss, UTC) to a moment and back, and which moments can be a capture's."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No page of the web is older. What claims to be comes from a broken clock, or from somebody who wants to break one."""
LATEST = datetime(9998, 12, 31, tzinfo=UTC)
"""The latest moment that can be reckoned with, where no clock says what is the future."""

_SEPARATORS = str.maketrans("", "", "-T:")


def moment(digits: str) -> datetime | None:
    """Return the moment (UTC) that 14 digits name; None for a month 13, a shortened timestamp and so on."""
    if len(digits) != 14 or not digits.isascii() or not digits.isdecimal():
        return None
    if digits[8:10] == "24":  # midnight to Python 3.14
        return None
    try:  # strptime takes ten times as long, and reads a shortened timestamp as another time
        return datetime.fromisoformat(f"{digits[:8]}T{digits[8:]}Z")
    except ValueError:
        return None


def latest(now: datetime) -> datetime:
    """Return the end of tomorrow (UTC): clocks differ, and what is later than that has not been captured yet."""
    return now.astimezone(UTC).replace(hour=23, minute=59, second=59, microsecond=999_999) + timedelta(days=1)


def implausible(captured: datetime, latest: datetime) -> str | None:
    """Return why nothing can have been captured at a moment, given the `latest` one; None if it can."""
    if captured < EARLIEST:
        return f"a time before {EARLIEST.year}"
    return "a time in the future" if captured > latest else None


def digits(day: date) -> str:
    """Return the digits of a day (8) or of a moment (14). A moment without a time zone is in UTC.

    Raises `OverflowError` for a moment that UTC puts out of the years 1 to 9999.
    """
    if isinstance(day, datetime) and day.tzinfo is not None:
        day = day.astimezone(UTC)
    return day.isoformat()[:19].translate(_SEPARATORS)


def repaired(digits: str) -> str | None:
    """Return the 14 digits of the moment that a listed timestamp means; None if it means none.

    The archive lists old captures whose month or day is ``00``: an insertion that pushed the seconds out (edgi
    wayback, ``_client.py``: 20000012170449 is 2000-12-17 04:49).
    """
    candidates = [digits]
    if digits[4:6] == "00":
        candidates.append(digits[:4] + digits[6:] + "00")
    if digits[6:8] == "00":
        candidates.append(digits[:6] + digits[8:] + "00")
    return next(filter(moment, candidates), None)


def nearest_moment(digits: str) -> datetime:
    """Return the moment (UTC) of a timestamp that may be shortened or impossible.

    ``digits`` are one or more ASCII digits, of which the first 14 count. An impossible month, day or time becomes the
    nearest possible one: 20200230 is 2020-02-29 00:00.
    """
    digits = digits[:14]
    year = max(int(digits[:4].ljust(4, "0")), 1)
    month, day, hour, minute, second = (int(digits[at : at + 2] or 0) for at in range(4, 14, 2))
    month = min(max(month, 1), 12)
    day = min(max(day, 1), monthrange(year, month)[1])
    return datetime(year, month, day, min(hour, 23), min(minute, 59), min(second, 59), tzinfo=UTC)
