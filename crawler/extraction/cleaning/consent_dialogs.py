"""Consent dialogs that bear no name: known by a button that accepts, beside a text that asks."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.extraction.cleaning.asides import PLACE
from crawler.extraction.main_content.words import WordIndex
from crawler.extraction.rejection import phrases
from crawler.extraction.rejection.evidence import fold

# Words beside the buttons: a dialog says at least what it asks.
_ASKS = 10
# Words beside a dialog that are not links: it can outweigh the policy, but not be nearly all there is.
_BESIDE = 40
_LONGEST_BUTTON = 60  # characters


def consent_dialogs(body: HtmlElement, index: WordIndex) -> list[HtmlElement]:
    """Return the elements that ask for consent; each leaves enough text on the page to be a policy beside it."""
    found = dict.fromkeys(dialog for button in _accepting(body) if (dialog := _around(button, body, index)) is not None)
    return [dialog for dialog in found if not any(outer in found for outer in dialog.iterancestors())]


def _around(button: HtmlElement, body: HtmlElement, index: WordIndex) -> HtmlElement | None:
    """Return the dialog that a button belongs to; None if what stands around it does not ask for consent."""
    for outer in button.iterancestors():
        if outer is body or not _leaves_text(outer, index):
            return None
        if index.words(outer) - index.links(outer) >= _ASKS:
            return outer if phrases.CONSENT_TALK.search(fold(" ".join(outer.itertext()))) else None
    return None


def _leaves_text(element: HtmlElement, index: WordIndex) -> bool:
    words = index.words(element)
    left = index.total - index.linked[-1] - (words - index.links(element))
    return left >= max(_BESIDE, words // 4)


def accepts(element: HtmlElement) -> bool:
    """Tell whether there is something in an element to accept with."""
    return next(_accepting(element), None) is not None


def _accepting(element: HtmlElement) -> Iterator[HtmlElement]:
    for each in element.iter(PLACE, "a", "button"):
        says = each.get("says", "") if each.tag == PLACE else _text(each)
        if says and len(says) <= _LONGEST_BUTTON and phrases.ACCEPT.search(fold(says)):
            yield each


def _text(link: HtmlElement) -> str:
    return " ".join(link.itertext()) if len(link) else link.text or ""
