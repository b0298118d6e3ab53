"""What changed between two documents of a policy, in words: measured once and stored.

    differences   of two documents that followed each other, and of the two around one that is unlike both, or around
                  some that are much shorter than both

A difference is of two texts and of what counts in a policy's texts, so it is measured again only where that is new. A
crawl adds what is missing when a policy is finished; `measure` may be called at any time.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from sqlite_utils import Database

from crawler.errors import FOREIGN
from crawler.text.comparison.compare import compare
from crawler.text.comparison.excerpt import LEFT_OUT, Excerpt, excerpt
from crawler.text.comparison.places import Place, places
from crawler.text.comparison.words import Piece
from crawler.text.identity.policy import PolicyIdentity
from pipelines.corpus import noise
from pipelines.corpus.documents import body_of

UNLIKE_BEFORE = "c.words_after - c.words_added < 0.3 * c.words_after"
UNLIKE_NEXT = "n.words_before - n.words_removed < 0.3 * n.words_before"
"""SQL: whether a text shares less than 30 % of its words with the one before it (difference `c`), with the one after it
(`n`). Policies are rewritten so thoroughly too, but not back again: see `ALIKE`.
"""
ALIKE = "a.words_added + a.words_removed < 0.3 * (a.words_before + a.words_after)"
"""SQL: whether two texts (difference `a`) share more than 70 % of their words."""
_MUCH_SHORTER = 0.3
"""A text with less than this share of the words of both its neighbours is no rewriting of them, if these are alike: the
same bound as for texts that share words. A shell of a page shares all of its few words with both, and is not unlike.
"""
_IN_A_ROW = 5
"""So many texts that follow each other may be much shorter than those around them: shells differ too."""


class Difference(NamedTuple):
    """What changed between two documents: their sizes in words, the words added, removed and moved, and the places that
    tell most of it.
    """

    before: int
    after: int
    added: int
    removed: int
    moved: int
    excerpt: Excerpt

    @property
    def share(self) -> float:
        """How much changed, from 0 to 1."""
        return (self.added + self.removed) / max(self.before + self.after, 1)

    @property
    def level(self) -> int:
        """The share in five steps, as colours tell it."""
        return sum(self.share >= limit for limit in (0.01, 0.05, 0.2, 0.5))


class ShortText(NamedTuple):
    """A revision, by its id, that is much shorter than those around it, which are alike; their sizes in words."""

    revision: int
    words: int
    before: int
    after: int


def create_differences(db: Database) -> None:
    """Create the table."""
    db.table("differences").create(
        {
            "before": str,
            "after": str,
            "words_before": int,
            "words_after": int,
            "words_added": int,
            "words_removed": int,
            "words_moved": int,
            "sentences": str,  # JSON: of each changed sentence that tells most, runs of [=, - or +, text]
        },
        pk=("before", "after"),
        foreign_keys=[("before", "documents", "hash"), ("after", "documents", "hash")],
    )


def add_places(db: Database) -> None:
    """Add the columns that say how many places there are, and of which kinds; null until they are measured again."""
    table = db.table("differences")
    table.add_column("changed_sentences", int)  # how many sentences came, went or changed
    table.add_column("kind", str)  # of the most telling: words, links, renumbered, dates, casing, punctuation, moved
    # JSON: how many there are of each kind; which sections are renumbered; of each of `sentences` its kind, its size in
    # words, the headings above it, and what it said where that was written otherwise
    table.add_column("told", str)


def identity_of(conn: sqlite3.Connection, policy: int) -> PolicyIdentity:
    """Return what counts in the texts of a policy, by its id."""
    return PolicyIdentity(noise.places(conn, policy))


def stored(conn: sqlite3.Connection, before: str, after: str) -> Difference | None:
    """Return what changed between two documents, by their hashes, if that is measured, and by us."""
    row = conn.execute(
        "SELECT words_before, words_after, words_added, words_removed, words_moved, sentences, told"
        " FROM differences WHERE before = ? AND after = ? AND told IS NOT NULL",
        [before, after],
    ).fetchone()
    if row is None:
        return None
    try:
        return Difference(*(*row[:5], _excerpt(json.loads(row[5]), json.loads(row[6]))))
    except FOREIGN:
        return None  # another program wrote it: it is measured anew


def all_places(conn: sqlite3.Connection, before: str, after: str, identity: PolicyIdentity) -> Sequence[Place]:
    """Return all places in which two documents of a policy differ, each whole, the most telling first."""
    known = difference(conn, before, after, identity).excerpt
    is_cut = any(text == LEFT_OUT for place in known.places for _, text in [*place.pieces, *place.earlier])
    if known.total == len(known.places) and not is_cut:
        return known.places
    return places(compare(body_of(conn, before), body_of(conn, after), identity)).places


def difference(conn: sqlite3.Connection, before: str, after: str, identity: PolicyIdentity) -> Difference:
    """Return what changed between two documents of a policy, by their hashes: as it is stored, else measured now."""
    return stored(conn, before, after) or _measured(conn, before, after, identity)


def _measured(conn: sqlite3.Connection, before: str, after: str, identity: PolicyIdentity) -> Difference:
    result = compare(body_of(conn, before), body_of(conn, after), identity)
    return Difference(result.before, result.after, result.added, result.removed, result.moved, excerpt(result))


def _excerpt(sentences: Sequence[Sequence[Sequence[str]]], told: Mapping[str, Any]) -> Excerpt:
    found = [
        Place(one["kind"], one["words"], tuple(one["heading"]), _pieces(sentence), _pieces(one["earlier"]))
        for sentence, one in zip(sentences, told["sentences"], strict=True)
    ]
    return Excerpt(found, told["kinds"], told["renumbered"])


def _pieces(stored: Sequence[Sequence[Any]]) -> list[Piece]:
    return [Piece(*piece) for piece in stored]


def measure(db: Database, policy: int) -> int:
    """Store the differences of a policy that are not stored yet; return how many there were.

    Where a text is unlike both its neighbours, these are compared too: if they are alike, it may be of another page. So
    are those around texts that are much shorter than both.
    """
    documents = [document for _, document in _history(db, policy)]
    identity = identity_of(db.conn, policy)
    measured = sum(_store(db, before, after, identity) for before, after in dict.fromkeys(pairwise(documents)))
    triples = {(a, b, c) for a, b, c in zip(documents, documents[1:], documents[2:], strict=False) if a != c}
    around = {(a, c) for a, b, c in sorted(triples) if _is_unlike_both(db, a, b, c)}
    sizes = _words(db, documents)
    runs = _short_runs([sizes[document] for document in documents])
    around |= {(documents[start - 1], documents[end]) for start, end in runs}
    return measured + sum(_store(db, a, c, identity) for a, c in sorted(around) if a != c)


def short_texts(db: Database, policy: int) -> list[ShortText]:
    """Return the texts of a policy that came and went and are much shorter than those around them, which are alike.

    The differences must be measured.
    """
    history = _history(db, policy)
    sizes = _words(db, [document for _, document in history])
    words = [sizes[document] for _, document in history]
    return [
        ShortText(history[at][0], words[at], words[start - 1], words[end])
        for start, end in _short_runs(words)
        if _are_alike(db, history[start - 1][1], history[end][1])
        for at in range(start, end)
    ]


def _history(db: Database, policy: int) -> list[tuple[int, str]]:
    """Return the revisions of a policy in order: id and document."""
    rows = db.execute(
        "SELECT r.id, r.document FROM revisions r JOIN snapshots f ON f.id = r.first_snapshot WHERE r.policy = ?"
        " ORDER BY f.captured, f.timestamp, f.url",
        [policy],
    )
    return [tuple(row) for row in rows]


def _words(db: Database, documents: list[str]) -> dict[str, int]:
    """Return the sizes of documents that follow each other, as their differences have them; 0 if there is but one."""
    sizes = dict.fromkeys(documents, 0)
    for before, after in set(pairwise(documents)):
        known = stored(db.conn, before, after)
        if known is not None:
            sizes |= {before: known.before, after: known.after}
    return sizes


def _short_runs(words: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the stretches (from, to) of a history, by the sizes of its texts, that are much shorter than both sides."""
    start = 1
    while start < len(words):
        limit = _MUCH_SHORTER * words[start - 1]
        end = start
        while end < len(words) and words[end] < limit:
            end += 1
        if start < end < len(words) and end - start <= _IN_A_ROW and max(words[start:end]) < _MUCH_SHORTER * words[end]:
            yield start, end
        start = max(end, start + 1)


def _are_alike(db: Database, before: str, after: str) -> bool:
    if before == after:
        return True
    sql = f"SELECT {ALIKE} FROM differences a WHERE a.before = ? AND a.after = ?"  # noqa: S608 - ours
    row = db.execute(sql, [before, after]).fetchone()
    return bool(row and row[0])


def _is_unlike_both(db: Database, before: str, document: str, after: str) -> bool:
    row = db.execute(
        f"SELECT {UNLIKE_BEFORE} AND {UNLIKE_NEXT} FROM differences c, differences n"  # noqa: S608 - ours
        " WHERE c.before = ? AND c.after = ? AND n.before = ? AND n.after = ?",
        [before, document, document, after],
    ).fetchone()
    return bool(row and row[0])


def _store(db: Database, before: str, after: str, identity: PolicyIdentity) -> bool:
    """Store a difference; return False if it was already stored."""
    if stored(db.conn, before, after) is not None:
        return False
    *sizes, found = _measured(db.conn, before, after, identity)
    told = {
        "kinds": found.kinds,
        "renumbered": found.renumbered,
        "sentences": [
            {"kind": place.kind, "words": place.words, "heading": place.heading, "earlier": place.earlier}
            for place in found.places
        ],
    }
    sentences = [place.pieces for place in found.places]
    texts = [json.dumps(value, ensure_ascii=False) for value in (sentences, told)]
    db.execute(
        "INSERT OR REPLACE INTO differences (before, after, words_before, words_after, words_added, words_removed,"
        " words_moved, sentences, told, changed_sentences, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [before, after, *sizes, *texts, found.total, found.kind],
    )
    return True
