"""How a corpus fares, for a monitor: how its last run went, when one went well, and how new its captures are.

A monitor wakes somebody, so it is told that something is wrong only where somebody has to act: the corpus cannot be
read, the last run did nothing or died, or no run went well for longer than the monitor allows. A run that did its work
in part (one policy of many failed) or that somebody interrupted is named, and is no alarm: the next one goes on.
"""

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datasette.utils import sqlite_timelimit

from crawler.version import policytrail_version
from output.site.overview import RUNNING
from pipelines.corpus.lock import is_abandoned

_BAD = {"failed": "The last run could do nothing.", "killed": "The last run ended without a word, as if it was killed."}
_WELL = ("complete", "partial")
_MAX_MILLISECONDS = 2_000
"""For the newest capture: of 1,000,000 snapshots it takes some 100 ms (2026-11), and is looked for after a write."""
_NEWEST: dict[tuple[str, int], tuple[int, str | None]] = {}
"""By file and connection: the newest capture, and the version of the data in which it was found, as the connection
counts versions. Connections of pages last as long as the site.
"""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the spider. Times are ISO 8601, UTC."""

    status: str
    started: str
    finished: str | None


@dataclass(frozen=True, slots=True)
class Health:
    """What a monitor is told."""

    status: str
    """ok, partial, interrupted, none (no run is known), failed, killed, stale, or unreadable."""
    problem: str | None = None
    """What is wrong, as a sentence; None if nothing is."""
    last_run: Run | None = None
    """The last one that ended."""
    running_since: str | None = None
    age_seconds: int | None = None
    """Seconds since a run last ended well (complete or partial); None if none has."""
    newest_capture: str | None = None
    schema: str | None = None
    """The corpus's last migration."""

    @property
    def http_status(self) -> int:
        """200 if all is well, else 503."""
        return 503 if self.problem else 200

    @property
    def as_json(self) -> dict[str, Any]:
        """What the page says."""
        run = self.last_run
        return {
            "status": self.status,
            "problem": self.problem,
            "last_run": run and {"status": run.status, "started": run.started, "finished": run.finished},
            "running_since": self.running_since,
            "age_seconds": self.age_seconds,
            "newest_capture": self.newest_capture,
            "schema": self.schema,
            "version": policytrail_version(),
        }


def health(conn: sqlite3.Connection, now: datetime, max_age: int | None = None) -> Health:
    """Return how a corpus fares; ``max_age`` are the seconds after which a run that went well is too long ago."""
    file = conn.execute("PRAGMA database_list").fetchone()[2]
    runs = [Run(*row) for row in conn.execute("SELECT status, started, finished FROM crawls ORDER BY id DESC LIMIT 2")]
    running_since = None
    if runs and runs[0].status == RUNNING:
        current = runs.pop(0)
        if is_abandoned(Path(file)):
            runs.insert(0, Run("killed", current.started, None))
        else:
            running_since = current.started
    last = runs[0] if runs else None
    age = _age(conn, now)
    status, problem = _judged(last, age, max_age)
    return Health(status, problem, last, running_since, age, _newest_capture(conn, file), _schema(conn))


def _judged(last: Run | None, age: int | None, max_age: int | None) -> tuple[str, str | None]:
    if last is not None and last.status in _BAD:
        return last.status, _BAD[last.status]
    if max_age is not None and (age is None or age > max_age):
        told = "No run has gone well yet." if age is None else f"The last run that went well ended {age:,} s ago."
        return "stale", f"{told} The monitor allows {max_age:,} s."
    return ("none" if last is None else "ok" if last.status == "complete" else last.status), None


def _age(conn: sqlite3.Connection, now: datetime) -> int | None:
    row = conn.execute(
        f"SELECT finished FROM crawls WHERE status IN ({', '.join('?' * len(_WELL))}) AND finished IS NOT NULL"  # noqa: S608 - question marks
        " ORDER BY id DESC LIMIT 1",
        _WELL,
    ).fetchone()
    if row is None:
        return None
    finished = datetime.fromisoformat(row[0])
    return max(0, int((now - (finished if finished.tzinfo else finished.replace(tzinfo=UTC))).total_seconds()))


def _newest_capture(conn: sqlite3.Connection, file: str) -> str | None:
    """Return when the newest capture was made; None if there is none, or it takes too long to find it."""
    ((version,),) = conn.execute("PRAGMA data_version").fetchall()
    known = _NEWEST.get((file, id(conn)))
    if known is not None and known[0] == version:
        return known[1]
    newest = None
    with suppress(sqlite3.OperationalError), sqlite_timelimit(conn, _MAX_MILLISECONDS):
        sql = "SELECT max((SELECT max(captured) FROM snapshots s WHERE s.policy = p.id)) FROM policies p"
        newest = conn.execute(sql).fetchone()[0]
        _NEWEST[file, id(conn)] = version, newest
    return newest


def _schema(conn: sqlite3.Connection) -> str | None:
    row = conn.execute("SELECT name FROM _sqlite_migrations ORDER BY name DESC LIMIT 1").fetchone()
    return str(row[0]) if row else None
