"""No answer takes unbounded time or memory: it becomes a reason in the corpus, and good policies get what is theirs."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import asynccontextmanager, closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from crawling import ROOT, crawl_command
from measured import kilobytes, started

from crawler.archive import cdx

pytestmark = pytest.mark.slow

PAGE = "<html><title>Privacy</title><main><p>" + "We keep your order for thirty days. " * 30 + "</p></main></html>"
MEMENTO = b"Memento-Datetime: Wed, 01 Jan 2020 00:00:00 GMT\r\nContent-Type: text/html\r\n"
MEGABYTES = 500
SECONDS = 60


async def good(writer: asyncio.StreamWriter) -> None:
    body = PAGE.encode()
    writer.write(b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s" % (MEMENTO, len(body), body))


async def headers_without_end(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n" + MEMENTO)
    for number in range(200_000):
        writer.write(b"X-%d: %s\r\n" % (number, b"y" * 8000))
        await writer.drain()


async def early_hints_without_end(writer: asyncio.StreamWriter) -> None:
    for _ in range(200_000):
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </%s>\r\n\r\n" % (b"y" * 8000))
        await writer.drain()


async def a_status_line_without_end(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 ")
    for _ in range(200_000):
        writer.write(b"y" * 8000)
        await writer.drain()


SCENARIOS = {
    function.__name__.replace("_", "-"): function
    for function in (headers_without_end, early_hints_without_end, a_status_line_without_end)
}


@asynccontextmanager
async def hostile_archive():
    """An archive of one snapshot per policy; how it is played back, the first label of its host says."""

    async def listing(writer: asyncio.StreamWriter, url: str) -> None:
        row = ["k", "20200101000000", url, "text/html", "200", "D", "9"]
        body = json.dumps([list(cdx.FIELDS), row]).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
        writer.write(body)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                target = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
                if target.startswith("/cdx/"):
                    await listing(writer, parse_qs(urlsplit(target).query)["url"][0])
                else:
                    host = (urlsplit(target.partition("id_/")[2]).hostname or "").partition(".")[0]
                    await SCENARIOS.get(host, good)(writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def run(command: list[str], log: Path) -> tuple[int, int, str]:
    """Run a command; return its exit status, the most memory that it had (KB), and what it said on standard error."""
    report = log.with_suffix(".memory")
    with log.open("wb") as file:
        process = started(command, report, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=file)
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return process.returncode, kilobytes(report), log.read_text()


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_it_ends_with_a_reason_and_the_good_policy_is_whole(tmp_path, scenario):
    vendors = tmp_path / "vendors.csv"
    hosts = (scenario, "good")
    vendors.write_text("vendor,url\n" + "".join(f"{host}.example,http://{host}.example/p\n" for host in hosts))
    async with hostile_archive() as archive:
        command = crawl_command(tmp_path, archive)
        command[command.index("-a") + 1] = f"vendors={vendors}"
        status, used, said = await asyncio.to_thread(run, command, tmp_path / "said")
    assert "Traceback" not in said, said
    assert status in {0, 2}, said
    assert used < MEGABYTES * 1000
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as db:
        outcomes = "SELECT vendor, state, reason FROM snapshots JOIN policies p ON p.id = policy"
        found = {vendor: outcome for vendor, *outcome in db.execute(outcomes)}
        details = db.execute("SELECT detail FROM snapshots WHERE detail IS NOT NULL").fetchall()
    assert found["good.example"] == ["fetched", None]
    assert found[f"{scenario}.example"] == ["rejected", "too large"]
    assert details == [("the headers are larger than 256 KiB",)]


@pytest.mark.parametrize(("texts", "characters", "status"), [(20, 32 << 20, 1), (20, (2 << 20) - 100, 0)])
async def test_a_small_zip_with_large_texts_is_read_one_by_one(tmp_path, texts, characters, status):
    path = tmp_path / "texts.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(texts):
            text = "# Privacy\n\n" + f"We keep order {number}. " * (characters // 10)
            name = f"dataset/shop{number}.example/Privacy Policy/2020-01-01T00-00-00Z.md"
            archive.writestr(name, text[:characters])
    command = [sys.executable, "-m", "scrapy", "import", "--format", "ota", str(path)]
    given = await asyncio.to_thread(
        run, [*command, "-s", f"CORPUS_DB={tmp_path}/corpus.db", "-s", f"STATE_DIR={tmp_path}"], tmp_path / "said"
    )
    assert given[0] == status, given
    assert given[1] < MEGABYTES * 1000
