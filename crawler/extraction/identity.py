"""When two texts are the same document: the content hash.

The hash is of the body's words as a reader sees them. Link targets, images and white space are left out, since they
differ between captures of a text that nobody changed: of Open Terms Archive's recorded changes, 27 to 58 % are
nothing else (measured on three of its collections, 2026-08). So are the marks that rendering adds (emphasis,
headings, bullets, lines of a table's cell) and characters that take no room.
"""

import hashlib
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
_MARKS = ("<br>", "*", "_", "`", "\\", "|")
_LINE_MARKS = re.compile(r"^[^\S\n]*+(?:#{1,6} |[+-] |> |-{3}[- ]*+$)", re.MULTILINE)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)


def content_hash(body: str) -> str:
    """The identity of a document: SHA-256 (hex) of what its Markdown body says."""
    return hashlib.sha256(said(body).encode("utf-8", "surrogatepass")).hexdigest()


def said(body: str) -> str:
    """What a Markdown body says, in the form that is hashed: NFC, without targets, images, marks and white space."""
    text = _IMAGE.sub(lambda found: found[0] if found[0][0] == "\\" else "", body) if "![" in body else body
    text = _LINK.sub(lambda found: found[0] if found[1] is None else found[1], text)
    for mark in _MARKS:
        text = text.replace(mark, "")
    text = _LINE_MARKS.sub("", text)
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return "".join(text.split())
