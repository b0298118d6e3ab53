"""How much of a URL's listing to ask for, when an earlier crawl has listed it. Plain: no I/O, and the clock is given.

Each URL costs one query in any case. What is saved is the archive's work and the transfer: a page that is captured
hourly has a hundred thousand rows, of which a day brings twenty-four.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from crawler.archive.cdx import Listing
    from crawler.arguments import Arguments

OVERLAP = timedelta(days=30)
"""How far before the newest known snapshot to begin: captures enter the archive's index days to weeks after they were
made, in the order in which their files arrive.
"""

WHOLE_AGAIN = timedelta(days=30)
"""When to ask for the whole listing again: partners of the archive hand in collections that are years old."""


class LastListing(NamedTuple):
    """The newest snapshot that was listed for a URL, if any, and when its listing was last asked for as a whole."""

    newest: datetime | None
    whole: datetime


def since(requested: Arguments, last: LastListing | None, now: datetime) -> str | None:
    """The day from which a listing is to be asked for, as digits; None: from its beginning."""
    if requested.until is not None or last is None or last.newest is None or now - last.whole >= WHOLE_AGAIN:
        return requested.since
    new = (min(last.newest, now) - OVERLAP).strftime("%Y%m%d")
    return max(requested.since.ljust(8, "0"), new) if requested.since else new


def reach(requested: Arguments, listing: Listing) -> Literal["whole", "new", "period"]:
    """What a listing that was asked for `since` a day tells of its URL."""
    if requested.since is not None or requested.until is not None:
        return "period"
    return "whole" if listing.since is None else "new"
