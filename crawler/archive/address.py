"""The addresses of an archive: where to ask it, how to cite it, and which of its addresses a redirect means.

The forms are the Wayback Machine's: ``BASE/cdx/search/cdx?…`` lists, ``BASE/web/TIMESTAMPid_/URL`` plays back, where
``id_`` asks for the archived bytes as they were received (internetarchive/wayback, "Wayback CDX Server API"); without
it, the archive shows the page.
"""

import re
from urllib.parse import quote, unquote, urljoin, urlsplit

from crawler.model import Playback

WAYBACK_MACHINE = "https://web.archive.org"
"""The archive to ask and to cite unless the settings say otherwise. No other module names it."""

_PLAYBACK_PATH = re.compile(r"^/web/(?P<timestamp>\d{1,14})(?:[a-z]{2}_)?/(?P<url>.+)$", re.DOTALL)
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:")
_COLLAPSED_SLASHES = re.compile(r"^(https?):/+(?=[^/])", re.IGNORECASE)


def is_local(archive_url: str) -> bool:
    """Tell whether an ``ARCHIVE_URL`` is a path to archive files instead of an address."""
    return not archive_url.lower().startswith(("http://", "https://"))


def archive_key(archive_url: str) -> str:
    """Return what identifies the archive of an address: its scheme, host and port."""
    parts = urlsplit(archive_url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme.lower())
    return f"{parts.scheme.lower()}://{(parts.hostname or '').lower()}:{port}"


def cdx_endpoint(archive_url: str) -> str:
    """Return the address of the archive's CDX server."""
    return f"{archive_url.rstrip('/')}/cdx/search/cdx"


def playback_address(archive_url: str, playback: Playback) -> str:
    """Return the address of the archived bytes of a capture.

    The URL stands in the path as it was captured. Only ``#`` and what a request line cannot hold (white space, control
    and non-ASCII characters) are percent-encoded: encoding more would make it the address of another URL.
    """
    return f"{archive_url.rstrip('/')}/web/{playback.timestamp}id_/{_in_path(playback.url)}"


def citation(public_url: str, playback: Playback) -> str:
    """Return the address under which documents and the corpus cite a capture, in the form of the published corpus.

    Princeton-Leuven's documents quote the whole URL (``https%3A//x.com/p%3Fa%3Db``); the archive reads both forms.
    """
    return f"{public_url.rstrip('/')}/web/{playback.timestamp}id_/{quote(playback.url)}"


def replay_address(public_url: str, playback: Playback) -> str:
    """Return the address at which the archive shows a capture to readers: as a page, with its links led to captures."""
    return f"{public_url.rstrip('/')}/web/{playback.timestamp}/{_in_path(playback.url)}"


def follow(archive_url: str, current: Playback, location: str) -> Playback | None:
    """Return the capture that a ``Location`` header leads to; None if no archive can hold its target.

    ``location`` may be an address of this archive (absolute, or a path), of the Wayback Machine, or (some archives
    leave it as it was) the live address that the archived server named: relative, without scheme or absolute. A live
    address means "that URL, at the same time".
    """
    location = location.strip()
    base = urlsplit(archive_url)
    try:
        absolute = urljoin(archive_url.rstrip("/") + "/", location) if location.startswith("/web/") else location
        if not _SCHEME.match(absolute):
            absolute = urljoin(current.url, absolute)
        parts = urlsplit(absolute)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    inside = {(base.hostname or "").lower(), urlsplit(WAYBACK_MACHINE).hostname, "www.web.archive.org"}
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    base_path = base.path.rstrip("/")
    if host in inside and path.startswith(f"{base_path}/web/"):
        match = _PLAYBACK_PATH.match(path.removeprefix(base_path))
        if match is None:
            return None
        return _checked(match["timestamp"], _unquoted(match["url"]), current)
    return _checked(current.timestamp, absolute, current)


def _in_path(url: str) -> str:
    return quote(url, safe="!\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def _unquoted(url: str) -> str:
    """Return the URL in a playback path, where it may be percent-encoded as a whole or have lost a slash."""
    if re.match(r"^https?%3A", url, re.IGNORECASE):
        url = unquote(url)
    url = _COLLAPSED_SLASHES.sub(r"\1://", url)
    return url if _SCHEME.match(url) else f"http://{url}"


def _checked(timestamp: str, url: str, current: Playback) -> Playback | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        return None
    # A timestamp may be shortened; we pad it with the digits of the requested one.
    return Playback(timestamp + current.timestamp[len(timestamp) :], url.split("#", 1)[0])
