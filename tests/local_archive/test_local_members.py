"""A record that is read in one go says what warcio reads in it; what is not plain is left to warcio."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warc_writing import HTML, PAGE, WarcFile
from warcio.statusandheaders import StatusAndHeaders

from crawler.local_archive import payload
from crawler.local_archive.captures import ArchivedRecord, read_captures
from crawler.local_archive.files import ArchiveFile
from crawler.local_archive.forms import Form
from crawler.local_archive.payload import ArchivedResponse, UnreadableRecordError, read_response

BODY = b"<p>We keep nothing, and forget the rest.</p>" * 20


def outcome(capture: ArchivedRecord, *, check_digest: bool = True) -> ArchivedResponse | str:
    try:
        return read_response(capture, check_digest=check_digest)
    except UnreadableRecordError as error:
        return str(error)


@pytest.fixture
def by_warcio(monkeypatch: pytest.MonkeyPatch) -> Callable[[ArchivedRecord], ArchivedResponse | str]:
    """What warcio reads."""

    def read(capture: ArchivedRecord) -> ArchivedResponse | str:
        with monkeypatch.context() as patch:
            patch.setattr(payload, "read_member", lambda *_, **__: None)
            return outcome(capture)

    return read


@pytest.fixture
def no_warcio(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("it was left to warcio")

    monkeypatch.setattr(payload, "_read_on", refuse)


def at(path: Path, offset: int = 0, length: int | None = None) -> ArchivedRecord:
    """A record at a place of a gzip file."""
    size = path.stat().st_size - offset if length is None else length
    file = ArchiveFile("a.warc.gz", path, Form("gzip"))
    return ArchivedRecord("example,tools)/", "20200101000000", PAGE, "text/html", "200", "-", size, file, offset)


@pytest.mark.usefixtures("no_warcio")
def test_plain_records_are_read_in_one_go(tmp_path: Path) -> None:
    warc = WarcFile(tmp_path / "a.warc.gz")
    warc.response(body=BODY, status="404 Gone fishing", headers=(HTML, HTML), warc_headers={"WARC-Truncated": "time"})
    warc.other("resource", body=BODY, Content_Type="text/html")
    warc.revisit(http=StatusAndHeaders("304 Not Modified", [HTML], protocol="HTTP/1.1"))
    response, resource, revisit = (outcome(capture) for capture in read_captures(tmp_path).captures)
    assert response == ArchivedResponse(404, (HTML, HTML), BODY, "time")
    assert resource == ArchivedResponse(None, (("Content-Type", "text/html"),), BODY)
    assert revisit == ArchivedResponse(304, (HTML,), b"")


@pytest.mark.parametrize("change", [1, 0x10, 0x40, 0xFF])
def test_damage_is_seen_wherever_it_is(tmp_path: Path, by_warcio: Callable[..., object], change: int) -> None:
    WarcFile(tmp_path / "a.warc.gz").response(body=BODY)
    sound = (tmp_path / "a.warc.gz").read_bytes()
    (tmp_path / "b").touch()
    damaged = at(tmp_path / "b", length=len(sound))
    for place in range(len(sound)):
        (tmp_path / "b").write_bytes(sound[:place] + bytes([sound[place] ^ change]) + sound[place + 1 :])
        assert outcome(damaged) == by_warcio(damaged)
        (tmp_path / "b").write_bytes(sound[:place])
        assert outcome(damaged) == by_warcio(damaged)


def test_a_record_that_was_changed_is_told_by_its_digest_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    WarcFile(path).response(body=BODY)
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"nothing", b"records")))
    assert "is not what its digest says" in str(outcome(at(path)))
    assert isinstance(outcome(at(path), check_digest=False), ArchivedResponse)


# What headers of real and of odd records consist of; the order is any.
WARC_LINES = [
    *("WARC-Type: response", "WARC-Type: resource", "WARC-Type:revisit", "warc-type : response ", "WARC-Type: request"),
    *(f"WARC-Target-URI: {PAGE}", f"WARC-Target-URI: <{PAGE}>", "WARC-Target-URI: dns:x", "WARC-Target-URI:"),
    *("Content-Length: 60", "Content-Length: 0", "Content-Length:  61\t", "Content-Length: +60", "Content-Length: -1"),
    *("Content-Length: 9999999999999999999999", "Content-Length: ٦٠", "Content-Length: 55", "Content-Length: x"),
    *(
        "Content-Type: text/html",
        "WARC-Truncated: \x0blength\x1c",
        "WARC-Truncated: länge",
        "no colon",
        " folded",
        "\t",
    ),
    *("WARC-Truncated: a\rb", "WARC-Truncated: a\nb: c", ": value", "WARC-Segment-Number: 1", "\x0c", "WARC/1.0"),
    "WARC-Block-Digest: sha1:" + "A" * 32,
]
HTTP_LINES = [
    "Content-Type: text/html",
    "Transfer-Encoding: chunked",
    "no colon",
    " folded",
    "X : \xa0y ",
    "\x1f",
    "Z:\n",
]
HEADS = ["WARC/1.0", "WARC/1.1", "WARC/1.0 ", "WARC/0.18", "WARC/1.0 200", "warc/1.0", "WARC/2.0", "", "x"]
STATUS = ["HTTP/1.1 200 OK", "HTTP/1.1  404", "HTTP/1.1", "", " HTTP/1.0 200", "HTTP/1.1 2", "<p>"]
ENDS = st.sampled_from(["\r\n"] * 40 + ["\n", "\r\r\n", "\r"])


NAMED = f"WARC-Type: response\r\nWARC-Target-URI: {PAGE}\r\nContent-Length: 60\r\n"


@st.composite
def record(draw: st.DrawFn) -> bytes:
    def lines(first: list[str], more: list[str], most: int) -> str:
        chosen = [draw(st.sampled_from(first)), *draw(st.lists(st.sampled_from(more), max_size=most))]
        return "".join(line + draw(ENDS) for line in chosen)

    encoding = draw(st.sampled_from(["utf-8", "latin-1"]))
    head = lines(HEADS[:1] * 40 + HEADS, WARC_LINES, 3) + draw(st.sampled_from([NAMED] * 4 + [""])) + draw(ENDS)
    http = (lines(STATUS[:1] * 9 + STATUS, HTTP_LINES, 2) + draw(ENDS)).encode(encoding, "replace")
    end = draw(st.sampled_from(["\r\n\r\n"] * 20 + ["", "\n\n", "\r\n", "\r\n\r\n\r\n", "x\r\n\r\n"]))
    return head.encode(encoding, "replace") + http.ljust(60, b"x") + end.encode()


@given(record())
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_headers_are_it_is_what_warcio_reads(
    tmp_path: Path, by_warcio: Callable[..., object], data: bytes
) -> None:
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(data, 1))
    capture = at(tmp_path / "a.warc.gz")
    assert outcome(capture) == by_warcio(capture)
