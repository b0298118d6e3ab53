"""How much of a listing is asked for: what is new, with an overlap, and now and then all of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive.cdx import Listing
from crawler.arguments import Arguments
from crawler.timeline import listings
from crawler.timeline.listings import LastListing

NOW = datetime(2026, 11, 21, tzinfo=UTC)
NEWEST = datetime(2026, 11, 1, 12, tzinfo=UTC)


def asked(since: str | None = None, until: str | None = None) -> Arguments:
    return Arguments(Path("vendors.toml"), (), since, until, "changes", "careful")


@pytest.mark.parametrize(
    ("requested", "last", "since"),
    [
        (asked(), None, None),
        (asked(), LastListing(None, NOW), None),
        (asked(), LastListing(NEWEST, NOW - timedelta(days=2)), "20261002"),
        (asked(), LastListing(NEWEST, NOW - timedelta(days=30)), None),
        (asked(), LastListing(datetime(2099, 1, 1, tzinfo=UTC), NOW), "20261022"),
        (asked(since="2018"), None, "2018"),
        (asked(since="2018"), LastListing(NEWEST, NOW), "20261002"),
        (asked(since="202611"), LastListing(NEWEST, NOW), "20261100"),
        (asked(until="2020"), LastListing(NEWEST, NOW), None),
        (asked(since="2018", until="2020"), LastListing(NEWEST, NOW), "2018"),
    ],
)
def test_a_listing_begins_before_the_newest_known_snapshot(requested, last, since):
    assert listings.since(requested, last, NOW) == since


def test_only_a_listing_without_bounds_is_remembered():
    assert listings.reach(asked(), Listing("x")) == "whole"
    assert listings.reach(asked(), Listing("x", "20261002")) == "new"
    assert listings.reach(asked(since="2018"), Listing("x", "2018")) == "period"
    assert listings.reach(asked(until="2018"), Listing("x")) == "period"
