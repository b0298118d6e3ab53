"""What discovery found, as the site shows it: addresses that may be a policy's, and where each was seen."""

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from crawler import timestamps
from pipelines.corpus.candidates import MAX_SEEN
from pipelines.corpus.citation import CaptureAddresses, addresses

PAGE = 50
DECISIONS = {"open": "decision IS NULL", "accepted": "decision = 'accepted'", "refused": "decision = 'refused'"}
"""Which candidates can be asked for, by what was decided about them."""
_COLUMNS = (
    f"domain, type, url, language, score, first, last, CASE WHEN length(seen) <= {MAX_SEEN} THEN seen END, verified,"
    " decision, decided"
)
_TIMESTAMP = re.compile(r"[0-9]{14}")


class Sighting(NamedTuple):
    """Where an address was seen: how, on which page, in which words, and the capture that shows it (None: unknown)."""

    source: str
    page: str
    words: str
    captured: str | None
    at: CaptureAddresses | None


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A candidate. Moments are ISO 8601, UTC; None where there is none, or none in the calendar."""

    url: str
    language: str | None
    likely: int
    """How likely it is, in per cent."""
    first: str | None
    last: str | None
    first_at: CaptureAddresses | None
    last_at: CaptureAddresses | None
    seen: list[Sighting]
    verified: bool
    decision: str | None
    decided: str | None


class Group(NamedTuple):
    """The candidates for a vendor's policy of a type."""

    domain: str
    type: str
    rows: list[CandidateRow]


def is_known(conn: sqlite3.Connection) -> bool:
    """Tell whether a corpus has a table of candidates: an older one has none."""
    return conn.execute("PRAGMA table_info(candidates)").fetchone() is not None


def count(conn: sqlite3.Connection, domain: str) -> int:
    """Return how many candidates of a vendor are known that were not refused."""
    if not is_known(conn):
        return 0
    sql = "SELECT count(*) FROM candidates WHERE domain = ? AND decision IS NOT 'refused'"
    return int(conn.execute(sql, [domain]).fetchone()[0])


def candidates(
    conn: sqlite3.Connection, public_url: str, domain: str, decision: str, page: int
) -> tuple[list[Group], int]:
    """Return a page of candidates by vendor and type, the likeliest first, and one more if there are further ones; and
    how many rows of it are left out, since no discovery stores such.
    """
    if not is_known(conn):
        return [], 0
    where = [f"({DECISIONS[decision]})"] if decision in DECISIONS else []
    where += ["domain = ?"] if domain else []
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM candidates {'WHERE ' + ' AND '.join(where) if where else ''}"  # noqa: S608 - ours
        " ORDER BY domain, type, verified DESC, score DESC, urlkey LIMIT ? OFFSET ?",
        [*([domain] if domain else []), PAGE + 1, (page - 1) * PAGE],
    ).fetchall()
    read = [(row[0], row[1], one) for row in rows if (one := _readable(public_url, row[2:])) is not None]
    groups = groupby(read, key=lambda row: (row[0], row[1].lower()))
    return [Group(*key, [one for *_, one in members]) for key, members in groups], len(rows) - len(read)


def _readable(public_url: str, row: Sequence[Any]) -> CandidateRow | None:
    try:
        return _row(public_url, row)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, OverflowError):
        return None  # another program wrote it: the others are shown


def _row(public_url: str, row: Sequence[Any]) -> CandidateRow:
    url, language, score, first, last, seen, verified, decision, decided = row
    return CandidateRow(
        url,
        language,
        round(100 * min(max(float(score), 0), 1)),
        _moment(first),
        _moment(last),
        _capture(public_url, url, first),
        _capture(public_url, url, last),
        [
            Sighting(
                _text(piece["source"]),
                _text(piece["url"]),
                _text(piece["text"]),
                _moment(piece["timestamp"]),
                _capture(public_url, _text(piece["url"]), piece["timestamp"]),
            )
            for piece in sorted(json.loads(seen), key=lambda piece: piece["source"] != "home page")
        ],
        bool(verified),
        decision,
        decided,
    )


def _text(value: object) -> str:
    """Return a text of the evidence: JSON can hold halves of characters, and a page cannot."""
    return str(value).encode("utf-8", "replace").decode()


def _moment(timestamp: object) -> str | None:
    if not isinstance(timestamp, str) or not _TIMESTAMP.fullmatch(timestamp):
        return None
    moment = timestamps.moment(timestamp)
    return moment.isoformat() if moment else None


def _capture(public_url: str, url: str, timestamp: object) -> CaptureAddresses | None:
    """Return where the archive shows a page; None for what is no page or no moment of it."""
    if _moment(timestamp) is None or not url.startswith(("http://", "https://")):
        return None
    return addresses(public_url, url, str(timestamp), None)
