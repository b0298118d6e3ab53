"""An archive whose answers fail now and then makes a crawl longer, and changes nothing that it finds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from crawling import found, kept
from fake_archive import LISTING, MEMENTO, PAGE
from front import front

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
async def test_faults_change_nothing_that_is_found(crawl, tmp_path, sample_crawl, sample_bytes, seed):
    async with front(seed) as (url, _):
        crawled = await crawl(url, snapshots="all")
    assert crawled.run.status == "complete"
    assert crawled.stats["retry/reason_count/503"] > 0
    assert found(tmp_path) == found(sample_crawl.run.corpus.parent)
    assert kept(tmp_path / "warc") == sample_bytes


@asynccontextmanager
async def cutting(times: int) -> AsyncIterator[str]:
    """An archive that closes the connection within the body, the first times that it plays a capture back."""
    played = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal played
        asked = await reader.readuntil(b"\r\n\r\n")
        is_listing = b" /cdx/" in asked.partition(b"\r\n")[0]
        body = (LISTING if is_listing else PAGE).encode()
        headers = {"Content-Type": "application/json" if is_listing else "text/html", "Connection": "close"}
        headers |= {"Content-Length": str(len(body))} | ({} if is_listing else MEMENTO)
        writer.write(b"HTTP/1.1 200 OK\r\n" + b"".join(f"{n}: {v}\r\n".encode() for n, v in headers.items()) + b"\r\n")
        played += not is_listing
        writer.write(body if is_listing or played > times else body[:300])
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}"


@pytest.mark.parametrize(("times", "state"), [(1, "fetched"), (99, "failed")])
async def test_a_body_that_the_connection_cuts_is_asked_again_and_never_read(crawl, vendors, times, state):
    async with cutting(times) as url:
        crawled = await crawl(url, vendors, RETRY_TIMES=2)
    assert crawled.rows("SELECT state FROM snapshots") == [(state,)]
    assert crawled.rows("SELECT count(*) FROM documents") == [(int(state == "fetched"),)]
