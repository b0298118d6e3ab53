"""The document in plain text: its lines and paragraphs as Markdown that shows them."""

import re
import textwrap
from typing import Final

_CHARACTERS_OF_A_TITLE: Final = 120
_TAB: Final = 8
_WRAPPED: Final = 0.95  # of the lines that another one follows
# Columns are set apart by so many spaces; two after a full stop are typing.
_COLUMNS: Final = re.compile(r"\S {3,}\S")
_BLANK: Final = re.compile(r"\n(?:[ \t]*\n)+")
# What a renderer would swallow: tags and addresses in angle brackets, entities, emphasis, code, links. Underscores
# within a word are none, and neither are lone stars.
_SWALLOWED: Final = re.compile(
    r"<(?=[a-zA-Z/!?])|&(?=#?\w{1,32};)|\\(?=[!-/:-@\[-`{-~])|[*`](?=\S)|(?<=\S)[*`]|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)"
    r"|~(?=~)|\](?=[(\[])"
)
_OWN_LINE: Final = re.compile(r"\s*+(?:[-*+]\s|\d{1,9}[.)]\s|[-=]{2,}\s*$)")  # an item, or what underlines a heading
_HEADING: Final = re.compile(r"^ {0,3}#{1,6}(?= )")


def title_of(text: str) -> str:
    """Return the first line, by which a reader of a plain text knows what it is; empty if that is a paragraph."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= _CHARACTERS_OF_A_TITLE else ""


def as_markdown(text: str) -> str:
    """Return a plain text as Markdown: its lines, its paragraphs with a blank line between them, its tables as code."""
    lines = "\n".join(line.rstrip().expandtabs(_TAB) for line in text.splitlines())
    paragraphs = [paragraph.strip("\n") for paragraph in _BLANK.split(lines)]
    width = _width(paragraphs)
    return "\n\n".join(_paragraph(paragraph, width) for paragraph in paragraphs if paragraph.strip())


def _width(paragraphs: list[str]) -> int:
    """Return the width that the text was wrapped to: few lines are longer, an address perhaps."""
    lengths = sorted(len(line) for paragraph in paragraphs for line in paragraph.split("\n")[:-1])
    return lengths[int(len(lengths) * _WRAPPED)] if lengths else 0


def _paragraph(paragraph: str, width: int) -> str:
    lines = textwrap.dedent(paragraph).split("\n")
    if sum(1 for line in lines if _COLUMNS.search(line)) > 1:
        return "\n".join(f"    {line}" for line in lines)
    shown = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        indent = min(len(line) - len(line.lstrip()), 3)  # four make a block of code
        # A line that ends although the next word had room was meant to end: a renderer joins all others.
        word = after.split(maxsplit=1)[:1]
        meant = word and len(line) + 1 + len(word[0]) <= width and not _OWN_LINE.match(after)
        shown.append(" " * indent + _escape(line.strip()) + ("  " if meant else ""))
    return "\n".join(shown)


def _escape(line: str) -> str:
    """Return a line of text as Markdown that shows just that."""
    line = _SWALLOWED.sub(r"\\\g<0>", line)
    return _HEADING.sub(r"\\\g<0>", line)
