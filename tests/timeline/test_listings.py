"""How much of a listing is asked for: what is new, with an overlap, and now and then all of it."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.model import Period
from crawler.timeline import listings
from crawler.timeline.listings import LastListing

NOW = datetime(2026, 11, 21, tzinfo=UTC)
NEWEST = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "last", "since"),
    [
        (Period(), None, None),
        (Period(), LastListing(None, NOW), None),
        (Period(), LastListing(NEWEST, NOW - timedelta(days=2)), "20261002"),
        (Period(), LastListing(NEWEST, NOW - timedelta(days=30)), None),
        (Period(), LastListing(NOW + timedelta(hours=3), NOW), "20261022"),  # clocks differ
        (Period(), LastListing(datetime(2099, 1, 1, tzinfo=UTC), NOW), None),  # it hides the newest that is true
        (Period(), LastListing(datetime(1, 1, 1, tzinfo=UTC), NOW), None),
        (Period(), LastListing(NEWEST, NOW + timedelta(days=3653)), None),  # listed while a clock was ahead
        (Period(since="2018"), LastListing(NEWEST, NOW + timedelta(hours=1)), "2018"),
        (Period(since="2018"), None, "2018"),
        (Period(since="2018"), LastListing(NEWEST, NOW), "20261002"),
        (Period(since="202611"), LastListing(NEWEST, NOW), "20261100"),
        (Period(until="2020"), LastListing(NEWEST, NOW), None),
        (Period(since="2018", until="2020"), LastListing(NEWEST, NOW), "2018"),
    ],
)
def test_a_listing_begins_before_the_newest_known_snapshot(period, last, since):
    assert listings.since(period, last, NOW) == since


def test_only_a_listing_without_bounds_is_remembered():
    assert listings.reach(Period(), None) == "whole"
    assert listings.reach(Period(), "20261002") == "new"
    assert listings.reach(Period(since="2018"), "2018") == "period"
    assert listings.reach(Period(until="2018"), None) == "period"
