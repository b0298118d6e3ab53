"""What of a Markdown body a reader sees: its lines without link targets, images and the marks that rendering adds."""

import re
import unicodedata

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
_MARKS = ("*", "_", "`", "\\")
_CELLS = ("<br>", "|")
_LINE_MARKS = re.compile(r"^[^\S\n]*+(?:#{1,6} |[+-] |> |-{3}[- ]*+$)", re.MULTILINE)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)


def without_targets(body: str) -> str:
    """A Markdown body without its images, and with links' texts in place of links."""
    text = _IMAGE.sub(lambda found: found[0] if found[0][0] == "\\" else "", body) if "![" in body else body
    return _LINK.sub(lambda found: found[0] if found[1] is None else found[1], text)


def without_marks(text: str) -> str:
    """A text (NFC) without emphasis, headings' and items' marks, the lines of tables, and what takes no room."""
    for mark in _CELLS:
        text = text.replace(mark, " ")
    for mark in _MARKS:
        text = text.replace(mark, "")
    text = _LINE_MARKS.sub("", text)
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
