"""What to ask for where texts take turns, and which snapshots there nothing is claimed of.

Between two captures of variants either of them may have been served, whatever the ends show. So their flips are not
looked for; what counts is where each text was first and last seen, and whether there are others beside.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
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

_CHANCE = 0.003
"""How unlikely a row of captures of one text must be before they count as a time when no other one was served."""


_TWICE = 2
"""From so many captures of different bytes on, each variant's lengths are known."""

_CLEAR = 4
"""Lengths that tell variants apart differ by so many levels at least."""

_APART = 2
"""Lengths tell variants apart if they lie so many times as far apart as those of one variant do, the widest."""


class _Lengths(NamedTuple):
    """The lengths at which a variant is known, and those around them that are nearer to it than to any other."""

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
        """Return samples to ask for: lengths unlike those known, and captures far from those known."""
        questions: Questions = {}
        for zone in self._zones:
            questions |= dict.fromkeys(self._samples(zone), "texts take turns")
        return questions

    def _around(self, left: int, right: int) -> Zone | None:
        at = bisect_right(self._begins, left) - 1
        return self._zones[at] if at >= 0 and right <= self._zones[at].last else None

    def _zone(self, known: list[int]) -> Zone:
        documents = self._history.documents
        firsts: dict[str, int] = {}
        lasts: dict[str, int] = {}
        for rank in known:
            firsts.setdefault(documents[rank], rank)
            lasts[documents[rank]] = rank
        begin = self._end_of_turns(known)
        end = self._end_of_turns(known[::-1])
        return Zone(known[0], known[-1], frozenset(firsts.values()), frozenset(lasts.values()), begin, end, self._told_apart(known))

    def _told_apart(self, known: list[int]) -> tuple[_Lengths, ...]:
        of: dict[str, dict[int, int]] = defaultdict(dict)
        for rank in known:
            if (length := self._lengths[rank]) is None:
                return ()
            of[self._history.documents[rank]][self._track.same_bytes(rank)[0]] = length
        seen = sorted((min(at.values()), max(at.values()), document) for document, at in of.items())
        widest = max(longest - shortest for shortest, longest, _ in seen)
        apart = min(after[0] - before[1] for before, after in pairwise(seen))
        if apart < max(_APART * widest, _CLEAR * self._width) or any(len(at) < _TWICE for at in of.values()):
            return ()
        room = apart // 4
        return tuple(_Lengths(document, shortest - room, longest + room) for shortest, longest, document in seen)

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
        for places, taken in ((lengths, at), ({rank: rank for rank in unknown.values()}, [*known.values()])):
            for _ in range(min(_AT_ONCE, room - len(chosen))):
                if (rank := _farthest(places, taken, chosen)) is None:
                    break
                chosen.add(rank)
                taken.append(places[rank])
        yield from sorted(chosen)


def _farthest(places: dict[int, int], taken: list[int], without: set[int]) -> int | None:
    """Return the one whose place is farthest from all that are taken; None if each is at one of them."""
    ordered = sorted(taken)
    best, distance = None, 0
    for rank, place in places.items():
        at = bisect_left(ordered, place)
        apart = min((abs(place - other) for other in ordered[max(0, at - 1) : at + 1]), default=1)
        if apart > distance and rank not in without:
            best, distance = rank, apart
    return best
