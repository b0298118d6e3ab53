"""What is known of a track: the texts seen, the snapshots without one, and the gaps between those known."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise, takewhile

_FEW = 64
"""Up to so many new positions are put in one by one; more are sorted in."""


_PART = 4
"""Between two snapshots of a text in doubt, the others are known by them if they are no more than a fourth of those
that show it in a row. So a page that stood in for the policy twice hides nothing of what was there between, and one
that lasts takes a few requests.
"""
_IN_A_ROW = 64
"""So many known snapshots in a row are looked at on either side."""


class History:
    """Which snapshots (ranks) of a track of ``size`` show which document. -1 and ``size`` are the ends beyond."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.documents: dict[int, str] = {}
        self.known: list[int] = []  # the ranks in documents, in order
        self.dismissed: list[int] = []  # those that show no text or could not be fetched, in order
        self.textless: set[int] = set()  # those of them that show none
        self.doubted: set[str] = set()  # documents that may be another page in place of the policy
        self.at_hand: list[int] = []  # open ranks that earlier crawls know to show a text, in order
        self.none_at_hand: set[int] = set()  # those that they know to show none
        self._right: dict[int, int] = {}  # from a dismissed rank towards the next one that is not
        self._left: dict[int, int] = {}

    def settle(self, texts: Mapping[int, str]) -> None:
        """Record what some snapshots show."""
        _put(self.known, [rank for rank in texts if rank not in self.documents])
        self.documents.update(texts)
        if self.at_hand:
            _take_out(self.at_hand, texts)

    def dismiss(self, ranks: Iterable[int], *, textless: bool) -> None:
        """Record that some snapshots show no text, or could not be fetched."""
        new = [rank for rank in ranks if rank not in self._right]
        _put(self.dismissed, new)
        if textless:
            self.textless.update(new)
        self._right.update((rank, rank + 1) for rank in new)
        self._left.update((rank, rank - 1) for rank in new)

    def is_open(self, rank: int) -> bool:
        """Tell whether nothing is known of a snapshot."""
        return rank not in self.documents and rank not in self._right

    def around(self, rank: int) -> tuple[int, int]:
        """Return the known ranks, or ends, next to a rank on either side."""
        at = bisect_left(self.known, rank)
        left = self.known[at - 1] if at else -1
        after = at + 1 if at < len(self.known) and self.known[at] == rank else at
        return left, self.known[after] if after < len(self.known) else self.size

    def gaps(self) -> Iterator[tuple[int, int]]:
        """Return all gaps between known ranks or ends that hold anything, in order."""
        return ((left, right) for left, right in pairwise([-1, *self.known, self.size]) if right - left > 1)

    def agree(self, left: int, right: int) -> bool:
        """Tell whether the same document is known at both ends of a gap, and what is between them by that."""
        if left < 0 or right >= self.size or self.documents[left] != self.documents[right]:
            return False
        if self.documents[left] not in self.doubted:
            return True
        first, last = self._row(left, -1), self._row(right, 1)
        return _PART * (right - left) <= last - first

    def _row(self, rank: int, step: int) -> int:
        """Return how far from a known rank on, in one direction, the known ones show the same document."""
        at, document = bisect_left(self.known, rank), self.documents[rank]
        row = self.known[at : at + _IN_A_ROW] if step > 0 else self.known[max(0, at - _IN_A_ROW) : at + 1][::-1]
        return [*takewhile(lambda known: self.documents[known] == document, row)][-1]

    def open_between(self, left: int, right: int, near: int) -> int | None:
        """Return the open rank of a gap that is nearest to a rank in it; None if there is none."""
        before, after = _end(self._left, near), _end(self._right, near)
        if before <= left:
            return after if after < right else None
        return after if after < right and after - near < near - before else before

    def cheapest_between(
        self, left: int, right: int, near: int, serves: Callable[[int], bool] | None = None
    ) -> int | None:
        """Return the open rank of a gap that is nearest to a rank in it; where earlier crawls did not ask for that one,
        the nearest that they know instead, if there is any that ``serves``.
        """
        rank = self.open_between(left, right, near)
        if rank is None or not self.at_hand or self._is_at_hand(rank):
            return rank
        at_hand = self.at_hand[bisect_right(self.at_hand, left) : bisect_left(self.at_hand, right)]
        return min(filter(serves, at_hand), key=lambda other: abs(other - near), default=rank)

    def cheapest(self, ranks: Collection[int]) -> Collection[int]:
        """Return those of some ranks that are at hand; all if none is."""
        return [rank for rank in ranks if self._is_at_hand(rank)] or ranks

    def _is_at_hand(self, rank: int) -> bool:
        at = bisect_left(self.at_hand, rank)
        return rank in self.none_at_hand or self.at_hand[at : at + 1] == [rank]

    def hold(self, answers: Mapping[int, str | None]) -> None:
        """Have the answers of earlier crawls at hand, until they are settled or dismissed."""
        self.at_hand = sorted(rank for rank, text in answers.items() if text is not None)
        self.none_at_hand = {rank for rank, text in answers.items() if text is None}


def _take_out(ordered: list[int], gone: Collection[int]) -> None:
    if len(gone) <= _FEW:
        for rank in gone:
            at = bisect_left(ordered, rank)
            if ordered[at : at + 1] == [rank]:
                del ordered[at]
    else:
        ordered[:] = [rank for rank in ordered if rank not in gone]


def _put(ordered: list[int], new: list[int]) -> None:
    if len(new) <= _FEW:
        for rank in new:
            insort(ordered, rank)
    else:
        ordered += new
        ordered.sort()


def _end(steps: dict[int, int], rank: int) -> int:
    """Return where the steps from a rank lead, and shorten them on the way."""
    while rank in steps:
        following = steps[rank]
        steps[rank] = steps.get(following, following)
        rank = following
    return rank
