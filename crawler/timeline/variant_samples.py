"""What to ask for so that no variant is missed: samples where texts take turns, and where others may, unseen so far.

Halving finds one bound in any mixture of two texts, with captures of one of them on either side. So what it fetched
never shows that they take turns: other captures have to.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import groupby, pairwise
from math import isqrt

from crawler.timeline.history import History
from crawler.timeline.levels import Levels
from crawler.timeline.track import Questions, Track
from crawler.timeline.variants import Variants, Zone

_SAMPLES, _SHARE = 3, 6
"""Of a period with n captures of different bytes, so many times the root of n are fetched in all, but no more than a
sixth of all its captures: a text served for every twentieth of 300 captures is then seen with 92 % likelihood wherever
its length hides it, and nearly always where it does not (2026-11).
"""

_AT_ONCE = 4
"""How many samples of a kind one round takes: a text that they find moves the bounds of the period."""

_LONG = 32
"""Runs of one text with more captures of different bytes than these are looked into for others in turn with it."""

_FAR = 3
"""The shortest and the longest capture of such a run are asked for, if they are farther from all lengths known in it
than this part of what lies between the two.
"""

_SEEN = 2
"""So many captures of such a run are fetched beside a text of the same lengths, and one more each time that it is twice
as long: nothing but captures off the way of halving tells a mixture there. Of 300 captures of two texts of one length,
8 were claimed wrongly on average instead of 21, for 9 more requests on 1,700 real captures (2026-11).
"""

_BESIDE = 8
"""So many captures on either side of a change are looked at for lengths of the other side."""

_ENOUGH = 2
"""So many of these must have such lengths: a single one may be an odd capture."""


class VariantSamples:
    """The samples of one track, given its `Variants` as they were last updated."""

    def __init__(self, track: Track, history: History, levels: Levels, variants: Variants) -> None:
        self._track = track
        self._history = history
        self._variants = variants
        self._lengths = track.lengths()
        self._width = levels.width
        self._of_run: dict[tuple[int, int], list[int]] = {}  # a capture of each of the different bytes

    def plan(self) -> Questions:
        """Return samples to ask for: lengths unlike those known, and captures far from those known; and beside changes
        what may show that the texts take turns, for halving finds a single flip of them.
        """
        questions: Questions = {}
        for left, right in pairwise(self._history.known):
            if not self._history.agree(left, right) and not self._variants.cover(left, right):
                beside = (*self._beside(left, right, -1), *self._beside(right, left, 1))
                questions |= dict.fromkeys(beside, "texts take turns")
        for zone in self._variants.zones:
            questions |= dict.fromkeys(self._samples(zone), "texts take turns")
        return questions

    def unseen(self) -> Questions:
        """Return where another text may have been served in turn with the one that is known, unseen in long runs of it:
        the shortest and the longest capture, for a variant that is little longer or shorter stands out nowhere, and
        those farthest from all that are known, for a variant may be as long.
        """
        return dict.fromkeys(sorted(self._unseen()), "texts take turns")

    def _unseen(self) -> Iterator[int]:
        runs = [list(run) for _, run in groupby(self._history.known, self._history.documents.__getitem__)]
        for at, ranks in enumerate(runs):
            first, last = ranks[0], ranks[-1]
            if last - first < _LONG or self._variants.cover(first, last):
                continue
            if (first, last) not in self._of_run:
                self._of_run[first, last] = self._captures(first, last)
            captures = self._of_run[first, last]
            if len(captures) <= _LONG:
                continue
            extremes = list(self._extremes(ranks, captures))
            yield from extremes
            is_like_another = any(
                self._are_alike(run, ranks) for run in runs[max(0, at - 1) : at + 2] if run is not ranks
            )
            seen = len({self._track.same_bytes(rank)[0] for rank in ranks})
            if is_like_another and not extremes and seen < _SEEN + len(captures).bit_length():
                unknown = self._history.cheapest([rank for rank in captures if self._history.is_open(rank)])
                farthest = _farthest({rank: rank for rank in unknown}, ranks, set())
                yield from () if farthest is None else (farthest,)

    def _are_alike(self, run: list[int], other: list[int]) -> bool:
        """Tell whether the lengths of two runs do not tell their texts apart."""
        a, b = ([length for rank in of if (length := self._lengths[rank]) is not None] for of in (run, other))
        return not a or not b or max(min(a), min(b)) - min(max(a), max(b)) < self._width

    def _extremes(self, ranks: list[int], captures: list[int]) -> Iterator[int]:
        ends = [(length, rank) for rank in captures if (length := self._lengths[rank]) is not None]
        if not ends:
            return
        shortest, longest = min(ends), max(ends)
        near = [length for rank in ranks if (length := self._lengths[rank]) is not None]
        apart = (longest[0] - shortest[0]) / _FAR
        for length, rank in dict.fromkeys((shortest, longest)):
            if self._history.is_open(rank) and all(abs(length - other) > apart for other in near):
                alike = [other for at, other in ends if abs(at - length) <= apart and self._history.is_open(other)]
                at_hand = self._history.cheapest(alike)
                yield rank if rank in at_hand else min(at_hand)

    def _captures(self, first: int, last: int) -> list[int]:
        """Return a capture of each of the different bytes between two ranks."""
        return [*{self._track.same_bytes(r)[0]: r for r in range(first, last + 1) if self._track.is_page(r)}.values()]

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
        if len(found) >= _ENOUGH:
            yield next(iter(self._history.cheapest(found)))

    def _samples(self, zone: Zone) -> Iterator[int]:
        known: dict[int, int] = {}
        unknown: dict[int, int] = {}
        pages = 0
        for rank in range(zone.first, zone.last + 1):
            if self._track.is_page(rank):
                pages += 1
                of = unknown if self._history.is_open(rank) else known
                of.setdefault(self._track.same_bytes(rank)[0], rank)
        total = len(known) + len(unknown)
        room = min(_SAMPLES * isqrt(total), pages // _SHARE) - len(known)
        if room <= 0 or not unknown:
            return
        chosen: set[int] = set()
        unasked = self._history.cheapest(unknown.values())
        lengths = {rank: length for rank in unasked if (length := self._lengths[rank]) is not None}
        at = [length for rank in known.values() if (length := self._lengths[rank]) is not None]
        moments = {rank: rank for rank in unasked}
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
