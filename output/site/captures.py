"""The captures at both ends of a revision, which prove what it says and when: for links to them, and to cite them."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from output.site.overview import Changed
from pipelines.corpus.bad_rows import BadRows, check_texts, check_times, kept, revision_name
from pipelines.corpus.citation import CaptureAddresses, addresses, origin_name

_MOST = 500
"""Revisions that one statement asks for: SQLite allows some thousands of values."""


@dataclass(frozen=True, slots=True)
class ShownBy:
    """A snapshot that shows a text. ``captured`` is ISO 8601, UTC."""

    captured: str
    url: str
    digest: str | None
    origin: str
    """Who recorded it, in words, if it was imported."""
    at: CaptureAddresses | None
    """Where the archive has it; None if it was imported."""
    document: str
    """The hash of the text."""


class Bounds(NamedTuple):
    """The first and the last snapshot that show a revision."""

    first: ShownBy
    last: ShownBy


def bounds_of(
    conn: sqlite3.Connection, revisions: Sequence[int], public_url: str, bad: BadRows | None = None
) -> dict[int, Bounds]:
    """Return the bounds of revisions, by their ids."""
    found: dict[int, Bounds] = {}

    def read(row: tuple[Any, ...]) -> tuple[int, Bounds]:
        id_, document, *both = row
        return id_, Bounds(*(_shown_by(public_url, document, both[at : at + 5]) for at in (0, 5)))

    for start in range(0, len(revisions), _MOST):
        ids = list(revisions[start : start + _MOST])
        rows = conn.execute(
            "SELECT r.id, r.document, f.captured, f.url, f.timestamp, f.digest, f.origin,"  # noqa: S608 - question marks
            " l.captured, l.url, l.timestamp, l.digest, l.origin"
            " FROM revisions r JOIN snapshots f ON f.id = r.first_snapshot JOIN snapshots l ON l.id = r.last_snapshot"
            f" WHERE r.id IN ({', '.join('?' * len(ids))})",
            ids,
        )
        found |= kept(rows.fetchall(), read, lambda row: revision_name(conn, row[0]), bad)
    return found


def bounds_of_changes(
    conn: sqlite3.Connection, changes: Sequence[Changed], public_url: str, bad: BadRows | None = None
) -> dict[int, Bounds]:
    """Return the bounds of the revisions before and after changes, by their ids."""
    return bounds_of(conn, [id_ for change in changes for id_ in (change.before, change.revision)], public_url, bad)


def _shown_by(public_url: str, document: str, snapshot: Sequence[str]) -> ShownBy:
    captured, url, timestamp, digest, origin = snapshot
    named = {"snapshot's captured": captured, "snapshot's url": url, "snapshot's timestamp": timestamp}
    check_times(named, ["snapshot's captured"])
    check_texts(named, named)
    at = addresses(public_url, url, timestamp, origin)
    return ShownBy(captured, url, digest, origin_name(origin), at, document)
