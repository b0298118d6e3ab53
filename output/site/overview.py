"""What a corpus holds: how much, how fresh, from which years, and what changed last."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from crawler.errors import CorpusRowError
from crawler.model import LEGIBLE
from output.site.change_filter import ChangeFilter
from output.site.history import Doubts, PolicyRow, doubts_about
from output.site.turns import TurnsRow, turns_row
from pipelines.corpus.bad_rows import BadRows, check_texts, check_times, kept, revision_name
from pipelines.corpus.conclusions.variants import TOLD, turn_of
from pipelines.corpus.differences import Difference, stored
from pipelines.corpus.documents import TITLE
from pipelines.corpus.lock import is_abandoned
from pipelines.corpus.revisions import revision_names
from pipelines.corpus.views import BEFORE

_CHANGED = (
    f"SELECT r.id, r.policy, p.vendor, p.type, {TITLE}, r.document, r.first_captured,"  # noqa: S608 - ours
    " b.id, b.document, b.last_captured"
    " FROM revisions r LEFT JOIN policies p ON p.id = r.policy LEFT JOIN documents d ON d.hash = r.document"
    f" JOIN revisions b ON b.id = (SELECT q.id {BEFORE}) WHERE {{where}}"
    " ORDER BY r.first_captured DESC LIMIT ? OFFSET ?"
)
RUNNING, ABANDONED = "running", "stopped without a word"
"""How a crawl is that has not said how it ended, as far as is known of its process."""
_YEARS = range(1990, 2200)
"""Years that there can be captures of: a corpus that somebody else wrote may name others, without end."""
_IN_YEARS = f"r.first_captured >= '{_YEARS.start}' AND r.first_captured < '{_YEARS.stop}'"
_OUT_OF_YEARS = (
    f"SELECT r.id FROM revisions r WHERE r.first_captured IS NULL OR r.first_captured < '{_YEARS.start}'"  # noqa: S608
    f" OR r.first_captured >= '{_YEARS.stop}' LIMIT 100"
)
"""Revisions that cannot be put in an order of time: they would stand before or behind all others."""
SORTS = {
    "revisions": "revisions DESC",
    "first": "first_captured IS NULL, first_captured",
    "changed": "last_changed DESC",
    "seen": "last_captured DESC",
}
"""How a table of policies may be sorted besides by vendor: what addresses call it, and the SQL."""


class HistoryRow(NamedTuple):
    """How much is known of one policy. Times are ISO 8601, UTC; None if nothing is legible."""

    vendor: str
    type: str
    revisions: int
    first_captured: str | None
    last_captured: str | None
    last_changed: str | None
    snapshots: int


@dataclass(frozen=True, slots=True)
class YearCounts:
    """What the corpus has from one year."""

    year: int
    legible: int
    rejected: int
    unread: int
    revisions: int

    @property
    def snapshots(self) -> int:
        """All snapshots."""
        return self.legible + self.rejected + self.unread


@dataclass(frozen=True, slots=True)
class Changed:
    """A revision that replaced another."""

    policy: PolicyRow
    title: str
    name: str
    before_name: str
    changed_after: str
    first_captured: str
    change: Difference | None
    doubts: Doubts
    revision: int = 0
    before: int = 0
    """The ids of the revision and of the one that it replaced."""
    turns: TurnsRow | None = None
    """The period in which its text takes turns with others: its text is the newest of them."""
    flip: bool = False
    """Whether the two texts take turns, so that the vendor changed nothing."""
    began: "Changed | None" = None
    """The change with which the period of a flip began; None where there is none."""


def histories(
    conn: sqlite3.Connection,
    limit: int,
    *,
    starts: str = "",
    type: str = "",  # noqa: A002
    sort: str = "",
    page: int = 1,
    bad: BadRows | None = None,
) -> list[HistoryRow]:
    """Return a page of policies: those whose vendor starts so and of a type, by a column of `SORTS` (the vendor else).

    One more than ``limit`` tells that there are further pages.
    """
    where, values = "vendor >= ? AND vendor <= ?", [starts, starts + "\U0010ffff"]
    if type:
        where, values = f"{where} AND type = ?", [*values, type]
    order = f"{SORTS[sort]}, " if sort in SORTS else ""
    rows = conn.execute(
        "SELECT vendor, type, revisions, first_captured, last_captured, last_changed, snapshots"  # noqa: S608 - ours
        f" FROM histories WHERE {where} ORDER BY {order}vendor, type LIMIT ? OFFSET ?",
        [*values, limit + 1, (page - 1) * limit],
    )
    if bad is not None:
        unnamed = conn.execute("SELECT id FROM policies WHERE typeof(vendor) <> 'text' LIMIT 100")
        [*bad.kept(unnamed, _without_name, lambda row: f"policy {row[0]}")]
    return [*kept(rows, _history, lambda row: f"the history of {row[0]} {row[1]}", bad)]


def _without_name(row: tuple[int]) -> None:
    raise CorpusRowError("its vendor is no text")


def _history(row: tuple[Any, ...]) -> HistoryRow:
    found = HistoryRow(*row)
    named = found._asdict()
    check_texts(named, ("vendor", "type"))
    check_times(named, (name for name in ("first_captured", "last_captured", "last_changed") if named[name]))
    return found


def years(conn: sqlite3.Connection, bad: BadRows | None = None) -> list[YearCounts]:
    """Return the years from the first with a snapshot to the last."""
    rows = conn.execute("SELECT year, what, count FROM yearly")
    counted = kept(rows, lambda row: ((int(row[0]), row[1]), int(row[2])), lambda row: f"the count of {row[0]}", bad)
    counts = dict(counted)
    present = [year for (year, _), count in counts.items() if count and year in _YEARS]
    if not present:
        return []
    found = []
    for year in range(min(present), max(present) + 1):
        legible = sum(counts.get((year, state), 0) for state in LEGIBLE)
        unread = sum(counts.get((year, state), 0) for state in ("listed", "failed"))
        rejected, revisions = counts.get((year, "rejected"), 0), counts.get((year, "revision"), 0)
        found.append(YearCounts(year, legible, rejected, unread, revisions))
    return found


def types(conn: sqlite3.Connection) -> Sequence[str]:
    """Return the types of policies in the corpus."""
    return [row[0] for row in conn.execute("SELECT DISTINCT type FROM policies ORDER BY type LIMIT 100")]


def last_crawl(conn: sqlite3.Connection, bad: BadRows | None = None) -> tuple[str, str | None, str] | None:
    """Return when the latest crawl started and finished, and how it ended; None if there is none.

    A crawl that was killed, or could not write how it ended, is noted as running until the next one.
    """
    rows = conn.execute("SELECT id, started, finished, status FROM crawls ORDER BY id DESC LIMIT 100")
    row = next(kept(rows, _crawl, lambda row: f"crawl {row[0]}", bad), None)
    if row is None:
        return None
    started, finished, status = row
    if status == RUNNING and is_abandoned(Path(conn.execute("PRAGMA database_list").fetchone()[2])):
        status = ABANDONED
    return started, finished, status


def _crawl(row: tuple[Any, ...]) -> tuple[str, str | None, str]:
    named = dict(zip(("id", "started", "finished", "status"), row, strict=True))
    check_texts(named, ["status"])
    check_times(named, ["started"] if named["finished"] is None else ["started", "finished"])
    return row[1:]


def latest_changes(
    conn: sqlite3.Connection,
    limit: int,
    policies: Sequence[PolicyRow] | None = None,
    wanted: ChangeFilter | None = None,
    offset: int = 0,
    *,
    bad: BadRows | None = None,
) -> list[Changed]:
    """Return the latest changes of the corpus, or of some policies; a policy's first text is not a change.

    A period in which texts take turns has one entry, of the moment when its newest text appeared.
    """
    ids = [policy.id for policy in policies or ()]
    where = "1" if policies is None else f"r.policy IN ({', '.join('?' * len(ids))})"
    condition, values = wanted.condition if wanted else ("", [])
    rows = conn.execute(
        _CHANGED.format(where=f"{_IN_YEARS} AND {where} AND {TOLD}{condition}"), [*ids, *values, limit, offset]
    ).fetchall()
    names = {policy: revision_names(conn, policy) for policy in {row[1] for row in rows}}
    doubts = doubts_about(conn, [row[0] for row in rows])

    def read(row: tuple[Any, ...]) -> Changed:
        return _with_turns(conn, row[0], _change(conn, row, names[row[1]], doubts), names[row[1]])

    if bad is not None:
        [*bad.kept(conn.execute(_OUT_OF_YEARS), _without_time, lambda row: revision_name(conn, row[0]))]
    return [*kept(rows, read, lambda row: revision_name(conn, row[0]), bad)]


def _without_time(row: tuple[int]) -> None:
    raise CorpusRowError(f"its first_captured is no time of the years {_YEARS.start} to {_YEARS.stop - 1}")


def _with_turns(conn: sqlite3.Connection, revision: int, change: Changed, names: Mapping[int, str]) -> Changed:
    """Return a change to a revision, by its id, with the period that the revision belongs to."""
    turn = turn_of(conn, revision)
    if turn is None:
        return change
    row = turns_row(conn, turn.variant, names)
    first = conn.execute(_CHANGED.format(where="r.id = ?"), [row.served.texts[0].revision, 1, 0]).fetchone()
    began = _change(conn, first, names, doubts_about(conn, [first[0]])) if first else None
    if began and row.replaced:
        began = replace(began, before_name=row.replaced_name, change=row.replaced.change)
    if turn.flip or began is None:
        return replace(change, turns=row, flip=True, began=began)
    return replace(began, turns=row)


def _change(
    conn: sqlite3.Connection, row: Sequence[Any], names: Mapping[int, str], doubts: Mapping[int, Doubts]
) -> Changed:
    """Return a row as a change; ``names`` are those of the policy's revisions. Raises `CorpusRowError`."""
    revision, policy, vendor, type_, title, document, captured, before, document_before, changed_after = row
    check_texts({"vendor": vendor, "type": type_, "text's title": title}, ("vendor", "type", "text's title"))
    check_times({"first_captured": captured, "changed_after": changed_after}, ("first_captured", "changed_after"))
    if missing := next((one for one in (revision, before) if one not in names), None):
        raise CorpusRowError(f"the first snapshot of revision {missing} is missing")
    return Changed(
        PolicyRow(policy, vendor, type_),
        title,
        names[revision],
        names[before],
        changed_after,
        captured,
        stored(conn, document_before, document),
        doubts.get(revision, Doubts()),
        revision=revision,
        before=before,
    )
