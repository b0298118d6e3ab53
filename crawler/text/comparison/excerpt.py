"""The changed sentences of a comparison in little space: what lists of changes, feeds and messages show of it."""

from collections.abc import Sequence

from crawler.text.comparison.compare import Comparison, Step
from crawler.text.comparison.words import Piece
from crawler.text.sentences import count

MAX_SENTENCES = 6
_KINDS = ("changed", "added", "removed")
"""What tells most comes first: where a word was replaced, a reader sees both."""
_MIN_WORDS = 4
_MAX_RUN = 300
_CONTEXT = 60
"""Characters of what stayed that are kept on each side of a change."""


def excerpt(comparison: Comparison) -> list[list[Piece]]:
    """Return the sentences that tell most of what changed, in their order, shortened."""
    steps = comparison.changed_sentences
    telling = sorted(range(len(steps)), key=lambda at: (_is_short(steps[at]), _KINDS.index(steps[at].kind), at))
    return [_shortened(steps[at].pieces) for at in sorted(telling[:MAX_SENTENCES])]


def _is_short(step: Step) -> bool:
    """Tell whether a sentence is none, but the words of a button, a menu or a headline; or only has another number."""
    sentence = step.after or step.before
    return sentence is None or count(sentence.text) < _MIN_WORDS or step.is_renumbered


def _shortened(changes: Sequence[Piece]) -> list[Piece]:
    short = []
    for at, (op, text) in enumerate(changes):
        if op != "=":
            short.append(Piece(op, text if len(text) <= _MAX_RUN else f"{text[:_MAX_RUN]}… "))
            continue
        head = text[:_CONTEXT].rpartition(" ")[0] + " " if at else ""
        tail = " " + text[-_CONTEXT:].partition(" ")[2] if at < len(changes) - 1 else ""
        short.append(Piece(op, text if len(text) <= 2 * _CONTEXT else f"{head}…{tail}"))
    return short
