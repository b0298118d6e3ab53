"""What follows for the snapshots that were not asked for, from those known before and after them."""

from typing import NamedTuple

from crawler.timeline.history import History
from crawler.timeline.track import Track
from crawler.timeline.variants import Variants


class Inferred(NamedTuple):
    """The documents of snapshots (ranks) that are between two with the same text, those that the length of one variant
    tells, and the snapshots among variants of which nothing is claimed.
    """

    between: dict[int, str]
    by_length: dict[int, str]
    unclaimed: set[int]


def infer(track: Track, history: History, variants: Variants) -> Inferred:
    """Return what follows from a history, as far as it is known."""
    found = Inferred({}, {}, set())
    for left, right in history.gaps():
        is_unclaimed = variants.is_unclaimed(left, right)
        if not is_unclaimed and not history.agree(left, right):
            continue
        open_pages = (rank for rank in range(left + 1, right) if history.is_open(rank) and track.is_page(rank))
        if not is_unclaimed:
            found.between.update(dict.fromkeys(open_pages, history.documents[left]))
            continue
        for rank in open_pages:
            if (document := variants.told_by_length(left, right, rank)) is not None:
                found.by_length[rank] = document
            else:
                found.unclaimed.add(rank)
    return found
