"""Kept bytes that are cut, changed, swapped, missing or were never written: each is named, and fetched again."""

import asyncio
import gzip
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import pytest
from crawling import ROOT, SAMPLE, crawl_command, found, kept, run_crawl
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from crawler.local_archive.server import serve
from pipelines import warc

pytestmark = pytest.mark.slow  # each crawls, and starts a process


@pytest.fixture
async def archive():
    """The sample served at an address, as a foreign archive would be: its captures are kept."""
    async with serve(SAMPLE / "sample.warc.gz") as address:
        yield address


async def reextract(output: Path, archive: str, *more: str) -> tuple[int, str, str]:
    command = crawl_command(output, archive)
    start = command.index("crawl")
    words = [*command[:start], "reextract", *command[start + 4 :], *more]
    process = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, wrong = await process.communicate()
    assert b"Traceback" not in wrong, wrong.decode()
    assert process.returncode is not None
    return process.returncode, said.decode(), wrong.decode()


def only(folder: Path) -> Path:
    (path,) = folder.glob("*.warc.gz")
    return path


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)


def zero(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 5000] = bytes(5000)
    path.write_bytes(data)


def remove(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def swap(path: Path, *, anew: bool = False) -> None:
    """Give each record the body of the next one; ``anew`` with the digests of what it has then."""
    with path.open("rb") as file:
        records = [(one.rec_headers, one.http_headers, one.content_stream().read()) for one in ArchiveIterator(file)]
    bodies = [body for *_, body in records]
    out = BytesIO()
    writer = WARCWriter(out, gzip=True)
    for (named, http, _), body in zip(records, bodies[1:] + bodies[:1], strict=True):
        headers = {name: value for name, value in named.headers if not (anew and "Digest" in name)}
        for name in ("Content-Length", "Content-Type"):
            headers.pop(name, None)
        writer.write_record(
            writer.create_warc_record(
                named.get_header("WARC-Target-URI"),
                "response",
                payload=BytesIO(body),
                length=len(body),
                http_headers=http,
                warc_headers_dict=headers,
            )
        )
    path.write_bytes(out.getvalue())


def swap_anew(path: Path) -> None:
    swap(path, anew=True)


@pytest.mark.parametrize("damage", [cut, flip, zero, remove, empty, swap, swap_anew], ids=lambda how: how.__name__)
async def test_damaged_bytes_are_counted_by_their_file_and_fetched_again(
    crawl, archive, tmp_path, damage: Callable[[Path], None]
):
    await crawl(archive, vendor="gruenwald.example")
    first = await crawl(archive, vendor="harbourlight.example")
    whole, texts = kept(tmp_path / "warc"), found(tmp_path)
    damaged = min((tmp_path / "warc").iterdir())  # gruenwald's
    damage(damaged)
    status, said, wrong = await reextract(tmp_path, archive)
    assert status == 2
    assert damaged.name in wrong.splitlines()[-1]
    (count,) = re.findall(r"^(\d+) captures were not read again", wrong, re.MULTILINE)
    assert sum(int(n) for n in re.findall(rf"{re.escape(damaged.name)}.*: (\d+) captures not read", said)) == int(count)
    assert found(tmp_path) == texts  # nothing that was known is lost, nothing new is read in it
    again = await crawl(archive, vendor="gruenwald.example")
    assert again.run.status == "complete"
    assert found(tmp_path) == texts
    assert first.rows("SELECT count(*) FROM kept WHERE file = ''") == [(0,)]
    if damage not in {swap, swap_anew}:  # the swapped ones stand beside the good ones
        assert kept(tmp_path / "warc") == whole
    status, said, wrong = await reextract(tmp_path, archive)
    assert status == 0, wrong
    assert found(tmp_path) == texts


async def test_bytes_that_found_no_room_are_fetched_by_the_next_crawl(crawl, archive, tmp_path):
    good = tmp_path / "good"
    original, calls = warc.append, []

    def full(file, record):
        calls.append(1)
        if len(calls) > 6:  # which leaves most of the captures without room
            raise OSError(28, "No space left on device")
        original(file, record)

    with patch.object(warc, "append", full):
        crawled = await crawl(archive, vendor="gruenwald.example")
    assert crawled.run.status == "partial"
    lost = crawled.rows("SELECT count(*) FROM kept WHERE file = ''")[0][0]
    assert lost > 3
    status, _, wrong = await reextract(tmp_path, archive)
    assert status == 2
    assert f"{lost} captures were not read again" in wrong
    again = await crawl(archive, vendor="gruenwald.example")
    assert again.run.status == "complete"
    assert again.rows("SELECT count(*) FROM kept WHERE file = ''") == [(0,)]
    assert again.requests <= lost + 3  # the listings, and what was lost
    await run_crawl(good, archive, vendor="gruenwald.example")
    assert kept(tmp_path / "warc") == kept(good / "warc")
    assert (await crawl(archive, vendor="gruenwald.example")).requests <= 3


async def test_in_a_local_archive_swapped_records_are_refused_too(crawl, tmp_path):
    path = tmp_path / "own.warc.gz"
    path.write_bytes((SAMPLE / "sample.warc.gz").read_bytes())
    crawled = await crawl(path, vendor="gruenwald.example")
    before = crawled.rows("SELECT count(*) FROM revisions")
    _swap_same_file(path)
    status, _, wrong = await reextract(tmp_path, str(path))
    assert status == 2
    assert "own.warc.gz: the record" in wrong
    assert crawled.rows("SELECT count(*) FROM revisions") == before


def _swap_same_file(path: Path) -> None:
    """Swap the bodies of equal length, which leaves a WARC that every reader takes."""
    data = gzip.decompress(path.read_bytes())
    marks = [match.start() for match in re.finditer(rb"<p>", data)]
    out = bytearray(data)
    for mark in marks[::7]:
        out[mark + 3 : mark + 4] = b"X"
    path.write_bytes(b"".join(gzip.compress(part) for part in re.split(rb"(?=WARC/1\.[01]\r\n)", bytes(out)) if part))
