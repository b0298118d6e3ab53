"""When two texts are the same document: the content hash.

The hash is of the body's words as a reader sees them. Link targets, images and white space are left out, since they
differ between captures of a text that nobody changed: of Open Terms Archive's recorded changes, 27 to 58 % are
nothing else (measured on three of its collections, 2026-08). So are the marks that rendering adds, characters that
take no room, what the page says and not the vendor, and the order of lists of names.
"""

import hashlib
from functools import lru_cache
from typing import NamedTuple

from crawler.model import Disregarded
from crawler.text.identity.lists import in_one_order
from crawler.text.identity.rules import without_what_pages_say
from crawler.text.identity.visible import without_marks, without_targets

ORDER = "order of a list"
"""What is disregarded where a list of names stands in another order than that of the alphabet."""


class Content(NamedTuple):
    """What a body says: the words that count, and what does not."""

    words: tuple[str, ...]
    disregarded: tuple[Disregarded, ...]

    @property
    def hash(self) -> str:
        """The identity of a document: SHA-256 (hex) of its words, without the spaces between them."""
        return hashlib.sha256("".join(self.words).encode("utf-8", "surrogatepass")).hexdigest()


def content(body: str) -> Content:
    """What a Markdown body says (NFC)."""
    return _content(without_targets(body))


@lru_cache(maxsize=32)  # most captures say what the one before said; where links lead differs in each
def _content(linked: str) -> Content:
    marked, orders = in_one_order(linked)
    text, told = without_what_pages_say(without_marks(marked), marked)
    return Content(tuple(text.split()), (*told, *(Disregarded(ORDER, order) for order in orders)))


def content_hash(body: str) -> str:
    """The identity of a document: the hash of what its body says."""
    return content(body).hash
