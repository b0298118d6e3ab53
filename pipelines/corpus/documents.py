"""The documents of a corpus: each distinct text once, as its earliest fetched snapshot shows it."""

from collections.abc import Iterator

from sqlite_utils import Database

from crawler.model import Document, Snapshot


def is_earliest(db: Database, snapshot: Snapshot, document: str) -> bool:
    """Whether no earlier snapshot of a document was fetched.

    A document keeps the title, the links and the spacing of its earliest fetched snapshot, so that the corpus does not
    depend on the order in which answers arrive.
    """
    earlier = db.execute(
        "SELECT 1 FROM snapshots WHERE document = ? AND state = 'fetched' AND (captured, timestamp, url) < (?, ?, ?)",
        [document, snapshot.captured.isoformat(), snapshot.timestamp, snapshot.url],
    ).fetchone()
    return earlier is None


def put(db: Database, document: Document) -> bool:
    """Store a document, in place of another reading of the same text; whether that changed anything."""
    wanted = (document.title, document.body, document.route, document.recall, document.extractor)
    known = db.execute(
        "SELECT title, body, route, recall, extractor FROM documents WHERE hash = ?", [document.hash]
    ).fetchone()
    if known == wanted:
        return False
    row = dict(zip(("title", "body", "route", "recall", "extractor"), wanted, strict=True))
    row |= {"hash": document.hash, "language": document.language}
    db.table("documents").upsert(row, pk="hash")
    return True


def bodies(db: Database, policy: int) -> Iterator[tuple[str, str]]:
    """The documents of a policy, whoever found them, with their bodies."""
    yield from db.execute(
        "SELECT hash, body FROM documents WHERE hash IN (SELECT document FROM snapshots WHERE policy = ?)", [policy]
    )


def drop_orphans(db: Database) -> None:
    """Drop the documents that no snapshot shows any more, and what was measured of them."""
    shown = "(SELECT document FROM snapshots WHERE document IS NOT NULL)"
    db.execute(f"DELETE FROM disregarded WHERE document NOT IN {shown}")  # noqa: S608 - ours
    db.execute(f"DELETE FROM differences WHERE before NOT IN {shown} OR after NOT IN {shown}")  # noqa: S608 - ours
    db.execute(f"DELETE FROM documents WHERE hash NOT IN {shown}")  # noqa: S608 - ours
