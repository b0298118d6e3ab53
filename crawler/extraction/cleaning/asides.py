"""Elements that are set aside: taken out of a page's tree, each with an empty element in its place."""

import re
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.cleaning.boilerplate import Boilerplate

# No page has elements of these names; if one did, it would lose them.
SET_ASIDE = "policytrail-set-aside"
PLACE = "policytrail-place"
_NAME = re.compile(r"[\w:.-]+")
_SAYS = 80  # characters
_NOT_TEXT = re.compile(
    "[\x00-\x1f\ufffe\uffff]"
)  # lxml reads these from character references, but refuses to write them


@dataclass(slots=True)
class Aside:
    """An element that is set aside."""

    element: HtmlElement
    kind: Boilerplate
    words: int
    tag: str = ""
    """What the element is while it stands in the tree."""
    place: HtmlElement | None = None
    """The empty element that holds its place."""

    def __post_init__(self) -> None:
        # lxml reads names that it refuses to write ("p<div").
        self.tag = self.element.tag if _NAME.fullmatch(self.element.tag) else "div"
        self.element.tag = (
            SET_ASIDE  # it goes with all the others, in C: moving tail texts one by one takes quadratic time
        )

    @property
    def says(self) -> str:
        """What a button says; empty for other elements."""
        text = " ".join(self.element.itertext()) if self.kind is Boilerplate.BUTTON else ""
        return _NOT_TEXT.sub("", " ".join(text.split())[:_SAYS])

    def put_back(self) -> HtmlElement:
        """Put the element where it was, and return it."""
        assert self.place is not None
        self.place.addprevious(self.element)
        return self.element


def take_out(root: HtmlElement, asides: list[Aside]) -> list[Aside]:
    """Take what is set aside out of the tree; the text after each stays."""
    for aside in asides:
        aside.place = root.makeelement(PLACE, {"kind": aside.kind.value, "says": aside.says})
        aside.element.addprevious(aside.place)
    etree.strip_elements(root, SET_ASIDE, with_tail=False)
    for aside in asides:
        aside.element.tag = aside.tag
    return asides


def remove_places(root: HtmlElement) -> None:
    """Remove the empty elements."""
    etree.strip_elements(root, PLACE, with_tail=False)


def above(element: HtmlElement) -> HtmlElement | None:
    """Return the sibling before an element, past what is set aside; None if there is none."""
    before = element.getprevious()
    while before is not None and before.tag in {SET_ASIDE, PLACE}:
        before = before.getprevious()
    return before
