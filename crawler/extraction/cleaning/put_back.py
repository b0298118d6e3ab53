"""Puts back what was set aside for its name, tag or size, and yet stands inside the policy and reads as part of it."""

import re
from collections import deque

from lxml.html import HtmlElement

from crawler.extraction.cleaning.asides import PLACE, Aside, above, take_out
from crawler.extraction.cleaning.boilerplate import Boilerplate, boilerplate_of
from crawler.extraction.cleaning.consent_dialogs import accepts
from crawler.extraction.cleaning.holding import Holding, holding_of
from crawler.extraction.main_content.words import tally
from crawler.extraction.page import TEXT_TAGS

_ROWS = frozenset({"tr", "td", "th", "dt", "dd", "li", "tbody", "thead"})
_LINES = frozenset({"p", "li", "td", "th", "dd", "dt", "span", "strong", "b", "em", "i", "div"})
_INLINE = frozenset({"a", "abbr", "b", "em", "font", "i", "label", "small", "span", "strong", "sub", "sup", "u"})
_NEVER = frozenset({Boilerplate.CONTROL, Boilerplate.SKIP_LINK, Boilerplate.NOTE})
_CONSENT = frozenset({Boilerplate.CONSENT_DIALOG, Boilerplate.CONSENT_MANAGER, Boilerplate.DIALOG})
_OF_ARTICLE = frozenset({Boilerplate.FOOTER, Boilerplate.HEADER, Boilerplate.SIDEBAR})
_SECTIONS = ("main", "article", "section")
# The names of glyphs that icon fonts draw for text ("expand_more"), and what is drawn by one character.
_GLYPHS = re.compile(r"\W*|[a-z]+(?:_[a-z]+)+|\w")
# Elements whose holding is looked at: a page with more is not a real one, and each takes time linear in its size.
_MOST = 500


def put_back(policy: HtmlElement, asides: list[Aside], inside: frozenset[HtmlElement]) -> list[Aside]:
    """Put back, in place, what belongs to a policy that was found; return what stays aside.

    ``inside`` are the places with text of the policy before and after them; the other places under ``policy`` are at
    its edges. Inside, what reads as prose is part of the policy, whatever it is called. At an edge it has to look like
    a section of the policy: with a heading of its own, or as the footer of the article, and with nothing to press.
    """
    waiting = {aside.place: aside for aside in asides}
    again: list[Aside] = []
    places = deque([(place, place in inside) for place in policy.iter(PLACE)][:_MOST])
    while places:
        place, within = places.popleft()
        aside = waiting.get(place)
        if aside is not None and _belongs(aside, policy, within=within):
            element = waiting.pop(place).put_back()
            again += _set_aside_again(element)
            places.extend((inner, True) for inner in element.iter(PLACE))
    return [*waiting.values(), *again]


def _belongs(aside: Aside, policy: HtmlElement, *, within: bool) -> bool:
    kind, element = aside.kind, aside.element
    assert aside.place is not None
    if kind in _NEVER:
        return False
    if kind is Boilerplate.BUTTON:
        return within and _is_in_sentence(aside.place)
    if kind is Boilerplate.HIDDEN and element.tag in _INLINE:
        return within and _is_shown(element) and _is_in_sentence(aside.place)
    holding = holding_of(element)
    if within:
        return _reads_inside(kind, element, holding)
    return _reads_at_edge(aside, policy, holding)


def _reads_inside(kind: Boilerplate, element: HtmlElement, holding: Holding) -> bool:
    if element.tag in _ROWS or kind is Boilerplate.HIDDEN:
        reads = holding.plain > holding.other or (holding.sentences and kind is Boilerplate.HIDDEN)
        return reads and (not holding.fields or holding.is_prose)
    return holding.is_prose and (kind not in _CONSENT or not accepts(element))


def _reads_at_edge(aside: Aside, policy: HtmlElement, holding: Holding) -> bool:
    assert aside.place is not None
    before = above(aside.place)
    if aside.element.tag in _ROWS and before is not None and before.tag == aside.element.tag:
        return _reads_inside(aside.kind, aside.element, holding)
    if aside.kind is Boilerplate.DIALOG or not holding.is_prose or holding.buttons or 4 * holding.other > holding.plain:
        return False
    if aside.kind in _OF_ARTICLE:
        section = next(aside.place.iterancestors(*_SECTIONS), None)
        return section is not None and (section is policy or policy in section.iterancestors())
    return holding.heading is not None and _is_peer(aside.place, holding.heading)


def _is_peer(place: HtmlElement, heading: str) -> bool:
    """Tell whether the policy's text, or a section of it with a heading of this level, stands right above the place."""
    before = above(place)
    return before is not None and (before.tag in TEXT_TAGS or next(before.iter(heading), None) is not None)


def _is_in_sentence(place: HtmlElement) -> bool:
    """Tell whether text stands right before or after the place, in the same line."""
    parent = place.getparent()
    before = place.getprevious()
    text = parent.text if before is None else before.tail
    return parent.tag in _LINES and any(part and not part.isspace() for part in (text, place.tail))


def _is_shown(element: HtmlElement) -> bool:
    """Tell whether an inline element is hidden from screen readers alone, and no glyph."""
    return (
        element.get("aria-hidden") == "true"
        and element.get("hidden") is None
        and "none" not in element.get("style", "")
        and not _GLYPHS.fullmatch("".join(element.itertext()).strip())
    )


def _set_aside_again(element: HtmlElement) -> list[Aside]:
    """Set aside, within an element that was put back, what is no part of its text."""
    asides = []
    stack = list(element)
    looks = 0
    while stack:
        inner = stack.pop()
        kind = boilerplate_of(inner)
        if kind is not None and looks < _MOST:
            looks += 1
            if kind in _NEVER or not _reads_inside(kind, inner, holding_of(inner)):
                asides.append(Aside(inner, kind, tally(inner.itertext())))
                continue
        stack.extend(inner)
    return take_out(element, asides)
