"""What share of the policies seen in each year or quarter says a phrase: counts, and the policies behind each.

A phrase is what the site's search takes: all words must stand in a text, quotes as they are. Which text of a policy
counts in a period is defined in `output.in_force`.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from output.in_force import By, Scope, in_force, in_force_in, name, numbers, of_texts, period
from output.site.matching import matcher

FEW = 10
"""Policies: a share of fewer is marked. One policy more or less moves it by 10 points and more."""
LONGEST_PHRASE = 500
"""Characters, as in a search."""
_NOTHING = "SELECT 0 WHERE 0"


@dataclass(frozen=True, slots=True)
class Point:
    """A phrase in a period."""

    period: int
    policies: int
    """How many policies were seen."""
    saying: int
    """How many of them say it."""

    @property
    def share(self) -> float:
        """The share of policies that say it, 0 to 1."""
        return self.saying / self.policies

    @property
    def is_few(self) -> bool:
        """Whether so few policies were seen that the share says little."""
        return self.policies < FEW


@dataclass(frozen=True, slots=True)
class Trend:
    """A phrase over all periods in which a policy was seen, the earliest first."""

    phrase: str
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Trends:
    """Some phrases, counted over the same policies."""

    scope: Scope
    """As it was counted: where that is of a sample, ``one_in`` tells."""
    trends: list[Trend]
    seen: dict[int, int]
    """How many policies were seen in each period, the earliest first."""

    @property
    def by(self) -> By:
        """What the periods are."""
        return self.scope.by

    def period(self, number: int) -> str:
        """Return what a period is called."""
        return name(number, self.scope.by)


class Saying(NamedTuple):
    """A policy that says a phrase in a period, and the revision and document that have it."""

    policy: int
    vendor: str
    type: str
    revision: int
    document: str


def count(conn: sqlite3.Connection, scope: Scope, phrases: Sequence[str]) -> Trends:
    """Count phrases. One without a word to look for is said by nobody: see `has_words`.

    Raises `sqlite3.OperationalError` where it is interrupted: `in_time` has a limit.
    """
    found = [_Rows.of(conn, scope, phrase) for phrase in phrases]
    sql, values = in_force(scope)
    sums = "".join(f", sum({of_texts(one.sql, scope)})" for one in found)
    rows = conn.execute(
        f"WITH {sql} SELECT i.begins, i.ends, i.variant, count(*){sums} FROM in_force i GROUP BY 1, 2, 3",  # noqa: S608
        [*values, *(value for one in found for value in one.values)],
    ).fetchall()
    turns = _Turns(conn, scope, found, {row[2] for row in rows} - {None})
    seen: Counter[int] = Counter()
    saying: list[Counter[int]] = [Counter() for _ in phrases]
    for begins, ends, variant, policies, *having in rows:
        for number in numbers(begins, ends, scope):
            seen[number] += policies
            for at, those in enumerate(having):
                saying[at][number] += those if variant is None else policies * turns.say(variant, at, number)
    in_order = dict(sorted(seen.items()))
    trends = [
        Trend(phrase, [Point(number, policies, counted[number]) for number, policies in in_order.items()])
        for phrase, counted in zip(phrases, saying, strict=True)
    ]
    return Trends(scope, trends, in_order)


def has_words(conn: sqlite3.Connection, phrase: str) -> bool:
    """Tell whether a phrase has a word or sign to look for."""
    return matcher(conn, phrase) is not None


def behind(
    conn: sqlite3.Connection, scope: Scope, phrase: str, number: int, *, limit: int, offset: int = 0
) -> tuple[Point, list[Saying]]:
    """Return a phrase in a period, and some of the policies that say it, by vendor and type.

    For an empty phrase these are all that were seen.
    """
    rows = _Rows.of(conn, scope, phrase) if phrase else None
    sql, values = in_force_in(scope, number)
    says, more = "1", []
    if rows is not None:
        has = of_texts(rows.sql, scope, ())
        says = (
            f"CASE WHEN i.variant IS NULL THEN {has} ELSE EXISTS (SELECT 1 FROM variant_texts t"  # noqa: S608 - ours
            f" WHERE t.variant = i.variant AND {period(scope, 't.first_captured')} <= ?"
            f" AND {period(scope, 't.last_captured')} >= ? AND {_of_turns(rows.sql)}) END"
        )
        more = [*rows.values, number, number, *rows.values]
    seen, saying = conn.execute(
        f"WITH {sql} SELECT count(*), coalesce(sum({says}), 0) FROM in_force i",  # noqa: S608 - ours
        [*values, *more],
    ).fetchone()
    found = conn.execute(
        f"WITH {sql} SELECT i.policy, p.vendor, p.type, i.id, i.document, i.variant FROM in_force i"  # noqa: S608 - ours
        f" JOIN policies p ON p.id = i.policy WHERE {says} ORDER BY p.vendor, p.type LIMIT ? OFFSET ?",
        [*values, *more, limit, offset],
    ).fetchall()
    listed = [
        Saying(*row)
        if variant is None or rows is None
        else _in_turn(conn, scope, Saying(*row), variant=variant, number=number, rows=rows)
        for *row, variant in found
    ]
    return Point(number, seen, saying), listed


def _in_turn(
    conn: sqlite3.Connection, scope: Scope, found: Saying, *, variant: int, number: int, rows: "_Rows"
) -> Saying:
    """Return the last turn in a period whose text has a phrase."""
    turn = conn.execute(
        "SELECT r.id, r.document FROM variant_texts t JOIN revisions r ON r.policy = ? AND r.document = t.document"  # noqa: S608 - ours
        f" WHERE t.variant = ? AND {period(scope, 'r.first_captured')} <= ?"
        f" AND {_of_turns(rows.sql)}"
        " ORDER BY r.id = ? DESC, r.first_captured DESC LIMIT 1",
        [found.policy, variant, number, *rows.values, found.revision],
    ).fetchone()
    return found._replace(revision=turn[0], document=turn[1]) if turn else found


class _Rows(NamedTuple):
    """SQL, with its values, for the rowids of the documents that a phrase stands in."""

    sql: str
    values: list[str]

    @classmethod
    def of(cls, conn: sqlite3.Connection, scope: Scope, phrase: str) -> "_Rows":
        """Return where a phrase stands; documents that SQL cannot tell from others are read."""
        match = matcher(conn, phrase)
        if match is None:
            return cls(_NOTHING, [])
        if match.found_is_had:
            return cls(match.rows, match.values)
        candidates = conn.execute(f"{match.rows}{_sampled(scope)}", match.values).fetchall()
        had = [rowid for (rowid,) in candidates if match.has(conn, rowid)]
        return cls("SELECT value FROM json_each(?)", [json.dumps(had)])


def _sampled(scope: Scope) -> str:
    if scope.one_in == 1:
        return ""
    return (
        " AND d.hash IN (SELECT r.document FROM revisions r"  # noqa: S608 - a number
        f" WHERE r.policy IN (SELECT id FROM policies WHERE id % {scope.one_in:d} = 0))"
    )


def _of_turns(rows: str) -> str:
    return f"(SELECT d.rowid FROM documents d WHERE d.hash = t.document) IN ({rows})"  # noqa: S608 - ours


class _Turns:
    """Which phrases stand in texts that take turns, and when."""

    def __init__(self, conn: sqlite3.Connection, scope: Scope, found: Sequence[_Rows], variants: set[int]) -> None:
        self._texts: dict[int, list[tuple[int, ...]]] = {}
        if not variants or not found:
            return
        has = "".join(f", {_of_turns(one.sql)}" for one in found)
        rows = conn.execute(
            f"SELECT t.variant, {period(scope, 't.first_captured')}, {period(scope, 't.last_captured')}{has}"  # noqa: S608
            " FROM json_each(?) v CROSS JOIN variant_texts t ON t.variant = v.value",
            [*(value for one in found for value in one.values), json.dumps(sorted(variants))],
        )
        for variant, *text in rows.fetchall():
            self._texts.setdefault(variant, []).append(tuple(text))

    def say(self, variant: int, phrase: int, number: int) -> bool:
        """Tell whether a text of a period of turns has a phrase, by its place, and was served in a period."""
        return any(first <= number <= last and having[phrase] for first, last, *having in self._texts.get(variant, ()))
