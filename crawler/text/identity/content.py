"""When two texts are the same document: the content hash.

The hash is of the body's words as a reader sees them. Link targets, images and white space are left out, since they
differ between captures of a text that nobody changed: of Open Terms Archive's recorded changes, 27 to 58 % are
nothing else (measured on three of its collections, 2026-08). So are the marks that rendering adds, characters that
take no room, what the page says and not the vendor, and the order of lists of names. Words that are struck out count as
such: `never`, the same struck out, and nothing are three texts.
"""

import hashlib
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from crawler.model import Disregarded
from crawler.text.identity.lists import in_one_order
from crawler.text.identity.rules import disregard
from crawler.text.markdown import NUMBER, read_lines, without_marks, without_targets
from crawler.text.sentences import CountedBlock

ORDER = "order of a list"
"""What is disregarded where a list of names stands in another order than that of the alphabet."""


KEPT_AT_MOST = 256 * 1024  # characters; what is made of a text takes 20 times as much, so that 32 have 160 MB


class Content(NamedTuple):
    """What a body says: the words that count, and what does not."""

    words: tuple[str, ...]
    disregarded: tuple[Disregarded, ...]

    @property
    def hash(self) -> str:
        """The identity of a document: SHA-256 (hex) of its words, without the spaces between them."""
        return hashlib.sha256("".join(self.words).encode("utf-8", "surrogatepass")).hexdigest()


def content(body: str) -> Content:
    """Return what a Markdown body says (NFC)."""
    return _counted(without_targets(body))[1]


def counted_blocks(body: str) -> tuple[tuple[CountedBlock, ...], Content]:
    """Return the blocks of a Markdown body in the order in which they count, each with what of it counts; and all of
    what it says.
    """
    return _counted(without_targets(body))


def _counted(linked: str) -> tuple[tuple[CountedBlock, ...], Content]:
    return _kept(linked) if len(linked) <= KEPT_AT_MOST else _read(linked)


@lru_cache(maxsize=32)  # most captures say what the one before said; where links lead differs in each
def _kept(linked: str) -> tuple[tuple[CountedBlock, ...], Content]:
    return _read(linked)


def _read(linked: str) -> tuple[tuple[CountedBlock, ...], Content]:
    ordered, orders = in_one_order(read_lines(linked))
    found: list[Disregarded] = []
    blocks = []
    leads = False  # what ends in a colon leads up to the block, as to an item: "You may have:", "25 users online"
    for block, text in ordered:
        is_item = leads or block.kind in {"item", "row"} or NUMBER.match(text) is not None
        counted, disregarded = disregard(text, in_item=is_item)
        found += disregarded
        blocks.append(CountedBlock(block, text, counted))
        leads = block.text.endswith(":")
    words = map(intern, without_marks("\n".join([block.counted for block in blocks])).split())  # few of them differ
    found += (Disregarded(ORDER, order) for order in orders)
    return tuple(blocks), Content(tuple(words), tuple(found))
