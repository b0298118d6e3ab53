"""The record of a block that a page shows and its document leaves out."""

import hashlib

from crawler.model import LeftOut

_BEGINNING = 300  # characters of a block's text that are kept, enough to recognise it


def left_out(reason: str, text: str, *, prose: bool = False) -> LeftOut:
    """Return the record of a block: its white space is folded, so that only a change of its words counts."""
    words = text.split()
    folded = " ".join(words)
    digest = hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return LeftOut(reason, len(words), folded[:_BEGINNING], prose, digest)
