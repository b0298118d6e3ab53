"""What a document leaves out of its page, block by block: the reason, the size, how the text begins."""

import hashlib
import re
from collections.abc import Sequence

from crawler.extraction.main_content.words import count_words
from crawler.model import LeftOut

_BEGINNING = 300  # characters: enough to recognise a block by
_DIGITS = re.compile(r"\d+")
# A sentence's end, or a stop of Chinese and Japanese. Menus and notices of rights have none among their words.
_SENTENCE_END = re.compile(r"\w[)\"’”»]*[.!?…](?:\W|$)|[。！？]")
PROSE_WORDS = 8
"""Words that running text has at least."""


def left_out(reason: str, text: str, *, prose: bool = False) -> LeftOut:
    """Return the record of a text that is left out. Its digest takes all numbers for the same: counters count on."""
    return _record(reason, text, count_words(text), prose=prose)


def block_left_out(reason: str, nodes: Sequence[str], *, words: int, linked: int) -> LeftOut:
    """Return the record of a block of a page, by its text nodes, their words, and how many of these are in links."""
    plain = words - linked
    prose = plain >= PROSE_WORDS and plain > linked and any(map(_reads_as_sentence, nodes))
    return _record(reason, " ".join(nodes), words, prose=prose)


def _record(reason: str, text: str, words: int, *, prose: bool) -> LeftOut:
    folded = " ".join(text.split())
    digest = hashlib.sha256(_DIGITS.sub("0", folded).encode("utf-8", "replace")).hexdigest()[:16]
    return LeftOut(reason, words, folded[:_BEGINNING], prose, digest)


def _reads_as_sentence(text: str) -> bool:
    return count_words(text) >= PROSE_WORDS and _SENTENCE_END.search(text) is not None
