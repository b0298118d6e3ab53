"""What a corpus knows of a snapshot as a row, and which of two rows of one capture is kept: a total order, so that the
result depends neither on the order nor on the number of merges.
"""

import re
from datetime import datetime
from typing import NamedTuple

from crawler.model import LEGIBLE, Key
from pipelines.imported_text import ORIGIN

_READING = re.compile(r"policytrail/(\d+)")
_TIMESTAMP = re.compile(r"[0-9]{14}")
_STATES = frozenset({"listed", "fetched", "repeat", "inferred", "rejected", "failed"})
_TEXT, _NUMBER = (str, type(None)), (int, type(None))


class Row(NamedTuple):
    """A snapshot: what the archive lists, and from ``state`` on what is known of it."""

    url: str
    timestamp: str
    captured: str
    mimetype: str | None
    status: int | None
    digest: str | None
    length: int | None
    state: str
    reason: str | None
    detail: str | None
    document: str | None
    read_at: str | None
    origin: str | None
    requested_for: str | None
    words_left_out: int | None

    @property
    def key(self) -> Key:
        """What identifies the snapshot."""
        return self.url, self.timestamp

    @property
    def place(self) -> tuple[str, str, str]:
        """Its place in the policy's history."""
        return self.captured, self.timestamp, self.url

    @property
    def listing(self) -> tuple[str | int | None, ...]:
        """What the archive lists of it."""
        return self[3:7]

    @property
    def known(self) -> tuple[str | int | None, ...]:
        """What is known of it."""
        return self[7:]

    @property
    def outcome(self) -> tuple[str | int | None, ...]:
        """The same without why it was requested, and how much of the page its text leaves out."""
        return self[7:13]

    @property
    def is_by_bytes(self) -> bool:
        """Whether it was rejected without asking, since captures of the same bytes were."""
        return self.state == "rejected" and self.detail is None and self.requested_for is None

    @property
    def is_concluded(self) -> bool:
        """Whether what is known of it follows from other snapshots."""
        if self.origin is not None:
            return False
        return (
            self.state in {"repeat", "inferred"} or self.is_by_bytes or (self.state == "listed" and bool(self.reason))
        )

    @property
    def is_answer(self) -> bool:
        """Whether what is known of it was found out by asking, or imported."""
        return self.state != "listed" and not self.is_concluded


_TYPES: tuple[type | tuple[type, ...], ...] = (
    str,
    str,
    str,
    _TEXT,
    _NUMBER,
    _TEXT,
    _NUMBER,
    str,
    *[_TEXT] * 6,
    _NUMBER,
)
_fitting: set[tuple[type, ...]] = set()  # types of rows as they occur
COLUMNS = ", ".join(Row._fields)
KNOWN = Row._fields[7:]


def refusal(row: Row) -> str | None:
    """Return why no corpus of ours has such a row; None if one may."""
    types = (*map(type, row),)
    if types not in _fitting:
        if not all(issubclass(one, allowed) for one, allowed in zip(types, _TYPES, strict=True)):
            return "a snapshot with values of other types"
        _fitting.add(types)
    if not _TIMESTAMP.fullmatch(row.timestamp):
        return "a snapshot without an address"
    if row.state not in _STATES:
        return "a snapshot in no known state"
    if row.origin is not None and not ORIGIN.fullmatch(row.origin):
        return "a snapshot of no known origin"
    if _without_time(row.captured):
        return "a snapshot without a time"
    return "a snapshot without its text" if row.document is None and row.state in LEGIBLE else None


def _without_time(captured: str) -> bool:
    try:
        moment = datetime.fromisoformat(captured)
    except ValueError:
        return True
    return moment.tzinfo is None or moment.isoformat() != captured


def strength(row: Row, extractor: str | None) -> tuple[tuple[int, str], ...]:
    """Return what to compare two rows of one capture by; the greater one says what is known of it.

    What a crawl fetched counts most, then that the capture holds no text, then an imported text, then an answer that
    failed, then what was concluded; of equal answers that of the newer extractor.
    """
    values = (extractor, row.document, row.reason, row.detail, row.read_at, row.origin, row.requested_for, row.state)
    counts = (_rank(row), reading(extractor), -1 if row.words_left_out is None else row.words_left_out)
    return (*((count, "") for count in counts), *((value is not None, value or "") for value in values))


def _rank(row: Row) -> int:
    if row.origin is not None:
        return 3 if row.document is not None else 0
    if row.is_concluded:
        return 0 if row.state == "listed" else 1
    return {"fetched": 5, "rejected": 4, "failed": 2}.get(row.state, 0)


def reading(extractor: str | None) -> int:
    """Return the number of the extractor's reading; -1 for a text that somebody else read."""
    found = _READING.match(extractor or "")
    return int(found[1]) if found else -1


def joined_listing(one: Row, other: Row) -> tuple[str | int | None, ...]:
    """Return what the archive lists of a capture, where two rows may say it."""
    return max(one.listing, other.listing, key=lambda said: [(value is not None, str(value)) for value in said])
