"""Which snapshots show another page in place of the policy: maintenance, an error, a dialog alone, the home page.

Such a text has next to nothing in common with the texts before and after it, these agree with each other, and it lasts
for a few captures. At an end of the history, where one side is missing, it must be short and have nothing of a policy
besides. A policy that was taken down for weeks, or written anew, lasts; so it is a revision.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlite_utils import Database

from crawler.text.identity.policy import PolicyIdentity
from crawler.text.markdown import read_lines
from pipelines.corpus.differences import difference, identity_of
from pipelines.corpus.documents import body_of
from pipelines.corpus.revisions import legible

_CAPTURES = 3
_LASTS = timedelta(days=14)
"""It lasts for so many captures in a row, and so long from the first to the last of them: outages are of hours and
days; a month without the policy must show, however seldom it was captured. How long it was not captured at all says
nothing.
"""
_SHARED = 0.1
"""Two texts share so much of their phrases at most. Two texts of one policy that servers send in turn share 22 to 25 %;
of a few pairs, texts that were written anew share 5 to 40 %, translations up to 4 % (seen on real histories, 2026-11).
"""
_SHORT = 0.25
"""What has less than this share of the policy's words is no whole policy, ..."""
_OF_THE_SITE = 0.5
"""... so up to half of its phrases may be from around the policy: a footer that both pages have."""
_ALIKE = 0.3
"""The texts before and after agree if no more of their words changed, as in `differences.ALIKE`."""
_TURNS = 3
"""What is there so many times, long and under a heading of the policy, may be served in turn with it."""
_WORDS_OF_POLICY = 0.5
"""A short text with so many of its long words in the policy may be an early policy, or what is left of one."""
_LONG_WORD = 5
_FEWEST_WORDS = 3
_SAME_LINES = 0.6
"""A text with more than this share of its letters in lines of the other one has more than half of its phrases there."""
_WORDS_TO_TELL = 30
"""From a text of fewer words, one that the vendor changed cannot be told from another page."""
_PHRASE = 3
"""Words in a phrase. Where a script puts no spaces between words, it is characters: of ideographs, and of others."""
_IDEOGRAPHS, _LETTERS = 5, 10
_UNIT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]|[^\W_]+")
_TEXTS = 64
"""Texts whose phrases are held at a time: stretches are compared with their neighbours."""


class _Text(NamedTuple):
    """What a document says, of what counts in it."""

    words: int
    phrases: frozenset[tuple[str, ...]]
    long_words: frozenset[str]
    headings: frozenset[str]
    language: str | None


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
        self._runs = _runs(legible(conn, policy))
        self._times = Counter(run.document for run in self._runs)
        self._captures: Counter[str] = Counter()
        for run in self._runs:
            self._captures[run.document] += len(run.snapshots)
        self._text = lru_cache(maxsize=_TEXTS)(self._read)
        self._shares = lru_cache(maxsize=None)(self._measured_shares)
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
        if not all(self._is_unlike(one, other) for one in documents for other in beside):
            return False
        if len(beside) == 2:
            return self._agree(*beside) and not any(self._is_version(one, beside) for one in documents)
        return all(self._has_nothing_of(one, beside[0]) for one in documents)

    def _beside(self, stretch: _Stretch) -> list[str]:
        return [self._runs[at].document for at in (stretch.start - 1, stretch.end) if 0 <= at < len(self._runs)]

    def _is_unlike(self, one: str, other: str) -> bool:
        """Tell whether a text has next to nothing in common with one of the policy, which is no rest beside it."""
        if one == other or self._have_lines_in_common(one, other):
            return False
        if self._text(other).words < _WORDS_TO_TELL or self._is_short(other, one):
            return False
        own, others = self._shares(one, other)
        return others < _SHARED and own < (_OF_THE_SITE if self._is_short(one, other) else _SHARED)

    def _have_lines_in_common(self, one: str, other: str) -> bool:
        """Tell at once that a text is its neighbour with some changes, as nearly all are: phrases take time."""
        own, others = (set(body_of(self._conn, document).splitlines()) for document in (one, other))
        return sum(map(len, own & others)) > _SAME_LINES * sum(map(len, own))

    def _is_short(self, one: str, other: str) -> bool:
        return self._text(one).words < _SHORT * self._text(other).words

    def _is_version(self, one: str, beside: list[str]) -> bool:
        """Tell whether a text may be the policy all the same: as a whole in another language, or one of several."""
        text, policy = self._text(one), self._text(beside[0])
        if self._is_short(one, beside[0]):
            return False
        if None not in {text.language, policy.language} and text.language != policy.language:
            return True
        return self._times[one] >= _TURNS and bool(text.headings & policy.headings)

    def _has_nothing_of(self, one: str, other: str) -> bool:
        """Tell whether a text at an end of the history has nothing of a policy: length, headings, words."""
        text, policy = self._text(one), self._text(other)
        common = len(text.long_words & policy.long_words)
        return (
            self._is_short(one, other)
            and not text.headings & policy.headings
            and (len(text.long_words) < _FEWEST_WORDS or common < _WORDS_OF_POLICY * len(text.long_words))
        )

    def _measured_shares(self, one: str, other: str) -> tuple[float, float]:
        """Return how much of the phrases of each of two documents the other one has."""
        phrases, others = self._text(one).phrases, self._text(other).phrases
        common = len(phrases & others)
        return common / max(len(phrases), 1), common / max(len(others), 1)

    def _measured_agreement(self, before: str, after: str) -> bool:
        return before == after or difference(self._conn, before, after, self._identity).share < _ALIKE

    def _read(self, document: str) -> _Text:
        row = self._conn.execute("SELECT title, body, language FROM documents WHERE hash = ?", [document]).fetchone()
        title, body, language = row
        return _text(title, body, language, self._identity)

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
        sides = "these agree" if len(shares) == 2 else "no other capture confirms it"
        return (
            f"{self._text(run.document).words:,} words; it shares {' and '.join(shares)}; {sides};"
            f" it lasted for {captures} {'capture' if captures == 1 else 'captures'}, {lasted}"
        )


def _runs(rows: list[tuple[int, str, str]]) -> list[_Run]:
    """Return the runs of snapshots in order: id, time, document."""
    runs = []
    for document, same in groupby(rows, key=itemgetter(2)):
        shown = list(same)
        first, last = (datetime.fromisoformat(shown[at][1]) for at in (0, -1))
        runs.append(_Run(document, tuple(row[0] for row in shown), first, last))
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


def _text(title: str, body: str, language: str | None, identity: PolicyIdentity) -> _Text:
    units = _UNIT.findall(" ".join(identity.content(body).words).casefold())
    headings = {block.text.casefold() for block in read_lines(body) if block.kind == "heading"} | {title.casefold()}
    size = _size(units)
    phrases = frozenset(tuple(units[at : at + size]) for at in range(max(len(units) - size + 1, 1)))
    long_words = frozenset(unit for unit in units if len(unit) >= _LONG_WORD)
    return _Text(len(units), phrases, long_words, frozenset(headings - {""}), language)


def _size(units: list[str]) -> int:
    """Return of how many units a phrase is, by the script that most of a text is in."""
    kinds = Counter(
        _PHRASE if len(unit) > 1 or unit < "\u0e00" else _IDEOGRAPHS if unit >= "\u3040" else _LETTERS for unit in units
    )
    return kinds.most_common(1)[0][0] if kinds else _PHRASE
