"""What did not count in a policy's texts: what was disregarded in a document, and the spots that were learned."""

import json
import re
import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import Any

from crawler.text.identity.content import ORDER
from crawler.text.identity.edges import BANNER
from crawler.text.identity.rules import BLANK
from pipelines.corpus.citation import CaptureAddresses, addresses

_TEXTS = 5
"""Texts of a kind on a page; the corpus's table has the others."""
_ORDERS = 100
"""Orders of lists that are read to find those of one list."""
_CHARACTERS = 160
"""Characters of a text on a page: enough to tell it from others."""
_AROUND = " […] "
"""Marks on a page where something does not count."""
_CUT = 500
"""The corpus may have cut a text of so many characters."""
_SIGNS = re.compile("[\u2402\u2403\u241f]")
"""The signs that identity adds to words: the beginning and the end of a text, and the end of a name in a list."""
_LABELS = {"takes turns": "Texts that take turns"}
_SEEN = (
    "SELECT d.text, s.captured, s.url, s.timestamp, s.origin FROM disregarded d JOIN snapshots s ON s.id = d.snapshot"
    " WHERE d.document = ? AND d.what = ? ORDER BY s.captured, d.text LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class DisregardedText:
    """What a document says at a spot that does not count, and when that was first captured."""

    text: str
    captured: str
    at: CaptureAddresses | None
    """Where the archive has the capture; None if it was imported."""


@dataclass(frozen=True, slots=True)
class DisregardedKind:
    """What was disregarded in a document, of one kind: the earliest texts, and how many more there are."""

    what: str
    texts: list[DisregardedText]
    more: int

    @property
    def label(self) -> str:
        """The heading of the kind."""
        return _LABELS.get(self.what, self.what.capitalize())


@dataclass(frozen=True, slots=True)
class SpotRow:
    """A volatile spot of a policy's text, in words; the fields are those of `noise`."""

    around: str
    known: list[str]
    """Some of the texts that take turns there, or come and go; none if it changes at every capture."""
    more: int
    """How many more texts do."""
    do: str
    """What these texts do."""
    changes: int
    pairs: int
    first: str
    last: str


def disregarded_in(conn: sqlite3.Connection, document: str, public_url: str) -> list[DisregardedKind]:
    """Return what was disregarded in a document, by kind. Of lists, only those that are known in several orders."""
    kinds = conn.execute("SELECT what, count(*) FROM disregarded WHERE document = ? GROUP BY what", [document])
    found = []
    for what, count in kinds.fetchall():
        rows = conn.execute(_SEEN, [document, what, _ORDERS if what == ORDER else _TEXTS]).fetchall()
        unread = count - len(rows)
        if what == ORDER:
            rows = _in_several_orders(rows)
        if rows:
            texts = [
                DisregardedText(_shown(text), captured, addresses(public_url, url, timestamp, origin))
                for text, captured, url, timestamp, origin in rows[:_TEXTS]
            ]
            found.append(DisregardedKind(what, texts, len(rows) - len(texts) + unread))
    return found


def spots_of(conn: sqlite3.Connection, policy: int) -> list[SpotRow]:
    """Return the volatile spots of a policy's text, in the order in which they were learned."""
    rows = conn.execute(
        "SELECT before, after, kind, known, changes, pairs, first, last FROM noise WHERE policy = ? ORDER BY rowid",
        [policy],
    )
    return [_spot(*row) for row in rows.fetchall()]


def _spot(before: str, after: str, kind: str, known: str, *seen: Any) -> SpotRow:
    around = (_shown(before, last=True) + _AROUND + _shown(after)).strip()
    texts = json.loads(known) if kind in {"takes turns", BANNER} else []
    do = "come and go" if kind == BANNER else "take turns"
    return SpotRow(around, [_shown(text) for text in texts[:_TEXTS]], max(len(texts) - _TEXTS, 0), do, *seen)


def _in_several_orders(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the rows that share their words with another one; cut lists all count as one."""
    lists = [tuple(sorted(re.findall(r"\w+", row[0]))) if len(row[0]) < _CUT else () for row in rows]
    times = Counter(lists)
    return [row for row, words in zip(rows, lists, strict=True) if times[words] > 1]


def _shown(text: str, *, last: bool = False) -> str:
    """Return a text as a page shows it: without the corpus's signs, cut to its first (or ``last``) characters."""
    plain = _SIGNS.sub("", text).replace(BLANK, _AROUND.strip()).strip()
    if len(plain) <= _CHARACTERS:
        return plain
    return f"…{plain[-_CHARACTERS:]}" if last else f"{plain[:_CHARACTERS]}…"
