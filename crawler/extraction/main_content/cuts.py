"""Cuts away what stands around a policy and at its ends, and keeps account of it."""

from collections.abc import Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

from crawler.extraction.cleaning.asides import above
from crawler.extraction.cleaning.holding import presses
from crawler.extraction.main_content.words import WordIndex
from crawler.extraction.page import TEXT_TAGS

_INLINE = frozenset({"a", "b", "em", "font", "i", "small", "span", "strong", "u"})
_LINKS_OF_A_MENU = 3
_SENTENCE = 10  # words of a link that is a sentence, not the name of a page


class Cut(NamedTuple):
    """A block that is cut away: why, its text nodes, and how many of its words are in links."""

    reason: str
    texts: list[str]
    linked: int


def around(body: HtmlElement, policy: HtmlElement, index: WordIndex) -> list[Cut]:
    """Return the blocks of a body that stand around the element that holds the policy; nothing changes."""
    cuts: list[Cut] = []
    inner = policy
    while inner is not body:
        outer = inner.getparent()
        cuts += _text(outer.text)
        for child in outer:
            if child is not inner:
                cuts += _block(child, index)
            cuts += _text(child.tail)
        inner = outer
    return cuts


def trim(element: HtmlElement, index: WordIndex, keep: tuple[int, int], found: tuple[int, int]) -> list[Cut]:
    """Remove, in place, what lies outside `keep`, and menus that lie outside `found`; return what was removed.

    Both are stretches of words: the number of the first, and of the first one after the last.
    """
    start, end = keep
    cuts: list[Cut] = []
    stack = [element]
    while stack:
        outer = stack.pop()
        if outer.text and index.spans[outer][0] < start:
            cuts += _text(outer.text)
            outer.text = None
        for child in list(outer):
            child_start, child_end = index.spans[child]
            if child_start == child_end:
                if child_end < start or child_start >= end:
                    cuts += _text(child.tail)
                    child.tail = None
            elif child_end <= start or child_start >= end:
                cuts += [*_block(child, index), *_text(child.tail)]
                outer.remove(child)  # and its tail
            elif child_end <= found[0] or child_start >= found[1]:
                before = child_end <= found[0]
                if not _is_menu(child, index, before=before):
                    stack.append(child)
                elif not _is_contents(child) and (before or not _follows_text(child)):
                    cuts += _block(child, index)
                    child.drop_tree()
            elif child_start < found[0] or child_end > found[1]:
                stack.append(child)
    return cuts


def _block(element: HtmlElement, index: WordIndex) -> Iterator[Cut]:
    if words := index.words(element):
        links = index.links(element)
        yield Cut("navigation" if 2 * links > words else "not main content", list(element.itertext()), links)


def _text(text: str | None) -> Iterator[Cut]:
    if text and not text.isspace():
        yield Cut("not main content", [text], 0)


def _is_menu(element: HtmlElement, index: WordIndex, *, before: bool) -> bool:
    """Tell whether an element is a list of links. A link or two with words beside them are a sentence."""
    words, links = index.words(element), index.links(element)
    if 2 * links < words or (element.tag in _INLINE and _is_in_line(element, index)):
        return False
    anchors = list(element.iter("a"))
    alone = links == words < _SENTENCE and (before or all(map(presses, anchors)))
    return alone or len(anchors) >= _LINKS_OF_A_MENU


def _is_in_line(element: HtmlElement, index: WordIndex) -> bool:
    """Tell whether an inline element has other words beside it in its paragraph."""
    block = element
    while block.tag in _INLINE and (outer := block.getparent()) is not None:
        block = outer
    return index.words(block) > index.words(element)


def _is_contents(element: HtmlElement) -> bool:
    """Tell whether most of the links lead to places on a page, as in a table of contents."""
    links = [link.get("href", "") for link in element.iter("a")]
    return 2 * sum("#" in link for link in links) > len(links)


def _follows_text(element: HtmlElement) -> bool:
    """Tell whether a list or paragraph of links stands below a heading or text, not in a container of its own."""
    before = above(element)
    return element.tag in TEXT_TAGS and before is not None and before.tag in TEXT_TAGS
