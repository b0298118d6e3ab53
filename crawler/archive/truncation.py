"""Whether a capture's body breaks off before its end: then what it lacks is no change by the vendor.

Three things tell it: the record says so (``WARC-Truncated``), the body is shorter than the captured server said, or the
page ends within a tag, a script, a style sheet or a comment. A page that closes its ``</html>`` is whole whatever else
is said: records are marked for connections that broke after the last byte, and the length is often that of another form
of the body (compressed, or before the archive decoded it). A compressed body that decodes is whole as well, and as a
rule longer than its length.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from crawler.model import Document, Doubt, Rejection

TRUNCATED = "truncated capture"
"""The reason of the doubt."""

HEADER = "x-archive-truncated"
"""The header in which the project's own local archive passes a record's ``WARC-Truncated`` on (`local_archive.replay`).

The Wayback Machine has none for it.
"""

# Bytes at the end to look at: counters and comments follow </html>, a few hundred bytes as a rule. Of 3,570 real
# captures 5 do not close it, and none of those ends within anything that is not text (measured 2026-11).
_TAIL = 4096
_CLOSED = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_IN_TAG = re.compile(rb"<[a-zA-Z/!][^<>]*$")
_UNREAD = {b"<script": b"</script", b"<style": b"</style", b"<!--": b"-->"}
"""What begins and ends what is no text of a page. Over half of all cuts at random places end in it or in a tag."""
_SHOWN = 60


def marked(
    read: Document | Rejection, headers: Mapping[str, str], body: bytes, said: str | None
) -> Document | Rejection:
    """Return what was read in a capture, with a doubt if its body breaks off."""
    found = doubt(headers, body, said) if isinstance(read, Document) else None
    return replace(read, doubts=(*read.doubts, found)) if found and isinstance(read, Document) else read


def doubt(headers: Mapping[str, str], body: bytes, said: str | None) -> Doubt | None:
    """Return the doubt about a body that breaks off, None for one that is whole or not known to be cut.

    ``headers`` are the captured server's (names in lower case), ``body`` is decoded, and ``said`` is the record's
    ``WARC-Truncated``, or what the archive says in its place.
    """
    tail = body[-_TAIL:].replace(b"\0", b"").rstrip()  # UTF-16 has a zero beside each ASCII sign
    if _is_whole(body, tail):
        return None
    if said:
        return Doubt(TRUNCATED, f"the archive's record is cut: {said[:_SHOWN]}")
    length = promised_length(headers)
    if length > len(body):
        return Doubt(TRUNCATED, f"the body has {len(body):,} of {length:,} bytes (Content-Length), and no end")
    begun = _begun(body, tail) if _is_html(headers, body) else None
    if begun:
        shown = " ".join(begun[:_SHOWN].decode("utf-8", "replace").split())
        return Doubt(TRUNCATED, f"the page ends within a tag, script, style sheet or comment: {shown}")
    return None


def _begun(body: bytes, tail: bytes) -> bytes | None:
    """Return the beginning of what a page ends within, if it ends within anything that is not text."""
    if cut := _IN_TAG.search(tail):
        return cut[0]
    page = body.replace(b"\0", b"").lower()
    starts = (page.rfind(begin) for begin, end in _UNREAD.items() if page.rfind(begin) > page.rfind(end))
    start = min(starts, default=None)
    return None if start is None else page[start : start + _SHOWN]


def promised_length(headers: Mapping[str, str]) -> int:
    """Return the length of the body that the captured server announced, 0 where it did not."""
    length = headers.get("content-length", "").strip()
    return int(length) if length.isascii() and length.isdecimal() and len(length) <= 18 else 0


_RANGE = re.compile(r"bytes\s+0-(\d{1,15})/(\d{1,15})", re.IGNORECASE)


def is_partial(status: int, headers: Mapping[str, str]) -> bool:
    """Tell whether a response is a part of what is at its address, by its status and its ``Content-Range``."""
    whole = _RANGE.fullmatch(headers.get("content-range", "").strip())
    return status == 206 and not (whole and int(whole[1]) + 1 == int(whole[2]))


def _is_whole(body: bytes, tail: bytes) -> bool:
    if body[:1024].lstrip().startswith(b"%PDF-"):
        return b"%%EOF" in tail
    return bool(_CLOSED.search(tail))


def _is_html(headers: Mapping[str, str], body: bytes) -> bool:
    content_type = headers.get("content-type", "").lower()
    return "html" in content_type or (not content_type and b"<" in body[:1024])
