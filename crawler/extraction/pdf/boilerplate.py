"""The boilerplate of a PDF's pages: running heads, footers, page numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crawler.extraction.pdf.lines import Line

EDGE_LINES: Final = 3  # at the top and at the bottom of a page that may be running heads or footers
SHARE_OF_PAGES: Final = 0.6  # that must have a line in the same place for it to be boilerplate
Position = tuple[int, float]  # height on the page, size of the letters

_BEGINS = re.compile(r"(\d{1,4})\s")
_ENDS = re.compile(r"\s(\d{1,4})$")
_OF_ALL = re.compile(r"\b(\d{1,4}) ?(?:of|/|von|sur|de|di|van|z|из|\||页,?) ?(?:共 ?)?(\d{1,4})\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"[-–—|\[( ]*(?:(?:page|seite|pagina|página|pág\.?|strona|p\.?|str\.?|стр\.?|sayfa|第) ?)?\d{1,4}"
    r"(?: ?(?:of|/|von|sur|de|di|van|z|из|页|ページ|\|) ?\d{0,4})?[-–—|\]) ]*",
    re.IGNORECASE,
)


def without_boilerplate(pages: list[list[Line]]) -> tuple[list[list[Line]], list[Line]]:
    """Return the pages without the lines at their edges that repeat in the same place or count the pages, and these."""
    if len(pages) < 2:
        return pages, []
    needed = max(2, SHARE_OF_PAGES * len(pages))
    edges = [_edges(page) for page in pages]
    repeated = Counter(key for edge in edges for key in {(line.text, *_place(line)) for line in edge})
    counting = _counting(edges, needed=max(3, needed))
    kept, all_gone = [], []
    for number, (page, edge) in enumerate(zip(pages, edges, strict=True)):
        outermost = _outermost(page)
        gone = {
            id(line)
            for line in edge
            if repeated[(line.text, *_place(line))] >= needed
            or any(counting.get((*_place(line), side)) == count - number for side, count in _counts(line))
            or _counts_all(line, number + 1, len(pages))
            or (line in outermost and _PAGE_NUMBER.fullmatch(line.text))
        }
        kept.append([line for line in page if id(line) not in gone])
        all_gone += [line for line in page if id(line) in gone]
    return kept, all_gone


def _edges(page: list[Line]) -> list[Line]:
    by_height = sorted(page, key=lambda line: -line.y)
    return by_height if len(page) <= 2 * EDGE_LINES else by_height[:EDGE_LINES] + by_height[-EDGE_LINES:]


def _outermost(page: list[Line]) -> list[Line]:
    heights = [line.y for line in page]
    outermost = {max(heights), min(heights)} if heights else set()
    return [line for line in page if line.y in outermost]


def _place(line: Line) -> Position:
    return round(line.y / 4), line.size  # left and right pages may differ by a point


def _counts(line: Line) -> list[tuple[str, int]]:
    """Return the numbers at the beginning and end of a line. A bold line has none: "Article 3" may head page three."""
    if line.bold:
        return []
    found = (("begins", _BEGINS.match(line.text)), ("ends", _ENDS.search(line.text)))
    return [(side, int(number[1])) for side, number in found if number]


def _counts_all(line: Line, page: int, pages: int) -> bool:
    """Tell whether the line says which of all pages this is ("As of May 2018 | Page 3 of 7")."""
    return any((int(found[1]), int(found[2])) == (page, pages) for found in _OF_ALL.finditer(line.text))


def _counting(edges: list[list[Line]], needed: float) -> dict[tuple[int, float, str], int]:
    """Return the places where a number grows with the pages ("Chapter 2: Your rights 14"), and how far it is ahead."""
    ahead: dict[tuple[int, float, str], Counter[int]] = defaultdict(Counter)
    for number, edge in enumerate(edges):
        for line in edge:
            for side, count in _counts(line):
                ahead[(*_place(line), side)][count - number] += 1
    best = {place: offsets.most_common(1)[0] for place, offsets in ahead.items()}
    return {place: offset for place, (offset, times) in best.items() if times >= needed}
