"""The revisions of a policy, as drawn from what is known of its snapshots, and their names."""

import sqlite3
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlite_utils import Database

from crawler.archive.redirects import MAX_REDIRECTS, REDIRECT_WINDOW
from pipelines.corpus.documents import TITLE

TRUNCATED = "truncated capture"
"""The reason of the doubt that a capture is cut short."""
ANOTHER_PAGE = "another page"
"""The reason of the doubt that a snapshot does not show the policy at all."""


_NEIGHBOUR = (
    "SELECT id, document FROM snapshots WHERE policy = ? AND document IS NOT NULL AND (captured, timestamp, url)"
    " {0} (?, ?, ?) ORDER BY captured {1}, timestamp {1}, url {1} LIMIT 1"
)


_LED_TO_ANOTHER = (
    "SELECT r.id FROM snapshots r JOIN snapshots t ON t.policy = r.policy AND t.timestamp = substr(r.read_at, 1, 14)"
    " AND t.url = substr(r.read_at, 16) AND t.document = r.document AND t.read_at IS NULL"
    " WHERE r.policy = ? AND r.document IS NOT NULL AND r.read_at IS NOT NULL"
)
_REDIRECTED = (
    "SELECT 1 FROM snapshots WHERE policy = ? AND document IS NOT NULL AND captured BETWEEN ? AND ?"
    " AND read_at IS NOT NULL LIMIT 1"
)


class Revision(NamedTuple):
    """A revision as its document file needs it: the first snapshot that shows it, and the text."""

    name: str
    url: str
    timestamp: str
    captured: str
    origin: str | None
    title: str
    body: str


def revisions(db: Database, policy: int) -> Iterator[Revision]:
    """Yield the revisions of a policy in order: all of their texts at once take room."""
    names = revision_names(db.conn, policy)
    rows = db.execute(
        f"SELECT r.id, s.url, s.timestamp, s.captured, s.origin, {TITLE}, d.body FROM revisions r"  # noqa: S608 - ours
        " JOIN snapshots s ON s.id = r.first_snapshot JOIN documents d ON d.hash = r.document"
        " WHERE r.policy = ? ORDER BY s.captured, s.timestamp, s.url",
        [policy],
    )
    for revision, *row in rows:
        yield Revision(names[revision], *row)


def redraw(db: Database, policy: int) -> None:
    """Draw the revisions of a policy from its snapshots; one that begins where it did keeps its id, as does one whose
    text begins elsewhere now.

    A text that only truncated captures show is a part of the vendor's text, and another page in its place is none of
    the policy: they make no revisions, unless the policy has no other text.
    """
    of_another_page = {
        row[0]
        for row in db.execute("SELECT snapshot FROM doubts WHERE policy = ? AND reason = ?", [policy, ANOTHER_PAGE])
    }
    runs = _runs(row for row in legible(db.conn, policy) if row[0] not in of_another_page)
    wanted = [(policy, *run) for run in runs or _runs(legible(db.conn, policy))]
    drawn = set(
        db.execute("SELECT policy, document, first_snapshot, last_snapshot FROM revisions WHERE policy = ?", [policy])
    )
    begun, begins = {row[2] for row in drawn}, {row[2] for row in wanted}
    gone = {row[1]: row[2] for row in drawn if row[2] not in begins}
    moved = {row[2]: gone.pop(row[1]) for row in wanted if row[2] not in begun and row[1] in gone}
    db.conn.executemany("UPDATE revisions SET first_snapshot = ? WHERE first_snapshot = ?", [*moved.items()])
    left = [(row[2],) for row in drawn if row[2] not in begins and row[2] not in moved.values()]
    db.conn.executemany("DELETE FROM revisions WHERE first_snapshot = ?", left)
    db.conn.executemany(
        "INSERT INTO revisions (policy, document, first_snapshot, last_snapshot) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (first_snapshot)"
        " DO UPDATE SET document = excluded.document, last_snapshot = excluded.last_snapshot",
        [row for row in wanted if row not in drawn],
    )


def _runs(shown: Iterable[tuple[int, str, str]]) -> list[tuple[str, int, int]]:
    """Return each document that snapshots in a row show, with the ids of the first and the last of them."""
    runs = []
    for document, rows in groupby(shown, key=itemgetter(2)):
        snapshots = (row[0] for row in rows)
        first = next(snapshots)
        runs.append((document, first, max(deque(snapshots, maxlen=1), default=first)))
    return runs


def legible(conn: sqlite3.Connection, policy: int) -> Iterator[tuple[int, str, str]]:
    """Return the snapshots of a policy that show a text which is whole, in order: id, time, document. A list of 200,000
    would take 60 MB.

    A redirect whose text was read at another snapshot is left out: that one shows it. Only a crawl that came before the
    page was listed asks for such a redirect, and a revision begins and ends where any crawl says it does.
    """
    truncated = _only_truncated(conn, policy)
    led = {row[0] for row in conn.execute(_LED_TO_ANOTHER, [policy])}
    rows = conn.execute(
        "SELECT id, captured, document FROM snapshots WHERE policy = ? AND document IS NOT NULL"
        " ORDER BY captured, timestamp, url",
        [policy],
    )
    return (row for row in rows if row[2] not in truncated and row[0] not in led)


def _only_truncated(conn: sqlite3.Connection, policy: int) -> set[str]:
    """Return the documents of a policy that truncated captures alone show, if it has others.

    A snapshot that was not read itself (a repeat, an inferred one) shows what the one that was read does.
    """
    rows = conn.execute(
        "SELECT DISTINCT s.document FROM doubts d JOIN snapshots s ON s.id = d.snapshot"
        " WHERE d.policy = ? AND d.reason = ? AND s.document IS NOT NULL",
        [policy, TRUNCATED],
    )
    found = {
        document
        for (document,) in rows.fetchall()
        if not conn.execute(
            "SELECT 1 FROM snapshots s WHERE s.document = ? AND s.policy = ? AND s.state = 'fetched' AND NOT EXISTS"
            " (SELECT 1 FROM doubts d WHERE d.snapshot = s.id AND d.reason = ?) LIMIT 1",
            [document, policy, TRUNCATED],
        ).fetchone()
    }
    if not found:
        return found
    documents = conn.execute(
        "SELECT DISTINCT document FROM snapshots WHERE policy = ? AND document IS NOT NULL", [policy]
    )
    return found if {row[0] for row in documents} - found else set()


def draw_in(db: Database, policy: int, snapshot: int) -> None:
    """Draw the revisions of a policy, of which one snapshot shows a text, and showed none before.

    `redraw` gives the same, and reads the whole history.
    """
    captured, timestamp, url, document = db.execute(
        "SELECT captured, timestamp, url, document FROM snapshots WHERE id = ?", [snapshot]
    ).fetchone()
    left_out = "SELECT 1 FROM doubts WHERE policy = ? AND reason IN (?, ?) LIMIT 1"
    moment, near = datetime.fromisoformat(captured), MAX_REDIRECTS * REDIRECT_WINDOW
    around = [policy, (moment - near).isoformat(), (moment + near).isoformat()]
    if db.execute(left_out, [policy, TRUNCATED, ANOTHER_PAGE]).fetchone() or db.execute(_REDIRECTED, around).fetchone():
        redraw(db, policy)
        return
    here = [policy, captured, timestamp, url]
    before, earlier = db.execute(_NEIGHBOUR.format("<", "DESC"), here).fetchone() or (None, None)
    after, later = db.execute(_NEIGHBOUR.format(">", "ASC"), here).fetchone() or (None, None)
    if document == earlier == later:
        return
    if document == earlier:
        sql, place = "UPDATE revisions SET last_snapshot = ? WHERE policy = ? AND last_snapshot = ?", before
    elif document == later:
        sql, place = "UPDATE revisions SET first_snapshot = ? WHERE policy = ? AND first_snapshot = ?", after
    else:
        sql, place = "", None
    if place is None or db.execute(sql, [snapshot, policy, place]).rowcount != 1:
        redraw(db, policy)


def revision_names(conn: sqlite3.Connection, policy: int) -> dict[int, str]:
    """Return what the revisions of a policy are called on disk and in addresses, by their ids, in order.

    That is the timestamp of the first snapshot that shows it; with a number (``20180102030405-2``) where two URLs of a
    policy changed in the same second.
    """
    rows = conn.execute(
        "SELECT r.id, f.timestamp FROM revisions r JOIN snapshots f ON f.id = r.first_snapshot WHERE r.policy = ?"
        " ORDER BY r.first_captured, f.timestamp, f.url",
        [policy],
    )
    taken: Counter[str] = Counter()
    names = {}
    for revision, timestamp in rows.fetchall():
        taken[timestamp] += 1
        names[revision] = timestamp if taken[timestamp] == 1 else f"{timestamp}-{taken[timestamp]}"
    return names
