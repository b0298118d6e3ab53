"""What changed between two texts in little space: what lists of changes, feeds and messages show of it.

An excerpt has the places that tell most, shortened, and says of how many. Where something is left out within a place, a
piece `LEFT_OUT` stands; all other pieces are verbatim.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from crawler.text.comparison.compare import Comparison
from crawler.text.comparison.places import ChangeKind, Place, kind_of_all, places
from crawler.text.comparison.words import Piece

MAX_SENTENCES = 6
LEFT_OUT = "…"
_MAX_RUN = 300
_CONTEXT = 60
"""Characters of what stayed that are kept on each side of a change."""
_MAX_PIECES = 40
"""Pieces of a sentence that are shown; more is confetti, and hardly any sentence has it."""


class Excerpt(NamedTuple):
    """Some of the places in which two texts differ, the most telling first, and how many there are of each kind."""

    places: Sequence[Place]
    kinds: Mapping[str, int]
    """How many places there are of each kind; ``moved``: how many sentences stand elsewhere, unchanged."""
    renumbered: str
    """Which sections have another number, in words: these places are told by this one line."""

    @property
    def total(self) -> int:
        """How many places there are."""
        return sum(self.kinds.values()) - self.kinds.get("moved", 0)

    @property
    def kind(self) -> ChangeKind:
        """What kind of change it is: that of its most telling places."""
        return kind_of_all(self.kinds)

    def first(self, most: int) -> "Excerpt":
        """Return an excerpt of at most so many places."""
        return self._replace(places=self.places[:most])

    @property
    def told(self) -> int:
        """How many places it tells."""
        return len(self.places) + (self.kinds.get("renumbered", 0) if self.renumbered else 0)

    @property
    def account(self) -> str:
        """How many places there are and how many of them it tells, in words."""
        return f"{self.told:,} of {self.total:,} changed sentences" if self.total else "no changed sentence"

    @property
    def is_whole(self) -> bool:
        """Whether it tells all places."""
        return self.told >= self.total

    @property
    def notes(self) -> list[str]:
        """What it tells of sentences that it does not show, each in a line."""
        moved = self.kinds.get("moved", 0)
        said = f"{moved} sentences moved" if moved > 1 else "one sentence moved" if moved else ""
        return [*filter(None, (self.renumbered, said))]


def excerpt(comparison: Comparison) -> Excerpt:
    """Return the places of a comparison that tell most, shortened: of those that tell as much, the longest."""
    found = places(comparison)
    kinds = Counter(place.kind for place in found.places) + Counter(moved=found.moved)
    telling = [at for at, place in enumerate(found.places) if place.kind != "renumbered"]
    longest = sorted(telling, key=lambda at: (found.ranks[at], -found.places[at].words, at))[:MAX_SENTENCES]
    return Excerpt([_shortened(found.places[at]) for at in sorted(longest)], dict(kinds), found.renumbered)


def _shortened(place: Place) -> Place:
    return place._replace(pieces=_short(place.pieces), earlier=_short(place.earlier))


def _short(pieces: Sequence[Piece]) -> list[Piece]:
    short = [part for at, piece in enumerate(pieces[:_MAX_PIECES]) for part in _cut(piece, at, len(pieces) - 1)]
    return [*short, Piece("=", LEFT_OUT)] if len(pieces) > _MAX_PIECES else short


def _cut(piece: Piece, at: int, last: int) -> Iterator[Piece]:
    """Yield what is shown of a piece, which stands at this place among others."""
    op, text = piece
    if op != "=" and len(text) > _MAX_RUN:
        yield from (Piece(op, text[:_MAX_RUN]), Piece(op, LEFT_OUT))
    elif op == "=" and len(text) > 2 * _CONTEXT:
        head, tail = text[:_CONTEXT] if at else "", text[-_CONTEXT:] if at < last else ""
        head, tail = head[: head.rfind(" ") + 1] or head, tail[max(tail.find(" "), 0) :]
        yield from (Piece(op, part) for part in (head, LEFT_OUT, tail) if part)
    else:
        yield piece
