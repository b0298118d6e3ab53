"""Which text each policy had in each year or quarter, as far as captures show it: the SQL that trends are counted with.

A policy is *seen* in a period if some revision of it touches the period, from its first capture to its last: between
two captures of one text nothing speaks against it. Between two revisions nobody saw the policy, and nothing is claimed.
Of the revisions in a period the last one counts, so that each policy counts once, and figures of neighbouring periods
compare like those of year ends. A text that came before the last one of the period counts in an earlier period or not
at all: it would have a policy say what it had given up.

What is no text of the policy does not count: revisions that captures of another page or of an empty shell make, or
truncated captures alone. Where texts take turns at the end of a period, all of them are in force.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pipelines.corpus.revisions import ANOTHER_PAGE, TRUNCATED
from pipelines.corpus.views import MUCH_SHORTER

By = Literal["year", "quarter"]

FIRST_YEAR, LAST_YEAR = 1990, 2199
"""Years that there can be captures of: a corpus that somebody else wrote may name others, without end."""
_PERIODS: dict[By, str] = {
    "year": "CAST(substr({0}, 1, 4) AS INTEGER)",
    "quarter": "CAST(substr({0}, 1, 4) AS INTEGER) * 4 + (CAST(substr({0}, 6, 2) AS INTEGER) - 1) / 3",
}
# A text that truncated captures show, and others too, is whole: see `pipelines.corpus.revisions`. With a plus, so that
# the document's snapshots are looked at, and not all that were fetched.
_NO_TEXTS = f"""SELECT r.id FROM doubts o CROSS JOIN snapshots s ON s.id = o.snapshot
        CROSS JOIN revisions r ON r.policy = o.policy AND r.document = s.document
            AND o.captured BETWEEN r.first_captured AND r.last_captured
    WHERE o.reason IN ('{ANOTHER_PAGE}', '{MUCH_SHORTER}', '{TRUNCATED}') AND (o.reason <> '{TRUNCATED}' OR NOT EXISTS (
        SELECT 1 FROM snapshots w WHERE w.document = s.document AND w.policy = s.policy AND +w.state = 'fetched'
            AND NOT EXISTS (SELECT 1 FROM doubts d WHERE d.snapshot = w.id AND d.reason = '{TRUNCATED}')))"""  # noqa: S608
_TURNING = """SELECT r.id, v.id AS variant FROM variants v CROSS JOIN revisions r ON r.policy = v.policy
        AND r.first_captured BETWEEN v.first_captured AND v.last_captured AND r.last_captured <= v.last_captured
    WHERE EXISTS (SELECT 1 FROM variant_texts t WHERE t.variant = v.id AND t.document = r.document)"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which policies count, and by what periods. Empty means all."""

    vendor: str = ""
    type: str = ""
    language: str = ""
    """The language (ISO 639-1) that the text in force is in."""
    by: By = "year"
    one_in: int = 1
    """Of so many policies one counts: in a corpus that is too large to count all."""


class Query(NamedTuple):
    """SQL and its values."""

    sql: str
    values: list[str]


def period(scope: Scope, column: str) -> str:
    """Return the SQL for the number of the period in which a moment (ISO 8601) lies."""
    return _PERIODS[scope.by].format(column)


def in_force(scope: Scope, policies: Sequence[int] | None = None) -> Query:
    """Return common table expressions, up to `in_force`: which revision (id, policy, document) was a policy's last one
    in the periods from ``begins`` to ``ends``, and the period of turns (variant) that it belongs to.

    ``policies`` narrows the scope to some, by their ids.
    """
    # With a plus, so that the index of policies is read, and not that of times: in its order, policies are far apart.
    where, values = "+r.first_captured >= '1990' AND +r.first_captured < '2200'", []
    for condition, value in (
        ("r.policy IN (SELECT id FROM policies WHERE vendor = ?)", scope.vendor),
        ("r.policy IN (SELECT id FROM policies WHERE type = ?)", scope.type),
        ("r.policy IN (SELECT value FROM json_each(?))", json.dumps(policies) if policies is not None else ""),
    ):
        if value:
            where += f" AND {condition}"
            values.append(value)
    if scope.one_in > 1:
        where += f" AND r.policy IN (SELECT id FROM policies WHERE id % {scope.one_in:d} = 0)"  # noqa: S608 - ours
    begins = period(scope, "r.first_captured")
    language = of_texts("SELECT l.rowid FROM documents l WHERE l.language = ?", scope, policies, "h")
    sql = f"""no_texts AS MATERIALIZED ({_NO_TEXTS}), turning AS MATERIALIZED ({_TURNING}),
held AS (
    SELECT r.id, r.policy, r.document, {begins} AS begins, {period(scope, "r.last_captured")} AS seen,
        ({_next(scope)}) AS next
    FROM revisions r WHERE {where} AND r.id NOT IN no_texts LIMIT -1 OFFSET 0
),
in_force AS (
    SELECT h.id, h.policy, h.document, h.begins, min(h.seen, coalesce(h.next - 1, h.seen)) AS ends, t.variant
    FROM held h LEFT JOIN turning t ON t.id = h.id
    WHERE (h.next IS NULL OR h.begins < h.next) {f"AND {language}" if scope.language else ""}
)"""  # noqa: S608 - ours
    return Query(sql, values + ([scope.language] if scope.language else []))


def _next(scope: Scope) -> str:
    """Return the SQL for the period in which the revision after one of a policy begins.

    A look at the index for each revision takes two thirds of the time of a window function (2026-11), as long as SQLite
    does it once for each: so the query around it has an OFFSET, which keeps it from being taken apart.
    """
    return (
        f"SELECT {period(scope, 'q.first_captured')} FROM revisions q WHERE q.policy = r.policy"  # noqa: S608 - ours
        " AND (q.first_captured, q.id) > (r.first_captured, r.id) AND q.first_captured < '2200'"
        " AND q.id NOT IN no_texts ORDER BY q.first_captured, q.id LIMIT 1"
    )


def in_force_in(scope: Scope, number: int) -> Query:
    """Return the same for one period: `in_force` has the revisions (id, policy, document, variant) that count in it.

    For each policy one revision is looked up, which takes a fifth of the time that it takes to look at all of them.
    """
    where, values = "1", []
    for condition, value in (("p.vendor = ?", scope.vendor), ("p.type = ?", scope.type)):
        if value:
            where += f" AND {condition}"
            values.append(value)
    if scope.one_in > 1:
        where += f" AND p.id % {scope.one_in:d} = 0"
    language = of_texts("SELECT l.rowid FROM documents l WHERE l.language = ?", scope, (), "r")
    sql = f"""no_texts AS MATERIALIZED ({_NO_TEXTS}), turning AS MATERIALIZED ({_TURNING}),
in_force AS (
    SELECT r.id, r.policy, r.document, t.variant
    FROM policies p CROSS JOIN revisions r ON r.id = (
        SELECT q.id FROM revisions q WHERE q.policy = p.id AND q.first_captured < ? AND q.id NOT IN no_texts
        ORDER BY q.first_captured DESC, q.id DESC LIMIT 1)
    LEFT JOIN turning t ON t.id = r.id
    WHERE {where} AND r.last_captured >= ? {f"AND {language}" if scope.language else ""}
)"""  # noqa: S608 - ours
    begins, ends = _begins(number, scope.by), _begins(number + 1, scope.by)
    return Query(sql, [ends, *values, begins, *([scope.language] if scope.language else [])])


def _begins(number: int, by: By) -> str:
    """Return how the moments of a period begin, as text to compare with."""
    return f"{number:04}" if by == "year" else f"{number // 4:04}-{number % 4 * 3 + 1:02}"


def of_texts(rows: str, scope: Scope, policies: Sequence[int] | None = None, of: str = "i") -> str:
    """Return the SQL condition that a revision ``of`` has one of the documents whose rowids an SQL query gives.

    Where most revisions are looked at, those of the documents are read in the order of the hashes, from two indexes: to
    look up the document of each would take three times as long. Where few are, it is the other way round.
    """
    if scope.vendor or scope.one_in > 1 or policies is not None:
        return f"(SELECT d.rowid FROM documents d WHERE d.hash = {of}.document) IN ({rows})"  # noqa: S608 - ours
    return (
        f"{of}.id IN (SELECT r.id FROM documents d INDEXED BY idx_documents_hash_extractor"  # noqa: S608 - ours
        " CROSS JOIN revisions r INDEXED BY idx_revisions_document ON r.document = d.hash"
        f" WHERE d.rowid IN ({rows}))"
    )


def numbers(begins: int, ends: int, scope: Scope) -> range:
    """Return the periods from one to another, without years that there can be no captures of."""
    a_year = 1 if scope.by == "year" else 4
    return range(max(begins, FIRST_YEAR * a_year), min(ends, LAST_YEAR * a_year + a_year - 1) + 1)


def name(number: int, by: By) -> str:
    """Return what a period is called: 2019, or 2019-Q2."""
    return str(number) if by == "year" else f"{number // 4}-Q{number % 4 + 1}"


def number_of(name: str, by: By) -> int | None:
    """Return the number of the period that is called so; None if none is."""
    year, _, quarter = name.partition("-Q")
    if not (len(year) == 4 and year.isascii() and year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR):
        return None
    if by == "year":
        return None if quarter or "-" in name else int(year)
    return int(year) * 4 + int(quarter) - 1 if quarter in {"1", "2", "3", "4"} else None


def languages(conn: sqlite3.Connection) -> Sequence[str]:
    """Return the languages of the corpus's texts (ISO 639-1)."""
    # From one to the next by the index: to read it whole takes long where there are many texts.
    rows = conn.execute(
        "WITH RECURSIVE l (language) AS (SELECT min(language) FROM documents UNION ALL"
        " SELECT (SELECT min(d.language) FROM documents d WHERE d.language > l.language) FROM l"
        " WHERE l.language IS NOT NULL) SELECT language FROM l WHERE language IS NOT NULL LIMIT 200"
    )
    return [row[0] for row in rows.fetchall()]
