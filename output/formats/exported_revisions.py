"""What exports are made of: the revisions, each with its text and where it comes from.

They are read one at a time, so that memory use does not grow with the corpus.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from typing import Any, Literal, NamedTuple

from sqlite_utils import Database

from crawler.errors import CorpusRowError
from pipelines.corpus.bad_rows import BadRows, check_found, check_texts, check_times, kept, revision_name
from pipelines.corpus.citation import ARCHIVE, source
from pipelines.corpus.documents import TITLE

Order = Literal["policy", "time"]

_ORDERS = {
    "policy": "p.vendor, p.type, r.first_captured, f.timestamp, f.url",
    "time": "r.first_captured, f.timestamp, p.vendor, p.type, f.url",
}
_IDS = (
    "SELECT r.id FROM revisions r LEFT JOIN policies p ON p.id = r.policy"
    " LEFT JOIN snapshots f ON f.id = r.first_snapshot WHERE ? IN (p.vendor, '')"
)
_ROW = (
    "SELECT p.id AS policy, p.vendor, p.type, f.url, f.timestamp,"  # noqa: S608 - ours
    " f.captured AS first_captured, f.state AS known, ifnull(f.origin, :archive) AS origin, f.read_at,"
    " l.url AS last_url, l.timestamp AS last_timestamp,"
    " l.captured AS last_captured, l.state AS last_known, ifnull(l.origin, :archive) AS last_origin,"
    f" d.hash, {TITLE} AS title, d.body, d.language, d.route, d.recall, d.extractor"
    " FROM revisions r LEFT JOIN policies p ON p.id = r.policy"
    " LEFT JOIN snapshots f ON f.id = r.first_snapshot LEFT JOIN snapshots l ON l.id = r.last_snapshot"
    " LEFT JOIN documents d ON d.hash = r.document WHERE r.id = :id"
)
_NAMED = {
    "policy": "its policy",
    "timestamp": "its first snapshot",
    "last_timestamp": "its last snapshot",
    "hash": "its text",
}
"""What a revision names, by a column that it always has."""


@dataclass(frozen=True, slots=True)
class ExportedRevision:
    """A revision. Its fields are the columns of the exports, in order; docs/how-to/exchange.md says what they mean."""

    vendor: str
    type: str
    url: str
    timestamp: str
    first_captured: str
    last_captured: str
    changed_after: str | None
    known: str
    origin: str
    read_at: str | None
    last_url: str
    last_timestamp: str
    last_known: str
    last_origin: str
    hash: str
    title: str
    body: str
    language: str | None
    route: str | None
    recall: float | None
    source: str | None
    extractor: str | None

    @property
    def captured(self) -> datetime:
        """When the first snapshot that shows the text was captured."""
        return datetime.fromisoformat(self.first_captured)

    @property
    def text(self) -> str:
        """The title and the body as one Markdown text."""
        return f"# {self.title}\n\n{self.body}\n"


_COMPUTED = {"changed_after", "source"}
_TEXTS = [field.name for field in fields(ExportedRevision) if field.type is str]
_TEXTS_IF_ANY = [
    field.name for field in fields(ExportedRevision) if field.type == str | None and field.name not in _COMPUTED
]


class Written(NamedTuple):
    """What an export wrote: how many of its units, and how many texts it left out since no capture proves them."""

    number: int
    left_out: int = 0


@contextmanager
def unchanging(db: Database) -> Iterator[None]:
    """Let the database show one state of the corpus, whatever a crawl writes at the same time."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("ROLLBACK")


def exported_revisions(
    db: Database,
    public_url: str,
    vendor: str | None = None,
    order: Order = "policy",
    bad: BadRows | None = None,
) -> Iterator[ExportedRevision]:
    """Yield the revisions of the corpus or of a vendor: policy by policy, or all in the order of time.

    Those that cannot be read go to ``bad``; without it, they raise `CorpusRowError` and the like.
    """
    last_captured: dict[int, str] = {}
    ids = (identifier for (identifier,) in db.execute(f"{_IDS} ORDER BY {_ORDERS[order]}", [vendor or ""]))
    for row in kept(ids, partial(_row, db), partial(revision_name, db.conn), bad):
        policy = row.pop("policy")
        yield ExportedRevision(
            **row,
            changed_after=last_captured.get(policy),
            source=source(public_url, row["url"], row["timestamp"], row["origin"]),
        )
        last_captured[policy] = row["last_captured"]


def _row(db: Database, identifier: int) -> dict[str, Any]:
    """Return what an export needs of a revision. Raises `CorpusRowError` and `sqlite3.Error`."""
    (row,) = db.query(_ROW, {"archive": ARCHIVE, "id": identifier})
    check_found(row, _NAMED)
    check_times(row, ("first_captured", "last_captured"))
    check_texts(row, _TEXTS)
    check_texts(row, (name for name in _TEXTS_IF_ANY if row[name] is not None))
    if not isinstance(row["recall"], int | float | None):
        raise CorpusRowError("its recall is no number")
    return row
