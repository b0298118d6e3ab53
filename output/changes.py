"""What vendors changed: each revision that followed another, with the words that tell it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from crawler.text.comparison.compare import compare
from crawler.text.comparison.excerpt import excerpt
from pipelines.corpus.citation import source

Sentence = list[tuple[str, str]]
"""Runs of (=, - or +, text)."""

_ROW = (
    "SELECT p.vendor, p.type, f.url, f.timestamp, f.origin, r.first_captured,"
    " (SELECT q.last_captured FROM revisions q WHERE q.policy = r.policy AND q.first_captured < r.first_captured"
    " ORDER BY q.first_captured DESC LIMIT 1),"
    " (SELECT q.document FROM revisions q WHERE q.policy = r.policy AND q.first_captured < r.first_captured"
    " ORDER BY q.first_captured DESC LIMIT 1),"
    " r.document, d.title, d.extractor"
    " FROM revisions r JOIN policies p ON p.id = r.policy JOIN snapshots f ON f.id = r.first_snapshot"
    " JOIN documents d ON d.hash = r.document WHERE r.id = ?"
)
_BETWEEN = (
    "SELECT r.id FROM revisions r JOIN policies p ON p.id = r.policy"
    " WHERE r.first_captured >= ? AND r.first_captured < ? AND ? IN (p.vendor, '')"
    " ORDER BY r.first_captured, p.vendor, p.type, r.id"
)


@dataclass(frozen=True, slots=True)
class Change:
    """A policy's text became another, at some time between two captures (ISO 8601, UTC)."""

    vendor: str
    type: str
    changed_after: str
    first_captured: str
    words_added: int
    words_removed: int
    title: str
    url: str
    source: str | None
    before: str
    document: str
    extractor_changed: bool
    """The two texts were read by different extractors, so that some of it may be the reading."""
    sentences: list[Sentence]


def between(
    db: Database, since: str, until: str | None, public_url: str, vendor: str | None = None
) -> Iterator[Change]:
    """The changes first seen from one date to another (YYYY, YYYY-MM or YYYY-MM-DD, both inclusive), in order."""
    end = f"{until or '9999'}~"  # after everything that begins so
    for (revision,) in db.execute(_BETWEEN, [since, end, vendor or ""]):
        change = change_to(db, revision, public_url)
        if change is not None:
            yield change


def change_to(db: Database, revision: int, public_url: str) -> Change | None:
    """How a revision came about, by its id; None for a policy's first."""
    row: Any = db.execute(_ROW, [revision]).fetchone()
    vendor, type_, url, timestamp, origin, first, after, before, document, title, extractor = row
    if before is None:
        return None
    added, removed, sentences = _measured(db, before, document)
    (other,) = db.execute("SELECT extractor FROM documents WHERE hash = ?", [before]).fetchone()
    cited = source(public_url, url, timestamp, origin)
    return Change(
        vendor, type_, after, first, added, removed, title, url, cited, before, document, other != extractor, sentences
    )


def _measured(db: Database, before: str, after: str) -> tuple[int, int, list[Sentence]]:
    row: Any = db.execute(
        "SELECT words_added, words_removed, sentences FROM differences WHERE before = ? AND after = ?", [before, after]
    ).fetchone()
    if row is not None:
        return row[0], row[1], [[(op, run) for op, run in sentence] for sentence in json.loads(row[2])]
    bodies = [db.execute("SELECT body FROM documents WHERE hash = ?", [key]).fetchone()[0] for key in (before, after)]
    result = compare(*bodies)
    return result.added, result.removed, [[(c.op, c.text) for c in sentence] for sentence in excerpt(result)]
