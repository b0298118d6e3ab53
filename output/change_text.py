"""A change as people read it, at a terminal or in a message: plain text without control characters."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from crawler.text.comparison.words import Piece
from output.changes import Change
from output.formats.names import line

Style = Literal["head", "about", "-", "+", "changed -", "changed +"]


class Styled(NamedTuple):
    """A piece of a line, and what it is."""

    text: str
    style: Style


def summary(change: Change) -> list[list[Styled]]:
    """Return a change in lines: what changed, when and where to check it, then the sentences before and after."""
    size = f"+{change.words_added} −{change.words_removed} words"
    when = f"between {change.changed_after[:10]} and {change.first_captured[:10]}, {size}"
    lines = [
        [Styled(line(f"{change.vendor} {change.type}"), "head"), Styled(f" changed {when}", "about")],
        [Styled(line(change.source or change.url), "about")],
    ]
    if change.extractor_changed:
        lines.append(
            [Styled("The two texts were read by different extractors: some of it may be the reading.", "about")]
        )
    for sentence in change.sentences:
        lines += [_side(sentence, "-"), _side(sentence, "+")]
    return [runs for runs in lines if runs]


def plain(change: Change) -> str:
    """Return the summary as plain text, the sentences indented."""
    return "".join(f"{''.join(run.text for run in runs)}\n" for runs in summary(change))


def _side(sentence: Sequence[Piece], side: Literal["-", "+"]) -> list[Styled]:
    """Return one side of a changed sentence; nothing where it was not there."""
    if not any(op in {side, "="} and line(text) for op, text in sentence):
        return []
    runs = [Styled(f"  {side} ", side)]
    for op, text in sentence:
        if op in {side, "="}:
            shown = _one_line(text)
            runs.append(Styled(shown, side if op == "=" else "changed -" if side == "-" else "changed +"))
    return runs


def _one_line(text: str) -> str:
    """Return a piece as it stands in its line: the spaces at its ends stay."""
    return " " * text[:1].isspace() + line(text) + " " * (text[-1:].isspace() and bool(line(text)))
