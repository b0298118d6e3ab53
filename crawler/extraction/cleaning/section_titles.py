"""Buttons that are the titles of sections: a reader presses them to see the text below."""

import re
from collections.abc import Container

from lxml.html import HtmlElement

from crawler.extraction.main_content.words import WordIndex

_TITLES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CONTROLS = ("aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle", "data-target", "data-bs-target")
_TARGETS = ("aria-controls", "data-target", "data-bs-target")
_NAMES = re.compile(r"(?:^|[\s_-])(?:accordion|collaps|panel|toggle|faq|expand|disclosure|question|tab)", re.IGNORECASE)
# A button that opens a section stands in its title at most this deep.
_DEEP = 3


def controlled_ids(body: HtmlElement) -> frozenset[str]:
    """Return the ids of the elements that something on the page opens."""
    found = set()
    for element in body.iter("button", "a", "div", "summary", "span", "li", "h2", "h3", "h4"):
        for name in _TARGETS:
            if value := element.get(name):
                found.update(value.replace("#", " ").split())
        if element.tag == "a" and (element.get("data-toggle") or element.get("data-bs-toggle")):
            found.add((element.get("href") or "").removeprefix("#"))
    return frozenset(found - {""})


def opens_section(button: HtmlElement, index: WordIndex, controlled: Container[str], repeated: Container[str]) -> bool:
    """Tell whether a button is the title of a section, or of a tab.

    It stands in a heading, holds one, or is marked as one that opens something, with text below it. A button that says
    what others say too ("Read more") is none.
    """
    if not index.words(button):
        return False
    if any(outer.tag in _TITLES for outer, _ in zip(button.iterancestors(), range(_DEEP), strict=False)):
        return True
    if next(button.iter(*_HEADINGS), None) is not None or button.get("role") == "tab":
        return True
    if " ".join(button.itertext()).strip() in repeated:
        return False
    marked = any(button.get(name) is not None for name in _CONTROLS)
    parent = button.getparent()
    names = " ".join(f"{each.get('id', '')} {each.get('class', '')}" for each in (button, parent))
    return (marked or _NAMES.search(names[:500]) is not None) and _text_follows(button, index)


def make_title(button: HtmlElement) -> None:
    """Turn a button that is a title into an element that stays: part of the heading around it, or one of its own."""
    phrase = any(outer.tag in _TITLES for outer, _ in zip(button.iterancestors(), range(_DEEP), strict=False))
    if phrase:
        button.tag = "span"
    else:
        button.tag = "div" if button.get("role") == "tab" or next(button.iter(*_HEADINGS), None) is not None else "h3"


def _text_follows(button: HtmlElement, index: WordIndex) -> bool:
    """Tell whether text, not links, comes right below the button or the element that holds nothing else."""
    element = button
    for _ in range(_DEEP):
        for below in element.itersiblings():
            if words := index.words(below):
                return below.tag != "button" and 2 * index.links(below) < words
        outer = element.getparent()
        if outer is None or index.words(outer) > index.words(button):
            return False
        element = outer
    return False
