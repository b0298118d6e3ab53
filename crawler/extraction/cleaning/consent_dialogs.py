"""Consent dialogs that bear no name: known by a button that accepts, beside a text that asks."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.extraction.cleaning.asides import PLACE
from crawler.extraction.main_content.words import WordIndex
from crawler.extraction.rejection import phrases
from crawler.extraction.rejection.evidence import fold

# Words beside the buttons: a dialog says at least what it asks.
_ASKS = 10
_LONGEST_BUTTON = 60  # characters


def consent_dialogs(body: HtmlElement, index: WordIndex) -> Iterator[HtmlElement]:
    """Yield the elements that ask for consent, outer ones only: at most half of the page each."""
    found: set[HtmlElement] = set()
    for button in _accepting(body):
        for outer in button.iterancestors():
            if outer is body or outer in found or 2 * index.words(outer) > index.total:
                break
            if index.words(outer) - index.links(outer) >= _ASKS:
                if phrases.CONSENT_TALK.search(fold(" ".join(outer.itertext()))):
                    found.add(outer)
                    yield outer
                break


def accepts(element: HtmlElement) -> bool:
    """Tell whether there is something in an element to accept with."""
    return next(_accepting(element), None) is not None


def _accepting(element: HtmlElement) -> Iterator[HtmlElement]:
    for each in element.iter(PLACE, "a", "button"):
        says = each.get("says", "") if each.tag == PLACE else " ".join(each.itertext())
        if says and len(says) <= _LONGEST_BUTTON and phrases.ACCEPT.search(fold(says)):
            yield each
