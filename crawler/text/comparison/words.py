"""What changed between two versions of a sentence, word by word, in pieces that are quoted verbatim.

A piece stands so, spaces included, in what a reader sees of a text (`crawler.text.markdown.visible_text`): what went in
the earlier one, what came and what stayed in the later one. It never goes over the end of a line.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from crawler.text.align import Gap, align_texts
from crawler.text.markdown import verbatim
from crawler.text.sentences import KEPT_AT_MOST, Word, count

Op = Literal["=", "-", "+"]

_CONFETTI = 2
"""Up to so many equal words between two longer changes count as changed: alone among differences they only disturb."""
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Piece(NamedTuple):
    """A run of words that both versions have (=), or only the earlier (-) or the later (+) one.

    It ends with a space where the version that it is from goes on with one, with a new line where that goes on in
    another paragraph.
    """

    op: Op
    text: str


class Run(NamedTuple):
    """Words that stand in one place: the earlier ones and the later ones, which count the same or not."""

    is_same: bool
    before: list[Word]
    after: list[Word]


def changes(before: Sequence[Word], after: Sequence[Word]) -> list[Piece]:
    """Return how ``before`` became ``after``: the runs in order; where something is replaced, what went comes first.

    Words that count the same are shown as they are in ``after``.
    """
    return told(runs(before, after))


def runs(before: Sequence[Word], after: Sequence[Word]) -> list[Run]:
    """Return the words of two versions in runs that both have, or that differ."""
    keys = [word.counted for word in before], [word.counted for word in after]
    found: list[Run] = []
    i = j = 0
    for same in [*align_texts(*keys, alike=keys), Gap(len(before), len(before), len(after), len(after))]:
        _add(found, Run(False, [*before[i : same.a_low]], [*after[j : same.b_low]]))
        _add(found, Run(True, [*before[same.a_low : same.a_high]], [*after[same.b_low : same.b_high]]))
        i, j = same.a_high, same.b_high
    return _without_confetti(found)


def told(found: Sequence[Run]) -> list[Piece]:
    """Return runs in pieces to read in one: those without what went are the later version."""
    pieces: list[Piece] = []
    space = ""  # that the earlier version alone has there: it goes with what went
    for run in found:
        before, after = _text(run.before), _text(run.after)
        if run.is_same:
            pieces += cut("=", after)
            only_before = before[-1:] == " " and not after[-1:].isspace()
            space = " " if only_before else ""
        else:
            pieces += [*cut("-", space + before if before else ""), *cut("+", after)]
            space = ""
    return pieces


def earlier(found: Sequence[Run]) -> list[Piece]:
    """Return the earlier version of runs: what stayed, as it is written there, and what went."""
    return [piece for run in found for piece in cut("=" if run.is_same else "-", _text(run.before))]


def cut(op: Op, text: str) -> list[Piece]:
    """Return a text as pieces, one for each of its lines."""
    return [Piece(op, verbatim(line)) for line in _LINE.findall(text) if not line.isspace()]


def size(text: str) -> int:
    """Return how many words a piece has."""
    return _kept_size_of_long(text) if len(text) > KEPT_AT_MOST else _kept_size(text)


@lru_cache(maxsize=4)  # both sides of a comparison are measured twice, and the later one with the next text again
def _kept_size_of_long(text: str) -> int:
    return count(text)


@lru_cache(maxsize=4096)  # texts that follow each other have most sentences in common
def _kept_size(text: str) -> int:
    return count(text)


def _add(found: list[Run], run: Run) -> None:
    """Add a run to others, to the last one if that is of its kind."""
    if found and found[-1].is_same == run.is_same:
        found[-1].before.extend(run.before)
        found[-1].after.extend(run.after)
    elif run.before or run.after:
        found.append(run)


def _without_confetti(found: Sequence[Run]) -> list[Run]:
    """Join changes that only a few equal words hold apart, where the changes are the longer.

    Words that count the same but are not shown the same stay: what does not count is never shown as changed.
    """
    sizes = [len(run.before) + len(run.after) for run in found]
    joined: list[Run] = []
    for at, run in enumerate(found):
        is_confetti = (
            run.is_same
            and 0 < at < len(found) - 1
            and len(run.after) <= _CONFETTI
            and sizes[at - 1] + sizes[at + 1] > 3 * len(run.after)
            and [word.shown.rstrip() for word in run.before] == [word.shown.rstrip() for word in run.after]
        )
        _add(joined, run._replace(is_same=run.is_same and not is_confetti))
    return joined


def _text(words: Sequence[Word]) -> str:
    return "".join(word.shown for word in words)
