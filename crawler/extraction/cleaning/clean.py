"""Sets aside what seems to be no part of a policy: menus, consent dialogs, widgets, hidden elements."""

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.cleaning.asides import SET_ASIDE, Aside, above, take_out
from crawler.extraction.cleaning.boilerplate import Boilerplate, boilerplate_of, is_panel
from crawler.extraction.cleaning.cloudflare import decode_emails
from crawler.extraction.cleaning.consent_dialogs import consent_dialogs
from crawler.extraction.cleaning.section_titles import controlled_ids, make_title, opens_section
from crawler.extraction.main_content.words import WordIndex, index_words
from crawler.extraction.page import NEVER_TEXT, TEXT_TAGS

_SECTIONS = ("main", "article", "section")
# These go first: only then does it show how much of a page a dialog is.
_MENUS = frozenset({Boilerplate.NAVIGATION, Boilerplate.FOOTER, Boilerplate.SIDEBAR, Boilerplate.FORM})
_SMALL = frozenset({Boilerplate.BUTTON, Boilerplate.CONTROL, Boilerplate.NOTE, Boilerplate.SKIP_LINK})
_AT_ONCE = _MENUS | _SMALL | {Boilerplate.HEADER}

# Words. A widget has fewer; an element with this many that are not links is text: a collapsed section, say.
_FEW = 40
# A short line above a hidden element is its title: a reader presses it.
_TITLE = 20
# A note for screen readers has at most this many words; what is longer is text that somebody hides from view.
_NOTE = 8


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How many words a page had, what of it was set aside, and where the words of the rest stand."""

    words: int
    asides: list[Aside]
    index: WordIndex


def clean(tree: HtmlElement) -> Cleaned:
    """Reduce a tree, in place, to what a reader can see and what could be the policy; return what was set aside.

    A container that holds most of the page's text stays, whatever its name: cookie policies stand in containers named
    "cookie", and pages of 2004 in one form. Hidden elements stay if a reader can open them, or if most is hidden.
    """
    _drop_unseen(tree)
    body = tree.find("body")
    if body is None:
        body = tree
    page = _Page(body, index_words(body))
    candidates = list(_candidates(body, page))
    menus = take_out(body, page.asides)
    page.asides = [Aside(dialog, Boilerplate.CONSENT_DIALOG) for dialog in consent_dialogs(body)]
    dialogs = take_out(body, page.asides)
    page.asides = []
    asking = {element for dialog in dialogs for element in dialog.element.iter()}
    candidates = [candidate for candidate in candidates if candidate.element not in asking]
    page.weigh(candidates)
    for candidate in candidates:
        candidate.gone = (candidate.inside is not None and candidate.inside.gone) or page.drops(candidate)
    asides = [*menus, *dialogs, *take_out(body, page.asides)]
    spans = page.index.spans
    gone = [spans[aside.element] for aside in asides]
    places = {aside.place: spans[aside.element][0] for aside in asides if aside.place is not None}
    return Cleaned(page.index.total, asides, page.index.without(gone, places))


def show_all(tree: HtmlElement) -> None:
    """Reduce a tree, in place, to what a reader can see; what only shows on demand, or is pressed, is text as well."""
    _drop_unseen(tree)
    for element in list(tree.iter("button", "select", "textarea", "option", "optgroup")):
        element.tag = "span" if element.tag == "button" else "div"


def _drop_unseen(tree: HtmlElement) -> None:
    decode_emails(tree)
    etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)
    etree.strip_elements(tree, *NEVER_TEXT, with_tail=False)


@dataclass(slots=True)
class _Candidate:
    element: HtmlElement
    kind: Boilerplate
    inside: "_Candidate | None"
    """The candidate around this one."""
    words: int
    """Words in it that are left."""
    links: int
    """Words of these that are in links."""
    gone: bool = False


@dataclass
class _Page:
    body: HtmlElement
    index: WordIndex
    words: int = 0
    """Words that are left."""
    hidden: int = 0
    """Words of long hidden elements that nothing on the page opens."""
    asides: list[Aside] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words = self.index.total

    @cached_property
    def controlled(self) -> Container[str]:
        """The ids of the elements that something on the page opens."""
        return controlled_ids(self.body)

    @cached_property
    def repeated(self) -> Container[str]:
        """What several buttons say: none of them is the title of a section."""
        texts = Counter(" ".join(button.itertext()).strip() for button in self.body.iter("button", SET_ASIDE))
        return frozenset(text for text, count in texts.items() if count > 1)

    def weigh(self, candidates: list[_Candidate]) -> None:
        """Tell the candidates what is left in them, and the page how much is hidden."""
        for candidate in reversed(candidates):  # inner before outer
            if candidate.inside is not None:
                gone = self.index.words(candidate.element) - candidate.words
                linked = self.index.links(candidate.element) - candidate.links
                candidate.inside.words -= gone
                candidate.inside.links -= linked
        self.hidden = sum(
            candidate.words
            for candidate in candidates
            if candidate.kind is Boilerplate.HIDDEN and candidate.inside is None and self._is_long(candidate)
        )

    def drops(self, candidate: _Candidate) -> bool:
        """Set the candidate aside if it is the boilerplate that it seems to be. Return whether it is."""
        if not self._is(candidate):
            return False
        self.words -= candidate.words
        self.asides.append(Aside(candidate.element, candidate.kind))
        return True

    def _is(self, candidate: _Candidate) -> bool:
        element, words = candidate.element, candidate.words
        match candidate.kind:
            case Boilerplate.BUTTON:
                return not opens_section(element, self.index, self.controlled, self.repeated)
            case Boilerplate.CONTROL:
                return True
            case Boilerplate.SKIP_LINK:  # not what it leads to, which is named alike
                return candidate.links == words
            case Boilerplate.NOTE:  # not the only text of a cell or link
                parent = element.getparent()
                return words <= _NOTE and self.index.words(parent) > self.index.words(element)
            case Boilerplate.NAVIGATION | Boilerplate.FOOTER | Boilerplate.SIDEBAR | Boilerplate.FORM:
                return 3 * words < self.words and not (element.tag == "aside" and _is_remark(element))
            case Boilerplate.HEADER:  # of the page, not of an article or section, and without the title
                return 3 * words < self.words and not _is_in_section(element) and next(element.iter("h1"), None) is None
            case Boilerplate.HIDDEN:
                if is_panel(element, self.controlled) or self._has_title_above(element):
                    return 2 * candidate.links >= words
                return not self._is_long(candidate) or 2 * self.hidden < self.words
            case Boilerplate.WIDGET:
                return not self._is_long(candidate)
            case Boilerplate.CONSENT_DIALOG:
                return 2 * words < self.words and not _is_remark(element) and not _is_in_section(element)
            case Boilerplate.DIALOG:  # can outweigh the policy, but not be nearly all there is
                return self.words - words >= max(_FEW, words // 4)
            case Boilerplate.CONSENT_MANAGER:
                return self.words - words >= _FEW

    def _has_title_above(self, element: HtmlElement) -> bool:
        before = above(element)
        return before is not None and 0 < self.index.words(before) <= _TITLE

    def _is_long(self, candidate: _Candidate) -> bool:
        return candidate.words - candidate.links >= _FEW


def _candidates(body: HtmlElement, page: _Page) -> Iterator[_Candidate]:
    """Set menus, headers, footers and buttons aside. Yield what else may have to go, outer elements before inner."""
    stack: list[tuple[HtmlElement, _Candidate | None]] = [(child, None) for child in body]
    while stack:
        element, inside = stack.pop()
        if kind := boilerplate_of(element):
            candidate = _Candidate(element, kind, inside, page.index.words(element), page.index.links(element))
            if kind in _AT_ONCE:
                if page.drops(candidate):
                    if inside is not None:
                        inside.words -= candidate.words
                        inside.links -= candidate.links
                    continue
                if kind is Boilerplate.BUTTON:
                    make_title(element)
            else:
                inside = candidate
                yield candidate
        stack.extend([(child, inside) for child in element])


def _is_remark(element: HtmlElement) -> bool:
    """Tell whether an element stands right below a paragraph, list or heading: there it is part of the text."""
    before = above(element)
    return before is not None and before.tag in TEXT_TAGS


def _is_in_section(element: HtmlElement) -> bool:
    return element.tag in _SECTIONS or next(element.iterancestors(*_SECTIONS), None) is not None
