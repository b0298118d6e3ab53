"""Which items of two sequences belong together, in bounded time: patience diff, with difflib in small gaps.

Common ends are cut off, then the items that stand exactly once on each side are the fixed points, and what lies
between two of them is aligned in turn (Bram Cohen's patience diff). It follows what a reader sees better than the
longest common subsequence does, and takes no quadratic time on texts that repeat themselves: a gap without fixed
points goes to difflib only where that is cheap.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from typing import NamedTuple

_MAX_PRODUCT = 40_000
"""Largest gap (items times items) that difflib may have: some 10 ms (2026-11)."""
_WORK_AN_ITEM = 100
"""Items looked at (or compared by difflib) for each given one, before the rest is taken for different: texts of the web
need some ten, and what is made to be slow must end.
"""
_MIN_WORK = 50_000
_AT_ONCE = 64
"""Items of common ends that are compared at once: one by one, they took most of the time."""


class Gap(NamedTuple):
    """A stretch of each of two sequences, from its first place to before its last."""

    a_low: int
    a_high: int
    b_low: int
    b_high: int


class Run(NamedTuple):
    """Items in a row that are equal: where they begin in each of two sequences, and how many there are."""

    a: int
    b: int
    size: int


def align(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return pairs of places (in ``a``, in ``b``) of equal items, rising on both sides."""
    return [(i + n, j + n) for i, j, size in align_runs(a, b) for n in range(size)]


def align_runs(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Run]:
    """Return the pairs of `align` in runs, each as long as can be: texts of thousands of words have a few."""
    a, b = tuple(a), tuple(b)
    found: list[tuple[int, int, int]] = []
    gaps = [Gap(0, len(a), 0, len(b))]
    work = _MIN_WORK + _WORK_AN_ITEM * (len(a) + len(b))
    while gaps and work > 0:
        a_low, a_high, b_low, b_high = gap = gaps.pop()
        if begin := _begin(a, b, gap):
            found.append((a_low, b_low, begin))
            a_low, b_low = a_low + begin, b_low + begin
        if end := _end(a, b, Gap(a_low, a_high, b_low, b_high)):
            a_high, b_high = a_high - end, b_high - end
            found.append((a_high, b_high, end))
        if a_low == a_high or b_low == b_high:
            continue
        work -= (a_high - a_low) + (b_high - b_low)
        fixed = _fixed_points(a, b, Gap(a_low, a_high, b_low, b_high))
        if fixed:
            ends = [(a_low - 1, b_low - 1), *fixed, (a_high, b_high)]
            gaps += [Gap(i + 1, k, j + 1, m) for (i, j), (k, m) in pairwise(ends) if i + 1 < k and j + 1 < m]
            found += [(i, j, 1) for i, j in fixed]
        elif (a_high - a_low) * (b_high - b_low) <= _MAX_PRODUCT:
            work -= (a_high - a_low) * (b_high - b_low)
            one, other = a[a_low:a_high], b[b_low:b_high]
            if not set(one).isdisjoint(other):  # most are: a word in place of another
                matcher = SequenceMatcher(None, one, other, autojunk=False)
                found += [(a_low + i, b_low + j, size) for i, j, size in matcher.get_matching_blocks()]
    return _joined(sorted(found))


def _joined(found: Iterable[tuple[int, int, int]]) -> list[Run]:
    """Return runs in order, those that follow each other on both sides as one."""
    runs: list[Run] = []
    a = b = length = 0
    for i, j, size in found:
        if i - a == length == j - b:
            length += size
        else:
            runs.append(Run(a, b, length))
            a, b, length = i, j, size
    return [run for run in [*runs, Run(a, b, length)] if run.size]


def _begin(a: tuple[Hashable, ...], b: tuple[Hashable, ...], gap: Gap) -> int:
    """Return how many items at the begin of a gap are the same."""
    i, j, size = gap.a_low, gap.b_low, 0
    most = min(gap.a_high - i, gap.b_high - j)
    while size + _AT_ONCE <= most and a[i + size : i + size + _AT_ONCE] == b[j + size : j + size + _AT_ONCE]:
        size += _AT_ONCE
    while size < most and a[i + size] == b[j + size]:
        size += 1
    return size


def _end(a: tuple[Hashable, ...], b: tuple[Hashable, ...], gap: Gap) -> int:
    """Return how many items at the end of a gap are the same."""
    i, j, size = gap.a_high, gap.b_high, 0
    most = min(i - gap.a_low, j - gap.b_low)
    while size + _AT_ONCE <= most and a[i - size - _AT_ONCE : i - size] == b[j - size - _AT_ONCE : j - size]:
        size += _AT_ONCE
    while size < most and a[i - size - 1] == b[j - size - 1]:
        size += 1
    return size


def _fixed_points(a: Sequence[Hashable], b: Sequence[Hashable], gap: Gap) -> list[tuple[int, int]]:
    """Return the items that stand once on each side and in the same order, as many as there can be."""
    sides = a[gap.a_low : gap.a_high], b[gap.b_low : gap.b_high]
    in_a = dict(zip(sides[0], range(gap.a_low, gap.a_high), strict=True))
    in_b = dict(zip(sides[1], range(gap.b_low, gap.b_high), strict=True))
    repeated: set[Hashable] = set()
    for side, places in zip(sides, (in_a, in_b), strict=True):
        if len(places) < len(side):
            repeated.update([item for item, count in Counter(side).items() if count > 1])
    return rising([(i, in_b[item]) for item, i in in_a.items() if item in in_b and item not in repeated])


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a longest part of pairs, rising in their first number, that rises in the second too (patience sorting)."""
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


def align_texts(a: Sequence[str], b: Sequence[str], alike: tuple[Sequence[str], Sequence[str]]) -> list[Gap]:
    """Return which stretches of two sequences of texts say the same, in order, however the texts are cut.

    One text may stand for several: "third", "party" and "thirdparty" say the same. Two sequences that make up one text
    are the same all over. Where they are not, items are also paired by what ``alike`` gives for each of them.
    """
    found, rest = _same_ends(a, b, Gap(0, len(a), 0, len(b)))
    pairs = align(alike[0][rest.a_low : rest.a_high], alike[1][rest.b_low : rest.b_high])
    at, after = rest.a_low, rest.b_low
    for i, j in [*((rest.a_low + i, rest.b_low + j) for i, j in pairs), (rest.a_high, rest.b_high)]:
        if at < i and after < j:
            found += _same_ends(a, b, Gap(at, i, after, j))[0]
        if i < rest.a_high:
            found.append(Gap(i, i + 1, j, j + 1))
        at, after = i + 1, j + 1
    return sorted(found)


def _same_ends(a: Sequence[str], b: Sequence[str], gap: Gap) -> tuple[list[Gap], Gap]:
    """Return the stretches at the begin and the end of a gap that say the same, and what is left between them."""
    a_low, a_high, b_low, b_high = gap
    if a_low == a_high or b_low == b_high:
        return [], gap
    found = []
    for i, j in _same_begin(a[a_low:a_high], b[b_low:b_high]):
        found.append(Gap(a_low, gap.a_low + i, b_low, gap.b_low + j))
        a_low, b_low = gap.a_low + i, gap.b_low + j
    backwards = [[text[::-1] for text in reversed(side)] for side in (a[a_low:a_high], b[b_low:b_high])]
    for i, j in _same_begin(*backwards):
        found.append(Gap(gap.a_high - i, a_high, gap.b_high - j, b_high))
        a_high, b_high = gap.a_high - i, gap.b_high - j
    return found, Gap(a_low, a_high, b_low, b_high)


def _same_begin(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield how many items from the beginning of each make up the same text, rising."""
    if not a or not b:
        return
    one, other = "".join(a), "".join(b)
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    ends = {end: at for at, end in enumerate(accumulate(map(len, a)), 1) if end <= low}
    yield from ((ends[end], at) for at, end in enumerate(accumulate(map(len, b)), 1) if end in ends)
