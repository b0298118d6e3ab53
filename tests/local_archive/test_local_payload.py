"""A record is read back from the middle of its file, its payload without chunks."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from warc_writing import HTML, WarcFile

from crawler.local_archive import payload
from crawler.local_archive.captures import read_captures
from crawler.local_archive.index import CaptureIndex
from crawler.local_archive.payload import UnreadableRecordError, dechunked, read_response
from crawler.local_archive.replay import play


@pytest.mark.parametrize("compress", [True, False])
def test_reads_a_record_from_the_middle_of_a_file(tmp_path: Path, compress: bool) -> None:
    warc = WarcFile(tmp_path / "a.warc", gzip=compress)
    for year in range(2018, 2021):
        warc.response(
            date=f"{year}-01-01T00:00:00Z", body=b"%d" % year, status="404 Gone fishing", headers=(HTML, HTML)
        )
    response = read_response(read_captures(tmp_path).captures[1])
    assert (response.status, response.headers, response.payload) == (404, (HTML, HTML), b"2019")


def test_undoes_chunks_and_keeps_the_content_encoding(tmp_path: Path) -> None:
    headers = (("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip"))
    WarcFile(tmp_path / "a.warc").response(body=b"3\r\n\x1f\x8b\x08\r\n0\r\n\r\n", headers=headers)
    response = read_response(read_captures(tmp_path).captures[0])
    assert response.payload == b"\x1f\x8b\x08"
    assert response.headers == headers


def test_does_not_read_what_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    WarcFile(tmp_path / "a.warc").response(body=b"x" * 1000)
    monkeypatch.setattr(payload, "MAX_BLOCK_BYTES", 999)
    with pytest.raises(UnreadableRecordError, match="more than the 999"):
        read_response(read_captures(tmp_path).captures[0])


@pytest.mark.parametrize("content", [b"", b"<html>", None])
def test_says_that_a_file_has_changed(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "a.warc"
    WarcFile(file).response()
    (capture,) = read_captures(tmp_path).captures
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UnreadableRecordError, match="cannot be read"):
        read_response(capture)


@pytest.mark.parametrize(
    ("block", "body", "is_whole"),
    [
        (b"5\r\nHello\r\n0\r\n\r\n", b"Hello", True),
        (b"5;name=value\r\nHello\r\n6 \r\n World\r\n0\r\nTrailer: x\r\n\r\n", b"Hello World", True),
        (b"5\nHello\n0\n\n", b"Hello", True),
        (b"ff\r\nbreaks off", b"breaks off", False),
        (b"5\r\nHello\r\n", b"Hello", False),
        (b"5\r\nHello\r\n6", b"Hello6", False),
        (b"<p>never chunked</p>", b"<p>never chunked</p>", True),
        (b"2\r\nnever chunked either", b"2\r\nnever chunked either", True),
        (b"", b"", True),
    ],
)
def test_undoes_chunks(block: bytes, body: bytes, is_whole: bool) -> None:
    assert dechunked(block) == (body, is_whole)


@given(st.lists(st.binary(min_size=1)))
@example([b"\r\n", b"0\r\n\r\n"])
def test_gets_back_what_was_chunked(parts: list[bytes]) -> None:
    block = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    assert dechunked(block) == (b"".join(parts), True)


@pytest.mark.parametrize(
    ("named", "block", "truncated"),
    [
        ({"WARC-Truncated": "length"}, b"5\r\nHello\r\n0\r\n\r\n", "length"),
        ({"WARC-Truncated": "time"}, b"5\r\nHello\r\n", "time"),
        ({}, b"5\r\nHello\r\n", "the last chunk is missing"),
        ({}, b"5\r\nHello\r\n0\r\n\r\n", None),
    ],
)
def test_says_that_a_record_is_cut(tmp_path: Path, named: dict[str, str], block: bytes, truncated: str | None) -> None:
    WarcFile(tmp_path / "a.warc").response(
        body=block, headers=(HTML, ("Transfer-Encoding", "chunked")), warc_headers=named
    )
    contents = read_captures(tmp_path)
    response = read_response(contents.captures[0])
    assert (response.payload, response.truncated) == (b"Hello", truncated)
    played = play(CaptureIndex(contents.captures), f"/web/20200101000000id_/{contents.captures[0].url}")
    assert dict(played.headers).get("x-archive-truncated") == truncated
