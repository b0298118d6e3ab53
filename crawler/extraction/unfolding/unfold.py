"""Puts into a page's tree, as ordinary elements, what a reader sees of it and its parser does not show as text.

Declarative shadow roots, read-only fields that hold running text, and documents written into a frame's `srcdoc` are
always seen. What stands in `noscript`, or in the state of an application, is taken only on a page that has no text of
its own: elsewhere it is there twice, or a notice.
"""

from typing import Final, Literal

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction import page
from crawler.extraction.cleaning.boilerplate import Boilerplate, boilerplate_of, is_hidden
from crawler.extraction.main_content.words import count_words
from crawler.extraction.rejection.evidence import statements
from crawler.extraction.rejection.phrases import NEEDS_SCRIPT
from crawler.extraction.rejection.shells import HOLLOW_WORDS, POLICY_AT_LEAST
from crawler.extraction.unfolding.application_state import policy_in_state
from crawler.extraction.unfolding.shadow_roots import show_shadow_roots
from crawler.extraction.unfolding.texts import is_prose, paragraphs

STATE: Final = "application state"
"""The route of a document whose text stands in the state of the page's application only."""

# A field in which a visitor writes can be filled in beforehand, with a sentence or two; terms are longer.
_TERMS_AT_LEAST = 100
# A frame's content is escaped once more in each frame around it; nobody writes a fourth by hand.
_MOST_FRAMES = 3
# Twenty words are no shorter than this.
_SRCDOC_AT_LEAST = 60
# Words without links, wherever they stand on a page, that make it more than a shell with its menu and dialogs.
_PAGE_HAS_TEXT = 200

_APART = frozenset(Boilerplate) - {Boilerplate.HIDDEN, Boilerplate.WIDGET}
_UNSEEN = ("head", "title", "script", "style", "template", "noscript", "noframes", "textarea", "select", "iframe")
_NO_TEXT_OF_ITS_OWN = frozenset((*_UNSEEN, "a", "button", "svg"))


def unfold(tree: HtmlElement) -> Literal["application state"] | None:
    """Make the text that the tree of a page hides visible in it, in place. Return STATE if it comes from there.

    Raise page.PageTooBigError as page.parse does, for all of it together.
    """
    if shows_text(tree):
        return None
    if for_others := _written_for_others(tree):
        _show(for_others, tree)
        page.refuse_if_too_big(tree)
        return None
    policy = policy_in_state(tree)
    if policy is None:
        return None
    _body(tree).append(policy)
    page.refuse_if_too_big(tree)
    return STATE


def shows_text(tree: HtmlElement) -> bool:
    """Make what is always seen visible in a tree, and tell whether that page has text of its own: then `unfold` looks
    at nothing else. Raise page.PageTooBigError as it does.
    """
    if _show_what_is_seen(tree, 0):
        page.refuse_if_too_big(tree)
    return _has_text(tree)


def _show_what_is_seen(tree: HtmlElement, frames: int) -> bool:
    changed = next(tree.iter("template"), None) is not None and show_shadow_roots(tree)
    for field in list(tree.iter("textarea")):
        changed |= _show_text_area(field)
    for frame in list(tree.iter("iframe")) if frames < _MOST_FRAMES else ():
        changed |= _show_srcdoc(frame, frames + 1)
    return changed


def _show_text_area(field: HtmlElement) -> bool:
    """Put paragraphs in the place of a field that holds running text, not a visitor's answer."""
    text = field.text or ""
    for_reading = field.get("readonly") is not None or field.get("disabled") is not None
    if not is_prose(text, POLICY_AT_LEAST if for_reading else _TERMS_AT_LEAST):
        return False
    if not for_reading and is_hidden(field):  # what a script keeps there
        return False
    _replace(field, list(paragraphs(text)))
    return True


def _show_srcdoc(frame: HtmlElement, frames: int) -> bool:
    markup = frame.get("srcdoc") or ""
    if len(markup) < _SRCDOC_AT_LEAST:
        return False
    inner = page.parse(markup)
    _show_what_is_seen(inner, frames)
    body = inner.find("body")
    if body is None or count_words(page.visible_text(body)) < POLICY_AT_LEAST:
        return False
    body.tag = "div"
    _replace(frame, [body])
    return True


def _replace(element: HtmlElement, content: list[HtmlElement]) -> None:
    """Make the element a `div` with the content; what it is named and styled like, it stays."""
    for name in set(element.attrib) - {"id", "class", "style", "hidden", "aria-hidden", "slot"}:
        del element.attrib[name]
    element.tag = "div"
    element.text = None
    element.extend(content)


def _written_for_others(tree: HtmlElement) -> list[HtmlElement]:
    """Return the elements for browsers without scripts or frames that hold a text, and not only a notice."""
    outermost = []
    walk = etree.iterwalk(tree, events=("start",), tag=("noscript", "noframes"))
    for _, element in walk:
        walk.skip_subtree()
        outermost.append(element)
    return [element for element in outermost if _holds_text(element)]


def _holds_text(element: HtmlElement) -> bool:
    if count_words(element.text_content()) < HOLLOW_WORDS:
        return False
    # Markup in `noframes` is text for the parser.
    inner = page.parse(element.text or "") if element.tag == "noframes" else element
    read = inner.tag
    inner.tag = "div"  # or none of it would be visible
    said = [each for each in statements(page.visible_text(inner)) if not NEEDS_SCRIPT.search(each)]
    inner.tag = read
    return sum(map(count_words, said)) >= HOLLOW_WORDS


def _show(elements: list[HtmlElement], tree: HtmlElement) -> None:
    before = 0
    for element in elements:
        if element.tag == "noframes":
            inner = _body(page.parse(element.text or ""))
            inner.tag = "div"
            _replace(element, [inner])
        element.tag = "div"
        if next(element.iterancestors("head", "frameset"), None) is not None:  # a browser begins the body there
            _body(tree).insert(before, element)
            before += 1


def _body(tree: HtmlElement) -> HtmlElement:
    body = tree.find("body")
    if body is None:
        body = page.new_element("body")
        tree.append(body)
    return body


def _has_text(tree: HtmlElement) -> bool:
    """Tell whether the page has text of its own, besides menus and dialogs; as soon as that shows."""
    return _words(tree, HOLLOW_WORDS, _APART) or _words(tree, _PAGE_HAS_TEXT, frozenset())


def _words(tree: HtmlElement, enough: int, apart: frozenset[Boilerplate]) -> bool:
    words = 0
    walk = etree.iterwalk(tree, events=("start", "end", "comment"))
    for event, element in walk:
        if event == "start":
            if element.tag in _NO_TEXT_OF_ITS_OWN or (apart and boilerplate_of(element) in apart):
                walk.skip_subtree()
                continue
            text = element.text
        else:
            text = element.tail
        if text and not text.isspace():
            words += count_words(text)
            if words >= enough:
                return True
    return False
