"""Lays texts side by side and finds where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from crawler.text.align import Run, align_runs
from crawler.text.identity.volatile_spots import AROUND, framed, is_of_date

AROUND_AT_MOST = 16
"""Most words on either side by which a spot is found, if fewer stand elsewhere too."""

Words = Sequence[str]


@dataclass(frozen=True, slots=True)
class DifferingSpot:
    """A spot where texts differ: the words around it, what each of the texts has there, and for each text but the last
    whether the next one differs there.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    changed: tuple[bool, ...]

    @property
    def longest(self) -> int:
        """Most words that stand there."""
        return max(map(len, self.texts))


class _Block(NamedTuple):
    """Words that all texts have: where the first and the last of them stand in the first text, and for each text how
    much further on they stand there.
    """

    first: int
    last: int
    shifts: tuple[int, ...]


def spots(texts: Sequence[Words]) -> list[DifferingSpot]:
    """Return the spots where texts differ, with at least `AROUND` words between them that all texts have."""
    frames = [framed(text) for text in texts]
    first = frames[0]
    distinct = {text: at for at, text in enumerate(dict.fromkeys(frames))}  # texts that take turns come many times
    columns = [distinct[text] for text in frames]
    blocks = [_undated(first, block) for block in _blocks([align_runs(first, text) for text in distinct])]
    found = []
    for left, right in pairwise(blocks):
        between = tuple(
            text[left.last + left.shifts[at] + 1 : right.first + right.shifts[at]]
            for text, at in zip(frames, columns, strict=True)
        )
        changed = tuple(a != b for a, b in pairwise(between))
        if any(changed):
            before = first[max(left.first, left.last - AROUND_AT_MOST + 1) : left.last + 1]
            after = first[right.first : min(right.last, right.first + AROUND_AT_MOST - 1) + 1]
            found.append(DifferingSpot(before, after, between, changed))
    return found


def alone(differing: Sequence[DifferingSpot], those: Sequence[DifferingSpot]) -> list[bool]:
    """Return for each text and the next whether they differ at some of ``those`` spots and nowhere else."""
    ours = {id(spot) for spot in those}
    others = [spot.changed for spot in differing if id(spot) not in ours]
    return [
        any(changed) and not any(other[at] for other in others)
        for at, changed in enumerate(zip(*(spot.changed for spot in those), strict=True))
    ]


def _undated(text: Words, block: _Block) -> _Block:
    """Return a block without weekdays, months and years at its ends: they may have stayed the same by chance."""
    first, last, shifts = block
    while last - first >= AROUND and is_of_date(text[last]):
        last -= 1
    while last - first >= AROUND and is_of_date(text[first]):
        first += 1
    return _Block(first, last, shifts)


def _blocks(aligned: Sequence[Sequence[Run]]) -> list[_Block]:
    """Return the runs of `AROUND` or more words that all texts have, by what each has in common with the first."""
    shared: list[tuple[int, int, tuple[int, ...]]]
    shared = [(run.a, run.a + run.size, (run.b - run.a,)) for run in aligned[0]]
    for runs in aligned[1:]:
        of_all: list[tuple[int, int, tuple[int, ...]]] = []
        at = 0
        for low, high, shifts in shared:
            while at < len(runs) and runs[at].a + runs[at].size <= low:
                at += 1
            for i, j, size in runs[at:]:
                if i >= high:
                    break
                of_all.append((max(low, i), min(high, i + size), (*shifts, j - i)))
        shared = of_all
    return [_Block(low, high - 1, shifts) for low, high, shifts in shared if high - low >= AROUND]
