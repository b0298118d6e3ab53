"""How long policies were, and how easy to read, in each year or quarter: the median, and the quartiles around it.

The text that counts of a policy is the one of `output.in_force`. Texts are read for it, and that takes a millisecond
each: a page measures a sample of the policies, always the same ones, with all their texts; the command measures all.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Literal

from crawler.errors import PolicytrailError
from crawler.text.readability import FORMULAS, UNSPACED, measure, reading_ease
from output.in_force import Scope, in_force, numbers
from output.trends import FEW
from pipelines.corpus.documents import body_of

What = Literal["length", "ease"]

_MIXED = 2654435761
"""Knuth's multiplier: policies in the order of their ids times this, modulo 2^32, are as good as drawn at random."""


@dataclass(frozen=True, slots=True)
class MeasurePoint:
    """What was measured in a period."""

    period: int
    policies: int
    """How many policies were measured."""
    low: float
    """The lower quartile."""
    median: float
    high: float
    """The upper quartile."""

    @property
    def is_few(self) -> bool:
        """Whether so few policies were measured that the median says little."""
        return self.policies < FEW


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure over all periods, the earliest first."""

    scope: Scope
    what: What
    language: str
    """The language of the texts whose ease was measured: each has a formula of its own. Empty for lengths."""
    points: list[MeasurePoint]
    policies: int
    """How many policies were looked at, of `of`."""
    of: int
    left_out: dict[str, int]
    """How many texts were left out, by language; empty for an unknown one."""
    short: int
    """How many texts are too short for a score, or none that Policytrail writes."""

    @property
    def is_sample(self) -> bool:
        """Whether some policies were not looked at."""
        return self.policies < self.of


def measured(conn: sqlite3.Connection, scope: Scope, what: What, most: int | None = None) -> Measured:
    """Measure the texts in force; of so many policies that they have at most ``most`` texts, and of one at least."""
    sampled, of = _sample(conn, scope, most)
    sql, values = in_force(scope, sampled)
    rows = conn.execute(
        f"WITH {sql} SELECT i.document, i.begins, i.ends, count(*) FROM in_force i GROUP BY 1, 2, 3",  # noqa: S608
        values,
    ).fetchall()
    languages = dict(_languages(conn, sorted({row[0] for row in rows})))
    texts: Counter[str] = Counter()
    for document, _, _, policies in rows:
        texts[languages.get(document, "")] += policies
    wanted = _wanted(what, scope, texts)
    values_of = _Values(conn, what, languages, wanted)
    found: dict[int, list[float]] = defaultdict(list)
    for document, begins, ends, policies in rows:
        if (value := values_of[document]) is not None:
            for number in numbers(begins, ends, scope):
                found[number] += [value] * policies
    points = [_point(number, found[number]) for number in sorted(found)]
    return Measured(scope, what, wanted, points, len(sampled), of, dict(values_of.left_out), values_of.short)


def _sample(conn: sqlite3.Connection, scope: Scope, most: int | None) -> tuple[list[int], int]:
    """Return the policies to look at, and how many there are."""
    sql, values = in_force(scope)
    rows = conn.execute(
        f"WITH {sql} SELECT policy, count(DISTINCT document), count(*) OVER () FROM in_force GROUP BY policy"  # noqa: S608
        f" ORDER BY (policy * {_MIXED}) & 4294967295, policy LIMIT ?",
        [*values, -1 if most is None else most],
    ).fetchall()
    taken: list[int] = []
    texts = 0
    for policy, documents, _ in rows:
        texts += documents
        if most is not None and taken and texts > most:
            break
        taken.append(policy)
    return taken, rows[0][2] if rows else 0


def _languages(conn: sqlite3.Connection, documents: Sequence[str]) -> Iterator[tuple[str, str]]:
    rows = conn.execute(
        "SELECT d.hash, d.language FROM json_each(?) j CROSS JOIN documents d ON d.hash = j.value",
        [json.dumps(documents)],
    )
    return ((document, language or "") for document, language in rows.fetchall())


def _wanted(what: What, scope: Scope, texts: Counter[str]) -> str:
    """Return the language to measure the ease of: the one asked for, else the one with a formula most texts are in."""
    if what == "length":
        return ""
    return scope.language or max(FORMULAS, key=lambda language: texts[language])


class _Values(dict[str, float | None]):
    """The measures of documents by hash, each read once; and which are left out."""

    def __init__(self, conn: sqlite3.Connection, what: What, languages: dict[str, str], wanted: str) -> None:
        super().__init__()
        self._conn, self._what, self._languages, self._wanted = conn, what, languages, wanted
        self.left_out: Counter[str] = Counter()
        self.short = 0

    def __missing__(self, document: str) -> float | None:
        self[document] = value = self._measured(document, self._languages.get(document, ""))
        return value

    def _measured(self, document: str, language: str) -> float | None:
        has_measure = language not in UNSPACED if self._what == "length" else language == self._wanted in FORMULAS
        if not has_measure:
            self.left_out[language] += 1
            return None
        try:
            text = measure(body_of(self._conn, document), language)
        except PolicytrailError:
            text = None
        value = None if text is None else text.words if self._what == "length" else reading_ease(text, language)
        self.short += value is None
        return value


def _point(number: int, values: list[float]) -> MeasurePoint:
    low, median, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return MeasurePoint(number, len(values), low, median, high)
