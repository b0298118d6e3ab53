"""A sketch of a page, on which extractors are asked where the main content is.

A sketch has the page's containers and, in place of what is in them, plain paragraphs that bear a number. Which numbers
an extractor gives back says what it found, whatever it does to white space, entities, lists or tables. It also keeps
extractors from recursing into hostile depths, and makes them several times faster: their time grows with the number
of elements.
"""

import logging
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.lately import Lately
from crawler.extraction.main_content.words import WordIndex, text_in
from crawler.extraction.page import new_element

if TYPE_CHECKING:
    from trafilatura.settings import Extractor

# It warns of every page on which it finds nothing, and of every link without an address.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

# Not td: in 2004, whole pages stood in one.
_PARAGRAPHS = frozenset(
    {
        "blockquote", "caption", "dd", "dt", "figcaption", "li", "p", "pre", "summary",
        "h1", "h2", "h3", "h4", "h5", "h6",
    }
)  # fmt: skip
_BLOCKS = _PARAGRAPHS | {
    "address", "article", "aside", "center", "details", "dialog", "div", "dl", "fieldset", "figure", "footer", "form",
    "header", "hr", "main", "menu", "nav", "ol", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip

# Paragraphs in a row become one, up to this many characters: the time of extractors grows with their number.
_LONG = 1000
# Deeper containers are left out: extractors recurse. Sketches of real pages are at most 10 deep (330 pages, 2026-11).
_DEEPEST = 60
# After this many paragraphs, all the rest is one: extractors take time quadratic in them. Real pages have
# at most 500 (330 pages, 2026-11).
_MOST = 5000
_MARK = "¶"
_extracted = Lately()
_NUMBER = re.compile(rf"{_MARK}(\d+){_MARK}")


@dataclass(frozen=True, slots=True)
class Sketch:
    """The sketch as a page, and how many words of the real page come before each of its paragraphs."""

    html: HtmlElement
    starts: list[int]
    total: int

    def found(self, text: str) -> bytearray:
        """Return one byte per word of the page: 1 if the number of its paragraph is in the text."""
        flags = bytearray(self.total)
        bounds = [*self.starts, self.total]
        for number in map(int, _NUMBER.findall(text)):
            start, end = bounds[number], bounds[number + 1]
            flags[start:end] = b"\x01" * (end - start)
        return flags


@dataclass(slots=True)
class _Pencil:
    """Where the drawing is."""

    here: HtmlElement
    """The container."""
    starts: list[int] = field(default_factory=list)
    texts: list[tuple[HtmlElement, list[str]]] = field(default_factory=list)
    """The elements to write text into when all is drawn."""
    last: bool | None = None
    """Whether the open paragraph is of links; None if no paragraph is open."""
    length: int = 0

    def enter(self, container: HtmlElement) -> None:
        self.here, self.last = container, None

    def write(self, text: str, start: int, *, link: bool = False) -> None:
        """Add text that begins after `start` words of the page."""
        text = " ".join(text.replace(_MARK, " ").split())
        self.length += len(text)
        if (self.last is link and self.length < _LONG) or (self.last is not None and len(self.starts) >= _MOST):
            self.texts[-1][1].append(text)
            return
        paragraph = etree.SubElement(self.here, "p")
        # Links get no number: finding them says nothing about where the policy is.
        self.texts.append(
            (etree.SubElement(paragraph, "a", href="/"), [text])
            if link
            else (paragraph, [f"{_MARK}{len(self.starts)}{_MARK}", text])
        )
        self.starts.append(start)
        self.last, self.length = link, len(text)


def draw(body: HtmlElement, index: WordIndex) -> Sketch:
    """Return the sketch of a body whose words were counted; linear in its size, whatever its depth."""
    html = new_element("html")
    pencil = _Pencil(etree.SubElement(html, "body"))
    entered: list[tuple[HtmlElement, HtmlElement]] = []
    spans, linked = index.spans, index.linked  # each is asked for several times an element
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            if entered and entered[-1][0] is element:
                pencil.enter(entered.pop()[1])
            if element is not body and (tail := element.tail) and not tail.isspace():
                pencil.write(tail, spans[element][1])
            continue
        start, end = spans[element]
        # A menu, with what is between its links.
        of_links = 2 * (linked[end] - linked[start]) > end - start
        if start == end:
            walk.skip_subtree()
        elif element is not body and (of_links or _is_paragraph(element)):
            pencil.write(text_in(element) if len(element) else element.text, start, link=of_links)
            walk.skip_subtree()
        else:
            if entered and spans[entered[-1][0]] == (start, end):
                _name(pencil.here, element)  # only a wrapper
            elif len(entered) < _DEEPEST and len(pencil.starts) < _MOST:
                entered.append((element, pencil.here))
                pencil.enter(_container(pencil.here, element, holds_most=2 * (end - start) > index.total))
            if (text := element.text) and not text.isspace():
                pencil.write(text, start)
    for paragraph, texts in pencil.texts:
        paragraph.text = " ".join(texts)
    return Sketch(html, pencil.starts, index.total)


def _container(parent: HtmlElement, element: HtmlElement, *, holds_most: bool) -> HtmlElement:
    # Extractors take the first main or article for the whole text, but a page can have one per section.
    tag = element.tag if holds_most and element.tag in ("main", "article") else "div"
    container: HtmlElement = etree.SubElement(parent, tag)
    _name(container, element)
    return container


def _name(container: HtmlElement, element: HtmlElement) -> None:
    for name in ("class", "id"):
        value = element.get(name)
        if value:
            container.set(name, f"{container.get(name, '')} {value}".strip())


def _is_paragraph(element: HtmlElement) -> bool:
    return element.tag in _PARAGRAPHS or not (len(element) and any(child.tag in _BLOCKS for child in element))


def found_by_trafilatura(sketch: Sketch) -> bytearray:
    """Return what trafilatura takes for the main content, one byte per word. Never call it in a thread: it crashes."""
    return sketch.found(_extracted.made(sketch.html, make=lambda: _extract(sketch.html)))


def _extract(html: HtmlElement) -> str:
    import trafilatura  # noqa: PLC0415 - takes longest of all, and most commands look at no page

    document = trafilatura.bare_extraction(html, options=_options())
    return getattr(document, "raw_text", None) or ""


@cache  # to read them out of its configuration takes a tenth of an extraction
def _options() -> "Extractor":
    from trafilatura.settings import Extractor  # noqa: PLC0415 - likewise

    # fast: without its fallbacks, since we choose our own. Never deduplicate: that keeps state between pages.
    return Extractor(fast=True, recall=True, comments=False, output_format="txt")


def found_by_readability(sketch: Sketch) -> bytearray:
    """Return what the readability algorithm takes for the main content, one byte per word."""
    from trafilatura.readability_lxml import Document as ReadabilityDocument  # noqa: PLC0415 - likewise

    return sketch.found(ReadabilityDocument(sketch.html).summary())
