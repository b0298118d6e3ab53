"""What vendors changed: each revision that followed another, with the words that changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from crawler.text.comparison.words import Piece
from pipelines.corpus.citation import source
from pipelines.corpus.differences import difference, identity_of

_ROW = (
    "SELECT p.vendor, p.type, f.url, f.timestamp, f.origin, r.first_captured,"
    " (SELECT q.last_captured FROM revisions q WHERE q.policy = r.policy AND q.first_captured < r.first_captured"
    " ORDER BY q.first_captured DESC LIMIT 1),"
    " (SELECT q.document FROM revisions q WHERE q.policy = r.policy AND q.first_captured < r.first_captured"
    " ORDER BY q.first_captured DESC LIMIT 1),"
    " r.document, d.title, d.extractor, r.policy"
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
    """Whether the two texts were read by different extractors, so that some of the change may be due to that."""
    sentences: list[list[Piece]]


def between(
    db: Database, since: str, until: str | None, public_url: str, vendor: str | None = None
) -> Iterator[Change]:
    """Yield the changes first seen from one date to another (YYYY, YYYY-MM or YYYY-MM-DD, both inclusive), in order."""
    end = f"{until or '9999'}~"  # after everything that begins so
    for (revision,) in db.execute(_BETWEEN, [since, end, vendor or ""]):
        change = change_to(db, revision, public_url)
        if change is not None:
            yield change


def change_to(db: Database, revision: int, public_url: str) -> Change | None:
    """Return how a revision came about, by its id; None for a policy's first."""
    row: Any = db.execute(_ROW, [revision]).fetchone()
    vendor, type_, url, timestamp, origin, first, after, before, document, title, extractor, policy = row
    if before is None:
        return None
    measured = difference(db.conn, before, document, identity_of(db.conn, policy))
    (other,) = db.execute("SELECT extractor FROM documents WHERE hash = ?", [before]).fetchone()
    return Change(
        vendor,
        type_,
        changed_after=after,
        first_captured=first,
        words_added=measured.added,
        words_removed=measured.removed,
        title=title,
        url=url,
        source=source(public_url, url, timestamp, origin),
        before=before,
        document=document,
        extractor_changed=other != extractor,
        sentences=measured.sentences,
    )
