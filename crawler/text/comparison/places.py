"""The places in which two texts differ, as lists, messages and data tell them: what tells most comes first.

A place is a sentence that came, went or changed. New and removed sentences come before replaced words, these before
headlines and buttons that came or went, and last what says the same with other addresses, numbers, dates or signs.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Literal, NamedTuple

from crawler.text.comparison.compare import Comparison, Step, said
from crawler.text.comparison.headings import Path
from crawler.text.comparison.kinds import LESSER, PlaceKind, kind_of, label
from crawler.text.comparison.words import Piece, size
from crawler.text.sentences import has_words

ChangeKind = Literal["words", "links", "renumbered", "dates", "casing", "punctuation", "moved"]

_MIN_WORDS = 4
"""Words from which on a line is a sentence, whatever it ends with: fewer may be a button, a menu or a headline."""
_STOPS = (".", "!", "?", "。", "！", "？")


class Place(NamedTuple):
    """A sentence that came, went or changed."""

    kind: PlaceKind
    words: int
    """How many words came and went."""
    heading: Path
    """The headings under which it stands: in the later text, or in the earlier one if it went."""
    pieces: Sequence[Piece]
    """What it says, verbatim: see `Piece`."""
    earlier: Sequence[Piece] = ()
    """What it said, where words that stayed were written otherwise: the pieces (=, -) of the earlier text."""

    def side(self, side: Literal["-", "+"]) -> list[Piece]:
        """Return the pieces of the earlier (-) or the later (+) text."""
        if side == "-" and self.earlier:
            return [*self.earlier]
        return [piece for piece in self.pieces if piece.op in {"=", side}]


class Places(NamedTuple):
    """All places in which two texts differ, the most telling first."""

    places: list[Place]
    ranks: list[int]
    """How much each tells: 0 tells most."""
    moved: int
    """How many sentences stand elsewhere, unchanged; these are no places."""
    renumbered: str
    """Which sections have another number, in words; empty if none has."""


def places(comparison: Comparison) -> Places:
    """Return the places of a comparison."""
    changed, moved = _without_moved(comparison.changed_sentences)
    moved += sum(step.kind == "moved" for step in comparison.steps)
    numbers = _renumbered(changed)
    told = [(step, _place(step, comparison, numbers)) for step in changed]
    told = [(step, place) for step, place in told if any(op != "=" and text.strip() for op, text in place.pieces)]
    of_sections = [step for step, place in told if place.kind == "renumbered"]
    ranked = sorted(((_rank(step, place), at, place) for at, (step, place) in enumerate(told)), key=itemgetter(0, 1))
    return Places([place for *_, place in ranked], [rank for rank, *_ in ranked], moved, _in_words(of_sections))


def kind_of_all(kinds: Mapping[str, int]) -> ChangeKind:
    """Return of what kind a change is, by how many places it has of each kind: that of the most telling ones."""
    if any(kinds.get(kind) for kind in ("new", "removed", "words")):
        return "words"
    return next((kind for kind in LESSER if kinds.get(kind)), "moved")


def _without_moved(steps: Sequence[Step]) -> tuple[list[Step], int]:
    """Return changed sentences without those that went in one place and came in another, and how many these are."""
    gone = Counter(said(step.before) for step in steps if step.kind == "removed" and step.before)
    moved = gone & Counter(said(step.after) for step in steps if step.kind == "added" and step.after)
    if not moved:
        return [*steps], 0
    left = {"removed": moved.copy(), "added": moved.copy()}
    kept = []
    for step in steps:
        sentence = step.after or step.before
        if step.kind in left and sentence and left[step.kind][said(sentence)] > 0:
            left[step.kind][said(sentence)] -= 1
        else:
            kept.append(step)
    return kept, moved.total()


def _place(step: Step, comparison: Comparison, numbers: Mapping[str, str]) -> Place:
    before, after = comparison.headings
    sentence = step.after or step.before
    assert sentence is not None  # a step has one of them
    pieces = step.pieces
    if step.kind == "changed":
        kind = kind_of(pieces, numbers, is_heading=sentence.kind == "heading")
    else:
        kind = "new" if step.kind == "added" else "removed"
    heading = (after if step.after else before).get(sentence.block, ())
    words = sum(size(text) for op, text in pieces if op != "=")
    is_other = step.earlier != tuple(piece for piece in pieces if piece.op != "+")
    return Place(kind, words, heading, pieces, step.earlier if is_other else ())


def _rank(step: Step, place: Place) -> int:
    if place.kind in {"new", "removed"}:
        return 0 if _is_sentence(step) else 2
    return 1 if place.kind == "words" else 3 + LESSER.index(place.kind)


def _is_sentence(step: Step) -> bool:
    sentence = step.after or step.before
    if sentence is None or sentence.kind == "heading":
        return False
    text = sentence.text
    return has_words(text, _MIN_WORDS) or (has_words(text, 2) and text.endswith(_STOPS))


# -- numbers of sections ----------------------------------------------------------------------------------------------
def _labels(step: Step) -> tuple[str, str]:
    """Return the numbers with which a sentence begins and began; empty where it did not."""
    if step.before is None or step.after is None:
        return "", ""
    before, after = (label(one.text, is_heading=one.kind == "heading") for one in (step.before, step.after))
    return (before, after) if before and after and before != after else ("", "")


def _renumbered(steps: Sequence[Step]) -> dict[str, str]:
    return dict(filter(all, map(_labels, steps)))


def _in_words(steps: Sequence[Step]) -> str:
    """Return which of the sections have another number: "sections 5-15 renumbered"."""
    if not steps:
        return ""
    numbers = [number for step in steps for number in _labels(step) if number]
    if numbers and all(number.replace(".", "").isdecimal() for number in numbers):
        numbers.sort(key=lambda number: [int(part) for part in number.split(".")])
        return f"sections {numbers[0]}-{numbers[-1]} renumbered"
    return "one section renumbered" if len(steps) == 1 else f"{len(steps)} sections renumbered"
