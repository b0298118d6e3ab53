"""Removes what is never part of a policy: scripts, menus, consent dialogs, widgets, hidden elements."""

from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.cleaning.boilerplate import Boilerplate, boilerplate_of
from crawler.extraction.cleaning.cloudflare import decode_emails
from crawler.extraction.main_content.words import count_words, index_words
from crawler.extraction.page import TEXT_TAGS

_NEVER_TEXT = (
    *("script", "style", "noscript", "template", "iframe", "object", "embed", "applet", "svg", "math", "canvas"),
    *("audio", "video", "map", "select", "datalist", "textarea", "input", "progress", "meter"),
)
_SECTION_TITLES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt"})
_SECTIONS = ("main", "article", "section")
# These go first: only then does it show how much of a page a dialog is.
_AT_ONCE = frozenset({Boilerplate.MENU, Boilerplate.HEADER, Boilerplate.BUTTON})

# Words. A widget has fewer; an element with this many that are not links is text: a collapsed section, say.
_FEW = 40
# Containers that look like boilerplate, yet hold text that stays. A page with more is not a real one (330 real pages
# have at most 40, 2026-11), and measuring each takes time quadratic in its depth.
_MEASURED = 200


def clean(tree: HtmlElement) -> None:
    """Reduce a tree, in place, to what a reader can see and what could be the policy; tail texts stay.

    A container that holds most of the page's text stays, whatever its name: cookie policies stand in containers named
    "cookie", and pages of 2004 in one form. A hidden element stays if it is text, like the sections of an accordion.
    """
    decode_emails(tree)
    etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)
    etree.strip_elements(tree, *_NEVER_TEXT, with_tail=False)
    body = tree.find("body")
    if body is None:
        body = tree
    page = _Page(count_words(body.text_content()))
    for candidate in _remove_boilerplate(body, page):
        candidate.gone = (candidate.inside is not None and candidate.inside.gone) or page.drops(
            candidate.element, candidate.kind
        )


@dataclass(slots=True)
class _Candidate:
    element: HtmlElement
    kind: Boilerplate
    inside: "_Candidate | None"
    """The candidate around this one."""
    gone: bool = False


@dataclass(slots=True)
class _Page:
    words: int
    """Words that are left."""
    measured: int = 0
    """Containers that looked like boilerplate, yet stayed."""

    def drops(self, element: HtmlElement, kind: Boilerplate) -> bool:
        """Remove the element if it is the boilerplate that it seems to be. Return whether it was."""
        if self.measured >= _MEASURED:
            return False
        words = count_words(element.text_content())
        if not _is(kind, element, words, self.words):
            self.measured += words > _FEW
            return False
        self.words -= words
        element.drop_tree()
        return True


def _remove_boilerplate(body: HtmlElement, page: _Page) -> list[_Candidate]:
    """Remove menus, headers, footers and buttons. Return what else may have to go, outer elements before inner."""
    candidates: list[_Candidate] = []
    stack: list[tuple[HtmlElement, _Candidate | None]] = [(child, None) for child in body]
    while stack:
        element, inside = stack.pop()
        kind = boilerplate_of(element)
        if kind in _AT_ONCE:
            if page.drops(element, kind):
                continue
        elif kind:
            inside = _Candidate(element, kind, inside)
            candidates.append(inside)
        stack.extend([(child, inside) for child in element])
    return candidates


def _is(kind: Boilerplate, element: HtmlElement, words: int, page: int) -> bool:
    """Tell whether an element, with its words of all on the page, is the boilerplate that it seems to be, not text."""
    match kind:
        case Boilerplate.BUTTON:
            return element.getparent().tag not in _SECTION_TITLES  # those of an accordion are its sections' titles
        case Boilerplate.MENU:
            return 3 * words < page and not (element.tag == "aside" and _is_remark(element))
        case Boilerplate.HEADER:  # of the page, not of an article or section, and without the title
            return 3 * words < page and not _is_in_section(element) and next(element.iter("h1"), None) is None
        case Boilerplate.HIDDEN | Boilerplate.WIDGET:
            return words < _FEW or _prose(element) < _FEW
        case Boilerplate.CONSENT_DIALOG:
            return 2 * words < page and not _is_remark(element) and not _is_in_section(element)
        case Boilerplate.DIALOG:  # can outweigh the policy, but not be nearly all there is
            return page - words >= max(_FEW, words // 4)
        case Boilerplate.CONSENT_MANAGER:
            return page - words >= _FEW


def _is_remark(element: HtmlElement) -> bool:
    """Tell whether an element stands right below a paragraph, list or heading: there it is part of the text."""
    above = element.getprevious()
    return above is not None and above.tag in TEXT_TAGS


def _is_in_section(element: HtmlElement) -> bool:
    return element.tag in _SECTIONS or next(element.iterancestors(*_SECTIONS), None) is not None


def _prose(element: HtmlElement) -> int:
    index = index_words(element)
    return index.total - index.linked[-1]
