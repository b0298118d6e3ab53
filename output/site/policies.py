"""Which policies a corpus holds."""

import sqlite3
from typing import NamedTuple


class History(NamedTuple):
    """How much is known of one policy. Times are ISO 8601, UTC; None where nothing is legible."""

    vendor: str
    type: str
    revisions: int
    first_captured: str | None
    last_captured: str | None
    last_changed: str | None
    snapshots: int


def histories(conn: sqlite3.Connection, limit: int = 500) -> list[History]:
    """The policies by vendor and type."""
    rows = conn.execute(
        "SELECT vendor, type, revisions, first_captured, last_captured, last_changed, snapshots"
        " FROM histories ORDER BY vendor, type LIMIT ?",
        [limit],
    )
    return [History(*row) for row in rows]
