"""Sketches of texts: some numbers by which two texts are compared that nobody keeps."""

import zlib
from collections.abc import Sequence
from heapq import nsmallest

_WORDS = 4  # in a row, each of which is one thing that a text says
_NUMBERS = 64


def sketch(text: str) -> tuple[int, ...]:
    """Return the sketch of a text: the smallest of the numbers of all its runs of words (a bottom-k sketch)."""
    words = text.lower().split()
    runs = {" ".join(words[at : at + _WORDS]) for at in range(max(1, len(words) - _WORDS + 1))} if words else set()
    return tuple(nsmallest(_NUMBERS, {zlib.crc32(run.encode("utf-8", "replace")) for run in runs}))


def similarity(one: Sequence[int], other: Sequence[int]) -> float:
    """Return about which share of what two texts say they both say, 0 to 1."""
    both = nsmallest(_NUMBERS, {*one, *other})
    return len({*one} & {*other} & {*both}) / len(both) if both else 0.0
