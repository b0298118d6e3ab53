"""Which snapshots between two with the same text may show another one, the most suspicious first.

A text that came and went mostly shows as a run of records whose lengths stand out from those before and after. Of
each kind of run (the text around it, its level) one snapshot is asked for first. If it shows the text around it,
that text is known at this level, which explains the others; if not, they are asked for too, twice as many each time.
"""

from array import array
from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable
from heapq import heappop, heappush
from typing import NamedTuple

from crawler.model import Basis
from crawler.timeline.history import History
from crawler.timeline.levels import Levels
from crawler.timeline.thoroughness import Level
from crawler.timeline.track import Questions, Track
from crawler.timeline.variants import Variants

_KINDS_AT_ONCE = 4
"""How many kinds of run are looked into in one round: one answer can spare the next question."""

_OUT = 2.0
"""A run that stands out by so many levels is doubted even at a length of the text around it, if the nearest
snapshot of that length shows another one.
"""

_NO_TEXT = ""
"""Stands for a document where a snapshot turned out to hold none."""

Kind = tuple[str, int]
"""A document and the level of a length at which it was not seen."""


class _Suspect(NamedTuple):
    """A run in a gap whose ends agree; ``order`` is minus its excursion, so that the first stands out most."""

    order: float
    middle: int
    first: int
    last: int


class Hints:
    """The suspicions about one track."""

    def __init__(
        self,
        track: Track,
        history: History,
        levels: Levels,
        level: Level,
        *,
        variants: Variants,
    ) -> None:
        self._track = track
        self._history = history
        self._levels = levels
        self._level = level
        self._variants = variants
        self._runs: list[_Suspect] = []  # a heap
        self._covered: list[tuple[int, int, str]] = []  # the gaps whose runs were judged: left, right, document
        self._seen_at: dict[int, set[str]] = defaultdict(set)  # the documents known at each level
        self._ranks_at: dict[int, list[int]] = defaultdict(list)  # where they are known
        self._tried: Counter[Kind] = Counter()
        self._found: Counter[Kind] = Counter()
        self._asked: dict[int, tuple[Kind, _Suspect]] = {}  # by the last round
        self._gaps: dict[int, int] = {}  # those that agree and were not looked at for other hints yet
        start = track.snapshots[0].captured if track.snapshots else None
        self._days = array("d", ((s.captured - start).total_seconds() / 86400 for s in track.snapshots if start))
        self._silences = [r for r in range(1, len(track)) if self._days[r] - self._days[r - 1] >= level.silence]
        self._limit = level.misses(len(track))
        self._misses = 0  # in a row

    def see(self, ranks: Iterable[int]) -> None:
        """Record what these ranks turned out to show."""
        found: list[bool] = []
        for rank in ranks:
            document = self._history.documents.get(rank, _NO_TEXT)
            kind, suspect = self._asked.get(rank, (None, None))
            if document == _NO_TEXT and rank not in self._history.textless:
                if suspect is not None:  # it failed; another one of the run may do
                    heappush(self._runs, suspect)
                continue
            level = self._levels.of(rank)
            if level is not None:
                self._seen_at[level].add(document)
                insort(self._ranks_at[level], rank)
            if kind is not None:
                is_other = document not in {kind[0], _NO_TEXT}
                self._tried[kind] += 1
                self._found[kind] += is_other
                found.append(is_other)
        self._misses = 0 if any(found) else self._misses + len(found)
        self._asked = {}

    def cover(self, left: int, right: int) -> None:
        """Record a gap whose ends agree."""
        self._gaps[left] = right
        document = self._history.documents[left]
        at = bisect_right(self._covered, (left, self._history.size, "")) - 1
        first, last, of = self._covered[at] if at >= 0 else (-1, -1, "")
        if last < right:
            self._covered.insert(at + 1, (left, right, document))
        elif of != document:
            self._covered[at : at + 1] = [(first, left, of), (left, right, document), (right, last, of)]
        else:
            return  # part of a gap with the same document
        if self._limit:
            for run in self._levels.runs_between(left, right):
                middle = (run.first + run.last) // 2
                heappush(self._runs, _Suspect(-run.excursion, middle, run.first, run.last))

    def plan(self) -> Questions:
        """Return the snapshots to ask for next, once all gaps whose ends differ are settled."""
        return self._stand_out() or self._others()

    def basis(self, document: str, rank: int) -> Basis:
        """Tell how the length of a snapshot fits the document that is inferred for it."""
        level = self._levels.of(rank)
        if level is None:
            return "length unknown"
        return "length fits" if self._explains(document, level) else "length differs"

    def _explains(self, document: str, level: int) -> bool:
        """Tell whether a document is known at a level or next to it."""
        return any(document in self._seen_at.get(level + near, ()) for near in (0, -1, 1))

    def _nearest(self, rank: int, level: int) -> str:
        """Return what the nearest known snapshot of about this length shows."""
        beside = []
        for near in (0, -1, 1):
            ranks = self._ranks_at.get(level + near, [])
            at = bisect_right(ranks, rank)
            beside += ranks[max(0, at - 1) : at + 1]
        nearest = min(beside, key=lambda other: (abs(other - rank), other))
        return self._history.documents.get(nearest, _NO_TEXT)

    # -- lengths that stand out ---------------------------------------------------------------------------------------
    def _stand_out(self) -> Questions:
        questions: Questions = {}
        later = []
        in_round: Counter[Kind] = Counter()
        room = min(_KINDS_AT_ONCE, self._limit - self._misses)
        while self._runs and room > 0:
            suspect = heappop(self._runs)
            if self._variants.cover(*self._history.around(suspect.middle)):
                later.append(suspect)  # variants have samples of their own; but the turns may prove to end elsewhere
                continue
            rank, kind = self._judge(suspect)
            if rank is None:
                continue
            document, level = kind
            hot = self._found[kind] > 0
            beside = 0 if hot else in_round[document, level - 1] + in_round[document, level + 1]
            if in_round[kind] + beside >= (2 * self._tried[kind] if hot else 1):
                later.append(suspect)
                continue
            in_round[kind] += 1
            room -= not hot
            self._asked[rank] = kind, suspect
            questions[rank] = "length of another text" if hot else "length stands out"
        for suspect in later:
            heappush(self._runs, suspect)
        return questions

    def _judge(self, suspect: _Suspect) -> tuple[int | None, Kind]:
        """Return the snapshot to ask for about a run, if the run is still suspicious, and what kind of run it is."""
        left, right = self._history.around(suspect.middle)
        if suspect.middle in self._history.documents or not self._history.agree(left, right):
            return None, ("", 0)
        document = self._history.documents[left]
        first, last = max(left, suspect.first - 1), min(right, suspect.last + 1)
        rank = self._history.open_between(first, last, suspect.middle)
        level = None if rank is None else self._levels.of(rank)
        if rank is None or level is None:
            return None, ("", 0)
        kind = (document, level)
        if self._explains(document, level):
            confirmed = self._tried[kind] > self._found[kind]
            if confirmed or -suspect.order < _OUT or self._nearest(rank, level) in {document, _NO_TEXT}:
                return None, kind
        elif not self._found[kind] and self._explains(_NO_TEXT, level) and not self._seen_at[level] - {_NO_TEXT}:
            return None, kind  # an error page, most likely
        return self._history.cheapest_between(first, last, rank, lambda other: self._levels.of(other) == level), kind

    # -- other hints --------------------------------------------------------------------------------------------------
    def _others(self) -> Questions:
        questions: Questions = {}
        gaps, self._gaps = self._gaps, {}
        for left, right in sorted(gaps.items()):
            if self._variants.cover(left, right):
                self._gaps[left] = right
            elif self._history.around(left)[1] == right and self._history.agree(left, right):
                questions |= self._look_into(left, right)
        return questions

    def _look_into(self, left: int, right: int) -> Questions:
        after = bisect_right(self._silences, left)
        silence = self._silences[after] if after < len(self._silences) else right
        if silence < right and self._history.is_open(silence):
            return {silence: "long silence"}
        middle = self._history.cheapest_between(left, right, self._levels.middle(left, right)[0])
        if middle is None:
            return {}
        if self._level.returns and self._track.same_bytes(left) is self._track.same_bytes(right):
            return {middle: "same bytes around"}
        if self._days[right] - self._days[left] > self._level.stretch:
            return {middle: "long stretch"}
        return {}
