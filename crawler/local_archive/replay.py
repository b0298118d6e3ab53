"""The playback of a local archive: the answer to `/web/TIMESTAMP[FLAG]/URL`, from its captures.

The protocol is the Wayback Machine's, as its clients know it
(https://github.com/edgi-govdata-archiving/wayback, src/wayback/_client.py): a capture has a Memento-Datetime (RFC
7089) and the archived status, the archive's own answers have none. Whatever the flag, the answer is the raw bytes, as
for `id_`. A header of its own, `x-archive-truncated`, passes on that a record is cut (`WARC-Truncated`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape
from urllib.parse import quote, unquote_to_bytes, urljoin

from crawler.archive import truncation
from crawler.archive.urlkey import urlkey
from crawler.local_archive.captures import ArchivedRecord
from crawler.local_archive.index import CaptureIndex
from crawler.local_archive.payload import ArchivedResponse, UnreadableRecordError, read_response
from crawler.timestamps import nearest_moment

_TARGET = re.compile(r"/web/(\d+)([a-z]{2}_)?/(.+)", re.DOTALL | re.ASCII)
_ENCODED_SCHEME = re.compile(r"https?%3a", re.IGNORECASE)
# "//" within a path becomes "/" on its way through many clients and proxies.
_ONE_SLASH = re.compile(r"^(https?:)/+", re.IGNORECASE)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
_URL_SAFE = "!#$%&'()*+,-./:;=?@[]_~"

# RFC 9110, 7.6.1, and RFC 2616, 13.5.1: headers about the connection to the crawler that made the capture.
_HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "trailers",
        "transfer-encoding",
        "upgrade",
    )
)
# aiohttp's client takes 128 headers of 8190 bytes each, Twisted's lines of 16384 (aiohttp 3.14, Twisted 26.10).
_MAX_HEADERS = 100
_MAX_VALUE = 8000
_BODILESS = (204, 205, 304)

# Opened in a browser, an archived page must neither run nor fetch anything.
SECURITY_HEADERS = (
    ("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)


@dataclass(frozen=True, slots=True)
class Played:
    """An HTTP answer; the headers are safe to send."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


def play(index: CaptureIndex, target: str) -> Played:
    """Return the answer to a request's target (path and query as received, not decoded)."""
    match = _TARGET.fullmatch(target)
    if match is None:
        return _missing("Expected /web/TIMESTAMPid_/URL.")
    timestamp, flag, url = match[1][:14], match[2] or "", _archived_url(match[3])
    key = urlkey(url)
    exact = index.at(key, timestamp)
    if exact:
        # At one second, an http URL may have redirected to its https one, with the same key.
        capture = max(exact, key=lambda one: (one.url == url, one.status == "200"))
        if capture.url == url or not capture.is_redirect:
            return _capture(index, capture, flag)
    # Another spelling redirected to this one at this second: it is the nearest capture, and leads back to itself. The
    # Wayback Machine looks further for a page (internetarchive/wayback, AccessPoint.java: self redirects are skipped).
    nearest = index.nearest(key, timestamp, pages_only=bool(exact))
    if nearest is None:
        return _missing(f"There is no capture of {url}.")
    location = f"/web/{nearest.timestamp}{flag}/{_ascii(nearest.url)}"
    reason = f"found capture at {nearest.timestamp}"
    return Played(302, (("Location", location), ("X-Archive-Redirect-Reason", reason)), b"")


def _archived_url(text: str) -> str:
    if _ENCODED_SCHEME.match(text):
        text = unquote_to_bytes(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
    return _ONE_SLASH.sub(r"\1//", text)


def _capture(index: CaptureIndex, capture: ArchivedRecord, flag: str) -> Played:
    original = index.original(capture)
    if original is None:
        return _missing(f"The capture repeats an earlier one of {capture.url}, which is not in this archive.")
    try:
        response = read_response(original)
        if original is not capture:
            response = _as_revisited(response, read_response(capture))
    except UnreadableRecordError as error:
        return _missing(str(error))
    status = 200 if response.status is None else response.status
    if not 200 <= status <= 999:  # 1xx: no client takes it for the whole answer
        return _missing(f"An answer with status {status} cannot be played back.")
    headers = [
        ("Memento-Datetime", format_datetime(nearest_moment(capture.timestamp), usegmt=True)),
        ("X-Archive-Src", _ascii(original.file.name)),
        *_rewritten(response, capture, flag),
    ]
    if response.truncated and len(response.truncated) <= _MAX_VALUE:
        headers.append((truncation.HEADER, _CONTROL.sub(" ", response.truncated).strip()))
    link = f'<{_ascii(capture.url)}>; rel="original"'
    if len(link) <= _MAX_VALUE:
        headers.append(("Link", link))
    headers += _archived(response, _MAX_HEADERS - len(headers))
    return Played(status, headers, b"" if status in _BODILESS else response.payload)


def _as_revisited(original: ArchivedResponse, revisit: ArchivedResponse) -> ArchivedResponse:
    """Return the original's payload with the headers of the revisit (WARC 1.1, 6.7.2), unless that was a mere 304."""
    if revisit.status is None or revisit.status == 304:
        return original
    return ArchivedResponse(revisit.status, revisit.headers, original.payload, original.truncated)


def _rewritten(response: ArchivedResponse, capture: ArchivedRecord, flag: str) -> list[tuple[str, str]]:
    """Return the archived headers that a client has to act on, Location made an address of the archive."""
    headers: dict[str, str] = {}
    for name, value in response.headers:
        if name.lower() in ("content-type", "content-encoding", "location") and len(value) <= _MAX_VALUE:
            headers.setdefault(name.lower(), _CONTROL.sub(" ", value).strip())
    location = headers.pop("location", None)
    sent = [(name.title(), value) for name, value in headers.items() if value]
    if location:
        try:
            target = urljoin(capture.url, location)
        except ValueError:  # "http://[": the archive cannot have it, and the live web must not be asked for it
            return sent
        if target.lower().startswith(("http://", "https://")):
            sent.append(("Location", f"/web/{capture.timestamp}{flag}/{_ascii(target)}"))
    return sent


def _archived(response: ArchivedResponse, most: int) -> list[tuple[str, str]]:
    kept = []
    for name, value in response.headers:
        if _TOKEN.fullmatch(name) and name.lower() not in _HOP_BY_HOP and len(value) <= _MAX_VALUE:
            kept.append((f"x-archive-orig-{name.lower()}", _CONTROL.sub(" ", value).strip()))
    return kept[:most]


def _missing(reason: str) -> Played:
    page = (
        "<!DOCTYPE html>\n<html><head><title>Not archived</title></head>"
        f"<body><h1>The local archive has not archived that URL</h1><p>{escape(reason)}</p></body></html>\n"
    )
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return Played(404, headers, page.encode("utf-8", "backslashreplace"))


def _ascii(url: str) -> str:
    """Return a URL for a header: percent-encode < > " and what is not printable ASCII."""
    return quote(url.encode("utf-8", "surrogateescape"), safe=_URL_SAFE + "\\^`{|}")
