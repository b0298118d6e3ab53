"""Where the texts known so far take turns, which changes are mere flips, and of which snapshots nothing is claimed.

Between two captures of variants either of them may have been served, whatever the ends show. So their flips are not
looked for; what counts is where the period begins and ends, where a text joins or leaves it, and whether there are
others beside (`variant_samples.py`).
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from math import log
from typing import NamedTuple

from crawler.timeline.history import History
from crawler.timeline.levels import Levels
from crawler.timeline.track import Track
from crawler.timeline.turns import periods

_CHANCE = 0.0001
"""How unlikely a row of captures of one text must be before they count as a time when no other one was served."""

_LATE = 0.05
"""How unlikely it must be that a text was served from the beginning of a period on, and missed until it was seen. To
look for the first and the last capture of each text took 4 requests more in a period, and showed nothing (2026-11).
"""

_TWICE = 2
"""From so many captures of different bytes on, a variant's lengths are known."""

_CLEAR = 4
"""Lengths that tell variants apart differ by so many levels at least."""


class _Lengths(NamedTuple):
    """A length at which a variant is known, with those around it that are far from the lengths of any other."""

    document: str
    shortest: int
    longest: int


class Zone(NamedTuple):
    """The known ranks between which texts take turns, those where a text joins (``firsts``) or leaves (``lasts``), and
    the part of them of which nothing follows from the ends of a gap: at an end with one text, enough captures of it
    tell that it was the only one. ``lengths`` are those of each variant, if they tell the variants apart.
    """

    first: int
    last: int
    firsts: frozenset[int]
    lasts: frozenset[int]
    unclaimed_from: int
    unclaimed_to: int
    lengths: tuple[_Lengths, ...]


class Variants:
    """The ``zones`` of one track. All that it says follows from the history as it was at the last `update`."""

    def __init__(self, track: Track, history: History, levels: Levels) -> None:
        self._track = track
        self._history = history
        self._lengths = track.lengths()
        self._width = levels.width
        self.zones: list[Zone] = []
        self._begins: list[int] = []

    def update(self) -> None:
        """Look for the zones in what is known now."""
        known, documents = self._history.known, self._history.documents
        found = periods([documents[rank] for rank in known])
        several = (period for period in found if len(period.documents) > 1)
        self.zones = [self._zone(known[period.first : period.last + 1]) for period in several]
        self._begins = [zone.first for zone in self.zones]

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

    def _around(self, left: int, right: int) -> Zone | None:
        at = bisect_right(self._begins, left) - 1
        return self.zones[at] if at >= 0 and right <= self.zones[at].last else None

    def _zone(self, known: list[int]) -> Zone:
        backwards = known[::-1]
        return Zone(
            known[0],
            known[-1],
            frozenset(self._joins(known)),
            frozenset(self._joins(backwards)),
            self._end_of_turns(known),
            self._end_of_turns(backwards),
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

    def _joins(self, known: list[int]) -> Iterator[int]:
        """Yield where a zone begins, and where a text joins it: it is seen for the first time later than by chance."""
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
