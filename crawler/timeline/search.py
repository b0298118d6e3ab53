"""Which snapshots to ask for in the next round, given what is known: the ends, then every gap whose ends differ, then
the hints that a text came and went between ends that agree.
"""

from bisect import bisect_left
from collections.abc import Iterable

from crawler.model import Reason
from crawler.timeline.hints import Hints
from crawler.timeline.history import History
from crawler.timeline.levels import Levels
from crawler.timeline.thoroughness import Level
from crawler.timeline.track import Questions, Track
from crawler.timeline.variant_samples import VariantSamples
from crawler.timeline.variants import Variants

_NO_TEXT_AT_AN_END = 3
"""After so many snapshots without a text in a row, the end of a history is looked for by halving."""

_MANY_WITHOUT_TEXT = 8
"""After so many snapshots without a text between two with different ones, the others among them are left alone."""

_FEWEST_TRIES = 16
"""How many snapshots are tried at least before a policy without any text is given up."""


class Search:
    """The strategy for one track.

    It goes in rounds. What a round asks for depends on the answers of earlier rounds, never on their order.
    """

    def __init__(self, track: Track, history: History, level: Level) -> None:
        self._history = history
        self._level = level
        self._levels = Levels(track)
        self.variants = Variants(track, history, self._levels)
        self._samples = VariantSamples(track, history, self._levels, self.variants)
        self.hints = Hints(track, history, self._levels, level, variants=self.variants)
        self.unsettled: dict[int, int] = {}
        """The gaps at an end, or whose ends differ, that hold snapshots of which nothing is known: left, right."""
        self._place(-1, len(track))

    def plan(self) -> Questions:
        """Return what to ask for now. Call it again after `update` has recorded all the answers."""
        self.variants.update()
        questions: Questions = {}
        for left, right in sorted(self.unsettled.items()):
            if self._history.agree(left, right):  # on a text in doubt that turned out to last
                self._place(left, right)
            elif not self.variants.is_flip(left, right):
                questions |= self._look_into(left, right)
        if self._level.returns:
            return questions or self._samples.plan() or self.hints.plan() or self._samples.unseen()
        return questions or self.hints.plan()

    def update(self, answered: Iterable[int]) -> None:
        """Record that something is known of these ranks."""
        ranks = sorted(answered)
        self.hints.see(ranks)
        for rank in ranks:
            left, right = self._history.around(rank)
            if rank in self._history.documents:
                self._place(left, rank)
                self._place(rank, right)
            else:
                self._place(left, right)
        self.doubt()

    def doubt(self) -> None:
        """Look again into the gaps between snapshots of texts in doubt: how many are in a row may have changed."""
        for left, right in self._history.gaps() if self._history.doubted else ():
            if self._history.documents.get(left) in self._history.doubted:
                self._place(left, right)

    def _place(self, left: int, right: int) -> None:
        if right - left < 2 or self._history.open_between(left, right, left + 1) is None:
            self.unsettled.pop(left, None)
        elif self._history.agree(left, right):
            self.unsettled.pop(left, None)
            self.hints.cover(left, right)
        else:
            self.unsettled[left] = right

    def _look_into(self, left: int, right: int) -> Questions:
        size = self._history.size
        if left < 0 and right == size:
            return self._anywhere()
        if left < 0:
            return self._outward(left, right, 0)
        if right == size:
            return self._outward(left, right, size - 1)
        return self._between(left, right)

    def _between(self, left: int, right: int) -> Questions:
        """Return what to ask for in a gap whose ends differ."""
        dismissed = self._history.dismissed
        inside = dismissed[bisect_left(dismissed, left) : bisect_left(dismissed, right)]
        parts = [(left, right)]
        if len(inside) >= _MANY_WITHOUT_TEXT:
            # One text ended before them, the other began after them.
            parts = [
                (before, after) for before, after in ((left, inside[0]), (inside[-1], right)) if after - before > 1
            ]
        questions: Questions = {}
        for before, after in parts:
            rank, by_step = self._levels.middle(before, after)
            questions |= self._inside(before, after, rank, "step in length" if by_step else "halving")
        return questions

    def _inside(self, left: int, right: int, near: int, reason: Reason) -> Questions:
        rank = self._history.cheapest_between(left, right, near)
        return {} if rank is None else {rank: reason}

    def _one(self, left: int, right: int, near: int, reason: Reason) -> Questions:
        rank = self._history.open_between(left, right, near)
        return {} if rank is None else {rank: reason}

    def _outward(self, left: int, right: int, end: int) -> Questions:
        """Return what to ask for at an end of the history.

        If its snapshots hold no text, the text begins, or ends, somewhere in between: halving finds where.
        """
        rank = self._history.open_between(left, right, end)
        if rank is None or abs(rank - end) < _NO_TEXT_AT_AN_END:
            return {} if rank is None else {rank: "end of the history"}
        dismissed = self._history.dismissed
        if end == 0:
            left = dismissed[bisect_left(dismissed, right) - 1]
        else:
            right = dismissed[bisect_left(dismissed, left)]
        if right - left < 2:
            return {}
        return self._inside(left, right, self._levels.middle(left, right)[0], "end of the history")

    def _anywhere(self) -> Questions:
        """Return what to ask for while no text is known: the ends, then here and there, until that seems hopeless."""
        size, tried = self._history.size, len(self._history.dismissed)
        if tried < 2 * _NO_TEXT_AT_AN_END:
            return self._one(-1, size, 0, "end of the history") | self._one(-1, size, size - 1, "end of the history")
        if tried >= max(_FEWEST_TRIES, self._level.misses(size)):
            return {}
        return self._one(-1, size, _spread(tried, size), "end of the history")


def _spread(count: int, size: int) -> int:
    """Return a place in 0 to ``size`` far from those of smaller counts (van der Corput's sequence)."""
    digits = f"{count:b}"
    return int(digits[::-1], 2) * size // (1 << len(digits))
