"""What exports are made of: the revisions, each with its text and where it comes from.

They are read one at a time, so that memory use does not grow with the corpus.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sqlite_utils import Database

from pipelines.corpus.citation import ARCHIVE, source

Order = Literal["policy", "time"]

_ORDERS = {
    "policy": "p.vendor, p.type, r.first_captured, f.timestamp, f.url",
    "time": "r.first_captured, f.timestamp, p.vendor, p.type, f.url",
}
_IDS = (
    "SELECT r.id FROM revisions r JOIN policies p ON p.id = r.policy JOIN snapshots f ON f.id = r.first_snapshot"
    " WHERE ? IN (p.vendor, '')"
)
_ROW = (
    "SELECT p.vendor, p.type, f.url, f.timestamp, f.captured, f.state, f.origin, f.read_at,"
    " l.url, l.timestamp, l.captured, l.state, l.origin,"
    " d.hash, d.title, d.body, d.language, d.route, d.recall, d.extractor, p.id"
    " FROM revisions r JOIN policies p ON p.id = r.policy"
    " JOIN snapshots f ON f.id = r.first_snapshot JOIN snapshots l ON l.id = r.last_snapshot"
    " JOIN documents d ON d.hash = r.document WHERE r.id = ?"
)


@dataclass(frozen=True, slots=True)
class ExportedRevision:
    """A revision. Its fields are the columns of the exports, in order; README.md says what they mean."""

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
    db: Database, public_url: str, vendor: str | None = None, order: Order = "policy"
) -> Iterator[ExportedRevision]:
    """Yield the revisions of the corpus or of a vendor: policy by policy, or all in the order of time."""
    last_captured: dict[int, str] = {}
    for (identifier,) in db.execute(f"{_IDS} ORDER BY {_ORDERS[order]}", [vendor or ""]):
        *row, policy = db.execute(_ROW, [identifier]).fetchone()
        url, timestamp, captured, known, origin, read_at = row[2:8]
        last_url, last_timestamp, last, last_known, last_origin = row[8:13]
        origin = origin or ARCHIVE
        yield ExportedRevision(
            vendor=row[0],
            type=row[1],
            url=url,
            timestamp=timestamp,
            first_captured=captured,
            last_captured=last,
            changed_after=last_captured.get(policy),
            known=known,
            origin=origin,
            read_at=read_at,
            last_url=last_url,
            last_timestamp=last_timestamp,
            last_known=last_known,
            last_origin=last_origin or ARCHIVE,
            hash=row[13],
            title=row[14],
            body=row[15],
            language=row[16],
            route=row[17],
            recall=row[18],
            source=source(public_url, url, timestamp, origin),
            extractor=row[19],
        )
        last_captured[policy] = last
