"""A Markdown body as the sentences that a reader sees, each with the paragraph, heading or list item it stands in."""

import re
from dataclasses import dataclass

from crawler.text.markdown import CELL_BREAK

_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
_LINK = re.compile(r"\[((?:[^\[\]\n]|\[[^\[\]\n]*\])*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]*)>")
_MARKER = re.compile(r"^(?P<quote>(?:> ?)*)(?:(?P<heading>#{1,6}) +|(?P<item>(?:[*+-]|\d{1,9}[.)]) +))?")
_RULE = re.compile(r"^[-*_| :]+$")
_EMPHASIS = re.compile(r"(?<!\\)(?:\*\*|__|\*|`|~~|(?<!\w)_|_(?!\w))")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_CELL = re.compile(r"(?<!\\)\|")
_CELL_BREAK = re.compile(rf"(?<!\\){CELL_BREAK}")
# After a full stop and before what can begin a sentence; the signs of Chinese and Japanese need no space.
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’»)\]]*\s+(?=[\"“‘«(\[¿¡]?[A-Z0-9À-ÞΑ-ΩА-Я])|(?<=[。！？])[」』）]*\s*")
_MAX_LINE = 20_000
"""Characters of a line in which links are looked for: beyond it is no prose."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; ``block`` numbers the paragraph, heading, item or table row it stands in."""

    text: str
    block: int
    kind: str
    """heading, item, quote, row or text"""
    level: int = 0
    """Of a heading, 1 to 6; how deep an item is indented, in steps of two spaces."""


def sentences(body: str) -> list[Sentence]:
    """The sentences of a Markdown body, without marks, link targets and images."""
    found: list[Sentence] = []
    block = 0
    for line in body.splitlines():
        indent = len(line) - len(line.lstrip())
        marker = _MARKER.match(line.strip())
        assert marker is not None  # every part of it may be missing
        rest = line.strip()[marker.end() :]
        if not rest or _RULE.match(rest):
            continue
        kind, level = "text", 0
        if marker["heading"]:
            kind, level = "heading", len(marker["heading"])
        elif marker["item"]:
            kind, level = "item", min(indent // 2, 6)
        elif marker["quote"]:
            kind = "quote"
        elif "|" in rest:
            kind = "row"
        parts = [part.strip() for part in _SENTENCE_END.split(plain(rest))]
        found += [Sentence(part, block, kind, level) for part in parts if part]
        block += 1
    return found


def plain(line: str) -> str:
    """What a line of Markdown says."""
    if len(line) <= _MAX_LINE:
        line = _IMAGE.sub("", line)
        line = _LINK.sub(r"\1", _LINK.sub(r"\1", line))  # a link may stand around what was an image, or in brackets
    line = _AUTOLINK.sub(r"\1", line)
    if _CELL.search(line):
        line = _CELL_BREAK.sub(" ", line)
    line = _CELL.sub(" | ", _EMPHASIS.sub("", line))
    return " ".join(_ESCAPE.sub(r"\1", line).split()).strip(" |")
