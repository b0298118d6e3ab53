"""How much of a URL's listing to ask for, if an earlier crawl has listed it. Plain: no I/O, and the clock is given.

Each URL costs one query in any case. What is saved is the archive's work and the transfer: a page that is captured
hourly has a hundred thousand rows, of which a day brings twenty-four.
"""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from crawler.model import Period
from crawler.timestamps import digits, implausible, latest

OVERLAP = timedelta(days=30)
"""How far before the newest known snapshot to begin: captures enter the archive's index days to weeks after they were
made, in the order in which their files arrive.
"""

WHOLE_AGAIN = timedelta(days=30)
"""When to ask for the whole listing again: partners of the archive hand in collections that are years old."""


class LastListing(NamedTuple):
    """The newest snapshot listed for a URL, if any, and when its listing was last requested as a whole."""

    newest: datetime | None
    whole: datetime
    excluded: datetime | None = None
    """When the archive said that it excludes the URL, if that was the last that it said."""

    def is_of_the_past(self, now: datetime) -> bool:
        """Tell whether both moments can be believed: one of the future was stored while some clock was wrong."""
        return self.whole <= now and (self.newest is None or implausible(self.newest, latest(now)) is None)


def since(period: Period, last: LastListing | None, now: datetime) -> str | None:
    """Return the day (digits) from which to request a listing; None: from its beginning."""
    if period.until is not None or last is None or last.newest is None or not last.is_of_the_past(now):
        return period.since
    if now - last.whole >= WHOLE_AGAIN:
        return period.since
    new = digits(min(last.newest, now) - OVERLAP)[:8]
    return max(period.since.ljust(8, "0"), new) if period.since else new


def is_excluded(last: LastListing | None, now: datetime) -> bool:
    """Tell whether the archive said lately that it excludes a URL: that is an answer, and asked again now and then."""
    return last is not None and last.excluded is not None and timedelta(0) <= now - last.excluded < WHOLE_AGAIN


def reach(period: Period, asked_since: str | None) -> Literal["whole", "new", "period"]:
    """Return what a listing tells of its URL that was requested from a day on, as `since` gives it."""
    if period != Period():
        return "period"
    return "whole" if asked_since is None else "new"
