"""Which items of two sequences belong together, in bounded time: patience diff, with difflib in small gaps.

Common ends are cut off, then the items that stand exactly once on each side are the fixed points, and what lies
between two of them is aligned in turn (Bram Cohen's patience diff). It follows what a reader sees better than the
longest common subsequence does, and takes no quadratic time on texts that repeat themselves: a gap without fixed
points goes to difflib only where that is cheap.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

_MAX_PRODUCT = 40_000
"""Largest gap (items times items) that difflib may have: some 10 ms (2026-11)."""
_WORK_AN_ITEM = 100
"""Items looked at (or compared by difflib) for each given one, before the rest is taken for different: texts of the web
need some ten, and what is made to be slow must end.
"""
_MIN_WORK = 50_000


class _Gap(NamedTuple):
    """A stretch of each sequence, without its last place."""

    a_low: int
    a_high: int
    b_low: int
    b_high: int


def align(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Pairs of places (in ``a``, in ``b``) of equal items, rising on both sides."""
    pairs: list[tuple[int, int]] = []
    gaps = [_Gap(0, len(a), 0, len(b))]
    work = _MIN_WORK + _WORK_AN_ITEM * (len(a) + len(b))
    while gaps and work > 0:
        a_low, a_high, b_low, b_high = gaps.pop()
        while a_low < a_high and b_low < b_high and a[a_low] == b[b_low]:
            pairs.append((a_low, b_low))
            a_low, b_low = a_low + 1, b_low + 1
        while a_low < a_high and b_low < b_high and a[a_high - 1] == b[b_high - 1]:
            a_high, b_high = a_high - 1, b_high - 1
            pairs.append((a_high, b_high))
        if a_low == a_high or b_low == b_high:
            continue
        work -= (a_high - a_low) + (b_high - b_low)
        fixed = _fixed_points(a, b, _Gap(a_low, a_high, b_low, b_high))
        if fixed:
            ends = [(a_low - 1, b_low - 1), *fixed, (a_high, b_high)]
            gaps += [_Gap(i + 1, k, j + 1, m) for (i, j), (k, m) in pairwise(ends)]
            pairs += fixed
        elif (a_high - a_low) * (b_high - b_low) <= _MAX_PRODUCT:
            work -= (a_high - a_low) * (b_high - b_low)
            matcher = SequenceMatcher(None, a[a_low:a_high], b[b_low:b_high], autojunk=False)
            for i, j, size in matcher.get_matching_blocks():
                pairs += [(a_low + i + n, b_low + j + n) for n in range(size)]
    return sorted(pairs)


def _fixed_points(a: Sequence[Hashable], b: Sequence[Hashable], gap: _Gap) -> list[tuple[int, int]]:
    """The items that stand once on each side and in the same order, as many as there can be."""
    in_a, in_b = Counter(a[gap.a_low : gap.a_high]), Counter(b[gap.b_low : gap.b_high])
    place = {b[j]: j for j in range(gap.b_low, gap.b_high) if in_b[b[j]] == 1}
    common = [(i, place[a[i]]) for i in range(gap.a_low, gap.a_high) if in_a[a[i]] == 1 and a[i] in place]
    return rising(common)


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """A longest part of pairs, rising in their first number, that rises in the second too (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for at, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        before.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(j)
            piles.append(at)
        else:
            tops[pile], piles[pile] = j, at
    chain = []
    at = piles[-1] if piles else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]
