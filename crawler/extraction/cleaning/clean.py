"""Sets aside what seems to be no part of a policy: menus, consent dialogs, widgets, hidden elements."""

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property

from lxml.html import HtmlElement

from crawler.extraction.cleaning.asides import SET_ASIDE, Aside, above, take_out
from crawler.extraction.cleaning.boilerplate import Boilerplate, boilerplate_of, is_panel
from crawler.extraction.cleaning.consent_dialogs import consent_dialogs
from crawler.extraction.cleaning.section_titles import controlled_ids, make_title, opens_section
from crawler.extraction.cleaning.unseen import drop_unseen
from crawler.extraction.main_content.words import WordIndex, count_words, index_words, tally, text_in
from crawler.extraction.page import TEXT_TAGS

_SECTIONS = ("main", "article", "section")
# These go first: only then does it show how much of a page a dialog is.
_MENUS = frozenset(
    {Boilerplate.NAVIGATION, Boilerplate.FOOTER, Boilerplate.SIDEBAR, Boilerplate.FORM, Boilerplate.HEADER}
)
_SMALL = frozenset({Boilerplate.BUTTON, Boilerplate.CONTROL, Boilerplate.NOTE, Boilerplate.SKIP_LINK})

# Words. A widget has fewer; an element with this many that are not links is text: a collapsed section, say.
_FEW = 40
# Containers that look like menus, yet hold text that stays. A page with more is not a real one (330 real pages have at
# most 40, 2026-11), and counting the words of each takes time quadratic in its depth.
_MEASURED = 200
_AT_ONCE = 8192  # characters of a page, of which words are counted
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


def clean(body: HtmlElement) -> Cleaned:
    """Reduce a body without what no reader sees (`drop_unseen`), in place, to what could be the policy; return what was
    set aside.

    A container that holds most of the page's text stays, whatever its name: cookie policies stand in containers named
    "cookie", and pages of 2004 in one form. Hidden elements stay if a reader can open them, or if most is hidden.
    """
    menus, candidates = _menus(body)
    take_out(body, menus)
    # From here on by an index. It is of the rest alone: a page's menus can have more elements than its text.
    page = _Page(body, index_words(body))
    words = page.index.total + sum(menu.words for menu in menus)
    buttons = take_out(body, page.set_aside(candidates, small=True))
    page = _Page(body, _without(page.index, buttons))
    dialogs = take_out(
        body,
        [
            Aside(dialog, Boilerplate.CONSENT_DIALOG, page.index.words(dialog))
            for dialog in consent_dialogs(body, page.index)
        ],
    )
    page = _Page(body, _without(page.index, dialogs))
    asking = {element for dialog in dialogs for element in dialog.element.iter()}
    for candidate in candidates:
        candidate.gone = candidate.gone or candidate.element in asking
    others = take_out(body, page.set_aside(candidates, small=False))
    return Cleaned(words, [*menus, *buttons, *dialogs, *others], _without(page.index, others))


def _without(index: WordIndex, asides: list[Aside]) -> WordIndex:
    """Return the index after elements were set aside."""
    if not asides:
        return index
    gone = [index.spans[aside.element] for aside in asides]
    places = {aside.place: index.spans[aside.element][0] for aside in asides if aside.place is not None}
    return index.without(gone, places)


def show_all(tree: HtmlElement) -> None:
    """Reduce a tree, in place, to what a reader can see; what only shows on demand, or is pressed, is text as well."""
    drop_unseen(tree)
    for element in list(tree.iter("button", "select", "textarea", "option", "optgroup")):
        element.tag = "span" if element.tag == "button" else "div"


@dataclass(slots=True)
class _Candidate:
    """An element that seems to be boilerplate; ``inside`` is the candidate around it."""

    element: HtmlElement
    kind: Boilerplate
    inside: "_Candidate | None"
    gone: bool = False
    """Whether it is set aside, or stands in something that is."""


def _menus(body: HtmlElement) -> tuple[list[Aside], list[_Candidate]]:
    """Return the menus, headers and footers of a body, and what else may have to go, outer elements before inner."""
    # But for words without a space between their elements: close enough here.
    words = _Words(text_in(body))
    asides: list[Aside] = []
    candidates: list[_Candidate] = []
    stack: list[HtmlElement | _Candidate] = list(body)
    inside: _Candidate | None = None
    measured = 0
    while stack:
        element = stack.pop()
        if isinstance(element, _Candidate):  # what stands in it is done
            inside = element.inside
            continue
        kind = boilerplate_of(element)
        if kind in _MENUS and measured < _MEASURED:
            held = tally(element.itertext())
            if _is_menu(kind, element, held, words):
                words.gone += held
                asides.append(Aside(element, kind, held))
                continue
            measured += held > _FEW
        elif kind:
            inside = _Candidate(element, kind, inside)
            candidates.append(inside)
            stack.append(inside)
        stack.extend(element)
    return asides, candidates


class _Words:
    """The words of a page, counted as far as they are asked for: a menu is small beside the beginning of a policy."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._begin = 0
        self._counted = 0
        self.gone = 0
        """How many of the words are no longer there."""

    def has_more_than(self, words: int) -> bool:
        """Tell whether more words than so many are there."""
        while self._counted - self.gone <= words and self._begin < len(self._text):
            end = self._text.find(" ", self._begin + _AT_ONCE)
            end = len(self._text) if end < 0 else end
            self._counted += count_words(self._text[self._begin : end])
            self._begin = end
        return self._counted - self.gone > words


def _is_menu(kind: Boilerplate, element: HtmlElement, words: int, page: _Words) -> bool:
    """Tell whether an element, with its words of all on the page, is the menu that it seems to be."""
    if not page.has_more_than(3 * words):
        return False
    if kind is Boilerplate.HEADER:  # of the page, not of an article or section, and without the title
        return not _is_in_section(element) and next(element.iter("h1"), None) is None
    return not (element.tag == "aside" and _is_remark(element))


@dataclass
class _Page:
    """A page without its menus."""

    body: HtmlElement
    index: WordIndex
    words: int = 0
    """Words that are left."""
    hidden: int = 0
    """Words of long hidden elements that nothing on the page opens."""

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

    def set_aside(self, candidates: list[_Candidate], *, small: bool) -> list[Aside]:
        """Set aside which of the candidates, of a line or others, are the boilerplate that they seem to be."""
        asides = []
        self.hidden = sum(self.index.words(each.element) for each in candidates if self._is_hidden(each))
        for candidate in candidates:
            if candidate.inside is not None and candidate.inside.gone:
                candidate.gone = True
            if candidate.gone or (candidate.kind in _SMALL) is not small:
                continue
            candidate.gone = self._is(candidate)
            if candidate.gone:
                words = self.index.words(candidate.element)
                self.words -= words
                asides.append(Aside(candidate.element, candidate.kind, words))
            elif candidate.kind is Boilerplate.BUTTON:
                make_title(candidate.element)
        return asides

    def _is(self, candidate: _Candidate) -> bool:
        element, words = candidate.element, self.index.words(candidate.element)
        match candidate.kind:
            case Boilerplate.BUTTON:
                return not opens_section(element, self.index, self.controlled, self.repeated)
            case Boilerplate.CONTROL:
                return True
            case Boilerplate.SKIP_LINK:  # not what it leads to, which is named alike
                return self.index.links(element) == words
            case Boilerplate.NOTE:  # not the only text of a cell or link
                parent = element.getparent()
                return words <= _NOTE and self.index.words(parent) > self.index.words(element)
            case Boilerplate.HIDDEN:
                if is_panel(element, self.controlled) or self._has_title_above(element):
                    return 2 * self.index.links(element) >= words
                return not self._is_long(element) or 2 * self.hidden < self.words
            case Boilerplate.WIDGET:
                return not self._is_long(element)
            case Boilerplate.CONSENT_DIALOG:
                return 2 * words < self.words and not _is_remark(element) and not _is_in_section(element)
            case Boilerplate.DIALOG:  # can outweigh the policy, but not be nearly all there is
                return self.words - words >= max(_FEW, words // 4)
            case Boilerplate.CONSENT_MANAGER:
                return self.words - words >= _FEW
        return False

    def _has_title_above(self, element: HtmlElement) -> bool:
        before = above(element)
        return before is not None and 0 < self.index.words(before) <= _TITLE

    def _is_hidden(self, candidate: _Candidate) -> bool:
        alone = candidate.kind is Boilerplate.HIDDEN and candidate.inside is None and not candidate.gone
        return alone and self._is_long(candidate.element)

    def _is_long(self, element: HtmlElement) -> bool:
        return self.index.words(element) - self.index.links(element) >= _FEW


def _is_remark(element: HtmlElement) -> bool:
    """Tell whether an element stands right below a paragraph, list or heading: there it is part of the text."""
    before = above(element)
    return before is not None and before.tag in TEXT_TAGS


def _is_in_section(element: HtmlElement) -> bool:
    return element.tag in _SECTIONS or next(element.iterancestors(*_SECTIONS), None) is not None
