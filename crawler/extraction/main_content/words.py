"""Counts of words: how many each element of a page holds, and how many of them are in links."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate, compress

from lxml import etree
from lxml.html import HtmlElement

_WORD = re.compile(r"\w+")
# Chinese and Japanese have no spaces between words: two characters count as one word, the average there.
_UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD_OR_CHARACTERS = re.compile(rf"[{_UNSPACED}]{{1,2}}|[^\W{_UNSPACED}]+")
# What is part of a word in western texts and what is not, as one letter and spaces: six times as fast as a search.
_WESTERN = "cp1252"
_TO_SPACES = bytes(ord("a" if _WORD.match(bytes([byte]).decode(_WESTERN, "replace")) else " ") for byte in range(256))
_HAS_UNSPACED = re.compile(rf"[{_UNSPACED}]")


# An e-mail address or telephone number is text that happens to be a link: no menu has them.
_ADDRESSES = ("mailto:", "tel:")


@dataclass(frozen=True, slots=True)
class WordIndex:
    """The stretch of a tree's words, counted in document order, that each element holds (its tail is its parent's)."""

    total: int
    spans: dict[HtmlElement, tuple[int, int]]
    """Element -> (words before it, words up to its end), in the order in which elements end."""
    linked: list[int]
    """linked[i]: how many of the first i words stand in links."""
    in_links: bytearray
    """One byte per word: 1 if it stands in a link."""

    def words(self, element: HtmlElement) -> int:
        """Return how many words the element holds."""
        start, end = self.spans[element]
        return end - start

    def links(self, element: HtmlElement) -> int:
        """Return how many words of the element are in links."""
        return self.links_between(*self.spans[element])

    def without(self, gone: Iterable[tuple[int, int]], places: Mapping[HtmlElement, int]) -> "WordIndex":
        """Return the index of the same tree after stretches of words have gone from it.

        ``places`` are empty elements that have come, with the number of words that stood before each.
        """
        gone = [(start, end) for start, end in gone if end > start]
        if not gone:  # icons to press have no words
            return replace(self, spans=self.spans | {place: (at, at) for place, at in places.items()})
        kept = bytearray(b"\x01" * self.total)
        for start, end in gone:
            kept[start:end] = bytes(end - start)
        now = list(accumulate(kept, initial=0))
        spans = {element: (now[start], now[end]) for element, (start, end) in self.spans.items()}
        spans.update((place, (now[at], now[at])) for place, at in places.items())
        in_links = bytearray(compress(self.in_links, kept))
        return WordIndex(now[-1], spans, list(accumulate(in_links, initial=0)), in_links)

    def links_between(self, start: int, end: int) -> int:
        """Return how many of the words from `start` up to `end` are in links."""
        return self.linked[end] - self.linked[start]


def is_address(link: HtmlElement) -> bool:
    """Tell whether a link leads to no page, but to somebody to write to or to call."""
    return (link.get("href") or "").startswith(_ADDRESSES)


def text_in(element: HtmlElement) -> str:
    """Return all text in an element, as `text_content` does, in half the time."""
    return etree.tostring(element, method="text", encoding=str, with_tail=False)


def tally(texts: Iterable[str]) -> int:
    """Return how many words text nodes have, each counted for itself, as `index_words` does: so that parts add up."""
    return sum(count_words(text) for text in texts if not text.isspace())


def count_words(text: str) -> int:
    """Return how many words a text has."""
    try:
        encoded = text.encode() if text.isascii() else text.encode(_WESTERN)  # in C alone: most texts are
        shape = encoded.translate(_TO_SPACES)
        return shape.count(b" a") + shape.startswith(b"a")
    except UnicodeEncodeError:
        if "\n" in text:  # most lines are western, though one of them has an arrow or a name in Greek
            return sum(map(count_words, text.split("\n")))
        # Not by `findall`: each character may be a word, and a string of its own for each takes 80 bytes.
        return (_WORD_OR_CHARACTERS if _HAS_UNSPACED.search(text) else _WORD).subn("", text)[1]


def index_words(tree: HtmlElement) -> WordIndex:
    """Count the words of a whole tree in one walk: linear in its size, whatever its depth."""
    count = 0
    spans: dict[HtmlElement, tuple[int, int]] = {}
    starts: list[int] = []
    in_links: list[tuple[int, int]] = []
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start":
            starts.append(count)
            text = element.text
        else:
            if event == "end":
                span = spans[element] = (starts.pop(), count)
                if element.tag == "a" and not is_address(element):
                    in_links.append(span)
            if element is tree:
                break
            text = element.tail
        if text and not text.isspace():
            count += count_words(text)
    is_linked = bytearray(count)
    for start, end in in_links:
        is_linked[start:end] = b"\x01" * (end - start)
    return WordIndex(count, spans, list(accumulate(is_linked, initial=0)), is_linked)
