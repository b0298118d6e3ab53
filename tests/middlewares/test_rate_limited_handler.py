"""Politeness: the rates, the patience after a 429, and what is asked again."""

import asyncio
import gzip
import time
from datetime import UTC, datetime

import pytest
from aiohttp import web
from crawling import run_crawl
from fake_archive import MEMENTO, PAGE, Answer, archive, at_first, capture, cut, error, hang, listing, many
from scrapy.settings import Settings

from crawler.archive.address import archive_key
from crawler.middlewares.rate_limited_handler import retry_after
from crawler.rate_limit import rates
from crawler.rate_limit.limits import RateLimits
from crawler.rate_limit.shared_state import SharedState


@pytest.mark.parametrize("failure", [error(503), error(504), error(421), error(413), cut])
async def test_what_is_no_answer_is_asked_again(crawl, vendors, failure):
    async with archive(at_first(listing, failure), at_first(capture, failure)) as (url, asked):
        crawled = await crawl(url, vendors)
    assert asked == {"cdx": 2, "replay": 2}
    assert crawled.counts("SELECT state, count(*) FROM snapshots GROUP BY 1") == {"fetched": 1}


@pytest.mark.parametrize("text", ["<html>Temporarily Offline</html>", "", "[[truncated"])
async def test_a_page_instead_of_a_listing_is_asked_again(crawl, vendors, text):
    async with archive(at_first(listing, lambda _: web.Response(text=text, content_type="text/html"))) as (url, asked):
        crawled = await crawl(url, vendors)
    assert asked["cdx"] == 2
    assert crawled.run.status == "complete"


async def test_an_archived_error_is_content_and_asked_once(crawl, vendors):
    async with archive(replay_answer=lambda _: web.Response(status=503, text="archived", headers=MEMENTO)) as (
        url,
        asked,
    ):
        crawled = await crawl(url, vendors)
    assert asked["replay"] == 1
    assert crawled.counts("SELECT reason, count(*) FROM snapshots GROUP BY 1") == {"archived error 503": 1}


async def test_an_archive_that_never_answers_leaves_a_failed_snapshot_and_the_next_crawl_asks_again(crawl, vendors):
    async with archive(replay_answer=error(503)) as (url, asked):
        crawled = await crawl(url, vendors, RETRY_TIMES=2)
    assert asked["replay"] == 3
    assert crawled.run.status == "partial"
    assert crawled.counts("SELECT state, count(*) FROM snapshots GROUP BY 1") == {"failed": 1}
    async with archive() as (url, asked):
        crawled = await crawl(url, vendors)
    assert crawled.counts("SELECT state, count(*) FROM snapshots GROUP BY 1") == {"fetched": 1}


async def test_a_429_pauses_for_as_long_as_it_says(crawl, vendors):
    async with archive(at_first(listing, error(429, **{"Retry-After": "1"}))) as (url, _):
        started = time.monotonic()
        crawled = await crawl(url, vendors)
    assert crawled.run.status == "complete"
    assert time.monotonic() - started >= 1


async def test_a_429_that_goes_on_ends_the_crawl_and_the_next_one_asks_nothing(crawl, vendors):
    async with archive(error(429, **{"Retry-After": "3600"})) as (url, asked):
        first = await crawl(url, vendors)
        second = await crawl(url, vendors)
    assert asked["cdx"] == 1
    assert first.run.status == second.run.status == "failed"
    assert "rate limits this machine (429)" in second.run.ended


async def test_a_pause_that_an_earlier_crawl_was_told_of_is_waited_for(crawl, vendors, tmp_path):
    async with archive() as (url, asked):
        state = SharedState(tmp_path / "state")
        now = time.time()
        state.change(archive_key(url), lambda _: (RateLimits(paused_until=now + 1, pauses=1).dump(now), None))
        state.close()
        crawled = await crawl(url, vendors)
        assert time.time() >= now + 1
    assert asked == {"cdx": 1, "replay": 1}
    assert crawled.run.status == "complete"


async def test_an_archived_429_is_content_and_pauses_nothing(crawl, vendors):
    async with archive(replay_answer=lambda _: web.Response(status=429, text="archived", headers=MEMENTO)) as (
        url,
        asked,
    ):
        crawled = await crawl(url, vendors)
    assert asked["replay"] == 1
    assert crawled.counts("SELECT reason, count(*) FROM snapshots GROUP BY 1") == {"archived error 429": 1}


async def test_nothing_is_sent_during_a_pause(crawl, vendors):
    sent: list[float] = []

    def throttled(number: int) -> web.Response:
        sent.append(time.monotonic())
        return error(429, **{"Retry-After": "1"})(number) if number == 3 else many(number)

    vendors.write_text(
        "".join(f'[[policy]]\nvendor = "v{i}.example"\nurls = ["https://v{i}.example/"]\n' for i in range(8))
    )
    async with archive(throttled) as (url, _):
        await crawl(url, vendors)
    assert len(sent) == 9
    assert sent[4] - sent[3] >= 0.99


async def test_crawls_at_once_share_the_rate(tmp_path, vendors):
    sent: list[float] = []

    def timed(number: int) -> web.Response:
        sent.append(time.monotonic())
        return listing(number)

    async with archive(timed) as (url, _):
        given = {"CDX_REQUESTS_PER_MINUTE": 300, "STATE_DIR": str(tmp_path / "state")}
        await asyncio.gather(*(run_crawl(tmp_path / str(i), url, vendors, **given) for i in range(4)))
    assert len(sent) == 4
    assert sent[-1] - sent[0] >= 0.4


async def test_an_archive_that_refuses_every_connection_ends_the_crawl_soon(crawl, vendors):
    answers = 0

    def then_gone(number: int) -> web.Response:
        nonlocal answers
        answers += 1
        if number:
            raise ConnectionResetError
        return listing(number)

    vendors.write_text(
        "".join(f'[[policy]]\nvendor = "v{i}.example"\nurls = ["https://v{i}.example/"]\n' for i in range(40))
    )
    async with archive(then_gone, cut) as (url, _):
        crawled = await crawl(url, vendors)
    assert crawled.run.status == "partial"
    assert "is out of reach" in crawled.run.ended
    assert answers < 20
    assert crawled.rows("SELECT status, reason FROM crawls") == [("partial", crawled.run.ended)]


async def test_a_lone_capture_that_takes_too_long_each_time_is_given_up_and_the_crawl_goes_on(
    crawl, vendors, monkeypatch
):
    monkeypatch.setattr("crawler.rate_limit.gate.REFUSALS", 3)

    async with archive(replay_answer=hang) as (url, asked):
        crawled = await crawl(url, vendors, DOWNLOAD_TIMEOUT=0.5)
    assert asked["replay"] == 3
    assert crawled.run.ended is None
    assert crawled.run.status == "partial"
    assert crawled.counts("SELECT state, count(*) FROM snapshots GROUP BY 1") == {"failed": 1}


async def test_an_archive_that_never_answered_ends_the_crawl_sooner(crawl, vendors, unused_tcp_port):
    crawled = await crawl(f"http://127.0.0.1:{unused_tcp_port}", vendors)
    assert crawled.run.status == "failed"
    assert "is out of reach" in crawled.run.ended


async def test_a_body_that_breaks_on_the_way_is_asked_for_again(crawl, vendors):
    whole = gzip.compress(PAGE.encode())

    def compressed(body: bytes) -> Answer:
        return lambda _: web.Response(body=body, content_type="text/html", headers=MEMENTO)

    async with archive(replay_answer=at_first(compressed(whole), compressed(whole[:-40]))) as (url, asked):
        crawled = await crawl(url, vendors)
    assert asked["replay"] == 2
    assert crawled.counts("SELECT state, count(*) FROM snapshots GROUP BY 1") == {"fetched": 1}


async def test_a_body_that_was_archived_broken_is_asked_for_twice_and_not_for_ever(crawl, vendors):
    body = gzip.compress(PAGE.encode())[:-40]
    async with archive(replay_answer=lambda _: web.Response(body=body, headers=MEMENTO)) as (url, asked):
        crawled = await crawl(url, vendors)
    assert asked["replay"] == 2
    assert crawled.counts("SELECT reason, count(*) FROM snapshots GROUP BY 1") == {"broken body": 1}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Sat, 21 Nov 2026 10:00:30 GMT", 30),
        ("Sat, 21 Nov 2026 09:00:00 GMT", 0),
        ("soon", None),
        ("-1", None),
        ("0", 0),
        ("99999999999999999999", 999_999_999),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 +2300", 0),
        ("²", None),
        ("nan", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    now = datetime(2026, 11, 21, 10, tzinfo=UTC).timestamp()
    assert retry_after({"retry-after": header}, now) == seconds


def test_the_settings_give_the_intervals():
    settings = Settings({"CDX_REQUESTS_PER_MINUTE": 24, "REPLAY_REQUESTS_PER_MINUTE": "480"})
    intervals = rates.intervals(settings, local=False)
    assert (intervals["cdx"], intervals["replay"]) == (2.5, 0.125)


def test_neither_a_local_archive_nor_a_rate_of_zero_waits():
    settings = Settings({"CDX_REQUESTS_PER_MINUTE": 0, "REPLAY_REQUESTS_PER_MINUTE": 480})
    assert rates.intervals(settings, local=False)["cdx"] == 0
    assert rates.intervals(settings, local=True)["replay"] == 0


@pytest.mark.parametrize("rate", ["fast", -1, None, "inf", "nan"])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(ValueError, match="CDX_REQUESTS_PER_MINUTE"):
        rates.intervals(Settings({"CDX_REQUESTS_PER_MINUTE": rate, "REPLAY_REQUESTS_PER_MINUTE": 1}), local=False)


def test_an_archive_is_known_by_scheme_host_and_port():
    assert archive_key("https://Web.Archive.example/") == "https://web.archive.example:443"
    assert archive_key("http://127.0.0.1:8099/wayback") == "http://127.0.0.1:8099"
