"""CDX listings: the query for one URL's snapshots, and the snapshots in each page of the answer.

waybackpy builds and checks the queries and models the rows; Scrapy carries them. waybackpy's faults (3.0.6: a bad
timestamp or an extra column ends its whole listing, an error page reads as an empty one) do no harm here: every row is
read on its own, and only what has the form of a listing is one.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from sys import intern
from typing import Any
from urllib.parse import unquote, urlsplit

from waybackpy import WaybackMachineCDXServerAPI
from waybackpy.cdx_snapshot import CDXSnapshot
from waybackpy.cdx_utils import full_url

from crawler import timestamps
from crawler.archive import address
from crawler.archive.bodies import MAX_BODY
from crawler.model import Snapshot

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
"""The columns that a query asks for. Without ``urlkey`` the server's resumption keys are broken
(internetarchive/wayback#121).
"""

PAGE_ROWS = 75_000
"""Rows per page: half of what the server scans for one query. Each page waits for its turn (2.5 s at the usual rate):
a few large pages make a listing of 200,000 rows quick.
"""

_ROW_BYTES = 100  # of a row in JSON, without the URL, which it holds twice (measured: 96; 2026-11)

_EXCLUSION = re.compile(rb"(Administrative|Robot)AccessControlException|Blocked Site Error")
_BETWEEN_ROWS = b",\n["
"""What the server writes between two rows. Within a row or a value of JSON there is no new line."""
_BYTES_AT_ONCE = 1 << 20
_OTHER_COLUMNS = "row without the listing's columns"
_TEXT_ROW = re.compile(r"^\S+ \d{4,14} \S")


class ListingError(Exception):
    """The archive's answer is not a listing; the message says what it is instead. A retry may help."""


class UrlExcluded(Exception):  # noqa: N818
    """The archive does not list this URL because its owner asked for that."""


@dataclass(frozen=True, slots=True)
class ListingPage:
    """One page of a listing: its snapshots, the number of its rows, the number of refused rows by reason, and the key
    of the next page, if any.
    """

    snapshots: tuple[Snapshot, ...]
    received: int
    refused: Counter[str]
    resume_key: str | None


def query_address(
    archive_url: str, url: str, *, since: str | None = None, until: str | None = None, resume_key: str | None = None
) -> str:
    """Return the address of one page of the listing of exactly this URL.

    ``since`` and ``until`` are timestamps of 1 to 14 digits, both inclusive. There is no filter: the server scans a
    limited number of rows and can end a filtered listing early without saying so (edgi wayback #209). Raises
    waybackpy's ``WaybackError``.
    """
    query = WaybackMachineCDXServerAPI(url, start_timestamp=since, end_timestamp=until, gzip="true")
    payload: dict[str, str] = {}
    query.add_payload(payload)
    payload |= {"output": "json", "fl": ",".join(FIELDS), "limit": str(_page_rows(url)), "showResumeKey": "true"}
    if resume_key is not None:
        # The server decodes the key twice: as a parameter and as a key. "+" is a space in only one of the two, "%20"
        # in both.
        payload["resumeKey"] = resume_key.replace("+", "%20")
    return str(full_url(address.cdx_endpoint(archive_url), payload))


def _page_rows(url: str) -> int:
    """Return the rows per page of this URL's listing: fewer if a page of long URLs would come near `MAX_BODY`."""
    return min(PAGE_ROWS, MAX_BODY // (2 * (_ROW_BYTES + 2 * len(url))))


def is_answer(status: int, body: bytes) -> bool:
    """Tell whether a response looks like an answer of the CDX server, by its first and last bytes."""
    if _EXCLUSION.search(body[:4096]):
        return True
    text = body.strip()
    return status == 200 and (
        text[:1] + text[-1:] == b"[]" or bool(_TEXT_ROW.match(text[:4096].decode("utf-8", "replace")))
    )


def read_page(status: int, body: bytes) -> ListingPage:
    """Return the listing page in a CDX server's answer (its HTTP status and decoded body).

    Raises `UrlExcluded`, and `ListingError` for everything that is not a listing: an error, a page about a rate limit,
    an empty body. Only an empty JSON list means "no snapshots".
    """
    if _EXCLUSION.search(body[:4096]):
        raise UrlExcluded("the archive excludes this URL")
    if status != 200:
        raise ListingError(f"the archive's CDX server answered {status}: {_excerpt(body)}")
    resume_key = None
    header: list[str] | None = None
    snapshots, refused, received = [], Counter[str](), 0
    for table, is_last in _tables(body):
        if is_last and len(table) > 1 and table[-2] == [] and len(table[-1]) == 1:
            resume_key = str(table[-1][0])
            del table[-2:]
        if header is None:
            header = [str(name) for name in table.pop(0)] if table else [*FIELDS]
            if not set(FIELDS) <= set(header):
                sent = f"the archive's CDX server sent the columns {str(header)[:200]}"
                raise ListingError(f"{sent}, expected {list(FIELDS)}")
        received += len(table)
        for row in table:
            is_row = len(row) == len(header)
            read = read_row(dict(zip(header, map(str, row), strict=True))) if is_row else _OTHER_COLUMNS
            if isinstance(read, str):
                refused[read] += 1
            else:
                snapshots.append(read)
    return ListingPage(tuple(snapshots), received, refused, resume_key)


def _tables(body: bytes) -> Iterator[tuple[list[list[Any]], bool]]:
    """Yield the rows of a listing, some at a time, and whether these are the last: read at once they take ten times as
    much memory as the answer. Raises `ListingError` for what is no listing.
    """
    read = 0
    # What tells the key of the next page is in the last two rows, which stay together.
    last = max(body.rfind(_BETWEEN_ROWS, 0, max(body.rfind(_BETWEEN_ROWS), 0)), 0)
    while (end := body.find(_BETWEEN_ROWS, read + _BYTES_AT_ONCE, last)) >= 0:
        try:
            table = json.loads((b"[" if read else b"") + body[read:end] + b"]")
        except (ValueError, RecursionError):
            if read:
                raise ListingError("the archive's CDX server sent JSON that breaks off within a listing") from None
            break
        yield _checked(table, body), False
        read = end + 1
    yield _checked(_table(body[read:], is_rest=read > 0), body), True


def _table(text: bytes, *, is_rest: bool) -> Any:
    try:
        return json.loads(b"[" + text if is_rest else text)
    except RecursionError as error:
        raise ListingError("the archive's CDX server sent JSON that is no listing: lists within lists") from error
    except ValueError:
        if is_rest:
            raise ListingError("the archive's CDX server sent JSON that breaks off within a listing") from None
        return _text_table(text)


def _checked(table: Any, body: bytes) -> list[list[Any]]:
    if not isinstance(table, list) or not all(isinstance(row, list) for row in table):
        raise ListingError(f"the archive's CDX server sent JSON that is no listing: {_excerpt(body)}")
    return table


def read_row(row: dict[str, str]) -> Snapshot | str:
    """Return the snapshot that a row (its columns by name) describes, or the reason why it describes none."""
    if _is_no_page(row["original"]):
        return "not the URL of a page"
    if not _is_unicode("".join(row.values())):
        return "not Unicode text"  # JSON can hold halves of characters, requests and databases cannot
    repaired = timestamps.repaired(row["timestamp"])
    if repaired is None:
        return "impossible timestamp"
    cdx = CDXSnapshot({**row, "timestamp": repaired})
    return Snapshot(
        url=intern(cdx.original),  # a listing repeats it 200,000 times
        timestamp=row["timestamp"],
        captured=cdx.datetime_timestamp.replace(tzinfo=UTC),
        mimetype=intern(cdx.mimetype),
        status=_number(cdx.statuscode),
        digest=cdx.digest,
        length=_number(cdx.length),
    )


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=1 << 14)  # lengths come again: 200,000 that are objects of their own take 6 MB
def _number(text: str) -> int | None:
    """Return a number that a database can hold (SQLite's have 63 bits); None for ``-`` and everything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def _is_no_page(original: str) -> bool:
    """Tell whether no browser could open an ``original``: ``mailto:``, ``data:``, a path, ``http://mailto:…`` (listings
    have all of these).
    """
    try:
        parts = urlsplit(original)
        host = parts.hostname
    except ValueError:
        return True
    other = parts.netloc.lower().startswith(("mailto:", "data:", "javascript:"))
    return parts.scheme.lower() not in {"http", "https"} or not host or other


def _text_table(body: bytes) -> list[list[str]]:
    """Return the table in a listing that came as text, from an archive that does not know ``output=json``."""
    lines = body.decode("utf-8", "replace").splitlines()
    if not lines or not _TEXT_ROW.match(lines[0]):
        what = "an empty answer" if not body.strip() else f"no listing: {_excerpt(body)}"
        raise ListingError(f"the archive's CDX server sent {what}")
    key = [[], [lines[-1]]] if len(lines) > 1 and not lines[-2].strip() else []
    rows = lines[: -len(key)] if key else lines
    return [list(FIELDS), *(row.split(" ") for row in rows), *key]


def _excerpt(body: bytes) -> str:
    text = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", " ", body[:2000].decode("utf-8", "replace"))
    return unquote(" ".join(text.split()))[:120] or "(no text)"
