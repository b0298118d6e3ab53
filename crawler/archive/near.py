"""The addresses near one of which an archive has nothing: how to ask for them, and which of the answer to suggest.

One query for a prefix finds the page under another scheme, with or without ``www.``, a final slash or ``.html``: the
archive's keys do not tell the first three apart, and the prefix is the address without its extension.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from crawler.archive import address, cdx
from crawler.archive.urlkey import urlkey

_ROWS = 200
"""Addresses that are looked at: a prefix may be that of a whole site."""
_SUGGESTED = 3
_EXTENSION = re.compile(r"\.(?:[sx]?html?|php\d?|aspx?|jspx?|cfm|do|txt|pdf)$", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)$", re.IGNORECASE)


class Near(NamedTuple):
    """An address that the archive has, and the day of its first capture with a page (YYYY-MM-DD)."""

    url: str
    since: str


def query_address(archive_url: str, url: str) -> str:
    """Return the address of the listing of all that begins like a URL, one row for each address with a page."""
    query = {
        "url": _stem(url),
        "matchType": "prefix",
        "filter": "statuscode:200",
        "collapse": "urlkey",
        "output": "json",
        "fl": ",".join(cdx.FIELDS),
        "limit": str(_ROWS),
    }
    return f"{address.cdx_endpoint(archive_url)}?{urlencode(query)}"


def is_asked_about(url: str) -> bool:
    """Tell whether to ask about a URL: all of a site is near to its home page."""
    return _stem(url).count("/") > 2


def read(status: int, body: bytes) -> tuple[Near, ...]:
    """Return the addresses in a CDX server's answer, each once; none if it is no listing, since they are but a help."""
    try:
        found = cdx.read_page(status, body).snapshots
    except (cdx.ListingError, cdx.UrlExcluded):
        return ()
    first: dict[str, Near] = {}
    for snapshot in found:
        if snapshot.status in {200, None}:
            first.setdefault(snapshot.url, Near(snapshot.url, f"{snapshot.captured:%Y-%m-%d}"))
    return tuple(first.values())


def has(url: str, found: Iterable[Near]) -> bool:
    """Tell whether a URL itself is among the addresses that were found."""
    return urlkey(url) in {urlkey(near.url) for near in found}


def sentence(url: str, found: Iterable[Near]) -> str:
    """Return what to say of a URL of which the archive has nothing, with the nearest of the addresses that it has."""
    return f"the archive has no capture of {url}{hint(nearest(url, found))}"


def nearest(url: str, found: Iterable[Near]) -> list[Near]:
    """Return the few of the addresses that are nearest to a URL, itself not among them."""
    stem = _stem(url)
    near = sorted(
        (one for one in found if one.url != url and urlkey(one.url).startswith(urlkey(stem))),
        key=lambda one: (urlkey(_stem(one.url)) != urlkey(stem), len(one.url), one.url),
    )
    return near[:_SUGGESTED]


def hint(near: Iterable[Near]) -> str:
    """Return what to say of addresses that the archive has: a sentence of its own; nothing if there is none."""
    suggested = ", ".join(f"{one.url} (since {one.since})" for one in near)
    return f". It has {suggested}: if that was the policy, list it in urls" if suggested else ""


def _stem(url: str) -> str:
    """Return a URL without what differs between near ones: query, final slash, extension, ``/index``."""
    parts = urlsplit(url)
    path = _INDEX.sub("", _EXTENSION.sub("", parts.path.rstrip("/"))).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"
