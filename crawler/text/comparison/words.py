"""What changed between two versions of a sentence, word by word."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from crawler.text.align import Gap, align_texts
from crawler.text.markdown import shown
from crawler.text.sentences import Word

Op = Literal["=", "-", "+"]

_CONFETTI = 2
"""Up to so many equal words between two longer changes count as changed: alone among differences they only disturb."""


class Piece(NamedTuple):
    """A run of words that both versions have (=), or only the earlier (-) or the later (+) one.

    It ends with a space where the version that has it goes on with one.
    """

    op: Op
    text: str


class _Run(NamedTuple):
    """Words that stand in one place: the earlier ones and the later ones, which count the same or not."""

    is_same: bool
    before: list[Word]
    after: list[Word]


def changes(before: Sequence[Word], after: Sequence[Word]) -> list[Piece]:
    """Return how ``before`` became ``after``: the runs in order; where something is replaced, what went comes first.

    Words that count the same are shown as they are in ``after``.
    """
    keys = [word.counted for word in before], [word.counted for word in after]
    runs: list[_Run] = []
    i = j = 0
    for same in [*align_texts(*keys, alike=keys), Gap(len(before), len(before), len(after), len(after))]:
        _add(runs, _Run(False, [*before[i : same.a_low]], [*after[j : same.b_low]]))
        _add(runs, _Run(True, [*before[same.a_low : same.a_high]], [*after[same.b_low : same.b_high]]))
        i, j = same.a_high, same.b_high
    return [piece for run in _without_confetti(runs) for piece in _pieces(run)]


def _add(runs: list[_Run], run: _Run) -> None:
    """Add a run to others, to the last one if that is of its kind."""
    if runs and runs[-1].is_same == run.is_same:
        runs[-1].before.extend(run.before)
        runs[-1].after.extend(run.after)
    elif run.before or run.after:
        runs.append(run)


def _without_confetti(runs: Sequence[_Run]) -> list[_Run]:
    """Join changes that only a few equal words hold apart, where the changes are the longer.

    Words that count the same but are not shown the same stay: what does not count is never shown as changed.
    """
    sizes = [len(run.before) + len(run.after) for run in runs]
    joined: list[_Run] = []
    for at, run in enumerate(runs):
        is_confetti = (
            run.is_same
            and 0 < at < len(runs) - 1
            and len(run.after) <= _CONFETTI
            and sizes[at - 1] + sizes[at + 1] > 3 * len(run.after)
            and [word.shown.rstrip() for word in run.before] == [word.shown.rstrip() for word in run.after]
        )
        _add(joined, run._replace(is_same=run.is_same and not is_confetti))
    return joined


def _pieces(run: _Run) -> list[Piece]:
    if not run.is_same:
        both = Piece("-", _text(run.before)), Piece("+", _text(run.after))
        return [piece for piece, words in zip(both, run[1:], strict=True) if words]
    text = _text(run.after)
    if not text[-1:].isspace() and _text(run.before[-1:])[-1:].isspace():
        text += " "  # where only the earlier version goes on with a space, what follows may need it
    return [Piece("=", text)]


def _text(words: Sequence[Word]) -> str:
    text = "".join(word.shown for word in words)
    return shown(text) + " " * text[-1:].isspace()
