"""What a corpus holds: how much, how fresh, from which years, and what changed last."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from output.site.doubts import Doubts, doubts_about
from output.site.history import Policy
from pipelines.corpus.differences import Difference, stored

LEGIBLE = ("fetched", "repeat", "inferred")
_CHANGED = (
    "SELECT r.id, r.policy, p.vendor, p.type, r.document, r.first_captured, f.timestamp, f.url, d.title"
    " FROM revisions r JOIN policies p ON p.id = r.policy JOIN snapshots f ON f.id = r.first_snapshot"
    " JOIN documents d ON d.hash = r.document WHERE {where} EXISTS (SELECT 1 FROM revisions q"
    " WHERE q.policy = r.policy AND q.first_captured < r.first_captured) ORDER BY r.first_captured DESC LIMIT ?"
)


class History(NamedTuple):
    """How much is known of one policy. Times are ISO 8601, UTC; None where nothing is legible."""

    vendor: str
    type: str
    revisions: int
    first_captured: str | None
    last_captured: str | None
    last_changed: str | None
    snapshots: int


@dataclass(frozen=True, slots=True)
class Year:
    """What the corpus has from one year."""

    year: int
    legible: int
    rejected: int
    unread: int
    revisions: int

    @property
    def snapshots(self) -> int:
        """All captures that the archive lists."""
        return self.legible + self.rejected + self.unread


@dataclass(frozen=True, slots=True)
class Changed:
    """A revision that replaced another."""

    policy: Policy
    title: str
    name: str
    before_name: str
    changed_after: str
    first_captured: str
    change: Difference | None
    doubts: Doubts


def histories(
    conn: sqlite3.Connection, limit: int, *, starts: str = "", after: tuple[str, str] | None = None
) -> list[History]:
    """Policies by vendor and type: those whose vendor begins so, from the one after ``after`` on."""
    low, high = (after or (starts, "")), starts + "\U0010ffff"
    rows = conn.execute(
        "SELECT vendor, type, revisions, first_captured, last_captured, last_changed, snapshots FROM histories"
        " WHERE (vendor, type) > (?, ?) AND vendor <= ? ORDER BY vendor, type LIMIT ?",
        [*low, high, limit],
    )
    return [History(*row) for row in rows]


def years(conn: sqlite3.Connection) -> list[Year]:
    """The years from the first with a snapshot to the last."""
    counts = {(int(year), what): count for year, what, count in conn.execute("SELECT year, what, count FROM yearly")}
    present = [year for (year, _), count in counts.items() if count]
    if not present:
        return []
    found = []
    for year in range(min(present), max(present) + 1):
        legible = sum(counts.get((year, state), 0) for state in LEGIBLE)
        unread = sum(counts.get((year, state), 0) for state in ("listed", "failed"))
        rejected, revisions = counts.get((year, "rejected"), 0), counts.get((year, "revision"), 0)
        found.append(Year(year, legible, rejected, unread, revisions))
    return found


def policy_count(conn: sqlite3.Connection) -> int:
    """How many policies are tracked."""
    return int(conn.execute("SELECT count(*) FROM policies").fetchone()[0])


def types(conn: sqlite3.Connection) -> Sequence[str]:
    """The types of policies that there are."""
    return [row[0] for row in conn.execute("SELECT DISTINCT type FROM policies ORDER BY type LIMIT 100")]


def last_crawl(conn: sqlite3.Connection) -> tuple[str, str | None, str] | None:
    """The latest crawl: when it started and finished, and how it ended."""
    row: Any = conn.execute("SELECT started, finished, status FROM crawls ORDER BY id DESC LIMIT 1").fetchone()
    return tuple(row) if row else None


def latest_changes(conn: sqlite3.Connection, limit: int, policies: Sequence[Policy] | None = None) -> list[Changed]:
    """The latest changes of the corpus, or of some policies; the first text of a policy is none."""
    if policies is None:
        rows = conn.execute(_CHANGED.format(where=""), [limit]).fetchall()
    else:
        marks = ", ".join("?" * len(policies))
        sql = _CHANGED.format(where=f"r.policy IN ({marks}) AND ")
        rows = conn.execute(sql, [*(policy.id for policy in policies), limit]).fetchall()
    doubts = doubts_about(conn, [row[0] for row in rows])
    changed = []
    for id_, policy, vendor, type_, document, captured, timestamp, url, title in rows:
        before = conn.execute(
            "SELECT r.document, r.last_captured, f.timestamp, f.url, r.first_captured FROM revisions r"
            " JOIN snapshots f ON f.id = r.first_snapshot WHERE r.policy = ? AND r.first_captured < ?"
            " ORDER BY r.first_captured DESC LIMIT 1",
            [policy, captured],
        ).fetchone()
        changed.append(
            Changed(
                Policy(policy, vendor, type_),
                title,
                _name(conn, policy, captured, timestamp, url),
                _name(conn, policy, before[4], before[2], before[3]),
                before[1],
                captured,
                stored(conn, before[0], document),
                doubts.get(id_, Doubts()),
            )
        )
    return changed


def _name(conn: sqlite3.Connection, policy: int, captured: str, timestamp: str, url: str) -> str:
    """What `history.revisions_of` calls the revision that begins at a snapshot."""
    earlier = conn.execute(
        "SELECT count(*) FROM revisions r JOIN snapshots f ON f.id = r.first_snapshot"
        " WHERE r.policy = ? AND r.first_captured = ? AND f.timestamp = ? AND f.url < ?",
        [policy, captured, timestamp, url],
    ).fetchone()[0]
    return f"{timestamp}-{earlier + 1}" if earlier else str(timestamp)
