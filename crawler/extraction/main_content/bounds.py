"""Where a policy begins and ends around what an extractor found of it: with its title and lists, without menus."""

import re

from lxml.html import HtmlElement

from crawler.extraction.main_content.words import WordIndex

# A title stands at most this many words above the text: a date or a summary may come between.
_TITLE_REACH = 40
# A list after the text with fewer words may be left out.
_LIST = 20
_LISTS = ("table", "ul", "ol", "dl")
# What follows these is another item or column, not more of the same.
_PARTS = frozenset({"td", "th", "tr", "li", "dd"})
NAMED_FOR_OTHERS = re.compile(r"foot|side-?bar|related|widget|promo|copyright|teaser|banner|newsletter", re.IGNORECASE)


def with_title(body: HtmlElement, element: HtmlElement, index: WordIndex) -> tuple[HtmlElement, int]:
    """Return the element, or the one around it that holds the page's title above it, and how many words precede it."""
    start = index.spans[element][0]
    near = [
        (index.spans[heading][0], heading.tag)
        for heading in body.iter("h1", "h2", "h3")
        if abs(start - index.spans[heading][0]) <= _TITLE_REACH and index.words(heading)
    ]
    # Not the site's name, which is a link or has a menu below it.
    titles = [
        at for at, tag in near if tag == "h1" and (at >= start or 2 * index.links_between(at, start) <= start - at)
    ]
    if not titles:  # a lower heading is the page's title where only text is between
        titles = [at for at, _ in near if at >= start or not index.links_between(at, start)]
    if not titles or titles[0] >= start:
        return element, start
    return next(outer for outer in element.iterancestors() if index.spans[outer][0] <= titles[0]), titles[0]


def with_lists(body: HtmlElement, element: HtmlElement, index: WordIndex) -> tuple[HtmlElement, int]:
    """Return the element, or the one around it that holds the lists and tables right after it, and where these end.

    Extractors leave out what looks like data, and take the container of the running text for all of it.
    """
    outer, end = element, index.spans[element][1]
    while element is not body and element.tag not in _PARTS:
        for sibling in element.itersiblings():
            if index.words(sibling):
                if not _is_list(sibling, index):
                    return outer, end
                outer, end = element.getparent(), index.spans[sibling][1]
        element = element.getparent()
    return outer, end


def _is_list(element: HtmlElement, index: WordIndex) -> bool:
    words = index.words(element)
    if (
        words < _LIST
        or 3 * index.links(element) > words
        or NAMED_FOR_OTHERS.search(" ".join(map(str, element.values())))
    ):
        return False
    listed = reached = 0
    for part in element.iter(_LISTS):
        start, end = index.spans[part]
        listed += max(0, end - max(start, reached))
        reached = max(reached, end)
    return 2 * listed >= words
