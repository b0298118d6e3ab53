"""The documents of a corpus: each distinct text once, as its earliest fetched snapshot shows it."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from crawler.errors import MissingDocumentError, TextTooLargeError
from crawler.model import Document, Snapshot
from crawler.text.limits import MAX_TITLE, excess
from pipelines.corpus.row_errors import of_a_row

if TYPE_CHECKING:  # the schema, which the database brings up to date, needs this module
    from pipelines.corpus.database import Corpus

_OF_A_CAPTURE = {"disregarded", "left_out", "doubts"}  # these have tables of their own
_COLUMNS = [field.name for field in fields(Document) if field.name not in _OF_A_CAPTURE]
TITLE = f"substr(d.title, 1, {MAX_TITLE})"
"""SQL: the title of a document `d`; one that somebody else wrote may have any size."""
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM documents WHERE hash = ?"  # noqa: S608 - names of columns
_UPSERT = (
    f"INSERT INTO documents ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608 - likewise
    f" ON CONFLICT (hash) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS)}"
)


NOT_OURS = "no crawl stores such a text. Restore the corpus from a backup, or crawl into a new one."


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
    row = {name: getattr(document, name) for name in _COLUMNS}
    known = db.execute(_SELECT, [document.hash]).fetchone()
    if known == tuple(row.values()):
        return False
    db.execute(_UPSERT, [*row.values()])
    return True


def body_of(conn: sqlite3.Connection, document: str) -> str:
    """Return the body (Markdown) of a document, by its hash. Raises `MissingDocumentError`, `TextTooLargeError`."""
    body = str(_of(conn, "body", document))
    if too_large := excess(body):
        raise TextTooLargeError(f"The text {document} in the corpus {too_large}: {NOT_OURS}")
    return body


def title_of(conn: sqlite3.Connection, document: str) -> str:
    """Return the title of a document, by its hash. Raises `MissingDocumentError`."""
    return str(_of(conn, TITLE, document))


def size_of(conn: sqlite3.Connection, document: str) -> int:
    """Return the characters of a document's body, by its hash. Raises `MissingDocumentError`."""
    return int(_of(conn, "length(body)", document))


def _of(conn: sqlite3.Connection, what: str, document: str) -> Any:
    row = conn.execute(f"SELECT {what} FROM documents d WHERE hash = ?", [document]).fetchone()  # noqa: S608 - ours
    if row is None:
        raise MissingDocumentError(f"The corpus lacks the document {document}. Restore it from a backup.")
    return row[0]


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


_INDEXED = (("disregarded", "document"), ("left_out", "document"), ("differences", "before"), ("differences", "after"))
_UNSHOWN = "NOT EXISTS (SELECT 1 FROM snapshots s WHERE s.document = {})"


def drop_orphans(db: Database) -> None:
    """Drop the documents that no snapshot shows any more, and what was measured of them."""
    # Each text is looked up in an index: merging some policies into a corpus of many does this, too.
    orphans = db.execute(f"SELECT hash FROM documents WHERE {_UNSHOWN.format('hash')}").fetchall()  # noqa: S608 - ours
    if not orphans:
        return
    for table, column in _INDEXED:
        db.conn.executemany(f"DELETE FROM {table} WHERE {column} = ?", orphans)  # noqa: S608 - ours
    for column in ("variant_texts.document", "compared_with"):
        unshown = f"{column} IS NOT NULL AND {_UNSHOWN.format(column)}"
        db.execute(f"DELETE FROM variant_texts WHERE {unshown}")  # noqa: S608 - ours
    for orphan in orphans:
        try:
            db.execute("DELETE FROM documents WHERE hash = ?", orphan)
        except sqlite3.Error as error:  # it is too large to be taken out of the index: it stays, and nobody shows it
            if of_a_row(error) is None:
                raise
