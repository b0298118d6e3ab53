"""The captures in WARC files are read with what a CDX row says of them, and damage costs no more than its place."""

import gzip
import hashlib
import os
from base64 import b32encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warc_writing import PAGE, WarcFile
from warcio.bufferedreaders import DecompressingBufferedReader

from crawler.errors import ArchiveFilesError
from crawler.local_archive import files
from crawler.local_archive.captures import read_captures
from crawler.local_archive.forms import zstd
from crawler.local_archive.payload import read_response


def sha1(payload: bytes) -> str:
    return b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()


def three_pages(path: Path, *, compress: bool) -> list[int]:
    """A file with three captures; where each record ends."""
    warc, ends = WarcFile(path, gzip=compress), []
    for year in (2018, 2019, 2020):
        warc.response(date=f"{year}-01-01T00:00:00Z", body=b"<p>%d</p>" % year * 50)
        ends.append(path.stat().st_size)
    return ends


def test_empty_blocks_before_damage_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    three_pages(tmp_path / "good.warc", compress=False)
    record = (tmp_path / "good.warc").read_bytes()
    (tmp_path / "good.warc").unlink()
    pieces = [record[at : at + 100] for at in range(0, len(record), 100)]
    (tmp_path / "split.warc.gz").write_bytes(
        b"".join(gzip.compress(piece) + gzip.compress(b"") * 100 for piece in pieces)
    )
    blocks = []
    read = DecompressingBufferedReader.read_next_member
    monkeypatch.setattr(
        DecompressingBufferedReader, "read_next_member", lambda reader: blocks.append(reader) or read(reader)
    )
    with pytest.raises(ArchiveFilesError, match="holds no capture"):
        read_captures(tmp_path)
    assert len(blocks) < 2 * 101 * len(pieces)


@pytest.mark.parametrize("compress", [True, False])
def test_lists_what_a_cdx_row_says(tmp_path: Path, compress: bool) -> None:
    file = tmp_path / "a.warc.gz"
    warc = WarcFile(file, gzip=compress)
    warc.other("warcinfo", body=b"software: test\r\n")
    start = file.stat().st_size
    warc.response("https://www.tools.example/Privacy?b=1&a=2", "2020-02-03T04:05:06.789Z", b"<p>Hello</p>")
    end = file.stat().st_size
    (capture,) = read_captures(file).captures
    assert capture.urlkey == "example,tools)/privacy?a=2&b=1"
    assert capture.timestamp == "20200203040506"
    assert capture.url == "https://www.tools.example/Privacy?b=1&a=2"
    assert (capture.mimetype, capture.status) == ("text/html", "200")
    assert capture.digest == sha1(b"<p>Hello</p>")
    assert (capture.file.path, capture.offset) == (file, start)
    # Between uncompressed records stand two empty lines that belong to neither.
    assert capture.length == end - start - (0 if compress else 4)


def test_lists_resources_and_revisits_and_counts_the_rest(tmp_path: Path) -> None:
    warc = WarcFile(tmp_path / "a.warc.gz")
    warc.other("resource", "https://tools.example/logo", b"GIF89a", Content_Type="image/gif")
    warc.revisit(digest="sha1:" + "A" * 32, refers_to=(PAGE, "2020-01-01T00:00:00Z"))
    warc.other("request")
    warc.other("metadata")
    warc.other("invented")
    warc.other("response", "dns:tools.example", b"1.2.3.4", Content_Type="text/dns")
    warc.response(warc_headers={"WARC-Date": "yesterday"})
    reading = read_captures(tmp_path)
    logo, revisit = reading.captures
    assert (logo.mimetype, logo.status, logo.digest) == ("image/gif", "200", sha1(b"GIF89a"))
    assert (revisit.mimetype, revisit.status, revisit.digest) == ("warc/revisit", "-", "A" * 32)
    assert revisit.is_revisit
    assert revisit.refers_to == ("example,tools)/privacy", "20200101000000")
    assert reading.skipped == {
        "request": 1,
        "metadata": 1,
        "not of the web": 1,
    }
    assert reading.unread == {
        f"{tmp_path / 'a.warc.gz'}: record of an unknown type": 1,
        f"{tmp_path / 'a.warc.gz'}: response without a valid WARC-Date": 1,
    }


def test_computes_a_digest_that_is_missing_and_reads_one_that_is_hexadecimal(tmp_path: Path) -> None:
    warc = WarcFile(tmp_path / "a.warc.gz")
    body = b"<p>Hello</p>"
    for year, digest in enumerate(
        ["none", "sha1:" + hashlib.sha1(body, usedforsecurity=False).hexdigest(), "sha256:" + "ab" * 32], 2018
    ):
        warc.response(date=f"{year}-01-01T00:00:00Z", body=body, warc_headers={"WARC-Payload-Digest": digest})
    assert [capture.digest for capture in read_captures(tmp_path).captures] == [sha1(body), sha1(body), "ab" * 32]


@pytest.mark.parametrize(
    ("date", "timestamp"),
    [
        ("2020-02-03T04:05:06Z", "20200203040506"),
        ("2020-02-03T04:05:06.999999999Z", "20200203040506"),
        ("2020-02-03T04:05:06+02:00", "20200203020506"),
        ("20200203040506", None),
        ("2020-13-03T04:05:06Z", None),
    ],
)
def test_reads_dates_as_utc(tmp_path: Path, date: str, timestamp: str | None) -> None:
    warc = WarcFile(tmp_path / "a.warc.gz")
    warc.response("https://other.example/")
    warc.response(date=date)
    found = [one.timestamp for one in read_captures(tmp_path).captures if one.url == PAGE]
    assert found == ([timestamp] if timestamp else [])


def test_takes_urls_out_of_brackets_and_spaces_out_of_urls(tmp_path: Path) -> None:
    WarcFile(tmp_path / "a.warc").other("resource", "<https://tools.example/our terms>")
    WarcFile(tmp_path / "a.warc").response("https://tools.example/our\tpolicy")
    assert sorted(one.url for one in read_captures(tmp_path).captures) == [
        "https://tools.example/our%09policy",
        "https://tools.example/our%20terms",
    ]


def test_reads_all_warc_files_of_a_directory_and_no_other(tmp_path: Path) -> None:
    for name in ("b.warc.gz", "a.warc", "notes.txt", "c.warc.gz.part"):
        WarcFile(tmp_path / name, gzip=name.endswith("gz")).response(f"https://{name[0]}.example/")
    os.mkfifo(tmp_path / "pipe.warc")
    (tmp_path / "directory.warc").mkdir()
    assert [one.file.name for one in read_captures(tmp_path).captures] == ["a.warc", "b.warc.gz"]


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("missing", [30, 100, 200, 300])
def test_keeps_what_stands_before_the_end_of_a_file_that_was_cut(tmp_path: Path, compress: bool, missing: int) -> None:
    file = tmp_path / "a.warc"
    *_, end = three_pages(file, compress=compress)
    os.truncate(file, end - missing)
    reading = read_captures(file)
    assert len(reading.captures) == 2
    (damage,) = reading.unread
    assert damage.startswith(f"{file}: the file ends within a")


def test_keeps_a_last_record_that_is_whole_although_its_gzip_block_is_not(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    *_, end = three_pages(file, compress=True)
    os.truncate(file, end - 3)
    reading = read_captures(file)
    assert len(reading.captures) == 3
    assert reading.unread == {f"{file}: the file ends within a compressed block; fetch it again": 1}


@pytest.mark.parametrize("compress", [True, False])
def test_reads_on_behind_damage(tmp_path: Path, compress: bool) -> None:
    file = tmp_path / "a.warc"
    first, second, _ = three_pages(file, compress=compress)
    content = bytearray(file.read_bytes())
    for position in range(first + 20, second, 7):
        content[position] ^= 0xFF
    file.write_bytes(content)
    reading = read_captures(file)
    assert [one.timestamp[:4] for one in reading.captures] == ["2018", "2020"]
    assert sum(reading.unread.values()) >= 1


def test_drops_a_record_that_is_not_as_long_as_it_says(tmp_path: Path) -> None:
    file = tmp_path / "a.warc"
    three_pages(file, compress=False)
    head, separator, tail = file.read_bytes().partition(b"<p>2019</p>")
    file.write_bytes(head + b"more than was counted" + separator + tail)
    reading = read_captures(file)
    assert [one.timestamp[:4] for one in reading.captures] == ["2018", "2020"]
    assert reading.unread == {f"{file}: a record is not as long as it says (Content-Length)": 1}


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_unpacks_a_file_that_is_one_compressed_block(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    three_pages(tmp_path / "plain", compress=False)
    file = tmp_path / "a.warc.gz"
    file.write_bytes(pack((tmp_path / "plain").read_bytes()))
    reading = read_captures(file)
    assert not reading.unread
    assert [read_response(capture).payload[:11] for capture in reading.captures] == [
        b"<p>2018</p>",
        b"<p>2019</p>",
        b"<p>2020</p>",
    ]


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_unpacks_a_file_whose_blocks_end_within_records(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    three_pages(tmp_path / "plain", compress=False)
    plain = (tmp_path / "plain").read_bytes()
    file = tmp_path / "a.warc.gz"
    file.write_bytes(b"".join(pack(plain[at : at + 700]) for at in range(0, len(plain), 700)))  # as bgzip and pzstd do
    assert len(read_captures(file).captures) == 3


def test_says_that_there_is_no_room_to_unpack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    three_pages(tmp_path / "plain", compress=False)
    file = tmp_path / "a.warc.gz"
    file.write_bytes(gzip.compress((tmp_path / "plain").read_bytes()))
    monkeypatch.setattr(files, "MAX_COPIES", 100)
    reading = read_captures(file)
    assert len(reading.captures) == 1
    said = str(reading.unread)
    assert "only the first is read" in said
    assert "warcio recompress" in said


def test_names_records_in_segments_and_joins_nothing(tmp_path: Path) -> None:
    warc = WarcFile(tmp_path / "a.warc")
    warc.response("https://tools.example/terms")
    first = {"WARC-Record-ID": "<urn:uuid:00000000-0000-4000-8000-000000000001>", "WARC-Segment-Number": "1"}
    warc.response(body=b"<p>We sell nothing, but", warc_headers=first)
    warc.other("continuation", body=b" addresses.</p>", WARC_Segment_Number="2", WARC_Segment_Total_Length="99")
    reading = read_captures(tmp_path)
    assert [one.url for one in reading.captures] == ["https://tools.example/terms"]
    assert reading.unread == {
        f"{tmp_path / 'a.warc'}: a record in segments, which are not joined (WARC-Segment-Number): {kind} {PAGE}": 1
        for kind in ("response", "continuation")
    }


def test_bounds_the_headers_of_a_record(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    three_pages(file, compress=True)
    with file.open("ab") as stream:
        stream.write(gzip.compress(b"WARC/1.0\r\nWARC-Type: " + b"x" * (64 << 20)))
    reading = read_captures(file)
    assert len(reading.captures) == 3
    assert "headers are longer than 1 MiB" in str(reading.unread)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "does not exist"),
        (b"", "holds no capture"),
        (b"<html>not a WARC</html>", "something else where a record should start"),
        (b"\x1f\x8b\x08" * 5000, "given up, after too much damage"),
        (b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", "the file ends within a record"),
        (b"WARC/1.0\r\nWARC-Type: response\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "does not say how long"),
        (b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "without WARC-Target-URI"),
    ],
)
def test_says_in_a_sentence_why_there_is_nothing(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "a.warc"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ArchiveFilesError, match=said) as caught:
        read_captures(file)
    assert str(file) in str(caught.value)


def test_says_that_a_directory_has_no_warc_files(tmp_path: Path) -> None:
    with pytest.raises(ArchiveFilesError, match=r"no name ends in \.warc"):
        read_captures(tmp_path)


def test_opens_no_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.warc")
    with pytest.raises(ArchiveFilesError, match="not a regular file"):
        read_captures(tmp_path / "a.warc")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.booleans(), st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255), st.booleans()), max_size=6))
def test_no_damage_is_a_traceback(tmp_path: Path, compress: bool, changes: list[tuple[int, int, bool]]) -> None:
    file = tmp_path / "a.warc"
    file.unlink(missing_ok=True)
    three_pages(file, compress=compress)
    WarcFile(file, gzip=compress).revisit()
    content = bytearray(file.read_bytes())
    for position, byte, insert in changes:
        if insert:
            content.insert(position % len(content), byte)
        else:
            content[position % len(content)] = byte
    file.write_bytes(content)
    with suppress(ArchiveFilesError):
        assert len(read_captures(file).captures) <= 4
