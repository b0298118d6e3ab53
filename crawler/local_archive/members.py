"""A record that is a gzip member of its own, as nearly all are, read in one go: unpacked whole, its headers searched.

Only what is plain in every way is read here, as warcio would: what is damaged, cut, folded or else odd is left to
`records`, which says what it is.
"""

import hashlib
import zlib
from base64 import b32encode
from typing import NamedTuple, NoReturn

from isal import isal_zlib
from warcio.statusandheaders import StatusAndHeaders

from crawler.local_archive.records import BLOCK_DIGEST, MAX_HEADER_BYTES

GZIP_MEMBER = 16 + zlib.MAX_WBITS
"""By which zlib knows that it has to do with one."""
END = b"\r\n\r\n"
"""What ends headers, and a record."""
# Without a flag (RFC 1952). ISA-L takes 0.43 of the time of zlib, and refuses the same members, but for one whose flags
# have bits that mean nothing: each bit of a member was turned, at four levels (2026-11).
_PLAIN_MEMBER = b"\x1f\x8b\x08\0"
_MOST_HEADERS = MAX_HEADER_BYTES - 2 * len(END)  # `Records` counts what ends the record as well
_MOST_DIGITS = 18  # of a length


class Member(NamedTuple):
    """The headers of a record, with the names of warcio's, and where it stands in what was unpacked."""

    rec_type: str | None
    rec_headers: StatusAndHeaders
    content_type: str | None
    http_headers: StatusAndHeaders | None
    block: int
    """Where its block begins, with the HTTP headers if it has some."""
    payload: int
    """Where what follows those begins."""
    end: int
    """Where its block ends."""

    @property
    def size(self) -> int:
        """Bytes of the whole record, unpacked."""
        return self.end + len(END)

    @property
    def raw_stream(self) -> NoReturn:
        """No stream, as warcio's records have one: raises `NotAtHandError`."""
        raise NotAtHandError


class NotAtHandError(Exception):
    """More of a record is wanted than its headers."""


def member_in(data: bytes) -> Member | None:
    """Return the record whose headers unpacked bytes begin with; None if those are not whole, or not plain."""
    ahead = data.find(END, 0, _MOST_HEADERS)
    warc = _headers(data[:ahead]) if ahead > 0 else None
    if warc is None or warc.protocol not in ("WARC/1.0", "WARC/1.1") or warc.statusline:
        return None
    length = warc.get_header("Content-Length") or ""
    if not (length.isascii() and length.isdigit() and len(length) <= _MOST_DIGITS):
        return None
    kind, url = warc.get_header("WARC-Type"), warc.get_header("WARC-Target-URI") or ""
    block = payload = ahead + len(END)
    end, http = block + int(length), None
    if kind in ("response", "revisit") and end > block and url.strip("<>").startswith(("http:", "https:")):
        ahead = data.find(END, block, min(end, _MOST_HEADERS))
        http = _headers(data[block:ahead]) if ahead > 0 else None
        if http is None:
            return None
        payload = ahead + len(END)
    return Member(kind, warc, warc.get_header("Content-Type"), http, block, payload, end)


def _headers(head: bytes) -> StatusAndHeaders | None:
    """Return a first line and headers, each on a line that ends with CRLF; None if they are written in another way."""
    try:
        first, *lines = head.decode().split("\r\n")
    except UnicodeDecodeError:
        return None
    if head.count(b"\n") != len(lines) or not first.strip():
        return None
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or line[0] in " \t":
            return None
        headers.append((name.rstrip(" \t"), value.strip()))
    protocol, _, status = first.rstrip().partition(" ")
    return StatusAndHeaders(status.strip(), headers, protocol)


def read_member(member: bytes, most: int, *, check_digest: bool) -> tuple[Member, bytes] | None:
    """Return the record in a gzip member, and its payload; None if the bytes are not one whole and plain record.

    Nor is it if its block has more than ``most`` bytes or, with ``check_digest``, is not what its own digest says.
    """
    inflate = (isal_zlib if member.startswith(_PLAIN_MEMBER) else zlib).decompressobj(GZIP_MEMBER)
    try:
        data = inflate.decompress(member, most + MAX_HEADER_BYTES)
    except (zlib.error, isal_zlib.error):  # type: ignore[misc]  # its stub takes the latter for an instance
        return None
    record = member_in(data) if inflate.eof and not inflate.unused_data else None
    if record is None or record.end - record.block > most or data[record.end :] != END:
        return None
    if check_digest and not _is_as_said(record, data):
        return None
    return record, data[record.payload : record.end]


def _is_as_said(record: Member, data: bytes) -> bool:
    said = record.rec_headers.get_header("WARC-Block-Digest") or ""
    if not BLOCK_DIGEST.fullmatch(said):
        return True
    algorithm, _, value = said.partition(":")
    found = hashlib.new(algorithm, memoryview(data)[record.block : record.end], usedforsecurity=False).digest()
    return value in (b32encode(found).decode("ascii"), found.hex(), found.hex().upper())
