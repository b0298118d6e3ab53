"""What of a policy's texts did not count: what was disregarded in a document, and the places where that was learned."""

import json
import re
import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import Any

from crawler.archive.address import citation
from crawler.model import Playback
from crawler.text.identity.content import ORDER
from crawler.text.identity.rules import BLANK
from output.formats.records import ARCHIVE, CITED

_TEXTS = 5
"""Texts of a kind on a page; the others are in the corpus's table."""
_ORDERS = 100
"""Orders of lists that are looked at to find those of one list."""
_CHARACTERS = 160
"""Of a text on a page: enough to tell it from others."""
_AROUND = " […] "
"""Stands on a page where something does not count."""
_CUT = 500
"""From so many characters on, the corpus may have the beginning of a text only."""
_SIGNS = re.compile("[\u2402\u2403\u241f]")
"""What identity adds to words: signs for the beginning and the end of a text, and after a name in a list."""
_LABELS = {"takes turns": "Texts that take turns"}
_SEEN = (
    "SELECT d.text, s.captured, s.url, s.timestamp, s.origin FROM disregarded d JOIN snapshots s ON s.id = d.snapshot"
    " WHERE d.document = ? AND d.what = ? ORDER BY s.captured, d.text LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a document said where it does not count, and the first capture that says so."""

    text: str
    captured: str
    source: str | None
    """The capture's address in the archive; None where it is not the archive's."""


@dataclass(frozen=True, slots=True)
class KindDisregarded:
    """What was disregarded in a document, of one kind: the earliest texts, and how many ``more`` there are."""

    what: str
    texts: list[Seen]
    more: int

    @property
    def label(self) -> str:
        """The kind, to stand above its texts."""
        return _LABELS.get(self.what, self.what.capitalize())


@dataclass(frozen=True, slots=True)
class LearnedSpot:
    """A place in a policy's text that was learned not to count, in words; the fields are those of `noise`."""

    around: str
    known: list[str]
    """The texts that take turns there, some of them; none where it changes at every capture."""
    more: int
    """How many more texts take turns."""
    changes: int
    pairs: int
    first: str
    last: str


def disregarded_in(conn: sqlite3.Connection, document: str, public_url: str) -> list[KindDisregarded]:
    """What was disregarded in a document, by kind. Of lists, only those that are known in several orders."""
    kinds = conn.execute("SELECT what, count(*) FROM disregarded WHERE document = ? GROUP BY what", [document])
    found = []
    for what, count in kinds.fetchall():
        rows = conn.execute(_SEEN, [document, what, _ORDERS if what == ORDER else _TEXTS]).fetchall()
        unread = count - len(rows)
        if what == ORDER:
            rows = _in_several_orders(rows)
        if rows:
            texts = [
                Seen(
                    _shown(text),
                    captured,
                    citation(public_url, Playback(timestamp, url)) if (origin or ARCHIVE) in CITED else None,
                )
                for text, captured, url, timestamp, origin in rows[:_TEXTS]
            ]
            found.append(KindDisregarded(what, texts, len(rows) - len(texts) + unread))
    return found


def places_of(conn: sqlite3.Connection, policy: int) -> list[LearnedSpot]:
    """The places in a policy's text that were learned not to count, in the order in which they were."""
    rows = conn.execute(
        "SELECT before, after, kind, known, changes, pairs, first, last FROM noise WHERE policy = ? ORDER BY rowid",
        [policy],
    )
    return [_place(*row) for row in rows.fetchall()]


def _place(before: str, after: str, kind: str, known: str, *seen: Any) -> LearnedSpot:
    around = (_shown(before, last=True) + _AROUND + _shown(after)).strip()
    texts = json.loads(known) if kind == "takes turns" else []
    return LearnedSpot(around, [_shown(text) for text in texts[:_TEXTS]], max(len(texts) - _TEXTS, 0), *seen)


def _in_several_orders(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Those of which another one has the same words; lists that are kept in part are all taken for one."""
    lists = [tuple(sorted(re.findall(r"\w+", row[0]))) if len(row[0]) < _CUT else () for row in rows]
    times = Counter(lists)
    return [row for row, words in zip(rows, lists, strict=True) if times[words] > 1]


def _shown(text: str, *, last: bool = False) -> str:
    """A text as a page shows it: without the signs of the corpus, and its first (or ``last``) characters only."""
    plain = _SIGNS.sub("", text).replace(BLANK, _AROUND.strip()).strip()
    if len(plain) <= _CHARACTERS:
        return plain
    return f"…{plain[-_CHARACTERS:]}" if last else f"{plain[:_CHARACTERS]}…"
