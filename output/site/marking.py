"""What was searched for, found and marked in a text as it is shown, and the text around the first of it."""

import heapq
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from lxml import html

from crawler.text.markdown import read, shown, shown_fragment
from output.site.markdown import LONG

Runs = list[tuple[bool, str]]
"""A piece of text, in runs; each tells whether it is what was searched for."""

_BLOCKS = {"h2", "h3", "h4", "h5", "h6", "p", "li", "td", "th", "pre", "br", "hr", "tr", "ul", "ol", "blockquote"}
_MOST = 500
"""Places that are marked."""
_BEFORE, _AFTER = 100, 200
"""Characters of a snippet around the first place."""


class _Piece(NamedTuple):
    """Text of an element: what stands in it before its children, or behind it."""

    element: html.HtmlElement
    is_tail: bool
    start: int
    text: str


def mark(root: html.HtmlElement, terms: Sequence[re.Pattern[str]]) -> int:
    """Mark all places where terms stand, and return how many there are. Place N has the id ``hit-N``, from 1."""
    pieces, text = _pieces(root)
    places = _places(folded(text), terms)
    for piece in reversed(pieces):
        inside = [
            (max(begin - piece.start, 0), min(end - piece.start, len(piece.text)), number, begin >= piece.start)
            for number, (begin, end) in enumerate(places, 1)
            if begin < piece.start + len(piece.text) and end > piece.start and not piece.text.isspace()
        ]
        if inside:
            _wrap(piece, inside)
    return len(places)


def snippet(body: str, terms: Sequence[re.Pattern[str]]) -> Runs:
    """Return the text around the place of a Markdown body that has most of some terms, as plain text."""
    text = _plain(body) if len(body) <= LONG else _plain.__wrapped__(body)
    places = _places(folded(text), terms)
    if not places:  # it stands in the address of a link
        text = shown_fragment(body.replace("](", "] ("))
        places = _places(folded(text), terms)[:1] or [(0, 0)]
    best = max(places, key=lambda place: (_variety(text[place[0] : place[0] + _AFTER], terms), -place[0]))
    low, high = _at_spaces(text, max(best[0] - _BEFORE, 0), *best, min(best[1] + _AFTER, len(text)))
    runs = [(False, "… ")] if low else []
    at = low
    for begin, end in places:
        if at <= begin < end <= high:
            runs += [(False, _line(text[at:begin])), (True, _line(text[begin:end]))]
            at = end
    runs.append((False, _line(text[at:high]) + (" …" if high < len(text) else "")))
    return [(hit, run) for hit, run in runs if run]


def _at_spaces(text: str, low: int, begin: int, end: int, high: int) -> tuple[int, int]:
    """Return where to cut a text around a place, so that no word is cut if there are spaces."""
    if low and (space := text.find(" ", low, begin)) >= 0:
        low = space + 1
    if high < len(text) and (space := text.rfind(" ", end, high)) >= 0:
        high = space
    return low, high


def folded(text: str) -> str:
    """Return a text without accents and in small letters, character by character, as the index of words has it."""
    return text.lower() if text.isascii() else "".join(map(_folded, text))


@lru_cache(maxsize=4096)
def _folded(sign: str) -> str:
    # Beyond Latin, Greek and Cyrillic, what looks like an accent makes another letter.
    has_accents = sign < "\u0590" or "\u1e00" <= sign < "\u2000"
    small = (unicodedata.normalize("NFD", sign)[:1] if has_accents else sign).lower()
    return small if len(small) == 1 else sign


@lru_cache(maxsize=64)
def _plain(body: str) -> str:
    return "\n".join(shown(block.text) for block in read(body))


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _variety(text: str, terms: Sequence[re.Pattern[str]]) -> int:
    return sum(1 for term in terms if term.search(folded(text)))


def _places(text: str, terms: Sequence[re.Pattern[str]]) -> list[tuple[int, int]]:
    """Return the first places where terms stand in a text, in order; of places that overlap, the first."""
    found: list[tuple[int, int]] = []
    for place in heapq.merge(*((match.span() for match in term.finditer(text)) for term in terms)):
        if place[0] < place[1] and (not found or place[0] >= found[-1][1]):
            found.append(place)
            if len(found) == _MOST:
                break
    return found


def _pieces(root: html.HtmlElement) -> tuple[list[_Piece], str]:
    """Return the pieces of text below an element in order, and all of it, with a line for each block."""
    pieces: list[_Piece] = []
    parts: list[str] = []
    length = 0

    def add(element: html.HtmlElement, text: str | None, *, is_tail: bool) -> None:
        nonlocal length
        if text:
            pieces.append(_Piece(element, is_tail, length, text))
            parts.append(text)
            length += len(text)

    def visit(element: html.HtmlElement) -> None:
        nonlocal length
        around = "\n" if element.tag in _BLOCKS else ""
        parts.append(around)
        length += len(around)
        add(element, element.text, is_tail=False)
        for child in element:
            visit(child)
            add(child, child.tail, is_tail=True)
        parts.append(around)
        length += len(around)

    visit(root)
    return pieces, "".join(parts)


def _wrap(piece: _Piece, inside: Sequence[tuple[int, int, int, bool]]) -> None:
    """Put marks around parts of a piece: each with its number, and whether its place begins there."""
    element, text = piece.element, piece.text
    parent = element.getparent() if piece.is_tail else element
    at = parent.index(element) + 1 if piece.is_tail else 0
    head = text[: inside[0][0]]
    if piece.is_tail:
        element.tail = head
    else:
        element.text = head
    for shift, (_, end, number, begins) in enumerate(inside):
        marked = html.Element("mark")
        if begins:
            marked.set("id", f"hit-{number}")
        marked.text = text[inside[shift][0] : end]
        following = inside[shift + 1][0] if shift + 1 < len(inside) else len(text)
        marked.tail = text[end:following]
        parent.insert(at + shift, marked)
