"""What to ask for where texts take turns, and which snapshots there nothing is claimed of.

Between two captures of variants either of them may have been served, whatever the ends show. So their flips are not
looked for; what counts is where each text was first and last seen, and whether there are others beside.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby, pairwise
from math import isqrt, log
from typing import NamedTuple

from crawler.timeline.history import History
from crawler.timeline.levels import Levels
from crawler.timeline.track import Questions, Track
from crawler.timeline.turns import periods

_SAMPLES, _SHARE = 3, 6
"""Of a period with n captures of different bytes, so many times the root of n are fetched in all, but at most the sixth
part: a text served for every twentieth of 300 captures is then seen with 92 % likelihood wherever its length hides it,
and nearly always where it does not (2026-11).
"""

_AT_ONCE = 4
"""How many samples of a kind one round takes: a text that they find moves the bounds of the period."""

_LONG = 40
"""Of runs of one text with more captures than these, the shortest and the longest one are asked for."""

_SHORT = 16
_SEEN = 2
"""Of such a run more captures than these are fetched: one more each time that the run is twice as long."""

_FAR = 3
"""They are, if they are farther from all lengths known in the run than this part of what lies between the two."""

_BESIDE = 8
"""So many captures on either side of a change are looked at for lengths of the other side."""

_CHANCE = 0.0001
"""How unlikely a row of captures of one text must be before they count as a time when no other one was served."""


_LATE = 0.05
"""How unlikely it must be that a text was served from the beginning of a period, and missed until it was seen."""

_TWICE = 2
"""From so many captures of different bytes on, each variant's lengths are known."""

_CLEAR = 4
"""Lengths that tell variants apart differ by so many levels at least."""


class _Lengths(NamedTuple):
    """A length at which a variant is known, with those around it that are far from the lengths of any other."""

    document: str
    shortest: int
    longest: int


class Zone(NamedTuple):
    """The known ranks between which texts take turns, those where a text is seen first or last, and the part of them
    of which nothing follows from the ends of a gap: at an end with one text, enough captures of it tell that it was the
    only one. ``lengths`` are those of each variant, if they tell the variants apart.
    """

    first: int
    last: int
    firsts: frozenset[int]
    lasts: frozenset[int]
    unclaimed_from: int
    unclaimed_to: int
    lengths: tuple[_Lengths, ...]


class Variants:
    """The zones of one track. All that it says follows from the history as it was at the last `update`."""

    def __init__(self, track: Track, history: History, levels: Levels) -> None:
        self._track = track
        self._history = history
        self._lengths = track.lengths()
        self._width = levels.width
        self._zones: list[Zone] = []
        self._begins: list[int] = []
        self._of_run: dict[tuple[int, int], list[int]] = {}

    def update(self) -> None:
        """Look for the zones in what is known now."""
        known, documents = self._history.known, self._history.documents
        found = periods([documents[rank] for rank in known])
        several = (period for period in found if len(period.documents) > 1)
        self._zones = [self._zone(known[period.first : period.last + 1]) for period in several]
        self._begins = [zone.first for zone in self._zones]

    def cover(self, left: int, right: int) -> bool:
        """Tell whether texts take turns between two known ranks."""
        return self._around(left, right) is not None

    def is_flip(self, left: int, right: int) -> bool:
        """Tell whether the texts at the ends of a gap differ only because they take turns."""
        zone = self._around(left, right)
        return zone is not None and left not in zone.lasts and right not in zone.firsts

    def is_unclaimed(self, left: int, right: int) -> bool:
        """Tell whether nothing follows for the snapshots in a gap from its ends."""
        zone = self._around(left, right)
        return zone is not None and left >= zone.unclaimed_from and right <= zone.unclaimed_to

    def told_by_length(self, left: int, right: int, rank: int) -> str | None:
        """Return the variant that a snapshot in a gap shows, where its length leaves no other."""
        zone, length = self._around(left, right), self._lengths[rank]
        if zone is None or length is None:
            return None
        return next((one.document for one in zone.lengths if one.shortest <= length <= one.longest), None)

    def plan(self) -> Questions:
        """Return samples to ask for: lengths unlike those known, and captures far from those known; and beside changes
        what may show that the texts take turns, for halving finds a single flip of them.
        """
        questions: Questions = {}
        for left, right in pairwise(self._history.known):
            if not self._history.agree(left, right) and not self.cover(left, right):
                beside = (*self._beside(left, right, -1), *self._beside(right, left, 1))
                questions |= dict.fromkeys(beside, "texts take turns")
        for zone in self._zones:
            questions |= dict.fromkeys(self._samples(zone), "texts take turns")
        return questions

    def _around(self, left: int, right: int) -> Zone | None:
        at = bisect_right(self._begins, left) - 1
        return self._zones[at] if at >= 0 and right <= self._zones[at].last else None

    def _zone(self, known: list[int]) -> Zone:
        begin = self._end_of_turns(known)
        end = self._end_of_turns(known[::-1])
        return Zone(
            known[0],
            known[-1],
            frozenset(self._begins_late(known)),
            frozenset(self._begins_late(known[::-1])),
            begin,
            end,
            self._told_apart(known),
        )

    def _told_apart(self, known: list[int]) -> tuple[_Lengths, ...]:
        of: dict[str, dict[int, int]] = defaultdict(dict)
        for rank in known:
            if (length := self._lengths[rank]) is None:
                return ()
            of[self._history.documents[rank]][self._track.same_bytes(rank)[0]] = length
        seen = sorted((length, document) for document, at in of.items() for length in set(at.values()))
        apart = min(after - before for (before, a), (after, b) in pairwise(seen) if a != b)
        if apart < _CLEAR * self._width or any(len(at) < _TWICE for at in of.values()):
            return ()
        room = apart // 4
        return tuple(_Lengths(document, length - room, length + room) for length, document in seen)

    def _begins_late(self, known: list[int]) -> Iterator[int]:
        """Yield where a zone begins, and where a text begins later than by chance: it joined the others then."""
        texts = [self._history.documents[rank] for rank in known]
        total = Counter(texts)
        yield known[0]
        for at, (rank, text) in enumerate(zip(known, texts, strict=True)):
            if count := total.pop(text, 0):
                share = count / (len(known) - at)
                if (1 - share) ** at < _LATE:
                    yield rank

    def _end_of_turns(self, known: list[int]) -> int:
        """Return the known rank, from the first one on, up to which the text at this end was the only one."""
        documents = self._history.documents
        alone = next(at for at, rank in enumerate(known) if documents[rank] != documents[known[0]])
        fetched: dict[int, bool] = {}
        for rank in known[alone:]:
            fetched[self._track.same_bytes(rank)[0]] = documents[rank] != documents[known[0]]
        others = sum(fetched.values()) / (len(fetched) + 1)
        needed = log(_CHANCE) / log(1 - others)
        seen: set[int] = set()
        for rank in reversed(known[:alone]):
            seen.add(self._track.same_bytes(rank)[0])
            if len(seen) >= needed:
                return rank
        return known[0]

    def _beside(self, of: int, other: int, step: int) -> Iterator[int]:
        """Yield a capture beside a change, on the side of one text, whose length is rather that of the other text; not
        if one of these is known to show the text of its side.
        """
        length, unlike = self._lengths[of], self._lengths[other]
        if length is None or unlike is None:
            return
        found = []
        rank, near = of, 0
        while near < _BESIDE and 0 <= (rank := rank + step) < len(self._track):
            here = self._lengths[rank]
            if here is None or not self._track.is_page(rank):
                continue
            near += 1
            document = self._history.documents.get(rank)
            if document not in {None, self._history.documents[of]}:
                break
            if abs(here - unlike) < abs(here - length):
                if document is not None:
                    return
                if self._history.is_open(rank):
                    found.append(rank)
        if len(found) >= _TWICE:
            yield found[0]

    def unseen(self) -> Questions:
        """Return where another text may have been served in turn with the one that is known, unseen in long runs of it:
        the shortest and the longest capture, for a variant that is little longer or shorter stands out nowhere, and
        those farthest from all that are known, for a variant may be as long.
        """
        return dict.fromkeys(sorted(self._unseen()), "texts take turns")

    def _unseen(self) -> Iterator[int]:
        documents = self._history.documents
        runs = [list(run) for _, run in groupby(self._history.known, documents.__getitem__)]
        for at, ranks in enumerate(runs):
            first, last = ranks[0], ranks[-1]
            if last - first <= _SHORT or self.cover(first, last):
                continue
            if (first, last) not in self._of_run:
                self._of_run[first, last] = self._captures(first, last)
            captures = self._of_run[first, last]
            chosen = list(self._extremes(ranks, captures)) if len(captures) > _LONG else []
            needed = _SEEN + (len(captures) // _LONG).bit_length() if len(captures) > _LONG else 0
            if len(captures) > _SHORT and any(self._may_turn(run, ranks) for run in runs[max(0, at - 1) : at + 2]):
                needed = _SEEN + len(captures).bit_length()
            seen = {self._track.same_bytes(rank)[0] for rank in ranks}
            if not chosen and len(seen) < needed:
                moments = {rank: rank for rank in captures if self._history.is_open(rank)}
                chosen = [rank for rank in [_farthest(moments, ranks, set())] if rank is not None]
            yield from chosen

    def _may_turn(self, run: list[int], other: list[int]) -> bool:
        """Tell whether the lengths of two runs of texts do not tell them apart."""
        if run is other:
            return False
        a, b = ([length for rank in of if (length := self._lengths[rank]) is not None] for of in (run, other))
        if not a or not b:
            return True
        return max(min(a), min(b)) - min(max(a), max(b)) < self._width

    def _extremes(self, ranks: list[int], captures: list[int]) -> Iterator[int]:
        ends = [(length, rank) for rank in captures if (length := self._lengths[rank]) is not None]
        if not ends:
            return
        shortest, longest = min(ends), max(ends)
        near = [length for rank in ranks if (length := self._lengths[rank]) is not None]
        apart = (longest[0] - shortest[0]) / _FAR
        for length, rank in dict.fromkeys((shortest, longest)):
            if self._history.is_open(rank) and all(abs(length - other) > apart for other in near):
                yield rank

    def _captures(self, first: int, last: int) -> list[int]:
        """Return a capture of each of the different bytes between two ranks."""
        return [*{self._track.same_bytes(r)[0]: r for r in range(first, last + 1) if self._track.is_page(r)}.values()]

    # -- samples ------------------------------------------------------------------------------------------------------
    def _samples(self, zone: Zone) -> Iterator[int]:
        known: dict[int, int] = {}
        unknown: dict[int, int] = {}
        for rank in range(zone.first, zone.last + 1):
            if self._track.is_page(rank):
                of = unknown if self._history.is_open(rank) else known
                of.setdefault(self._track.same_bytes(rank)[0], rank)
        total = len(known) + len(unknown)
        room = min(_SAMPLES * isqrt(total), total // _SHARE) - len(known)
        if room <= 0 or not unknown:
            return
        chosen: set[int] = set()
        lengths = {rank: length for rank in unknown.values() if (length := self._lengths[rank]) is not None}
        at = [length for rank in known.values() if (length := self._lengths[rank]) is not None]
        moments = {rank: rank for rank in unknown.values()}
        for places, taken in ((lengths, at), (moments, [*known.values()])):
            for _ in range(min(_AT_ONCE, room - len(chosen))):
                if (found := _farthest(places, taken, chosen)) is None:
                    break
                chosen.add(found)
                taken.append(places[found])
        yield from sorted(chosen)


def _farthest(places: dict[int, int], taken: list[int], without: set[int]) -> int | None:
    """Return the one whose place is farthest from all that are taken; None if each is at one of them."""
    ordered = sorted(taken)
    best: int | None = None
    distance = 0
    for rank, place in places.items():
        at = bisect_left(ordered, place)
        apart = min((abs(place - other) for other in ordered[max(0, at - 1) : at + 1]), default=1)
        if apart > distance and rank not in without:
            best, distance = rank, apart
    return best
