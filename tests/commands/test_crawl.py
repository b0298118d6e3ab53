"""``scrapy crawl`` as a schedule runs it: what it exits with, however it ends, and that the next run goes on."""

import asyncio
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from aiohttp import web
from fake_archive import MEMENTO, PAGE, archive, error, listing

pytestmark = pytest.mark.slow  # each test starts processes

ROOT = Path(__file__).parents[2]


def command(folder: Path, url: str, **settings: object) -> list[str]:
    """A crawl of the vendors file in a folder, with everything it writes beside it."""
    given = {
        "ARCHIVE_URL": url,
        "CORPUS_DB": folder / "corpus.db",
        "DOCUMENTS_DIR": folder / "documents",
        "WARC_DIR": folder / "warc",
        "STATE_DIR": folder / "state",
        "RETRY_BACKOFF": 0.01,
        "CDX_REQUESTS_PER_MINUTE": 0,
        "REPLAY_REQUESTS_PER_MINUTE": 0,
    } | settings
    options = [part for name, value in given.items() for part in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", "crawl", "policies", "-a", f"vendors={folder / 'vendors.toml'}", *options]


@asynccontextmanager
async def running(
    folder: Path, url: str, *, prepare: Callable[[], None] | None = None, **settings: object
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A crawl in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *command(folder, url, **settings), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=prepare
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def until_asked(asked: Counter[str], kind: str) -> None:
    while not asked[kind]:  # noqa: ASYNC110  # of an archive in this process that knows nothing of its watchers
        await asyncio.sleep(0.02)


def crawls(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "corpus.db")) as db:
        return [status for (status,) in db.execute("SELECT status FROM crawls ORDER BY id")]


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_a_crawl_in_a_pause_in_order_and_soon(tmp_path, vendors, signum):
    async with archive(error(429, **{"Retry-After": "60"})) as (url, asked), running(tmp_path, url) as crawl:
        await until_asked(asked, "cdx")
        await asyncio.sleep(0.3)
        began = time.monotonic()
        crawl.send_signal(signum)
        _, stderr = await crawl.communicate()
    assert time.monotonic() - began < 5
    assert crawl.returncode == 2
    assert b"Traceback" not in stderr
    assert crawls(tmp_path) == ["interrupted"]


async def test_a_signal_ends_a_crawl_whose_archive_does_not_answer_within_seconds(tmp_path, vendors):
    release = asyncio.Event()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        asked["any"] += 1
        await release.wait()
        return web.Response()

    asked: Counter[str] = Counter()
    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with running(tmp_path, "http://127.0.0.1:{1}".format(*runner.addresses[0])) as crawl:
        await until_asked(asked, "any")
        began = time.monotonic()
        crawl.terminate()
        await crawl.communicate()
    release.set()
    await runner.cleanup()
    assert time.monotonic() - began < 8
    assert crawl.returncode == 2
    assert crawls(tmp_path) == ["interrupted"]


async def test_a_killed_crawl_leaves_no_lock_and_the_next_one_says_that_it_was_killed(tmp_path, vendors):
    async with archive(error(429, **{"Retry-After": "60"})) as (url, asked), running(tmp_path, url) as crawl:
        await until_asked(asked, "cdx")
        crawl.kill()
        await crawl.communicate()
    async with archive() as (url, _), running(tmp_path, url) as crawl:
        await crawl.communicate()
    assert crawl.returncode == 0
    assert crawls(tmp_path) == ["killed", "complete"]


async def test_a_second_crawl_of_a_corpus_says_who_is_at_work_and_exits_with_1(tmp_path, vendors):
    async with archive(error(429, **{"Retry-After": "60"})) as (url, asked), running(tmp_path, url) as first:
        await until_asked(asked, "cdx")
        async with running(tmp_path, url) as second:
            _, stderr = await second.communicate()
        assert second.returncode == 1
        assert f"another crawl is at work on this corpus: process {first.pid} on ".encode() in stderr
        assert b"Traceback" not in stderr
        assert asked["cdx"] == 1


async def test_an_archive_that_is_out_of_reach_exits_with_1_and_a_sentence(tmp_path, vendors, unused_tcp_port):
    async with running(tmp_path, f"http://127.0.0.1:{unused_tcp_port}") as crawl:
        _, stderr = await crawl.communicate()
    assert crawl.returncode == 1
    assert b"is out of reach" in stderr
    assert crawls(tmp_path) == ["failed"]


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX's")
async def test_a_full_disk_ends_a_crawl_with_a_sentence_and_loses_nothing(tmp_path, vendors):
    number, before = 30, 3

    def policies(some: range) -> str:
        return "".join(f'[[policy]]\nvendor = "v{i}.example"\nurls = ["https://v{i}.example/privacy"]\n' for i in some)

    def long(i: int) -> web.Response:
        text = PAGE.replace("thirty", f"{i} times thirty").replace("</p>", f" Number {i}: {'long words ' * 2000}</p>")
        return web.Response(text=text, content_type="text/html", headers=MEMENTO)

    def full() -> None:
        # Room for the listings and for some of the texts: files may grow to little more than the corpus has now.
        room = (tmp_path / "corpus.db").stat().st_size + 200_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    vendors.write_text(policies(range(before)))
    async with archive(listing, long) as (url, _), running(tmp_path, url) as crawl:
        await crawl.communicate()
    assert crawl.returncode == 0
    vendors.write_text(policies(range(number)))
    async with archive(listing, long) as (url, _), running(tmp_path, url, prepare=full) as crawl:
        _, stderr = await crawl.communicate()
    assert crawl.returncode == 2, stderr.decode()
    assert b"cannot be" in stderr.splitlines()[-1]  # which of its files was the one that could not grow varies
    assert stderr.count(b"] ERROR: ") <= 1, stderr.decode()
    assert stderr.count(b"Traceback") == 0, stderr.decode()
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = db.execute("SELECT count(*) FROM snapshots WHERE state = 'fetched'").fetchone()[0]
    assert before <= stored < number, stderr.decode()
    async with archive(listing, long) as (url, asked), running(tmp_path, url) as crawl:
        await crawl.communicate()
    assert crawl.returncode == 0
    assert asked["replay"] == number - stored


async def test_a_place_where_no_corpus_can_be_made_exits_with_1_and_a_sentence(tmp_path, vendors):
    (tmp_path / "file").write_text("")
    async with archive() as (url, asked), running(tmp_path, url, CORPUS_DB=tmp_path / "file" / "corpus.db") as crawl:
        _, stderr = await crawl.communicate()
    assert crawl.returncode == 1
    assert b"CORPUS_DB" in stderr
    assert b"Traceback" not in stderr
    assert not asked


async def test_a_state_that_cannot_be_kept_ends_a_crawl_before_anything_is_asked(tmp_path, vendors):
    (tmp_path / "file").write_text("")
    async with archive() as (url, asked), running(tmp_path, url, STATE_DIR=tmp_path / "file" / "state") as crawl:
        _, stderr = await crawl.communicate()
    assert crawl.returncode == 1
    assert b"STATE_DIR" in stderr
    assert b"Traceback" not in stderr
    assert not asked
