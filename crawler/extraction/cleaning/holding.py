"""What an element holds: running text, links, and things to press or to fill in."""

import re
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.cleaning.asides import PLACE
from crawler.extraction.cleaning.boilerplate import Boilerplate
from crawler.extraction.main_content.words import count_words

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_FIELDS = frozenset({"input", "select", "textarea"})
_FORMS = frozenset({Boilerplate.FORM.value, Boilerplate.CONTROL.value})
_UNSEEN_FIELDS = frozenset({"hidden", "image"})
_BUTTON_NAMES = re.compile(r"(?:^|[\s_-])(?:btn|button)s?(?=$|[\s_-])", re.IGNORECASE)
_STOP = re.compile(r"\w[)\"’”»]*[.!?…](?:\W|$)|[。！？]")
# Words of a text node that is a sentence though it has no stop.
_LONG = 8
# So many words for each thing to fill in are text with a form in it; fewer are labels and hints.
_BESIDE_FIELD = 60
# Words that a sentence has at least, beside its stop: "No, never."
_SHORT = 2


@dataclass(frozen=True, slots=True)
class Holding:
    """Counts of what an element holds."""

    plain: int
    """Words that stand neither in links nor in buttons or fields."""
    other: int
    """Words that do."""
    fields: int
    """Things to fill in or to choose from, other than buttons."""
    buttons: int
    """Things to press, links that act as such included."""
    sentences: bool
    """Whether some of the plain words make a sentence."""
    heading: str | None
    """The level of its first heading, if plain words follow it."""

    @property
    def is_prose(self) -> bool:
        """Whether this is something to read rather than to use."""
        return self.sentences and self.plain > self.other and self.plain >= _BESIDE_FIELD * self.fields


def holding_of(element: HtmlElement) -> Holding:
    """Return what an element holds; linear in its size."""
    plain = other = fields = buttons = inside = after_heading = 0
    sentences = False
    heading: str | None = None
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            if is_control(node):
                inside += 1
                fields += node.tag in _FIELDS
                buttons += node.tag not in _FIELDS and presses(node)
            elif node.tag == PLACE:
                fields += node.get("kind") in _FORMS
                buttons += node.get("kind") == Boilerplate.BUTTON.value
            if heading is None and node.tag in _HEADINGS:
                heading, after_heading = node.tag, plain
            text = node.text
        else:
            inside -= is_control(node)
            if heading is not None and node.tag in _HEADINGS and not after_heading:
                after_heading = plain
            if node is element:
                break
            text = node.tail
        if text and not text.isspace():
            words = count_words(text)
            if inside:
                other += words
            else:
                plain += words
                sentences = sentences or words >= _LONG or (words >= _SHORT and _STOP.search(text) is not None)
    return Holding(plain, other, fields, buttons, sentences, heading if plain > after_heading else None)


def is_control(element: HtmlElement) -> bool:
    """Tell whether an element is a link, a button or a field."""
    tag = element.tag
    if tag == "input":
        return (element.get("type") or "").lower() not in _UNSEEN_FIELDS
    return tag in {"a", "button", "select", "textarea", "option"}


def presses(element: HtmlElement) -> bool:
    """Tell whether an element acts on the page instead of leading somewhere."""
    if element.tag == "button":
        return True
    if element.tag != "a":
        return False
    href = (element.get("href") or "").strip().lower()
    return (
        element.get("role") == "button"
        or href in {"", "#"}
        or href.startswith("javascript:")
        or (_BUTTON_NAMES.search(element.get("class") or "") is not None)
    )
