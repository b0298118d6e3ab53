"""``-a save=1``: a fresh capture first, politely, and never at the price of the crawl."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from fake_archive import capture, listing

from crawler.spiders import fresh_captures

KEYS = {"SAVEPAGENOW_ACCESS_KEY": "abc", "SAVEPAGENOW_SECRET_KEY": "def"}
NOW = datetime(2026, 11, 21, tzinfo=UTC)

Answers = Callable[[int], dict[str, Any]]


@asynccontextmanager
async def archive(save: Answers, job: Answers, status: int = 200) -> AsyncIterator[tuple[str, list[str]]]:
    """An archive with Save Page Now; gives its address and what was asked, in order."""
    asked: list[str] = []

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        kind = request.path.split("/")[1] if not request.path.startswith("/save/") else "job"
        number = asked.count(kind)
        asked.append(kind)
        if kind in {"save", "job"}:
            assert request.headers["Authorization"] == "LOW abc:def"
            assert (request.method == "POST") == (kind == "save")
            return web.json_response((save if kind == "save" else job)(number), status=status)
        return listing(number) if kind == "cdx" else capture(number)

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield "http://127.0.0.1:{1}".format(*runner.addresses[0]), asked
    finally:
        await runner.cleanup()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(fresh_captures, "_PAUSE", 0.01)
    monkeypatch.setattr(fresh_captures, "_BUSY_PAUSE", 0.01)


def begun(_: int) -> dict[str, Any]:
    return {"url": "x", "job_id": "spn2-1"}


async def test_a_page_is_saved_then_listed(crawl, vendors, keys):
    async with archive(begun, lambda n: {"status": "success" if n else "pending", "job_id": "spn2-1"}) as (url, asked):
        crawled = await crawl(url, vendors, save="1")
    assert asked == ["save", "job", "job", "cdx", "web"]
    assert crawled.run.status == "complete"


async def test_what_cannot_be_saved_is_said_and_crawled_all_the_same(crawl, vendors, keys, caplog):
    async with archive(begun, lambda _: {"status": "error", "message": "It answered 404"}) as (url, asked):
        crawled = await crawl(url, vendors, save="1")
    assert asked == ["save", "job", "cdx", "web"]
    assert crawled.run.status == "complete"
    assert "https://shop.example/privacy could not be saved: It answered 404" in caplog.text


async def test_keys_that_are_refused_are_said(crawl, vendors, keys, caplog):
    async with archive(lambda _: {"message": "You need to be logged in"}, begun, status=401) as (url, asked):
        crawled = await crawl(url, vendors, save="1")
    assert asked == ["save", "cdx", "web"]
    assert crawled.run.status == "complete"
    assert "You need to be logged in" in caplog.text


async def test_without_keys_nothing_is_asked_and_what_is_missing_is_named(crawl, vendors, monkeypatch, caplog):
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)
    async with archive(begun, begun) as (url, asked):
        await crawl(url, vendors, save="1")
    assert asked == ["cdx", "web"]
    assert "SAVEPAGENOW_ACCESS_KEY" in caplog.text


async def test_a_local_archive_cannot_save_and_says_so(crawl, keys, caplog):
    crawled = await crawl(vendor="gruenwald.example", save="1")
    assert crawled.run.status == "complete"
    assert "no fresh captures can be requested" in caplog.text


async def test_unless_asked_for_nothing_is_saved(crawl, vendors, keys):
    async with archive(begun, begun) as (url, asked):
        await crawl(url, vendors)
    assert asked == ["cdx", "web"]


def test_a_snapshot_of_today_is_fresh_enough():
    assert fresh_captures.is_stale(None, NOW)
    assert fresh_captures.is_stale(NOW - timedelta(days=1, seconds=1), NOW)
    assert not fresh_captures.is_stale(NOW - timedelta(hours=23), NOW)
