"""The documents of a corpus: each distinct text once, as its earliest fetched snapshot shows it."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlite_utils import Database

from crawler.errors import MissingDocumentError
from crawler.model import Document, Snapshot

if TYPE_CHECKING:  # the schema, which the database brings up to date, needs this module
    from pipelines.corpus.database import Corpus


def is_earliest(db: Database, snapshot: Snapshot, document: str) -> bool:
    """Tell whether no earlier snapshot of a document was fetched.

    A document keeps the title, the links and the spacing of its earliest fetched snapshot, so that the corpus does not
    depend on the order in which answers arrive.
    """
    earlier = db.execute(
        "SELECT 1 FROM snapshots WHERE document = ? AND state = 'fetched' AND (captured, timestamp, url) < (?, ?, ?)",
        [document, snapshot.captured.isoformat(), snapshot.timestamp, snapshot.url],
    ).fetchone()
    return earlier is None


def store_document(db: Database, document: Document) -> bool:
    """Store a document in place of another reading of the same text; return whether that changed anything."""
    row = asdict(document)
    for of_capture in ("disregarded", "left_out", "doubts"):  # these have tables of their own
        del row[of_capture]
    known = db.execute(
        f"SELECT {', '.join(row)} FROM documents WHERE hash = ?",  # noqa: S608 - names of columns
        [document.hash],
    ).fetchone()
    if known == tuple(row.values()):
        return False
    db.table("documents").upsert(row, pk="hash")
    return True


def body_of(conn: sqlite3.Connection, document: str) -> str:
    """Return the body (Markdown) of a document, by its hash. Raises `MissingDocumentError`."""
    row = conn.execute("SELECT body FROM documents WHERE hash = ?", [document]).fetchone()
    if row is None:
        raise MissingDocumentError(f"The corpus lacks the document {document}. Restore it from a backup.")
    return str(row[0])


class Bodies(Mapping[str, str]):
    """The bodies of the documents by hash, whoever found them; iterates over the hashes of one policy's documents."""

    def __init__(self, corpus: "Corpus", policy: int) -> None:
        self._corpus = corpus
        self._policy = policy

    def __getitem__(self, document: str) -> str:
        try:
            with self._corpus.being("read"):
                return body_of(self._corpus.db.conn, document)
        except MissingDocumentError:
            raise KeyError(document) from None

    def __iter__(self) -> Iterator[str]:
        sql = "SELECT DISTINCT document FROM snapshots WHERE policy = ? AND document IS NOT NULL ORDER BY document"
        with self._corpus.being("read"):
            return iter([row[0] for row in self._corpus.db.execute(sql, [self._policy])])

    def __len__(self) -> int:
        return sum(1 for _ in self)


def drop_orphans(db: Database) -> None:
    """Drop the documents that no snapshot shows any more, and what was measured of them."""
    shown = "(SELECT document FROM snapshots WHERE document IS NOT NULL)"
    for table in ("disregarded", "left_out"):
        db.execute(f"DELETE FROM {table} WHERE document NOT IN {shown}")  # noqa: S608 - ours
    db.execute(f"DELETE FROM variant_texts WHERE document NOT IN {shown} OR compared_with NOT IN {shown}")  # noqa: S608 - ours
    db.execute(f"DELETE FROM differences WHERE before NOT IN {shown} OR after NOT IN {shown}")  # noqa: S608 - ours
    db.execute(f"DELETE FROM documents WHERE hash NOT IN {shown}")  # noqa: S608 - ours
