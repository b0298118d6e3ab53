"""Captures to a WARC file that comes out the same each time it is written."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from io import BytesIO
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

NOT_MODIFIED = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"


@dataclass(frozen=True, slots=True)
class Capture:
    """One exchange with a server. A revisit has no body, and `refers` to the capture that has it."""

    when: datetime
    url: str
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    refers: "Capture | None" = None
    request: bool = False

    @property
    def timestamp(self) -> str:
        """The time in the archive's 14 digits."""
        return f"{self.when:%Y%m%d%H%M%S}"

    @property
    def date(self) -> str:
        """The time as WARC headers write it."""
        return f"{self.when:%Y-%m-%dT%H:%M:%SZ}"


def stored_gzip(body: bytes) -> bytes:
    """`body` (under 64 KiB) as gzip in one stored block (RFC 1951, 3.2.4; RFC 1952).

    The bytes are thus the same whatever zlib is installed, and the record that holds them is compressed again anyway.
    """
    size = len(body).to_bytes(2, "little") + (len(body) ^ 0xFFFF).to_bytes(2, "little")
    check = zlib.crc32(body).to_bytes(4, "little") + len(body).to_bytes(4, "little")
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\x01" + size + body + check


def stored_brotli(body: bytes) -> bytes:
    """`body` (under 64 KiB) as brotli in one uncompressed meta-block and an empty last one (RFC 7932, 9.1 and 9.2)."""
    head = (len(body) - 1) << 4 | 1 << 20  # window of 16 bits, not the last block, four nibbles of length, uncompressed
    return head.to_bytes(3, "little") + body + b"\x03"


# letter of a capture (histories.Stretch) -> how the body is encoded, and what the headers declare
CODINGS: dict[str, tuple[Callable[[bytes], bytes], tuple[str, ...]]] = {
    "P": (bytes, ()),
    "Z": (stored_gzip, ("gzip",)),
    "B": (stored_brotli, ("br",)),
    "U": (stored_gzip, ()),
    "D": (stored_gzip, ("gzip", "gzip")),
    "E": (stored_gzip, ("gzip", "")),
}


def response(
    when: datetime, url: str, status: str, kind: str, body: bytes, *, coding: str = "P", extra: tuple[str, ...] = ()
) -> Capture:
    """A capture with the headers of a server of its year; `kind` is its Content-Type, `extra` are lines of headers."""
    server = "Apache/1.3.33 (Unix)" if when.year < 2009 else "Apache/2.2.22" if when.year < 2016 else "nginx"
    encoded, declared = CODINGS[coding]
    data = encoded(body)
    headers = [("Date", format_datetime(when, usegmt=True)), ("Server", server)]
    headers += [(name, value) for name, _, value in (line.partition(": ") for line in extra)]
    headers += [("Content-Encoding", value) for value in declared]
    headers += [("Content-Type", kind), ("Content-Length", str(len(data)))]
    return Capture(when, url, status, tuple(headers), data)


def write(path: Path, captures: list[Capture]) -> None:
    """Write `captures` to `path`, in their order, one gzip member a record."""
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        info = writer.create_warcinfo_record(
            path.name,
            {
                "software": "Policytrail, tests/sample/make_sample.py",
                "description": "Invented policies of invented vendors, for tests and demonstration",
                "format": "WARC File Format 1.0",
            },
        )
        info.rec_headers.replace_header("WARC-Record-ID", identity("warcinfo", path.name))
        info.rec_headers.replace_header("WARC-Date", captures[0].date)
        writer.write_record(info)
        digests: dict[Capture, str] = {}
        for capture in captures:
            fixed = {"WARC-Record-ID": identity("capture", capture.timestamp, capture.url), "WARC-Date": capture.date}
            http = StatusAndHeaders(capture.status, list(capture.headers), protocol="HTTP/1.1")
            if (first := capture.refers) is not None:
                record = writer.create_revisit_record(
                    capture.url, digests[first], first.url, first.date, http_headers=http, warc_headers_dict=fixed
                )
                if capture.status.startswith("304"):
                    record.rec_headers.replace_header("WARC-Profile", NOT_MODIFIED)
            else:
                record = writer.create_warc_record(
                    capture.url,
                    "response",
                    payload=BytesIO(capture.body),
                    length=len(capture.body),
                    http_headers=http,
                    warc_headers_dict=fixed,
                )
                digests[capture] = record.rec_headers.get_header("WARC-Payload-Digest")
            writer.write_record(record)
            if capture.request:
                writer.write_record(request(writer, capture, fixed["WARC-Record-ID"]))


def request(writer: WARCWriter, capture: Capture, response_id: str) -> ArcWarcRecord:
    """The request record that belongs to `capture`."""
    host, _, path = capture.url.partition("://")[2].partition("/")
    fields = [("Host", host), ("User-Agent", "samplebot/1.0"), ("Accept", "*/*")]
    return writer.create_warc_record(
        capture.url,
        "request",
        http_headers=StatusAndHeaders(f"GET /{path} HTTP/1.1", fields, is_http_request=True),
        warc_headers_dict={
            "WARC-Record-ID": identity("request", capture.timestamp, capture.url),
            "WARC-Date": capture.date,
            "WARC-Concurrent-To": response_id,
        },
    )


def identity(*parts: str) -> str:
    """A record's id, the same each time."""
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(parts))}>"
