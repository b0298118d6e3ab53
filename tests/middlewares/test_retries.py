"""Only what is no answer is asked again, later each time, and no longer than the crawl goes on."""

import gzip
import time
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.archive.bodies import MAX_BODY
from crawler.middlewares.answers import ArchiveStopping
from crawler.middlewares.bounded_headers import NoHttpError
from crawler.middlewares.retries import RetriesMiddleware
from crawler.rate_limit.rates import CDX, REPLAY

MEMENTO = {"Memento-Datetime": "Wed, 01 Jan 2020 00:00:00 GMT"}
ADDRESS = "https://archive.example/web/20200101000000id_/https://shop.example/"


def retries(**more: Any) -> RetriesMiddleware:
    """The middleware of a crawl that goes on, with the project's settings."""
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.setdict({"RETRY_TIMES": 3, "RETRY_BACKOFF": 0.0, **more})
    crawler = SimpleNamespace(settings=settings, engine=None)
    crawler.stats = MemoryStatsCollector(crawler)  # type: ignore[arg-type]
    return RetriesMiddleware.from_crawler(crawler)  # type: ignore[arg-type]


def asking(kind: str = REPLAY, **meta: Any) -> Request:
    return Request(ADDRESS, meta={"download_slot": kind, **meta})


def answer(status: int = 200, body: bytes = b"<p>text</p>", **headers: str) -> Response:
    return Response(ADDRESS, status=status, body=body, headers=headers)


def captured(status: int = 200, body: bytes = b"<p>text</p>", **headers: str) -> Response:
    return Response(ADDRESS, status=status, body=body, headers=MEMENTO | headers)


@pytest.mark.parametrize("status", [200, 301, 404, 429, 500, 503])
async def test_a_capture_is_an_answer_whatever_its_status(status):
    given = captured(status)
    assert await retries().process_response(asking(), given) is given


@pytest.mark.parametrize("status", [200, 302, 403, 404])
async def test_the_archives_own_word_on_a_capture_is_an_answer(status):
    given = answer(status)
    assert await retries().process_response(asking(), given) is given


@pytest.mark.parametrize("body", [b"[]", b'[["urlkey"]]', b"example,shop)/ 20200101000000 https://shop.example/ 200"])
async def test_a_listing_is_an_answer(body):
    given = answer(body=body)
    assert await retries().process_response(asking(CDX), given) is given


@pytest.mark.parametrize("body", [b"<html>Sorry</html>", b"", gzip.compress(b"[]" * 99, mtime=0)[:-9]])
async def test_something_else_in_place_of_a_listing_is_asked_again(body):
    again = await retries().process_response(asking(CDX), answer(body=body))
    assert isinstance(again, Request)


async def test_what_fails_is_asked_as_often_as_set_and_the_last_failure_is_let_through():
    middleware, asked, failure = retries(), asking(), answer(503)
    for _ in range(3):
        again = await middleware.process_response(asked, failure)
        assert isinstance(again, Request)
        assert (again.url, again.dont_filter) == (ADDRESS, True)
        asked = again
    assert await middleware.process_response(asked, failure) is failure
    assert middleware.crawler.stats.get_value("retry/max_reached") == 1


async def test_each_repetition_waits_longer():
    middleware, waited = retries(RETRY_BACKOFF=0.04), []
    for tried in (0, 1, 2):
        started = time.monotonic()
        await middleware.process_response(asking(retry_times=tried), answer(503))
        waited.append(time.monotonic() - started)
    for at, seconds in enumerate(waited):
        assert seconds >= 0.5 * 0.04 * 2**at


async def test_a_pause_costs_no_repetition_but_has_an_end():
    middleware, asked = retries(), asking()
    times = 0
    while isinstance(again := await middleware.process_response(asked, answer(429)), Request):
        asked, times = again, times + 1
        assert times < 100
    assert times > 3
    assert again.status == 429
    assert "retry_times" not in asked.meta


async def test_a_broken_body_is_asked_again_unless_it_breaks_in_the_same_place():
    middleware, body = retries(), gzip.compress(b"We keep cookies. " * 99)
    cut = captured(body=body[:-20])
    again = await middleware.process_response(asking(), cut)
    assert isinstance(again, Request)
    assert await middleware.process_response(again, cut) is cut  # it was archived so
    assert isinstance(await middleware.process_response(again, captured(body=body[:-30])), Request)
    whole = captured(body=body)
    assert await middleware.process_response(again, whole) is whole


async def test_only_broken_connections_are_asked_again():
    middleware = retries()
    assert await middleware.process_exception(asking(), ValueError("a fault of ours")) is None
    assert isinstance(await middleware.process_exception(asking(), DownloadTimeoutError()), Request)


async def test_a_wait_ends_when_the_crawl_is_stopped():
    middleware = retries(RETRY_BACKOFF=60.0)
    middleware.crawler.engine = SimpleNamespace(running=False)
    started = time.monotonic()
    with pytest.raises(ArchiveStopping):
        await middleware.process_response(asking(), answer(503))
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("error", [DownloadTimeoutError("slow"), NoHttpError("nonsense")])
async def test_a_request_that_takes_too_long_or_brings_nonsense_is_sent_three_times_at_most(error):
    middleware, request, sent = retries(RETRY_TIMES=8), asking(), 1
    while again := await middleware.process_exception(request, error):
        request, sent = again, sent + 1
    assert sent == 3


async def test_a_listing_that_breaks_twice_in_the_same_place_or_is_too_large_is_not_asked_again():
    middleware, asked = retries(), asking(CDX)
    parts = answer(body=gzip.compress(b"") * 1001)
    again = await middleware.process_response(asked, parts)
    assert isinstance(again, Request)
    assert await middleware.process_response(again, parts) is parts
    large = answer(body=gzip.compress(bytes(MAX_BODY + 1)))
    assert await middleware.process_response(asked, large) is large


async def test_a_body_of_too_many_parts_is_asked_for_again_once_also_if_it_is_made_anew():
    made = (gzip.compress(b"", mtime=number) * 2_000 for number in range(4))
    for answering, kind in ((captured, REPLAY), (answer, CDX)):
        middleware = retries()
        again = await middleware.process_response(asking(kind), answering(body=next(made)))
        assert isinstance(again, Request)
        given = answering(body=next(made))
        assert await middleware.process_response(again, given) is given


async def test_a_listing_that_leads_elsewhere_is_asked_for_again_three_times():
    middleware, asked, given = retries(RETRY_TIMES=8), asking(CDX), answer(302, b"", Location="/elsewhere")
    for _ in range(3):
        asked = await middleware.process_response(asked, given)
        assert isinstance(asked, Request)
    assert await middleware.process_response(asked, given) is given
