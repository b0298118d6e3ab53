"""The runs of a corpus and what it holds, as Prometheus reads them (text format 0.0.4)."""

import math
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from crawler.model import LEGIBLE
from crawler.version import policytrail_version

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_STATUSES = ("complete", "partial", "failed", "interrupted", "killed", "running")
_STATES = (*LEGIBLE, "listed", "rejected", "failed")
_MOST = 50
"""Values of a label: a monitor keeps a series for each. The rest counts as "other"."""
_MAX_LABEL = 200

Sample = tuple[dict[str, str], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric with its samples, each with its labels."""

    name: str
    kind: Literal["counter", "gauge"]
    help: str
    samples: list[Sample] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield its lines; none if it has no sample."""
        if self.samples:
            yield f"# HELP {self.name} {self.help}"
            yield f"# TYPE {self.name} {self.kind}"
        for labels, value in self.samples:
            shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
            yield f"{self.name}{f'{{{shown}}}' if shown else ''} {_number(value)}"


def exposition(conn: sqlite3.Connection) -> str:
    """Return all metrics of a corpus."""
    return "".join(f"{line}\n" for metric in _metrics(conn) for line in metric.lines())


def _metrics(conn: sqlite3.Connection) -> Iterable[Metric]:
    yield Metric("policytrail_info", "gauge", "Policytrail's version.", [({"version": policytrail_version()}, 1)])
    yield from _runs(conn)
    yield from _last_run(conn)
    (policies,) = conn.execute("SELECT count(*) FROM policies").fetchone()
    yield Metric("policytrail_policies", "gauge", "Policies in the corpus.", [({}, policies)])
    held = dict(conn.execute("SELECT what, total(count) FROM yearly GROUP BY what LIMIT 100").fetchall())
    yield Metric("policytrail_revisions", "gauge", "Revisions in the corpus.", [({}, held.get("revision", 0))])
    yield Metric(
        "policytrail_snapshots",
        "gauge",
        "Snapshots in the corpus, by what is known of them.",
        [({"state": state}, held.get(state, 0)) for state in _STATES],
    )


def _runs(conn: sqlite3.Connection) -> Iterable[Metric]:
    runs = dict(conn.execute("SELECT status, count(*) FROM crawls GROUP BY status LIMIT 100").fetchall())
    yield Metric(
        "policytrail_runs_total",
        "counter",
        "Runs of the spiders, by how they ended.",
        [({"status": status}, runs.get(status, 0)) for status in _STATUSES],
    )
    sums = conn.execute("SELECT total(asked), total(received), total(stored), total(refused) FROM crawls").fetchone()
    for name, told, value in zip(
        ("requests", "rows_received", "rows_stored", "rows_refused"),
        (
            "Requests sent to the archive, repeated ones included.",
            "Rows of the archive's listings.",
            "Rows of the archive's listings that were new snapshots.",
            "Rows of the archive's listings that were no snapshots.",
        ),
        sums,
        strict=True,
    ):
        yield Metric(f"policytrail_{name}_total", "counter", told, [({}, value)])
    yield Metric(
        "policytrail_rows_refused_by_reason_total",
        "counter",
        "Rows of the archive's listings that were no snapshots, by why.",
        _by_reason(conn, "row"),
    )
    yield Metric(
        "policytrail_snapshots_answered_total",
        "counter",
        "Snapshots that were asked for, by what became of them: a state, or why it was rejected or failed.",
        _by_reason(conn, "snapshot"),
    )


def _by_reason(conn: sqlite3.Connection, what: str) -> list[Sample]:
    rows = conn.execute(
        "SELECT reason, total(count) AS sum FROM crawl_counts WHERE what = ? GROUP BY reason ORDER BY sum DESC, reason",
        [what],
    )
    counts: dict[str, float] = {}
    for reason, count in rows:
        name = str(reason)[:_MAX_LABEL]
        name = name if name in counts or len(counts) < _MOST else "other"
        counts[name] = counts.get(name, 0) + count
    return [({"reason": reason}, count) for reason, count in sorted(counts.items())]


def _last_run(conn: sqlite3.Connection) -> Iterable[Metric]:
    row = conn.execute("SELECT status, started, finished FROM crawls ORDER BY id DESC LIMIT 1").fetchone()
    if row is None:
        return
    status, started, finished = row
    yield Metric(
        "policytrail_last_run_status",
        "gauge",
        "How the last run went: 1 for its status.",
        [({"status": one}, int(one == status)) for one in _STATUSES],
    )
    begin, end = _seconds(started), _seconds(finished)
    told = "When the last run {}, in seconds since 1970."
    if begin is not None:
        yield Metric("policytrail_last_run_start_timestamp_seconds", "gauge", told.format("started"), [({}, begin)])
    if begin is not None and end is not None:
        yield Metric("policytrail_last_run_end_timestamp_seconds", "gauge", told.format("ended"), [({}, end)])
        yield Metric("policytrail_last_run_duration_seconds", "gauge", "How long it took.", [({}, max(0, end - begin))])


def _seconds(moment: object) -> float | None:
    try:
        when = datetime.fromisoformat(str(moment))
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "NaN"
    return str(int(value)) if value == int(value) else repr(value)


def _escaped(text: str) -> str:
    clean = text.encode("utf-8", "replace").decode()
    return clean.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n").replace("\r", " ")
