"""Through faults and kills to the same corpus: the sample archive, behind a front that fails as real ones do."""

import asyncio
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from crawling import SAMPLE, run_crawl

from crawler.local_archive.server import LocalArchive

ROOT = Path(__file__).parents[1]
FAULTS = {503: 0.08, 429: 0.02, "reset": 0.05, "truncate": 0.05, "page": 0.05}


@asynccontextmanager
async def front(seed: int | None = None, latency: float = 0.0) -> AsyncIterator[tuple[str, Counter[str]]]:
    """The sample archive behind a front, with faults where a seed is given; gives its address, and how often it played
    back what.
    """
    draw = random.Random(seed)
    answered: Counter[str] = Counter()
    local = LocalArchive(SAMPLE / "sample.warc.gz")
    behind = await local.start()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(latency)
        fault = draw.choices([*FAULTS, None], [*FAULTS.values(), 1 - sum(FAULTS.values())])[0] if seed else None
        if fault == 429:
            return web.Response(status=429, headers={"Retry-After": "0"}, text="Too Many Requests")
        if fault == 503 or (fault == "page" and request.path.startswith("/cdx")):
            page = "<h1>Temporarily Offline</h1>"
            return web.Response(status=200 if fault == "page" else 503, text=page, content_type="text/html")
        async with session.get(f"{behind}{request.raw_path}", allow_redirects=False) as response:
            body = await response.read()
            keep = {n: v for n, v in response.headers.items() if n not in ("Content-Length", "Transfer-Encoding")}
        assert request.transport is not None
        if fault == "reset":
            request.transport.abort()
        elif fault == "truncate" and len(body) > 1:
            head = "".join(f"{n}: {v}\r\n" for n, v in keep.items() if n != "Connection")
            start = f"HTTP/1.1 {response.status} X\r\n{head}Content-Length: {len(body)}\r\n\r\n"
            request.transport.write(start.encode() + body[: len(body) // 2])
            request.transport.close()
        elif request.path.startswith("/web/"):
            answered[request.raw_path] += 1
        return web.Response(status=response.status, headers=keep, body=body)

    async with aiohttp.ClientSession(auto_decompress=False) as session:
        runner = web.ServerRunner(web.Server(handle))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield "http://127.0.0.1:{1}".format(*runner.addresses[0]), answered
        finally:
            await runner.cleanup()
            await local.close()


def held(folder: Path) -> dict[str, Any]:
    """What a crawl is for: documents, revisions, files; and that nothing is missing."""
    with closing(sqlite3.connect(folder / "corpus.db")) as db:
        revisions = (
            "SELECT p.vendor, p.type, r.document, a.url, a.timestamp, b.url, b.timestamp FROM revisions r"
            " JOIN policies p ON p.id = r.policy JOIN snapshots a ON a.id = r.first_snapshot"
            " JOIN snapshots b ON b.id = r.last_snapshot ORDER BY 1, 2, 5, 4"
        )
        return {
            "documents": db.execute("SELECT * FROM documents ORDER BY hash").fetchall(),
            "revisions": db.execute(revisions).fetchall(),
            "failed": db.execute("SELECT * FROM snapshots WHERE state = 'failed'").fetchall(),
            "files": {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.md")},
        }


@pytest.fixture(scope="module")
def faultless(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("faultless")
    asyncio.run(run_crawl(folder))
    return held(folder)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_faults_change_nothing_in_what_is_found_out(tmp_path, faultless, seed):
    async with front(seed) as (url, _):
        crawled = await run_crawl(tmp_path, url)
    assert crawled.run.status == "complete"
    assert crawled.stats["retry/reason_count/503"] > 0
    assert held(tmp_path) == faultless


async def test_a_crawl_that_is_killed_again_and_again_ends_where_it_would_have_and_repeats_little(tmp_path, faultless):
    at_once, kills, draw = 8, 4, random.Random(7)
    command = [sys.executable, "-m", "scrapy", "crawl", "policies", "-a", f"vendors={SAMPLE / 'vendors.toml'}"]
    async with front(latency=0.05) as (url, answered):
        settings = {
            "ARCHIVE_URL": url,
            "CORPUS_DB": tmp_path / "corpus.db",
            "DOCUMENTS_DIR": tmp_path / "documents",
            "WARC_DIR": tmp_path / "warc",
            "STATE_DIR": tmp_path / "state",
            "CDX_REQUESTS_PER_MINUTE": 0,
            "REPLAY_REQUESTS_PER_MINUTE": 0,
        }
        options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        for number in range(kills + 1):
            seen = answered.total()
            process = await asyncio.create_subprocess_exec(
                *command, *options, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            if number < kills:
                while answered.total() == seen and process.returncode is None:  # noqa: ASYNC110  # nothing tells
                    await asyncio.sleep(0.01)
                await asyncio.sleep(draw.uniform(0, 0.5))
                if process.returncode is None:
                    process.kill()
            await process.wait()
    assert process.returncode == 0
    assert held(tmp_path) == faultless
    assert answered.total() - len(answered) <= kills * at_once
