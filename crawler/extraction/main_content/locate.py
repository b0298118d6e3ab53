"""Finds the part of a page that is the policy."""

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal

from lxml.html import HtmlElement

from crawler.extraction.cleaning.asides import PLACE
from crawler.extraction.main_content.bounds import with_lists, with_title
from crawler.extraction.main_content.cuts import Cut, around, trim
from crawler.extraction.main_content.edges import beginning, ending
from crawler.extraction.main_content.sketch import draw, found_by_readability, found_by_trafilatura
from crawler.extraction.main_content.words import WordIndex, index_words

Route = Literal["trafilatura", "readability", "page"]

# The element holds this share of what the extractor found: all but stray lines. (.9 lost headings and the ends of
# policies; measured on 145 pages, 2026-11.)
_HOLDS = 0.99
# On 26 pages laid out with tables the text's cell holds 80 to 100 % of the prose, on 49 pages with tables of data the
# largest cell holds 1 to 19 % (the sample, pages of published documents, policies of today; 2026-11).
_CELL_HOLDS = 0.7
# If the element holds less than this share of the page's prose, another extractor is asked. (Whenever trafilatura was
# right, the share was .98 or more, on 330 pages, 2026-11; the rest is for sidebars.)
_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Located:
    """The policy on a page."""

    element: HtmlElement
    """Holds the policy and nothing else; a part of the tree that was given."""
    route: Route
    """The extractor that found it, or the whole page if all of them found too little."""
    cuts: tuple[Cut, ...] = ()
    """What stood around it."""
    inside: frozenset[HtmlElement] = frozenset()
    """The empty elements with text of the policy before and after them: places of what was set aside."""


def locate(body: HtmlElement, title: str, index: WordIndex) -> Located:
    """Find the policy in a body that `clean` has cleaned, and remove, in place, what stands around it.

    ``title`` is the page's, ``index`` that of its words.

    The policy is the smallest element that holds what an extractor finds, with the page's title above it and without
    the menus at its ends. The extractor says where, not what: the lists and tables it would drop are in that element.
    Never call it in a thread: trafilatura crashes there.
    """
    cuts: list[Cut] = []
    twin = _twin(body, index)
    if twin is not None:
        cuts.append(Cut("twin", list(twin.itertext()), index.links(twin)))
        twin.drop_tree()
        index = index_words(body)
    if not _prose(index, body):
        return Located(body, "page", tuple(cuts))
    element, found, route = _find(body, index)
    start, end = index.spans[element]
    first, last = found.find(1, start, end), found.rfind(1, start, end)
    element, end = with_lists(body, element, index)
    element, start = with_title(body, element, index)
    start = beginning(element, start, title, index)
    end = ending(element, end, index)
    first, last = max(first, start), min(last, end - 1)
    cuts += around(body, element, index)
    trimmed = trim(element, index, (start, end), (first, last + 1))
    inside = frozenset(place for place in element.iter(PLACE) if start < index.spans[place][0] < end)
    return Located(element, route, (*cuts, *trimmed), inside)


def _prose(index: WordIndex, element: HtmlElement) -> int:
    return index.words(element) - index.links(element)


def _find(body: HtmlElement, index: WordIndex) -> tuple[HtmlElement, bytearray, Route]:
    """Return the element, one byte per word (1 if an extractor found the word), and which extractor it was."""
    sketch = draw(body, index)
    enough = _ENOUGH * _prose(index, body)
    route: Route
    for route, finder in (("trafilatura", found_by_trafilatura), ("readability", found_by_readability)):
        found = finder(sketch)
        if any(found):
            element = _smallest(body, index, found)
            if _prose(index, element) >= enough:
                return _main_cell(element, index), found, route
    found = bytearray(b"\x01" * index.total)
    return _smallest(body, index, found), found, "page"


def _smallest(body: HtmlElement, index: WordIndex, found: bytearray) -> HtmlElement:
    """Return the smallest element that holds what was found."""
    before = list(accumulate(found, initial=0))
    wanted = _HOLDS * before[-1]
    element = body
    inner: HtmlElement | None = body
    while inner is not None:
        element = inner
        inner = next((child for child in element if _between(before, index.spans[child]) >= wanted), None)
    return element


def _main_cell(element: HtmlElement, index: WordIndex) -> HtmlElement:
    """Return the innermost cell that alone holds most of the element's prose, or else the element.

    A table with such a cell is one of layout: the menus and news beside the text are cells of the same table, and
    extractors take all of it. In a table of data no cell is that large.
    """
    most = _CELL_HOLDS * _prose(index, element)
    large = [cell for cell in element.iter("td", "th") if _prose(index, cell) >= most]
    return large[-1] if large else element


def _between(before: list[int], span: tuple[int, int]) -> int:
    return before[span[1]] - before[span[0]]


def _twin(body: HtmlElement, index: WordIndex) -> HtmlElement | None:
    """Return the second of two siblings with the same text, each at least a third of the page: a copy for phones."""
    element: HtmlElement | None = body
    while element is not None:
        large = [child for child in element if 3 * index.words(child) >= index.total > 0]
        for one, other in pairwise(large):
            if index.words(one) == index.words(other) and one.text_content().split() == other.text_content().split():
                return other
        element = large[0] if len(large) == 1 else None
    return None
