"""The snapshots of a corpus: what is known of each, and how far each URL's listing is known."""

import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from sys import intern
from typing import Any

from sqlite_utils import Database

from crawler.events import Answered
from crawler.model import VARIANT_UNKNOWN, Conclusion, Key, Period, Snapshot
from crawler.text.limits import shortened
from crawler.timeline import Known
from crawler.timeline.listings import LastListing
from crawler.timestamps import EARLIEST, implausible, latest
from pipelines.corpus import unfinished

logger = logging.getLogger(__name__)

_LONGEST_DETAIL = 5_000  # characters
_BATCH = 100  # rows a statement: 1,000 are hardly faster, and some SQLite takes no more than 999 values


def store_listed(db: Database, policy: int, snapshots: Iterable[Snapshot]) -> int:
    """Store the snapshots of a listing; return how many were new. An imported one that is listed keeps its text."""
    return execute_for_many(
        db,
        "INSERT INTO snapshots (policy, url, timestamp, captured, mimetype, status, digest, length, state)"
        " VALUES {rows} ON CONFLICT (policy, url, timestamp) DO UPDATE SET"
        " mimetype = excluded.mimetype, status = excluded.status, digest = excluded.digest,"
        " length = excluded.length WHERE mimetype IS NULL",
        ((policy, s.url, s.timestamp, s.captured.isoformat(), *s[3:], "listed") for s in snapshots),
    )


def refuse_implausible(db: Database, policy: int) -> bool:
    """Refuse what an earlier version stored of times at which nothing can have been captured; tell whether there was.

    What counts as the future is told by the clock of this crawl or of an earlier one, whichever is later: a clock that
    was set back refuses nothing.
    """
    (known,) = db.execute("SELECT max(started) FROM crawls").fetchone()
    now = datetime.now(UTC)
    until = latest(max(now, _moment(known) or now)).isoformat()
    changed = db.execute(
        "UPDATE snapshots SET state = 'rejected', reason = 'impossible time', detail = captured, document = NULL,"
        " read_at = NULL WHERE policy = ? AND (captured < ? OR captured > ?) AND reason IS NOT 'impossible time'",
        [policy, EARLIEST.isoformat(), until],
    )
    return changed.rowcount > 0


def document_of(db: Database, policy: int, snapshot: Snapshot) -> str | None:
    """Return the document that a snapshot shows, as far as that is known."""
    sql = "SELECT document FROM snapshots WHERE policy = ? AND url = ? AND timestamp = ?"
    row = db.execute(sql, [policy, snapshot.url, snapshot.timestamp]).fetchone()
    return None if row is None else row[0]


def detail_of(detail: str | None) -> str | None:
    """Return the evidence for a reason as it is stored: it may quote a URL of a megabyte."""
    return None if detail is None else shortened(detail, _LONGEST_DETAIL)


def store_answer(db: Database, policy: int, answer: Answered) -> int | None:
    """Store the outcome of a snapshot, and return its id; None if it was not listed. Its document must be stored."""
    outcome = (answer.state, answer.reason, detail_of(answer.detail), answer.document.hash if answer.document else None)
    row = db.execute(
        "UPDATE snapshots SET state = ?, reason = ?, detail = ?, document = ?, read_at = ?, requested_for = ?,"
        " origin = NULL WHERE policy = ? AND url = ? AND timestamp = ? RETURNING id",
        [*outcome, answer.read_at, answer.requested_for, policy, answer.snapshot.url, answer.snapshot.timestamp],
    ).fetchone()
    return None if row is None else int(row[0])


def store_conclusions(db: Database, policy: int, conclusions: Iterable[Conclusion]) -> None:
    """Store what became known of snapshots without requesting them."""
    execute_for_many(
        db,
        "UPDATE snapshots SET state = column4, reason = column5, detail = NULL, document = column6,"
        " read_at = NULL, origin = NULL FROM (VALUES {rows})"
        " WHERE policy = column1 AND url = column2 AND timestamp = column3",
        ((policy, c.snapshot.url, c.snapshot.timestamp, c.state, c.reason, c.document) for c in conclusions),
    )


def listed(db: Database, policy: int, period: Period) -> Iterator[Snapshot]:
    """Return the snapshots of a policy that the archive listed, those of a period."""
    rows = db.execute(
        "SELECT url, timestamp, captured, mimetype, status, digest, length FROM snapshots"
        " WHERE policy = ? AND timestamp BETWEEN ? AND ? AND mimetype IS NOT NULL",
        [policy, period.since or "", (period.until or "").ljust(14, "9")],
    )
    last = latest(datetime.now(UTC))
    for url, timestamp, text, mimetype, *rest in rows:  # interned: a policy has two URLs and 200,000 rows
        captured = _moment(text)
        if captured is None:
            logger.warning("%s of %s is left out: %r is no time", timestamp, url, text)
        elif implausible(captured, last) is None:
            yield Snapshot(intern(url), timestamp, captured, intern(mimetype), *rest)


def known(db: Database, policy: int) -> Known:
    """Return what crawls found out about a policy's snapshots; others' readings tell other texts apart."""
    texts: dict[Key, str] = {}
    inferred: dict[Key, str] = {}
    dismissed: set[Key] = set()
    unclaimed: set[Key] = set()
    rows = db.execute(
        "SELECT url, timestamp, state, reason, document FROM snapshots WHERE policy = ? AND origin IS NULL",
        [policy],
    )
    for url, timestamp, state, reason, document in rows:
        key = (intern(url), timestamp)  # of 200,000 snapshots, a few URLs and documents are not kept 200,000 times
        if state == "rejected":
            dismissed.add(key)
        elif state == "inferred":
            inferred[key] = intern(document)
        elif document is not None:
            texts[key] = intern(document)
        elif state == "listed" and reason == VARIANT_UNKNOWN:
            unclaimed.add(key)
    return Known(texts, inferred, dismissed, unclaimed, unfinished.of_policy(db, policy))


def last_listing(db: Database, policy: int, url: str) -> LastListing | None:
    """Return how far the listing of a policy's URL is known; None if it was never listed."""
    sql = "SELECT newest, listed_whole, excluded FROM listings WHERE policy = ? AND url = ?"
    row = db.execute(sql, [policy, url]).fetchone()
    if row is None:
        return None
    whole = _moment(row[1])
    return None if whole is None else LastListing(_moment(row[0]), whole, _moment(row[2]))


def _moment(text: object) -> datetime | None:
    """Return a stored moment; None for none, and for what a broken or foreign program wrote in its place."""
    try:
        moment = datetime.fromisoformat(str(text or ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def store_listing(db: Database, policy: int, url: str, newest: datetime | None, *, whole: bool) -> None:
    """Store that a URL was listed just now, up to its newest snapshot: from the beginning, or only what is new."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    db.execute(
        "INSERT INTO listings (policy, url, newest, listed, listed_whole) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (policy, url) DO UPDATE SET"
        " newest = iif(?, coalesce(excluded.newest, newest), max(coalesce(newest, ''), coalesce(excluded.newest, ''))),"
        " excluded = NULL, listed = excluded.listed, listed_whole = iif(?, excluded.listed_whole, listed_whole)",
        [policy, url, newest.isoformat() if newest else None, now, now, whole, whole],
    )


def store_excluded(db: Database, policy: int, url: str) -> None:
    """Store that the archive said just now that it excludes a URL."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    db.execute(
        "INSERT INTO listings (policy, url, listed, listed_whole, excluded) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (policy, url) DO UPDATE SET excluded = excluded.excluded",
        [policy, url, now, now, now],
    )


def execute_for_many(db: Database, sql: str, rows: Iterator[tuple[Any, ...]]) -> int:
    """Execute a statement with ``{rows}`` in place of its values for many rows; return how many it changed.

    Triggers make SQLite ready to undo each statement, which for one row costs more than the row: 200,000 take a third
    of the time so (measured 2026-11).
    """
    changed = 0
    while batch := list(islice(rows, _BATCH)):
        row = f"({', '.join('?' * len(batch[0]))})"
        statement = sql.format(rows=", ".join([row] * len(batch)))
        changed += db.execute(statement, list(chain.from_iterable(batch))).rowcount
    return changed
