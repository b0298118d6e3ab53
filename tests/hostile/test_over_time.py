"""Crawls of a hostile archive one after the other, or with an odd clock: each ends, and the next makes up for it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from archive import (
    GOOD,
    LONGEST,
    MONTHS,
    SCENARIOS,
    SORRY,
    Asked,
    Reply,
    Scenarios,
    archive,
    crawl,
    row,
    snapshots,
    table,
    texts,
)

pytestmark = pytest.mark.slow


# -- exclusion --------------------------------------------------------------------------------------------------------
async def test_that_a_url_is_excluded_is_told_once_and_asked_again_after_a_month(tmp_path):
    host, scenarios = "excluded.hostile.example", Scenarios()
    scenarios.listings["excluded"] = lambda asked: Reply(403, body=SORRY)
    async with archive(scenarios) as (address, asked):
        first = await crawl(tmp_path, address, host)
        assert (first.exit, "the archive excludes this URL" in first.said) == (2, True), first.said
        requests = asked[host]
        assert (await crawl(tmp_path, address, host, GOOD)).exit == 0
        assert asked[host] == requests
        month_ago = (datetime.now(UTC) - timedelta(days=31)).isoformat(timespec="seconds")
        damage(tmp_path, "UPDATE listings SET excluded = ? WHERE excluded IS NOT NULL", month_ago)
        assert (await crawl(tmp_path, address, host)).exit == 0
        assert asked[host] == requests + 1
        del scenarios.listings["excluded"]
        damage(tmp_path, "UPDATE listings SET excluded = ? WHERE excluded IS NOT NULL", month_ago)
        assert (await crawl(tmp_path, address, host)).exit == 0
    assert len(texts(tmp_path, host)) == len(MONTHS)


async def test_what_is_excluded_on_a_later_page_is_told_once_and_listed_whole_when_it_no_longer_is(tmp_path):
    host, scenarios = "excluded.hostile.example", Scenarios()
    is_excluded = True

    def listing(asked: Asked) -> Reply:
        if "resumeKey" not in asked.parameters:
            return table(*[row(asked.url, timestamp) for timestamp in MONTHS[:3]], key="more")
        later = table(*[row(asked.url, timestamp) for timestamp in MONTHS[3:]])
        return Reply(403, body=SORRY) if is_excluded else later

    scenarios.listings["excluded"] = listing
    async with archive(scenarios) as (address, asked):
        first = await crawl(tmp_path, address, host)
        assert (first.exit, "excludes this URL (3 snapshots of it are kept)" in first.said) == (2, True), first.said
        assert len(texts(tmp_path, host)) == 3
        listings = asked[f"listing {host}"]
        assert (await crawl(tmp_path, address, host)).exit == 0
        assert asked[f"listing {host}"] == listings
        month_ago = (datetime.now(UTC) - timedelta(days=31)).isoformat(timespec="seconds")
        for is_excluded in (True, False):  # noqa: B007 - `listing` reads it
            damage(tmp_path, "UPDATE listings SET excluded = ? WHERE excluded IS NOT NULL", month_ago)
            again = await crawl(tmp_path, address, host)
            assert again.exit == 0, again.said
    assert len(texts(tmp_path, host)) == len(MONTHS)


# -- rate limits ------------------------------------------------------------------------------------------------------
def throttling(retry_after: str):
    return lambda asked: Reply(429, {"Retry-After": retry_after} if retry_after else {}, b"Too Many Requests")


@pytest.mark.parametrize(
    ("retry_after", "says"),
    [
        ("0", "again after each of 5 pauses"),
        ("", "again after each of 5 pauses"),
        ("-5", "again after each of 5 pauses"),
        ("soon", "again after each of 5 pauses"),
        ("Fri, 31 Dec 1999 23:59:59 GMT", "again after each of 5 pauses"),
        ("Fri, 31 Dec 99999 23:59:59 GMT", "again after each of 5 pauses"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "no crawl asks it for 24 h 0 min"),
        ("99999999999999999999", "no crawl asks it for 24 h 0 min"),
    ],
)
async def test_a_429_always_pauses_and_the_crawl_ends(tmp_path, retry_after, says):
    scenarios = Scenarios()
    scenarios.captures["throttling"] = throttling(retry_after)
    async with archive(scenarios) as (address, asked):
        ended = await crawl(tmp_path, address, "throttling.hostile.example")
    assert (ended.exit, says in ended.said) == (2, True), ended.said
    assert ended.seconds < LONGEST
    assert asked["capture throttling.hostile.example"] <= 12


def damage(folder, sql, *values):
    with closing(sqlite3.connect(folder / "corpus.db")) as db, db:
        assert db.execute(sql, values).rowcount > 0


@pytest.mark.parametrize("captured", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "nonsense", ""])
async def test_a_stored_time_that_nothing_was_captured_at_stops_no_policy(tmp_path, captured):
    bad = "stored.hostile.example"
    async with archive(SCENARIOS) as (address, _):
        await crawl(tmp_path, address, bad)
        damage(tmp_path, "UPDATE snapshots SET captured = ? WHERE timestamp = '20200101000000'", captured)
        damage(tmp_path, "UPDATE listings SET newest = ?", captured)
        ended = await crawl(tmp_path, address, bad, GOOD)
    assert ended.exit == 0, ended.said
    assert "Traceback" not in ended.said
    assert len(texts(tmp_path, GOOD)) == len(MONTHS)
    assert snapshots(tmp_path, bad) == {"fetched": 5, "rejected": 1}


async def test_what_is_captured_late_is_found_after_a_crawl_with_a_clock_ten_years_ahead(tmp_path):
    late = "late.hostile.example"
    scenarios = Scenarios()
    listed = MONTHS[3:]
    scenarios.listings["late"] = lambda asked: table(
        *[row(asked.url, timestamp) for timestamp in listed if timestamp >= asked.parameters.get("from", "")]
    )
    async with archive(scenarios) as (address, _):
        await crawl(tmp_path, address, late)
        ahead = (datetime.now(UTC) + timedelta(days=3653)).isoformat(timespec="seconds")
        damage(tmp_path, "UPDATE listings SET listed = ?, listed_whole = ?", ahead, ahead)
        listed = MONTHS
        ended = await crawl(tmp_path, address, late)
    assert ended.exit == 0
    assert len(texts(tmp_path, late)) == len(MONTHS)
