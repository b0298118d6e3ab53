"""Whatever bytes listings, archive files, vendors files and imports consist of: no exception but our own."""

import contextlib
import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from archive import MONTHS, row
from crawling import SAMPLE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.archive import bodies, cdx
from crawler.archive.listing import Listing
from crawler.errors import PolicytrailError
from crawler.local_archive.captures import read_captures
from crawler.local_archive.payload import UnreadableRecordError, read_response
from crawler.vendors.file import load
from output.formats.table import READABLE

URL = "https://shop.example/privacy"
PAGE = b"<html><title>Privacy</title><p>We keep your order for thirty days.</p></html>"


# -- what reads bytes -------------------------------------------------------------------------------------------------
def listing(data: bytes) -> None:
    """Read a page of a listing, and what the next one would be asked with."""
    whole = Listing(URL)
    try:
        whole.add(cdx.read_page(200, bodies.decode(data, ["gzip"])))
    except (cdx.ListingError, cdx.UrlExcluded, bodies.BodyTooLarge, bodies.BrokenBody):
        return
    cdx.query_address("https://archive.example", URL, resume_key=whole.resume_key)


def archive_file(name: str) -> Callable[[bytes], None]:
    """Read an archive file of a name, and each capture in it."""

    def read(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(data)
            try:
                captures = read_captures(path).captures
            except PolicytrailError:
                return
            for capture in captures:
                with contextlib.suppress(UnreadableRecordError):
                    read_response(capture, check_digest=True)

    return read


def vendors_file(name: str) -> Callable[[bytes], None]:
    """Read a vendors file of a name."""

    def read(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(data)
            with contextlib.suppress(PolicytrailError):
                load(path)

    return read


def imported(form: str, name: str) -> Callable[[bytes], None]:
    """Read a file to import, by the format and its name."""

    def read(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            with contextlib.suppress(PolicytrailError):
                list(READABLE[form](Path(folder, Path(name).parts[0]), {}))

    return read


# -- whole ones, to begin with ----------------------------------------------------------------------------------------
def record(kind: bytes, url: str, block: bytes) -> bytes:
    head = b"WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n" % (
        kind,
        url.encode(),
    )
    head += b"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n"
    return head + b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(block), block)


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n1\r\n>\r\n0\r\n\r\n"
WARC = record(b"response", URL, PLAIN) + record(b"response", URL + "?2", CHUNKED) + record(b"revisit", URL + "?3", b"")
ARC = b"filedesc://x 0.0.0.0 20200101000000 text/plain 22\n1 0 Shop\nURL IP D T L\n\n\n"
ARC += f"{URL} 1.2.3.4 20200101000000 text/html {len(PLAIN)}\n".encode() + PLAIN + b"\n"
ROWS = [list(cdx.FIELDS), *(row(URL, timestamp) for timestamp in MONTHS), [], ["shop,example)/privacy 2021"]]
LINE = {
    "vendor": "shop.example",
    "type": "privacy policy",
    "title": "Privacy",
    "body": "# Privacy\n\nWe keep it.",
    **dict.fromkeys(("url", "last_url"), URL),
    **dict.fromkeys(("timestamp", "last_timestamp"), "20230101000000"),
    **dict.fromkeys(("first_captured", "last_captured"), "2023-01-01T00:00:00+00:00"),
    **dict.fromkeys(("origin", "last_origin"), "ota"),
    **dict.fromkeys(("known", "last_known"), "fetched"),
    "language": "en",
    "route": "main",
    "recall": 0.9,
    "extractor": "x",
}
DATASET = "dataset/shop.example/Privacy Policy/2020-01-01T00-00-00Z.md"
CITED = "https://web.archive.example/web/20200101000000id_/https%3A//shop.example/privacy"
DOCUMENT = (
    "> *The following text is extracted and transformed from the shop.example privacy policy that was archived on"
    f" 2020-01-01. Please check the [original snapshot on the Wayback Machine]({CITED}) for the most accurate"
    " reproduction.*\n\n# Privacy\n\nWe keep it.\n"
).encode()
TARGETS: dict[str, tuple[Callable[[bytes], None], bytes]] = {
    "listing": (listing, json.dumps(ROWS).encode()),
    "listing as text": (listing, f"shop,example)/privacy 20200101000000 {URL} text/html 200 D 9\n".encode() * 3),
    "WARC": (archive_file("a.warc"), WARC),
    "WARC in gzip": (archive_file("a.warc.gz"), gzip.compress(WARC[:500], mtime=0) + gzip.compress(WARC, mtime=0)),
    "ARC": (archive_file("a.arc"), ARC),
    "WACZ": (archive_file("a.wacz"), zipped(("archive/a.warc", WARC), ("datapackage.json", b"{}"))),
    "TOML": (vendors_file("v.toml"), (SAMPLE / "vendors.toml").read_bytes()[:1500]),
    "CSV": (
        vendors_file("v.csv"),
        b'vendor,type,url\nshop.example,privacy policy,"https://shop.example/privacy"\n' * 2,
    ),
    "JSON lines": (imported("jsonl", "t.jsonl"), json.dumps(LINE).encode() + b"\n"),
    "dataset": (imported("ota", "t.zip"), zipped((DATASET, b"# Privacy\n\nWe keep it."), ("dataset/README.md", b"x"))),
    "documents": (imported("tree", "tree/shop.example/privacy-policy/20200101000000.md"), DOCUMENT),
}


@st.composite
def spoilt(draw: st.DrawFn, whole: bytes) -> bytes:
    """The bytes with some of them changed, taken out, put in or doubled."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 12))
        new = draw(
            st.one_of(
                st.binary(max_size=8), st.sampled_from([b"\x00", b"\xff\xfe", b"-1", b"9" * 30, b"null", b"\r\n"])
            )
        )
        data[at : at + length] = data[at : at + length] * 2 if draw(st.booleans()) else new
    return bytes(data[: draw(st.sampled_from([None, None, None, len(data) // 2, len(data) - 1]))])


@pytest.mark.parametrize("name", TARGETS)
def test_whole_ones_are_read(name):
    read, whole = TARGETS[name]
    read(whole)


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_end_in_an_exception_that_is_not_ours(name):
    read, whole = TARGETS[name]

    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(st.one_of(spoilt(whole), st.binary(max_size=200)))
    def check(data: bytes) -> None:
        read(data)

    check()


def test_a_zip_whose_entries_do_not_inflate_is_refused_in_a_sentence():
    read, whole = TARGETS["dataset"]
    packed = 30 + len(DATASET)  # behind the entry's header
    read(whole[:packed] + b"\x07" + whole[packed + 1 :])
