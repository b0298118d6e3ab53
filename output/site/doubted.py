"""The snapshots of a policy that may not show the vendor's doing, with the evidence."""

import sqlite3
from dataclasses import dataclass

from output.site.history import PolicyRow, RevisionRow
from pipelines.corpus.citation import CaptureAddresses, addresses
from pipelines.corpus.conclusions.doubts import split
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


def doubt_on(conn: sqlite3.Connection, policy: PolicyRow, held: RevisionRow, day: str) -> str | None:
    """Return in words what makes it less certain that a revision held on a day: captures in doubt, of it or around."""
    on_day = "captured >= ?2 AND captured < date(?2, '+1 day')"
    (reasons,) = conn.execute(
        f"SELECT group_concat(DISTINCT reason) FROM doubts WHERE policy = ?1 AND {on_day}",  # noqa: S608 - ours
        [policy.id, day],
    ).fetchone()
    if reasons:
        certain = conn.execute(
            f"SELECT 1 FROM snapshots s WHERE s.policy = ?1 AND s.document IS NOT NULL AND {on_day}"  # noqa: S608 - ours
            " AND NOT EXISTS (SELECT 1 FROM doubts o WHERE o.snapshot = s.id) LIMIT 1",
            [policy.id, day],
        ).fetchone()
        if not certain:
            return f"Each capture of this day is in doubt: {', '.join(split(reasons))}"
    if held.last_captured[:10] >= day:
        return None
    count, reasons = conn.execute(
        "SELECT count(DISTINCT snapshot), group_concat(DISTINCT reason) FROM doubts"
        " WHERE policy = ? AND captured > ? AND captured < ?",
        [policy.id, held.last_captured, held.after.first_captured if held.after else "9999"],
    ).fetchone()
    if not count:
        return None
    captures = "one capture is" if count == 1 else f"{count:,} captures are"
    where = "Between the two texts" if held.after else "Since then"
    return f"{where}, {captures} in doubt: {', '.join(split(reasons))}"


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
