"""Lays texts side by side and finds where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.text.align import align
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


def spots(texts: Sequence[Words]) -> list[DifferingSpot]:
    """Return the spots where texts differ, with at least `AROUND` words between them that all texts have."""
    frames = [framed(text) for text in texts]
    first = frames[0]
    aligned = {text: dict(align(first, text)) for text in set(frames)}  # texts that take turns come many times
    columns = [aligned[text] for text in frames]
    shared = sorted(set(columns[0]).intersection(*columns[1:]))
    found = []
    blocks = [_undated(first, block) for block in _blocks(shared, columns)]
    for (begin, left), (right, end) in pairwise(blocks):
        between = tuple(text[column[left] + 1 : column[right]] for text, column in zip(frames, columns, strict=True))
        changed = tuple(a != b for a, b in pairwise(between))
        if any(changed):
            before = first[max(begin, left - AROUND_AT_MOST + 1) : left + 1]
            after = first[right : min(end, right + AROUND_AT_MOST - 1) + 1]
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


def _undated(text: Words, block: tuple[int, int]) -> tuple[int, int]:
    """Return a block without weekdays, months and years at its ends: they may have stayed the same by chance."""
    first, last = block
    while last - first >= AROUND and is_of_date(text[last]):
        last -= 1
    while last - first >= AROUND and is_of_date(text[first]):
        first += 1
    return first, last


def _blocks(shared: Sequence[int], columns: Sequence[dict[int, int]]) -> list[tuple[int, int]]:
    """Return the runs of `AROUND` or more words that all texts have: where each begins and ends in the first."""
    runs: list[tuple[int, int]] = []
    shifts = zip(*([column[at] - at for at in shared] for column in columns), strict=True)
    for at, (before, here) in zip(shared, pairwise([(), *shifts]), strict=True):
        if runs and runs[-1][1] == at - 1 and here == before:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return [(first, last) for first, last in runs if last - first + 1 >= AROUND]
