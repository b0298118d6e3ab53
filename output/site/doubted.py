"""The snapshots of a policy that may not show the vendor's doing, with the evidence."""

import sqlite3
from dataclasses import dataclass

from output.site.history import PolicyRow, RevisionRow
from pipelines.corpus.citation import CaptureAddresses, addresses
from pipelines.corpus.revisions import ANOTHER_PAGE

_DOUBTS = 20
"""Doubts on a page; the corpus's view `doubtful` has the others."""


@dataclass(frozen=True, slots=True)
class SnapshotDoubt:
    """A doubt about a snapshot."""

    captured: str
    at: CaptureAddresses | None
    """Where the archive has the capture; None if it was imported."""
    reason: str
    detail: str
    in_history: bool
    """Whether the snapshot is part of a revision: one that shows another page, or a text that is cut short, is not."""


@dataclass(frozen=True, slots=True)
class SnapshotDoubts:
    """The doubts about some snapshots in the order of their captures, and how many more there are."""

    listed: list[SnapshotDoubt]
    more: int


def doubted(
    conn: sqlite3.Connection, policy: PolicyRow, public_url: str, revision: RevisionRow | None = None
) -> SnapshotDoubts:
    """Return the doubts about a policy's snapshots, or about those that show one of its revisions."""
    where, values = "d.policy = ?", [str(policy.id)]
    if revision is not None:
        where += " AND d.captured BETWEEN ? AND ? AND s.document = ?"
        values += [revision.first_captured, revision.last_captured, revision.document]
    of = f"FROM doubts d CROSS JOIN snapshots s ON s.id = d.snapshot WHERE {where}"
    (count,) = conn.execute(f"SELECT count(*) {of}", values).fetchone()
    rows = conn.execute(
        "SELECT s.captured, s.url, s.timestamp, s.origin, d.reason, d.detail,"  # noqa: S608 - ours
        f" d.reason <> '{ANOTHER_PAGE}' AND EXISTS"
        " (SELECT 1 FROM revisions r WHERE r.document = s.document AND r.policy = s.policy)"
        f" {of} ORDER BY d.captured, s.timestamp, s.url, d.reason LIMIT {_DOUBTS}",
        values,
    ).fetchall()
    listed = [
        SnapshotDoubt(captured, addresses(public_url, url, timestamp, origin), reason, detail, bool(drawn))
        for captured, url, timestamp, origin, reason, detail, drawn in rows
    ]
    return SnapshotDoubts(listed, count - len(listed))
