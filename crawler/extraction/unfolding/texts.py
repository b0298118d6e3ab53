"""Text that is no markup: whether it is prose, and its paragraphs as elements."""

import re
from collections.abc import Iterator
from itertools import pairwise

from lxml.html import HtmlElement

from crawler.extraction import page
from crawler.extraction.main_content.words import count_words

# What lxml refuses in a text, though a page can write it ("&#1;").
_ILLEGIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SENTENCE_END = re.compile(r"""[.!?:;]["'”’)]?(?:\s|\Z)|[。！？।۔؟]""")
_MARKUP_OR_CODE = re.compile(r"</?[a-zA-Z!][^<>]*>|[{}]|[=;]\s*$", re.MULTILINE)
# A text with more of its words in one sentence is a list of names, a program or data.
_WORDS_PER_SENTENCE = 80
# Between these widths lies the margin at which a writer's program breaks lines (those of mail break them at 72 to 80).
_NARROWEST = 40
_WIDEST = 100


def legible(text: str | None) -> str | None:
    """Return the text without what no element may hold."""
    return _ILLEGIBLE.sub("", text) if text else text


def is_prose(text: str, at_least: int) -> bool:
    """Tell whether a text without markup has so many words, and sentences as a text for readers has them."""
    words = count_words(text)
    if words < at_least:
        return False
    sentences = sum(1 for _ in _SENTENCE_END.finditer(text))
    code = sum(1 for _ in _MARKUP_OR_CODE.finditer(text))
    return sentences * _WORDS_PER_SENTENCE >= words and code * 40 < words


def paragraphs(text: str) -> Iterator[HtmlElement]:
    """Yield each line of a text as a paragraph; lines that were only broken at a margin are joined again."""
    block: list[str] = []
    for line in [*(legible(text) or "").splitlines(), ""]:
        if line.strip():
            block.append(" ".join(line.split()))
        elif block:
            for paragraph in [" ".join(block)] if _broken_at_a_margin(block) else block:
                element = page.new_element("p")
                element.text = paragraph
                element.tail = "\n"
                yield element
            block = []


def _broken_at_a_margin(lines: list[str]) -> bool:
    """Tell whether the next line's first word would not have fitted on any of the lines."""
    width = max(map(len, lines))
    if len(lines) < 2 or not _NARROWEST <= width <= _WIDEST:
        return False
    return all(len(line) + 1 + len(following.split(" ", 1)[0]) > width for line, following in pairwise(lines))
