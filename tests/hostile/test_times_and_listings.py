"""Archives whose listings and times are not to be believed: crawls end, keep what is true, and say what is wrong."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from archive import GOOD, LONGEST, MONTHS, Asked, Reply, Scenarios, archive, crawl, row, snapshots, table, texts

SCENARIOS = Scenarios()
pytestmark = pytest.mark.slow


# -- times ------------------------------------------------------------------------------------------------------------
@SCENARIOS.listing(listed=0)
def year_one(asked: Asked) -> Reply:
    return table(row(asked.url, "00010101000000"))


@SCENARIOS.listing(listed=6, fetched=6)
def all_times(asked: Asked) -> Reply:
    wrong = ["00010101000000", "19891231235959", "99991231235959", "99999999999999", "-2010010100000", "20360101000000"]
    return table(*[row(asked.url, timestamp) for timestamp in [*wrong, *MONTHS]])


# -- listings without end --------------------------------------------------------------------------------------------
@SCENARIOS.listing(exit=2, says="leads back to an earlier one", listed=6, fetched=6, requests=20)
def same_key(asked: Asked) -> Reply:
    return table(*[row(asked.url, timestamp) for timestamp in MONTHS], key="again")


@SCENARIOS.listing(exit=2, says="leads back to an earlier one", listed=2, fetched=2, requests=20)
def circle(asked: Asked) -> Reply:
    following = {"A": "B", "B": "C", "C": "A"}.get(asked.parameters.get("resumeKey", ""), "A")
    return table(row(asked.url, MONTHS[following == "A"]), key=following)


@SCENARIOS.listing(exit=2, says="does not end", listed=6, fetched=6, requests=30)
def endless(asked: Asked) -> Reply:
    return table(row(asked.url, MONTHS[asked.number % 6]), key=f"key{asked.number}")


@SCENARIOS.listing(exit=2, says="does not end", listed=0, requests=30)
def endless_and_empty(asked: Asked) -> Reply:
    return table(key=f"key{asked.number}")


@SCENARIOS.listing(exit=2, says="6 snapshots of it are kept", listed=6, fetched=6)
def breaks_off(asked: Asked) -> Reply:
    if "resumeKey" in asked.parameters:
        return Reply(503, body=b"<h1>Sorry</h1>")
    return table(*[row(asked.url, timestamp) for timestamp in MONTHS], key="more")


@SCENARIOS.listing(exit=2, says="is no key", listed=6, fetched=6, requests=20)
def long_key(asked: Asked) -> Reply:
    return table(*[row(asked.url, timestamp) for timestamp in MONTHS], key="k" * 1_000_000)


# -- exclusion --------------------------------------------------------------------------------------------------------
async def test_that_a_url_is_excluded_is_told_once_and_asked_again_after_a_month(tmp_path):
    host, scenarios = "excluded.hostile.example", Scenarios()
    sorry = b"org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"
    scenarios.listings["excluded"] = lambda asked: Reply(403, body=sorry)
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


@pytest.mark.parametrize("name", list(SCENARIOS.expected))
async def test_it_ends_as_it_must_and_a_good_policy_beside_it_comes_out_as_alone(name, tmp_path):
    await SCENARIOS.check(name, tmp_path)


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
