"""The fingerprint of a page: two pages of one fingerprint have one document, so that only the first is extracted.

It is a digest of the very tree that extraction goes on with, once what no reader sees and what extraction does not look
at is off it, and of all else that the document is made of. What would change the document is in one of them.
"""

import hashlib

from lxml import etree
from lxml.html import HtmlElement

_SIZE = 16  # bytes: of pages that nobody made to collide, 2^64 would have to be read until two do
_TIMESTAMP = 14  # characters: a mark is as long, so that no limit falls elsewhere


def written(element: HtmlElement) -> bytes:
    """Return a tree as text from which it could be read again: its elements, attributes and texts, in their order.

    Takes the type off its document: with that of XHTML, libxml2 adds attributes when it writes.
    """
    element.getroottree().docinfo.clear()
    return etree.tostring(element, encoding="utf-8", with_tail=False)


def fingerprint(*parts: object) -> bytes:
    """Return the digest of parts; other parts, or the same in another order, have another."""
    digest = hashlib.blake2b(digest_size=_SIZE)
    for part in parts:
        encoded = part if isinstance(part, bytes) else repr(part).encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(encoded))
        digest.update(encoded)
    return digest.digest()


def mark_for(*parts: bytes) -> str:
    """Return what stands in none of some UTF-8, as long as a timestamp."""
    last = (chr(code) for code in range(0x10FFFF, 0xFFFF, -1))  # noncharacters and private use, which lxml lets pass
    return _TIMESTAMP * next(mark for mark in last if not any(mark.encode() in part for part in parts))
