"""All pages of one URL's listing, and where it has to end: an archive's answers may lead on for ever, or to nothing."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from crawler import timestamps
from crawler.archive import cdx
from crawler.model import Snapshot

MOST_ROWS = 300_000
"""Rows of one URL's listing, repeated ones included, after which it has no end: the longest of a policy that is
known has 200,000, and each takes 0.6 KB of memory (measured 2026-11).
"""

_SPARE_PAGES = 10  # that bring nothing new: the server ends a page where it has scanned enough, found or not
_NEW_PER_PAGE = 1000  # snapshots that the pages bring on average, or they lead nowhere
LONGEST_KEY = 1 << 15
"""Characters of the key of a next page: it is the URL and a timestamp."""


@dataclass(slots=True)
class Listing:
    """All pages of one URL's listing: every snapshot once, by URL and timestamp, and an account of every row received.

    ``since`` is the first timestamp requested (1 to 14 digits, inclusive), ``latest`` the latest moment at which
    something can have been captured.
    """

    url: str
    since: str | None = None
    latest: datetime = timestamps.LATEST
    snapshots: dict[tuple[str, str], Snapshot] = field(default_factory=dict)
    received: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    resume_key: str | None = None
    _keys: set[str] = field(default_factory=set)

    @property
    def why_nothing(self) -> str | None:
        """Why none of the rows that came is a snapshot; None if one is, or if none came."""
        if self.snapshots or not self.received:
            return None
        reasons = ", ".join(f"{why}: {count:,}" for why, count in self.refused.most_common())
        return f"no row of it is a snapshot ({reasons})"

    def add(self, page: cdx.ListingPage) -> None:
        """Add a page. Raises `cdx.ListingError`, when its rows are added, if the listing leads to no end."""
        self._add_rows(page)
        self.resume_key = page.resume_key
        if page.resume_key is None:
            return
        if len(page.resume_key) > LONGEST_KEY:
            raise cdx.ListingError(f"the key of its next page is no key: it has {len(page.resume_key):,} characters")
        if page.resume_key in self._keys:
            raise cdx.ListingError(f"the key of its next page leads back to an earlier one: {page.resume_key[:100]}")
        self._keys.add(page.resume_key)
        if len(self._keys) > _SPARE_PAGES + len(self.snapshots) // _NEW_PER_PAGE:
            raise cdx.ListingError(
                f"it does not end: its {len(self._keys):,} pages hold no more than {len(self.snapshots):,} snapshots"
            )
        if self.received >= MOST_ROWS:
            raise cdx.ListingError(f"it does not end: it has {MOST_ROWS:,} rows and more; ask for a period of it")

    def _add_rows(self, page: cdx.ListingPage) -> None:
        self.received += page.received
        self.refused += page.refused
        for snapshot in page.snapshots:
            if reason := timestamps.implausible(snapshot.captured, self.latest):
                self.refused[reason] += 1
                continue
            key = (snapshot.url, snapshot.timestamp)
            known = self.snapshots.get(key)
            if known is None or _rank(snapshot) > _rank(known):
                self.snapshots[key] = snapshot
            if known is not None:
                self.refused["repeated row"] += 1


def _rank(snapshot: Snapshot) -> int:
    """Return how much a row tells, to choose between two with one address: a page 2, a revisit 1, anything else 0."""
    return 2 if snapshot.status == 200 else 1 if snapshot.status is None else 0
