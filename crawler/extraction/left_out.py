"""What a document leaves out of its page, block by block: the reason, the size, how the text begins."""

import hashlib
import re
from collections.abc import Iterable

from crawler.extraction.main_content.words import count_words, tally
from crawler.model import LeftOut

_BEGINNING = 300  # characters: enough to recognise a block by
_DIGITS = re.compile(r"\d+")
# A sentence's end, or a stop of Chinese and Japanese. Menus and notices of rights have none among their words.
_SENTENCE_END = re.compile(r"\w[)\"’”»]*[.!?…](?:\W|$)|[。！？]")
_PROSE_WORDS = 8


def left_out(reason: str, text: str, *, prose: bool = False) -> LeftOut:
    """Return the record of a text that is left out. Its digest takes all numbers for the same: counters count on."""
    folded = " ".join(text.split())
    digest = hashlib.sha256(_DIGITS.sub("0", folded).encode("utf-8", "replace")).hexdigest()[:16]
    return LeftOut(reason, count_words(text), folded[:_BEGINNING], prose, digest)


def block_left_out(reason: str, texts: Iterable[str], *, linked: int) -> LeftOut:
    """Return the record of a block of a page, by its text nodes and how many of its words are in links."""
    nodes = list(texts)
    words = tally(nodes)
    plain = words - linked
    prose = plain >= _PROSE_WORDS and plain > linked and any(_reads_as_sentence(node) for node in nodes)
    return left_out(reason, " ".join(nodes), prose=prose)._replace(words=words)


def _reads_as_sentence(text: str) -> bool:
    return count_words(text) >= _PROSE_WORDS and _SENTENCE_END.search(text) is not None
