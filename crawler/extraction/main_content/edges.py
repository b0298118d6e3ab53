"""Where a policy begins and ends in the element that holds it, between promotions above and boxes below."""

import re

from lxml.html import HtmlElement

from crawler.extraction.cleaning.holding import holding_of
from crawler.extraction.main_content.words import WordIndex
from crawler.extraction.page import TEXT_TAGS
from crawler.extraction.rejection.evidence import fold

# Words. What stands before a title is no longer than this: more is the beginning of the policy.
_BEFORE_TITLE = 40
# A date or version above the title has at most this many.
_DATE = 15
# A box to fill in has at most this many that are text.
_BOX = 60
# So many words in a row are a paragraph.
_PARAGRAPH = 12
_YEAR = re.compile(r"(?:19|20)\d\d")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_COPYRIGHT = re.compile(r"^\W*(?:©|\(c\)|copyright\b)|all rights reserved", re.IGNORECASE)


def beginning(element: HtmlElement, start: int, title: str, index: WordIndex) -> int:
    """Return where the policy begins in an element whose text begins at ``start``: at its title, or at a date above it.

    What stands shortly before the page's only ``h1``, or before the one that says what ``<title>`` says, is a
    promotion, a link past the menu, a choice of regions.
    """
    mains = [heading for heading in element.iter("h1") if index.words(heading)]
    named = [heading for heading in mains if _says(heading, title)]
    heading = named[0] if named else mains[0] if len(mains) == 1 else None
    if heading is None:
        return start
    at = index.spans[heading][0]
    if not start <= at <= start + _BEFORE_TITLE:
        return start
    if heading is not mains[0] or not _is_text(element, start, at, index):
        return _dated(element, heading, at, index)
    return start


def _is_text(element: HtmlElement, start: int, stop: int, index: WordIndex) -> bool:
    """Tell whether a paragraph stands in a stretch of words."""
    for paragraph in element.iter(*TEXT_TAGS, "div", "span"):
        first, last = index.spans[paragraph]
        if start <= first and last <= stop and last - first >= _PARAGRAPH and 2 * index.links(paragraph) < last - first:
            return True
    return False


def _dated(element: HtmlElement, heading: HtmlElement, at: int, index: WordIndex) -> int:
    """Return where a date right above a title begins, in the container of the title; else where the title begins."""
    outer = heading
    while outer is not element:
        outer = outer.getparent()
        first = index.spans[outer][0]
        if first < at:
            near = at - first <= _DATE and not index.links_between(first, at)
            return first if near and _has_year(outer, heading) else at
    return at


def _has_year(outer: HtmlElement, heading: HtmlElement) -> bool:
    """Tell whether a year stands in an element before a heading."""
    for node in outer.iter("*"):
        if node is heading:
            return False
        if _YEAR.search(node.text or ""):
            return True
    return False


def _says(heading: HtmlElement, title: str) -> bool:
    said, named = fold(" ".join(heading.itertext())), fold(title)
    return bool(said) and (said in named or (" " in named and named in said))


def ending(element: HtmlElement, stop: int, index: WordIndex) -> int:
    """Return where the policy ends in an element whose text ends at ``stop``: before boxes to fill in, dialogs, menus.

    From the end backwards, block by block, down to the first one that reads as part of a policy.
    """
    most = index.words(element) // 3
    stack = [element]
    while stack:
        outer = stack.pop()
        for block in reversed(outer):
            words = index.words(block)
            if not words or index.spans[block][0] >= stop:
                continue
            if words > most:
                stack.append(block)
                break
            if not _is_no_policy(block, element, index):
                return stop
            stop = index.spans[block][0]
    return stop


def _is_no_policy(block: HtmlElement, policy: HtmlElement, index: WordIndex) -> bool:
    holding = holding_of(block)
    text = " ".join(block.itertext())
    if holding.plain <= _BOX and (holding.fields or holding.buttons >= 2) and not _has_peer_heading(block, policy):
        return True
    return index.words(block) <= _BOX and not holding.sentences and _COPYRIGHT.search(text) is not None


def _has_peer_heading(block: HtmlElement, policy: HtmlElement) -> bool:
    own = next(block.iter(*_HEADINGS), None)
    return own is not None and sum(1 for _ in policy.iter(own.tag)) > 1
