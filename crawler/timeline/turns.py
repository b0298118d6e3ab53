"""Which of a policy's texts take turns: variants that servers, regions or experiments show of one state of the policy.

A text that a vendor changed stays changed, or is changed back once. Where one text returns at least twice while another
stays in use, nobody changes it to and fro: both are served side by side. A new text that takes the place of one of
them for good is the vendor's change, so there one period ends and the next begins; the other variants mostly follow.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

_RUNS = 3
"""A text takes turns if it is there so many times: it returned twice, with other texts between."""

_NESTED = 8
"""So many texts that came back once, each after the next one, are looked behind: a bound on the time that it takes."""


class Period(NamedTuple):
    """A stretch of a history in which texts take turns: the places of its first and last text in the history, and the
    texts in the order in which they appear.
    """

    first: int
    last: int
    documents: tuple[str, ...]


def periods(shown: Sequence[str]) -> list[Period]:
    """Return the periods of a history (documents in order, by their hashes) in which texts take turns, in order."""
    runs: list[tuple[str, int, int]] = []
    at = 0
    for document, same in groupby(shown):
        count = sum(1 for _ in same)
        runs.append((document, at, at + count - 1))
        at += count
    names = [run[0] for run in runs]
    return [
        Period(runs[first][1], runs[last][2], tuple(dict.fromkeys(names[first : last + 1])))
        for start, end in _entangled(names, 0, len(names))
        for first, last in _generations(names, start, end)
        if last - first + 1 >= _RUNS
    ]


def _entangled(names: Sequence[str], start: int, end: int, nested: int = 0) -> list[tuple[int, int]]:
    """Return the stretches (first, last) from ``start`` to before ``end`` where the returns of texts overlap, if they
    take turns there.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for at in range(start, end):
        places[names[at]].append(at)
    returns = sorted(pair for of_one in places.values() for pair in pairwise(of_one))
    stretches: list[tuple[int, int]] = []
    for begin, after in returns:
        if stretches and begin < stretches[-1][1]:
            stretches[-1] = stretches[-1][0], max(after, stretches[-1][1])
        else:
            stretches.append((begin, after))
    found: list[tuple[int, int]] = []
    for first, last in stretches:
        if places[names[first]] == [first, last] and nested < _NESTED:  # the vendor's, which came back after all of it
            found += _entangled(names, first + 1, last, nested + 1)
            continue
        inside = Counter(names[first : last + 1]).most_common(2)
        if inside[0][1] < _RUNS or inside[1][1] < 2:
            continue
        if found and found[-1][1] == first:  # one text is left between two pairs: the one that both have
            found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return found


def _generations(names: Sequence[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the parts (first, last) of a stretch: one ends where a text that came with it gives way to a new one."""
    begins = {name: at for at, name in reversed([*enumerate(names[: last + 1])]) if at >= first}
    ends = {name: at for at, name in enumerate(names[: last + 1])}
    start = first
    for at in range(first + 1, last + 1):
        if begins[names[at]] != at:
            continue
        if any(ends[name] < at and start <= begins[name] < at for name in set(names[start:at])):
            yield start, at - 1
            start = at
    yield start, last
