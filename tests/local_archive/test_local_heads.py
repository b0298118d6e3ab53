"""Captures that are listed by the heads of their records are those that reading finds, or reading has to find them."""

import gzip
import hashlib
import logging
from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warc_writing import HTML, PAGE, WarcFile
from warcio.statusandheaders import StatusAndHeaders

from crawler.errors import ArchiveFilesError
from crawler.extraction.extract import CapturedResponse
from crawler.local_archive.captures import ArchivedRecord, list_captures, read_captures
from crawler.local_archive.files import ArchiveFile
from crawler.local_archive.index import CaptureIndex
from crawler.local_archive.unproven import UnprovenIndex
from crawler.model import Playback
from pipelines.corpus.kept import Kept
from pipelines.kept_responses import kept_response

SAMPLE = Path(__file__).parents[1] / "sample" / "sample.warc.gz"
BODIES = [f"<p>Version {year}. {'We keep nothing. ' * 9}</p>".encode() for year in (2020, 2021, 2022)]
WHERE = ArchiveFile("", Path())


def described(captures: list[ArchivedRecord]) -> list[object]:
    return [(*astuple(replace(one, file=WHERE)), one.file.path) for one in captures]


def pages(path: Path, bodies: list[bytes] = BODIES) -> bytes:
    """A file with a page a year, from 2020 on."""
    warc = WarcFile(path)
    for year, body in enumerate(bodies, 2020):
        named = {"WARC-Record-ID": f"<urn:uuid:{year}>"}  # the same at each run
        warc.response(PAGE, f"{year}-01-01T00:00:00Z", body, warc_headers=named)
    return path.read_bytes()


def test_what_is_listed_of_sound_files_is_what_reading_finds(tmp_path: Path) -> None:
    (tmp_path / "sample.warc.gz").write_bytes(SAMPLE.read_bytes())
    warc = WarcFile(tmp_path / "a.warc.gz")
    for size in (0, 1 << 12, 1 << 21):  # beyond the blocks in which starts are searched for
        warc.response(body=hashlib.shake_128().digest(size), headers=(HTML, ("X", "x" * (size % 9999))))
    warc.other("warcinfo", None, b"software: x\r\n", Content_Type="application/warc-fields")
    warc.other("request", body=b"GET / HTTP/1.1\r\n\r\n", Content_Type="application/http")
    warc.other("resource", body=b"<p>", Content_Type="text/html")
    warc.revisit(digest="sha1:" + "A" * 32, http=StatusAndHeaders("304 Not Modified", [HTML], protocol="HTTP/1.1"))
    listed = list_captures(tmp_path)
    assert listed is not None
    captures, places = listed
    assert described(captures) == described(read_captures(tmp_path).captures)
    index = UnprovenIndex(captures, places, list)
    index.prove_rest()
    assert index.proven is None


DIGEST = b"WARC-Payload-Digest: sha1:" + b"A" * 32 + b"\r\n"
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def plain_record(block: bytes, url: str = PAGE, length: int | None = None) -> bytes:
    """A record that says that it has such a length, as it stands in a file without compression."""
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n".encode()
    said = b"Content-Length: %d\r\n\r\n" % (len(block) if length is None else length)
    return head + DIGEST + said + block + b"\r\n\r\n"


def odd_files() -> Iterator[tuple[str, str, bytes]]:
    record = plain_record(HTTP + BODIES[0])
    yield "plain", "a.warc", record
    yield "no digest", "a.warc.gz", gzip.compress(record.replace(DIGEST, b""))
    yield "folded", "a.warc.gz", gzip.compress(record.replace(DIGEST, DIGEST + b" folded\r\n"))
    yield "empty", "a.warc.gz", b""
    yield "no record", "a.warc.gz", gzip.compress(b"something else")
    yield "something before", "a.warc.gz", gzip.compress(b"") + gzip.compress(record)
    yield "no date", "a.warc.gz", gzip.compress(record.replace(b"WARC-Date", b"Date"))
    yield "not a file", "a.zip", b"PK"
    yield "many headers", "a.warc.gz", gzip.compress(record.replace(DIGEST, DIGEST + b"X: y\r\n" * (1 << 15)))
    yield "cut", "a.warc.gz", gzip.compress(record)[:-9]
    yield "two in one", "a.warc.gz", gzip.compress(record * 2)
    yield "false starts", "a.warc.gz", gzip.compress(record) + b"\x1f\x8b\x08" * 2000


@pytest.mark.parametrize(("name", "content"), [pytest.param(*rest, id=kind) for kind, *rest in odd_files()])
def test_of_other_files_nothing_is_listed(tmp_path: Path, name: str, content: bytes) -> None:
    pages(tmp_path / "sound.warc.gz")
    (tmp_path / name).write_bytes(content)
    assert list_captures(tmp_path) is None


def outcomes(kept: CaptureIndex, file: str) -> list[object]:
    """What comes of asking for each page, and for one that is not there."""
    found: list[object] = []
    for year, body in enumerate([*BODIES, b""], 2020):
        known = Kept(file, hashlib.sha256(body).hexdigest())
        found.append(kept_response(kept, Playback(f"{year}0101000000", PAGE), known, None))
    return found


def both(folder: Path, caplog: pytest.LogCaptureFixture, asked: int) -> None:
    """Compare what comes of listing and of reading, and what the log says, if all or only some pages are asked for."""

    def read_all() -> list[ArchivedRecord]:
        try:
            return read_captures(folder).captures
        except ArchiveFilesError:
            return []

    def said() -> list[str]:
        lines = sorted(record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING)
        caplog.clear()
        return lines

    caplog.clear()
    expected, warned = outcomes(CaptureIndex(read_all()), "a.warc.gz"), said()
    if listed := list_captures(folder):
        index = UnprovenIndex(*listed, read_all)
        year = 2020 + asked
        known = Kept("a.warc.gz", hashlib.sha256(BODIES[asked]).hexdigest())
        assert kept_response(index, Playback(f"{year}0101000000", PAGE), known, None) == expected[asked]
        index.prove_rest()
        assert said() == warned
        index = UnprovenIndex(*listed, read_all)
        assert outcomes(index, "a.warc.gz") == expected
        index.prove_rest()
        assert said() == warned


@pytest.mark.parametrize("change", [1, 0xFF])
def test_damage_is_seen_wherever_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture, change: int) -> None:
    path = tmp_path / "a.warc.gz"
    sound = pages(path)
    both(tmp_path, caplog, 0)
    for place in range(0, len(sound), 3):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ change]) + sound[place + 1 :])
        both(tmp_path, caplog, place % 3)
    for place in range(0, len(sound), 11):
        path.write_bytes(sound[:place])
        both(tmp_path, caplog, place % 3)


@given(st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_becomes_of_a_file_the_outcome_is_that_of_reading(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    path = tmp_path / "a.warc.gz"
    path.unlink(missing_ok=True)
    records = [one for one in pages(path).split(b"\x1f\x8b\x08") if one]
    parts = [b"\x1f\x8b\x08" + one for one in records]
    parts += [gzip.compress(b"", mtime=0), gzip.compress(gzip.decompress(parts[0] + parts[1]), mtime=0), bytes(9)]
    chosen = data.draw(st.lists(st.sampled_from(parts), min_size=1, max_size=5))
    content = bytearray(b"".join(chosen))
    for _ in range(data.draw(st.integers(0, 2))):
        at, length = data.draw(st.integers(0, len(content))), data.draw(st.integers(0, 300))
        content[at : at + length] = data.draw(st.sampled_from([b"", bytes(length), parts[1], b"\x1f\x8b\x08"]))
    path.write_bytes(content)
    both(tmp_path, caplog, data.draw(st.integers(0, 2)))


def test_a_page_cannot_pretend_to_be_a_record(tmp_path: Path) -> None:
    """It has the bytes of a page that was received, with a header of its own, and says of itself what it has to."""
    http = HTTP.replace(b"utf-8", b"koi8-r") + BODIES[0]

    def page(size: int) -> bytes:
        forged = plain_record(http, length=size - len(plain_record(http, length=100)) + len(http))
        return plain_record(HTTP + size.to_bytes(4, "little") + gzip.compress(forged, 0), f"{PAGE}/other")

    file = tmp_path / "a.warc.gz"
    size = len(page(900))
    file.write_bytes(gzip.compress(page(size), 0) + gzip.compress(plain_record(HTTP + BODIES[0])))
    listed = list_captures(tmp_path)
    assert listed is not None
    assert [one.url for one in listed[0]] == [PAGE, PAGE, f"{PAGE}/other"]
    response = outcomes(UnprovenIndex(*listed, lambda: read_captures(tmp_path).captures), file.name)[0]
    assert isinstance(response, CapturedResponse)
    assert response.headers == {"content-type": HTML[1]}
    assert len(read_captures(tmp_path).captures) == 2
