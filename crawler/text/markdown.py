"""The one reader of bodies' Markdown: what blocks a body has, and what a reader sees in each.

It reads what the extraction writes (html2text without wrapping) and what imports bring from other writers. White space
is kept, except at the ends of a block. Two things that plain text cannot say are kept as characters:

    CELL     ends a cell of a table; to Python it is white space, so it separates words and never is one
    STRUCK   follows each character that is struck out, so that words can be told apart whatever mark-up cuts them
"""

import re
import unicodedata
from typing import Literal, NamedTuple

CELL_BREAK = "<br>"
"""A new line within a cell of a table of data, as Markdown's dialects with tables write it. html2text would end the row
there, and what follows would stand in the first column of a row of its own.
"""
CELL = "\x1f"
"""ASCII's unit separator. No body has one: the extraction drops control characters."""
STRUCK = "\u0336"
"""Unicode's combining long stroke overlay, which strikes a character out wherever it is printed."""
NUMBER = re.compile(r"\d{1,9}[.)](?=\s)\s*+")
"""The number that an item or a paragraph begins with, in a block's text."""

STRUCK_RUN = re.compile(rf"[^\s{STRUCK}]{STRUCK}(?:[^\S{CELL}]*+[^\s{STRUCK}]{STRUCK})*+")
"""Words that one stroke runs through, in one cell."""

BlockKind = Literal["heading", "item", "quote", "row", "text"]

# A Markdown image or link as html2text writes them. A target may hold escaped or balanced parentheses and a title;
# white space only where it is plainly an address, since "[1](not for children)" is text. Every quantifier is possessive
# and escaped characters are taken as pairs, so that no page makes this slow: a hostile megabyte takes under a second
# (measured 2026-11; without them, 30 characters could take for ever).
_TARGET = (
    r"\((?:(?=[a-z][a-z0-9+.-]*:|[/#?<])(?:\\.|\([^()\n]*+\)|[^()\\\n])*+"
    r"|(?:\\.|\([^()\s]*+\)|[^()\\\s])*+(?:[ ]\"[^\"\n]*+\")?+)\)"
)
_IMAGE = re.compile(r"\\.|!\[(?:\\.|[^\[\]\\])*+\]" + _TARGET, re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"\\.|\[((?:\\.|[^\[\]\\]|\[[^\[\]]*+\])*+)\]" + _TARGET, re.IGNORECASE | re.DOTALL)
_AUTOLINK = re.compile(r"\\.|<((?:https?://|mailto:)[^<>\s]++|[^<>@\s\\]++@[^<>@\s]++)>", re.IGNORECASE | re.DOTALL)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
# What a line begins with. A sign that is escaped is a bullet too: that a list was typed, not marked up, is no change.
_MARKS = re.compile(r"\s*+(?:(?:>|\\?[*+-](?=\s|$)|#{1,6}(?=\s|$))\s*+)*+")
_BULLETS = frozenset("*+-")
_ORDERED = re.compile(r"\d{1,9}[.)]\s")
_CELL_BREAK = re.compile(rf"\\.|{CELL_BREAK}")
# Underscores within a word stay: snake_case is one. (The hash leaves them out, since they may be emphasis.)
_INLINE = re.compile(r"\\([!-/:-@\[-`{-~])|\\$|[*`]++|~~|\||(?<![^\W_])_++|_++(?![^\W_])")
_SPACE = "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace() and sign != CELL)
_STRIKE = "\x1e"  # stands for ~~ in a line, where no other one is left
_STRUCK_OUT = re.compile(rf"{_STRIKE}(?=[^\s{_STRIKE}])([^{_STRIKE}]*+)(?<=\S){_STRIKE}")
_FRAGMENT_MARKS = re.compile(r"!?\[|\]\([^)\s]*\)?|\]|(?<!\S)(?:#{1,6}|[*+-])(?=\s)")


class TextBlock(NamedTuple):
    """A line of text. ``level`` is 1 to 6 for a heading, for an item how deep it is indented in steps of two spaces (6
    at most), for a row 1 below the head of a table, else 0.
    """

    kind: BlockKind
    level: int
    text: str


def read(body: str) -> list[TextBlock]:
    """Return the blocks of a Markdown body, in order; those without any visible character are left out."""
    return read_lines(without_targets(body))


def without_targets(body: str) -> str:
    """Return a Markdown body without images, and with the visible text of links in place of links."""
    text = _IMAGE.sub(lambda found: found[0] if found[0][0] == "\\" else "", body) if "![" in body else body
    text = _LINK.sub(_kept, text) if "](" in text else text
    return _AUTOLINK.sub(_kept, text) if "<" in text else text


def read_lines(text: str) -> list[TextBlock]:
    """Return the blocks of a body that `without_targets` has returned."""
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    found: list[TextBlock] = []
    follows = in_table = False  # whether the line above belongs to the last block, and whether that is of a table
    for line in text.splitlines():
        marks = _MARKS.match(line)
        assert marks is not None  # it may be empty
        rest = line[marks.end() :]
        if not rest or (underline := _underline(rest)):
            if rest and follows and underline != "row" and found[-1].kind == "text":
                found[-1] = TextBlock("heading", 1 if underline == "=" else 2, found[-1].text)
            in_table = bool(rest) and follows and underline != "="
            follows = in_table
            continue
        # Six looks for a character take a tenth of the time of a search for any of them.
        has_marks = "*" in rest or "\\" in rest or "_" in rest or "|" in rest or "`" in rest or "~" in rest
        seen = visible(rest) if has_marks else rest.rstrip()
        if follows := bool(seen) and not seen.isspace():
            kind, level = _kind(marks[0], rest, is_row=has_marks and CELL in seen)
            in_table = in_table and kind == "row"
            if kind == "row":
                seen, level = _row(rest, seen), int(in_table)
            found.append(TextBlock(kind, level, seen.strip(_SPACE)))
    return found


def visible(line: str) -> str:
    """Return what a line of Markdown without links and images shows, with `CELL` and `STRUCK`."""
    if CELL_BREAK in line and "|" in line:
        line = _CELL_BREAK.sub(lambda found: " " if found[0] == CELL_BREAK else found[0], line)
    text = _INLINE.sub(_shown_mark, line)
    if _STRIKE in text:
        text = _STRUCK_OUT.sub(lambda found: _struck(found[1]), text).replace(_STRIKE, "~~")
    return text


def without_marks(text: str) -> str:
    """Return a text without signs that may be emphasis or code, and are escaped in one reading but not in another."""
    for mark in "_*`":
        text = text.replace(mark, "")
    return text


def visible_text(body: str) -> str:
    """Return what a reader sees of a Markdown body, each block on a line: the text that whatever is quoted is from."""
    return "".join(f"{verbatim(block.text)}\n" for block in read(body))


def verbatim(text: str) -> str:
    """Return a block's text as people read it, its spaces as they are: strokes between cells, and words that are struck
    out in ``~~``.
    """
    if STRUCK in text:
        text = STRUCK_RUN.sub(lambda run: f"~~{run[0].replace(STRUCK, '')}~~", text)
    return text.replace(CELL, "|")


def shown(text: str) -> str:
    """Return a block's text as people read it (`verbatim`), with one space wherever it has some."""
    return " ".join(verbatim(text).split())


def shown_fragment(text: str) -> str:
    """Return what a piece of Markdown that was cut out anywhere shows, on one line, its white space as it is."""
    return _FRAGMENT_MARKS.sub(" ", without_targets(text)).translate(_NO_MARKS).replace(CELL_BREAK, " ")


_NO_MARKS = str.maketrans({"*": "", "`": "", "\\": "", "|": " ", "\n": " "})


def _kept(found: re.Match[str]) -> str:
    return found[0] if found[1] is None else found[1]


def _underline(rest: str) -> Literal["=", "-", "row", ""]:
    """Return what a line of nothing but rules is: it underlines a heading, or the head of a table."""
    if rest[0] == "=":
        return "" if rest.strip("= \t") else "="
    if rest[0] not in "-|:" or rest.strip("-|: \t"):
        return ""
    return "row" if "|" in rest else "-" if "---" in rest else ""


def _kind(marks: str, rest: str, *, is_row: bool) -> tuple[BlockKind, int]:
    if "#" in marks:
        return "heading", marks.count("#", 0, marks.find("#") + 6)
    if not _BULLETS.isdisjoint(marks) or _ORDERED.match(rest):
        return "item", min((len(marks) - len(marks.lstrip())) // 2, 6)
    return ("row" if is_row else "quote" if ">" in marks else "text"), 0


def _row(rest: str, seen: str) -> str:
    """Return a row's cells, without the strokes that some writers put around it."""
    cells = seen.split(CELL)
    if rest[0] == "|" and rest.rstrip()[-1] == "|":
        cells = cells[1:-1]
    return f" {CELL} ".join(cell.strip() for cell in cells)


def _shown_mark(found: re.Match[str]) -> str:
    if found[1]:
        return found[1]
    return f" {CELL} " if found[0] == "|" else _STRIKE if found[0] == "~~" else ""


def _struck(text: str) -> str:
    return "".join(sign if sign.isspace() else sign + STRUCK for sign in text)
