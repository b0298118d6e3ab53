"""Which snapshots show another page in place of the policy: maintenance, an error, a dialog alone, the home page.

Such a text has next to nothing in common with the texts before and after it, these agree with each other, and it lasts
for a few captures. Where they do not agree, and at an end of the history, where one side is missing, it must be short
and have nothing of the policy besides, or read as no policy where the others read as policies; nor may it say of itself
that it is one. A policy that was taken down for weeks, or written anew, lasts; so it is a revision.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlite_utils import Database

from crawler.discovery.types import type_named
from crawler.extraction.rejection import phrases
from crawler.extraction.rejection.evidence import fold
from crawler.terms_types import terms_type
from crawler.text.another_page import Looks, have_lines_in_common, looks
from crawler.text.markdown import read_lines
from pipelines.corpus.differences import difference, identity_of
from pipelines.corpus.documents import body_of, size_of, title_of
from pipelines.corpus.revisions import legible

_CAPTURES = 3
_LASTS = timedelta(days=14)
"""It lasts for so many captures in a row, and so long from the first to the last of them: outages are of hours and
days; a month without the policy must show, however seldom it was captured. How long it was not captured at all says
nothing.
"""
_ALIKE = 0.3
"""The texts before and after agree if no more of their words changed, as in `differences.ALIKE`."""
_TURNS = 3
"""What is there so many times, long and under a heading of the policy, may be served in turn with it."""
_OPENING = 3
"""Lines in which a text says what it is."""
_LONG_NAME = 8
"""A shorter name that the list does not know as a policy's may stand anywhere."""
_PARTS = re.compile(r"\s+[-–—|·:]\s+|\|")
"""What stands between a page's name and its site's in a title."""
_NO_POLICY = 0.1
"""What the classifier takes for a policy with no more probability clearly is none: so it takes 2 of 1,050 policies, and
319 of 554 other pages (cross-validation, 2026-11). Of 140 texts of 14 real histories, none has less than 0.5.
"""
_TEXTS = 64
"""Texts whose phrases are held at a time: stretches are compared with their neighbours."""
_LARGE = 256 * 1024
"""Characters of a text that is too large for a notice or a home page (the largest policy known has 500,000), and of
whose phrases, which take 40 times as much, only those of two texts are held.
"""


class _Run(NamedTuple):
    """Snapshots in a row that show one document: their ids, and the times of the first and the last."""

    document: str
    snapshots: tuple[int, ...]
    first: datetime
    last: datetime


class _Stretch(NamedTuple):
    """Runs in a row (from, to) that may be other pages."""

    start: int
    end: int


def another_page(db: Database, policy: int) -> dict[int, str]:
    """Return the snapshots of a policy, by their ids, that show another page, with the evidence for it."""
    return _Search(db.conn, policy).found()


class _Search:
    """The search in one policy's history."""

    def __init__(self, conn: sqlite3.Connection, policy: int) -> None:
        self._conn = conn
        self._identity = identity_of(conn, policy)
        (type_,) = conn.execute("SELECT type FROM policies WHERE id = ?", [policy]).fetchone()
        # "Privacy policy (de)" is an edition of a privacy policy.
        self._can_be_told = type_named(terms_type(type_.partition(" (")[0])) is not None
        self._runs = _runs(legible(conn, policy))
        self._times = Counter(run.document for run in self._runs)
        self._captures: Counter[str] = Counter()
        for run in self._runs:
            self._captures[run.document] += len(run.snapshots)
        self._small = lru_cache(maxsize=_TEXTS)(self._read)
        self._large = lru_cache(maxsize=2)(self._read)
        self._size = lru_cache(maxsize=None)(self._measured_size)
        self._is_unlike = lru_cache(maxsize=None)(self._measured_unlikeness)
        self._shares = lru_cache(maxsize=None)(self._measured_shares)
        self._reads_as_policy = lru_cache(maxsize=None)(self._measured_reading)
        self._agree = lru_cache(maxsize=None)(self._measured_agreement)

    def found(self) -> dict[int, str]:
        """Return the snapshots that show another page. What is left when they are gone is looked through again."""
        details: dict[int, str] = {}
        while True:
            gone: set[int] = set()
            needed: set[int] = set()
            for stretch in sorted(self._stretches(), key=self._order):
                inside = set(range(stretch.start, stretch.end))
                beside = {at for at in (stretch.start - 1, stretch.end) if 0 <= at < len(self._runs)}
                if inside & (gone | needed) or beside & gone or not self._is_another_page(stretch):
                    continue
                gone |= inside
                needed |= beside
                for at in inside:
                    details |= dict.fromkeys(self._runs[at].snapshots, self._detail(at, stretch))
            if not gone:
                return details
            self._runs = _joined([run for at, run in enumerate(self._runs) if at not in gone])

    def _stretches(self) -> Iterator[_Stretch]:
        """Yield the stretches that are brief enough; not the whole history."""
        for start, first in enumerate(self._runs):
            captures = 0
            for end, run in enumerate(self._runs[start : start + _CAPTURES], start + 1):
                captures += len(run.snapshots)
                if captures > _CAPTURES or run.last - first.first > _LASTS:
                    break
                if end - start < len(self._runs):
                    yield _Stretch(start, end)

    def _order(self, stretch: _Stretch) -> tuple[int, int, int]:
        """Return what tells which of two texts that stand between each other is the other page: the rarer one."""
        runs = self._runs[stretch.start : stretch.end]
        return sum(len(run.snapshots) for run in runs), max(self._captures[run.document] for run in runs), stretch.start

    def _is_another_page(self, stretch: _Stretch) -> bool:
        documents = [run.document for run in self._runs[stretch.start : stretch.end]]
        beside = self._beside(stretch)
        if any(self._size(one) > _LARGE for one in documents):
            return False
        if not all(self._is_unlike(one, other) for one in documents for other in beside):
            return False
        if len(beside) == 2 and self._agree(*beside):
            return not any(self._is_version(one, beside) and not self._is_none(one, beside) for one in documents)
        return all(
            (self._text(one).has_nothing_of(self._text(other)) or self._is_none(one, beside))
            and not self._names_itself(one, other)
            for one in documents
            for other in beside
        )

    def _is_none(self, one: str, beside: list[str]) -> bool:
        """Tell whether a text is clearly no policy, and those beside it are some, by how they read."""
        from crawler.discovery.classifier import POLICY_AT_LEAST  # noqa: PLC0415 - numpy: it is seldom asked

        return (
            self._can_be_told
            and self._reads_as_policy(one) < _NO_POLICY
            and all(self._reads_as_policy(other) >= POLICY_AT_LEAST for other in beside)
        )

    def _beside(self, stretch: _Stretch) -> list[str]:
        return [self._runs[at].document for at in (stretch.start - 1, stretch.end) if 0 <= at < len(self._runs)]

    def _text(self, document: str) -> Looks:
        return self._large(document) if self._size(document) > _LARGE else self._small(document)

    def _measured_unlikeness(self, one: str, other: str) -> bool:
        """Tell whether a text has next to nothing in common with one of the policy, which is no rest beside it."""
        if one == other or have_lines_in_common(body_of(self._conn, one), body_of(self._conn, other)):
            return False
        return self._text(one).is_unlike(self._text(other), self._shares(one, other))

    def _is_version(self, one: str, beside: list[str]) -> bool:
        """Tell whether a text may be the policy all the same: as a whole in another language, or one of several."""
        text, policy = self._text(one), self._text(beside[0])
        if text.is_short(policy):
            return False
        languages = {self._language(one), self._language(beside[0])}
        if None not in languages and len(languages) > 1:
            return True
        return self._times[one] >= _TURNS and bool(text.headings & policy.headings)

    def _names_itself(self, one: str, other: str) -> bool:
        """Tell whether a text begins with the policy's name, as "this privacy policy was withdrawn" does."""
        title, body = self._title_and_body(other)
        first = next((block.text for block in read_lines(body) if block.kind == "heading"), "")
        names = {part.strip() for part in (fold(first), *_PARTS.split(fold(title))) if part.strip()}
        long_names = {name for name in names if len(name) >= _LONG_NAME}
        names = {name for name in names if phrases.POLICY.search(name)} or long_names
        opening = [fold(block.text) for block in read_lines(self._title_and_body(one)[1])[:_OPENING]]
        return not any(map(phrases.CONSENT.search, opening)) and any(name in line for name in names for line in opening)

    def _measured_shares(self, one: str, other: str) -> tuple[float, float]:
        return self._text(one).shares(self._text(other))

    def _measured_reading(self, document: str) -> float:
        from crawler.discovery.classifier import classify  # noqa: PLC0415 - likewise

        return classify("\n\n".join(self._title_and_body(document))).score

    def _measured_agreement(self, before: str, after: str) -> bool:
        return before == after or difference(self._conn, before, after, self._identity).share < _ALIKE

    def _measured_size(self, document: str) -> int:
        return size_of(self._conn, document)

    def _read(self, document: str) -> Looks:
        return looks(*self._title_and_body(document), self._identity)

    def _title_and_body(self, document: str) -> tuple[str, str]:
        return title_of(self._conn, document), body_of(self._conn, document)

    def _language(self, document: str) -> str | None:
        row = self._conn.execute("SELECT language FROM documents WHERE hash = ?", [document]).fetchone()
        return str(row[0]) if row[0] else None

    def _detail(self, at: int, stretch: _Stretch) -> str:
        """Return the evidence in words: what it shares with which texts, and how long it lasted."""
        run, inside = self._runs[at], self._runs[stretch.start : stretch.end]
        shares = []
        for place, when in ((stretch.start - 1, "before"), (stretch.end, "after")):
            if 0 <= place < len(self._runs):
                other = self._runs[place]
                moment = f"last captured on {other.last:%Y-%m-%d}"
                if when == "after":
                    moment = f"first captured on {other.first:%Y-%m-%d}"
                own = self._shares(run.document, other.document)[0]
                shares.append(f"{own:.0%} with the text {when} ({self._text(other.document).words:,} words, {moment})")
        captures = sum(len(one.snapshots) for one in inside)
        first, last = inside[0].first, inside[-1].last
        lasted = f"{first:%Y-%m-%d}" if first.date() == last.date() else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
        beside = self._beside(stretch)
        sides = "no other capture confirms it"
        if len(shares) == 2:
            sides = "these agree" if self._agree(*beside) else "it is short and has nothing of either"
        if not self._text(run.document).is_short(self._text(beside[0])) and self._is_none(run.document, beside):
            sides = f"it reads as no policy, and {'these' if len(shares) == 2 else 'that'} as one"
        return (
            f"{self._text(run.document).words:,} words; it shares {' and '.join(shares)}; {sides};"
            f" it lasted for {captures} {'capture' if captures == 1 else 'captures'}, {lasted}"
        )


def _runs(rows: Iterable[tuple[int, str, str]]) -> list[_Run]:
    """Return the runs of snapshots in order: id, time, document."""
    runs = []
    for document, same in groupby(rows, key=itemgetter(2)):
        snapshots = []
        first = last = None
        for snapshot, captured, _ in same:
            snapshots.append(snapshot)
            first, last = first or captured, captured
        assert first is not None
        assert last is not None
        runs.append(_Run(document, tuple(snapshots), datetime.fromisoformat(first), datetime.fromisoformat(last)))
    return runs


def _joined(runs: list[_Run]) -> list[_Run]:
    """Return the runs with those of one document that stand side by side as one."""
    joined: list[_Run] = []
    for run in runs:
        if joined and joined[-1].document == run.document:
            before = joined[-1]
            joined[-1] = before._replace(snapshots=before.snapshots + run.snapshots, last=run.last)
        else:
            joined.append(run)
    return joined
