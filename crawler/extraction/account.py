"""The account of a page's words: what its document keeps, what it leaves out and why, and how much of it that is."""

from collections.abc import Iterable, Iterator, Sequence

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.cleaning.asides import Aside
from crawler.extraction.cleaning.boilerplate import Boilerplate
from crawler.extraction.left_out import PROSE_WORDS, block_left_out
from crawler.extraction.main_content.cuts import Cut
from crawler.extraction.main_content.words import count_words, is_address, tally
from crawler.extraction.page import NEVER_TEXT
from crawler.extraction.rendering.titles import is_mistaken, repeated_titles
from crawler.model import LeftOut

TITLE = "title"
"""Headings that the document has as its title."""
SUBHEADER = "subheader"
"""Headings of sections that the published format lacks (rendering/titles.py)."""
BY_THE_VENDORS_FILE = "by the vendors file"
"""What stands outside `select`, `from` and `to`, or is named by `remove`."""

_BESIDE_THE_TEXT = frozenset(
    {
        TITLE, BY_THE_VENDORS_FILE, "navigation", "twin",
        *(kind.value for kind in (
            Boilerplate.NAVIGATION, Boilerplate.HEADER, Boilerplate.FOOTER, Boilerplate.BUTTON, Boilerplate.CONTROL,
            Boilerplate.DIALOG, Boilerplate.CONSENT_DIALOG, Boilerplate.CONSENT_MANAGER, Boilerplate.NOTE,
            Boilerplate.SKIP_LINK,
        )),
    }
)  # fmt: skip
_VISIBLE = f".//text()[not({' or '.join(f'ancestor::{name}' for name in ('head', *NEVER_TEXT))})]"


def visible_texts(tree: HtmlElement) -> list[str]:
    """Return the text nodes of a page that a reader could see, in order, before anything is left out."""
    return [str(text) for text in tree.xpath(_VISIBLE)]


def left_out_around(asides: Iterable[Aside], cuts: Iterable[Cut]) -> Iterator[LeftOut]:
    """Yield the records of the blocks that were set aside or cut away; of those without a word there is none."""
    for aside in asides:
        if aside.words:
            texts, linked = _texts_of(aside.element)
            linked = linked if aside.words >= PROSE_WORDS else aside.words
            yield block_left_out(aside.kind.value, texts, words=aside.words, linked=linked)
    for cut in cuts:
        if words := tally(cut.texts):
            yield block_left_out(cut.reason, cut.texts, words=words, linked=cut.linked)


def _texts_of(element: HtmlElement) -> tuple[list[str], int]:
    """Return the text nodes of an element without comments, and how many of their words are in links."""
    texts: list[str] = []
    linked = inside = 0
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if node.tag == "a" and not is_address(node):
            inside += 1 if event == "start" else -1
        if event == "end" and node is element:
            break
        text = node.text if event == "start" else node.tail
        if text:
            texts.append(text)
            if inside and not text.isspace():
                linked += inside * count_words(text)
    return texts, linked


def left_out_titles(policy: HtmlElement, title: str) -> Iterator[LeftOut]:
    """Yield the records of the headings that say the title, which the document has already."""
    for heading in dict.fromkeys(repeated_titles(policy, title)):
        reason = SUBHEADER if is_mistaken(heading) and heading.tag == "h2" else TITLE
        texts = list(heading.itertext())
        if words := tally(texts):
            yield block_left_out(reason, texts, words=words, linked=words)


def left_out_by_choice(page: Sequence[str], kept: Iterable[str]) -> Iterator[LeftOut]:
    """Yield the record of what a vendors file leaves out, by the text nodes of the page and those that are kept."""
    rest = []
    waiting = (text for text in kept if not text.isspace())  # the selection puts line breaks between elements
    wanted = next(waiting, None)
    for text in page:
        if text == wanted:
            wanted = next(waiting, None)
        else:
            rest.append(text)
    if words := tally(rest):
        yield block_left_out(BY_THE_VENDORS_FILE, rest, words=words, linked=words)


def recall(kept: int, left_out: Iterable[LeftOut]) -> float:
    """Return the share of a page's words that a document keeps: navigation, dialogs, titles and twins do not count."""
    missing = sum(block.words for block in left_out if block.reason not in _BESIDE_THE_TEXT)
    return round(kept / (kept + missing), 4) if kept + missing else 1.0
