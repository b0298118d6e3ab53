"""Politeness: the rates, the patience after a 429, and what is asked again."""

import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from crawler.archive import cdx, politeness

URL = "https://shop.example/privacy"
LISTING = json.dumps([list(cdx.FIELDS), ["example,shop)/privacy", "20200101000000", URL, "text/html", "200", "D", "9"]])
PAGE = "<html><title>Privacy</title><main><p>" + "We keep your order for thirty days. " * 30 + "</p></main></html>"
MEMENTO = {"Memento-Datetime": "Wed, 01 Jan 2020 00:00:00 GMT"}

Answer = Callable[[int], web.Response]


def listing(_: int) -> web.Response:
    return web.Response(text=LISTING, content_type="application/json")


def capture(_: int) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html", headers=MEMENTO)


def error(status: int, **headers: str) -> Answer:
    return lambda _: web.Response(status=status, text="<h1>Sorry</h1>", content_type="text/html", headers=headers)


def cut(_: int) -> web.Response:
    raise ConnectionResetError


def at_first(answer: Answer, failure: Answer) -> Answer:
    """The failure once, then the answer."""
    return lambda number: answer(number) if number else failure(number)


@asynccontextmanager
async def archive(
    cdx_answer: Answer = listing, replay_answer: Answer = capture
) -> AsyncIterator[tuple[str, Counter[str]]]:
    """An archive of one snapshot that answers as told; gives its address and the count of requests."""
    asked: Counter[str] = Counter()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        kind = "cdx" if request.path.startswith("/cdx/") else "replay"
        number = asked[kind]
        asked[kind] += 1
        try:
            return (cdx_answer if kind == "cdx" else replay_answer)(number)
        except ConnectionResetError:
            assert request.transport is not None
            request.transport.close()
            return web.Response()

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}", asked
    finally:
        await runner.cleanup()


@pytest.fixture
def vendors(tmp_path: Path) -> Path:
    path = tmp_path / "vendors.toml"
    path.write_text(f'[[policy]]\nvendor = "shop.example"\nurls = ["{URL}"]\n')
    return path


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


async def test_a_429_that_says_nothing_pauses_for_a_minute_then_for_two():
    middleware = politeness.PolitenessMiddleware(get_crawler(settings_dict={"RETRY_BACKOFF": 0, "RETRY_TIMES": 9}))
    request = Request("http://127.0.0.1/web/2020id_/x")
    for seconds in (60, 120):
        middleware.crawler.stats = MemoryStatsCollector(middleware.crawler)
        again = await middleware.process_response(request, Response(request.url, status=429))
        assert isinstance(again, Request)
        assert middleware.paused_until - time.monotonic() == pytest.approx(seconds, abs=1)
        middleware.paused_until = 0


async def test_an_archived_429_is_content_and_pauses_nothing():
    middleware = politeness.PolitenessMiddleware(get_crawler(settings_dict={"RETRY_BACKOFF": 0}))
    response = Response("http://127.0.0.1/web/2020id_/x", status=429, headers=MEMENTO)
    assert await middleware.process_response(Request(response.url), response) is response
    assert middleware.paused_until == 0


def test_the_slots_keep_to_the_two_rates():
    settings = Settings({"CDX_REQUESTS_PER_MINUTE": 24, "REPLAY_REQUESTS_PER_MINUTE": "480"})
    slots = politeness.slots(settings, local=False)
    assert (slots["cdx"]["delay"], slots["replay"]["delay"]) == (2.5, 0.125)
    assert slots["cdx"]["concurrency"] == 1


def test_neither_a_local_archive_nor_a_rate_of_zero_waits():
    settings = Settings({"CDX_REQUESTS_PER_MINUTE": 0, "REPLAY_REQUESTS_PER_MINUTE": 480})
    assert politeness.slots(settings, local=False)["cdx"]["delay"] == 0
    assert politeness.slots(settings, local=True)["replay"]["delay"] == 0


@pytest.mark.parametrize("rate", ["fast", -1, None, "inf", "nan"])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(ValueError, match="CDX_REQUESTS_PER_MINUTE"):
        politeness.slots(Settings({"CDX_REQUESTS_PER_MINUTE": rate, "REPLAY_REQUESTS_PER_MINUTE": 1}), local=False)
