"""The watermarks of a PDF's pages: what is printed across or behind the text and is no part of it."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from crawler.extraction.pdf.boilerplate import EDGE_LINES
from crawler.extraction.pdf.lines import Line, groups, parts

WORDS_AT_MOST: Final = 8
LETTERS_AT_LEAST: Final = 3  # a large initial stands among the text as well
LARGE: Final = 1.5  # times the size of the running text
HUGE: Final = 3.0  # times that size; headings are smaller
DIAGONAL: Final = 5  # degrees off the page's text; a page that was scanned by hand is turned by less
SHARE_OF_PAGES: Final = 0.6  # as for running heads
TIMES_ON_A_PAGE: Final = 3  # a pattern of small ones
CANDIDATES_AT_MOST: Final = 50  # on one page; beyond, large type is how the page is written

_Sign = tuple[str, int, int, float]  # text, and where: from the left, from below, size


def without_watermarks(pages: list[list[Line]]) -> tuple[list[list[Line]], list[Line]]:
    """Return the pages without their watermarks, and these.

    The angles of what is kept are relative to the page's text, so that 0 means "runs as the rest of the page does".
    """
    bases = _bases(pages)
    size = _most((line.size, len(line.text)) for page in pages for line in page)
    turned = [
        [_relative(line, base) if base or line.angle else line for line in page]
        for page, base in zip(pages, bases, strict=True)
    ]
    on_pages = Counter(sign for page in turned for sign in {_sign(part) for part in _suspects(page, size)})
    needed = max(2, SHARE_OF_PAGES * len(pages))
    kept: list[list[Line]] = []
    gone: list[Line] = []
    for page in turned:
        suspects = list(_suspects(page, size))
        times = Counter((part.text, part.angle) for part in suspects)
        marks = {
            id(part)
            for part in suspects[:CANDIDATES_AT_MOST]
            if (on_pages[_sign(part)] >= needed and (part.angle or part.pale or _inside(part, page)))
            or (_diagonal(part) and (part.size >= LARGE * size or times[part.text, part.angle] >= TIMES_ON_A_PAGE))
            or (part.size >= LARGE * size and (_across(part, page) or _like_a_stamp(part, page, size)))
        }
        if not marks:
            kept.append(page)
            continue
        rest: list[Line] = []
        for line in page:
            for is_mark, each in groups(line, [int(id(part) in marks) for part in parts(line)]):
                (gone if is_mark else rest).append(each)
        kept.append(rest)
    return kept, gone


def _bases(pages: list[list[Line]]) -> list[int]:
    """Return for each page the angle of its text; that of the document for a page with nothing but a watermark."""
    usual = _most((line.angle, len(line.text)) for page in pages for line in page)
    angles = [int(_most(((line.angle, len(line.text)) for line in page), usual)) for page in pages]
    return [angle if _off(angle) <= DIAGONAL else int(usual) for angle in angles]


def _most(weighted: Iterable[tuple[float, int]], default: float = 0) -> float:
    weights: Counter[float] = Counter()
    for value, weight in weighted:
        weights[value] += weight
    return max(weights, key=lambda each: (weights[each], -each), default=default)


def _relative(line: Line, base: int) -> Line:
    pieces = tuple(_relative(piece, base) for piece in line.pieces)
    return line._replace(angle=(line.angle - base) % 360, pieces=pieces)


def _off(angle: int) -> int:
    """Return by how many degrees an angle differs from a right one."""
    return min(angle % 90, -angle % 90)


def _diagonal(line: Line) -> bool:
    return _off(line.angle) > DIAGONAL


def _suspects(page: list[Line], size: float) -> Iterable[Line]:
    """Return what is short, and large or turned."""
    for line in page:
        for part in parts(line):
            if (part.angle or part.size >= LARGE * size) and len(
                part.text.split(maxsplit=WORDS_AT_MOST)
            ) <= WORDS_AT_MOST:
                yield part


def _sign(line: Line) -> _Sign:
    return line.text, round(line.x0 / 4), round(line.y / 4), line.size  # as for running heads


def _across(mark: Line, page: list[Line]) -> bool:
    """Tell whether a large line is printed over other ones."""
    if mark.angle or sum(map(str.isalpha, mark.text)) < LETTERS_AT_LEAST:
        return False
    upper, lower = mark.y + 0.6 * mark.size, mark.y + 0.1 * mark.size
    return any(
        lower < part.y + 0.3 * part.size < upper and part.x0 < mark.x1 and mark.x0 < part.x1 and part.size < mark.size
        for line in page
        for part in parts(line)
        if not part.angle and part is not mark
    )


def _inside(mark: Line, page: list[Line]) -> bool:
    """Tell whether a line stands apart from the edges of the page, where running heads are."""
    heights = sorted(line.y for line in page)
    return len(heights) > 2 * EDGE_LINES and heights[EDGE_LINES - 1] < mark.y < heights[-EDGE_LINES]


def _like_a_stamp(mark: Line, page: list[Line], size: float) -> bool:
    """Tell whether a line is a pale word or two in capitals, larger than headings are, that does not head the page."""
    first = max((line.y for line in page if not line.angle), default=mark.y)
    is_stamp = mark.pale and mark.text.isupper() and len(mark.text.split()) <= 2
    return is_stamp and mark.size >= HUGE * size and mark.y < first
