"""Places in a policy's text that were learned not to count, found again by the words around them.

What may stand there is as narrow as what was seen: in a place that changes at every capture, words with digits and
words of the calendar are free and all others must be known; in one whose texts take turns, the whole text must be.
So a word that was never seen there counts, and so does any change of the words around.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from crawler.identity.dates import CALENDAR
from crawler.identity.rules import BLANK, Disregarded

Kind = Literal["changes at every capture", "takes turns"]

AROUND = 4
"""How many words on either side tell a place."""

_START, _END, _GAP = "\u2402", "\u2403", "\x00"  # the first two: Unicode's symbols for start and end of a text
_LONGEST_WORD = 100
"""Characters of a word with digits that is free: longer ones are no counters, dates or nonces."""
_FREE = re.compile(rf"(?=\S*\d)\S{{1,{_LONGEST_WORD}}}|\W*(?:{CALENDAR})\W*", re.IGNORECASE)
_OF_DATE = re.compile(rf"\W*(?:{CALENDAR}|(?:19|20)\d\d)\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a place was learned from: ``changes`` of it in ``pairs`` of captures that follow each other, from the first
    to the last of them (UTC, ISO 8601).
    """

    changes: int
    pairs: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the texts of one policy: the words before and after it, what may stand there, and why."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    kind: Kind
    known: frozenset[str]  # the words that were seen there and are not free; where texts take turns, those texts
    longest: int  # how many words at most
    evidence: Evidence

    def admits(self, words: Sequence[str]) -> bool:
        """Whether a text at this place does not count."""
        if self.kind == "takes turns":
            return " ".join(words) in self.known
        return len(words) <= self.longest and all(word in self.known or is_free(word) for word in words)


def is_free(word: str) -> bool:
    """Whether a word is of those that may change at every capture: it has a digit, or is a month or weekday."""
    return _FREE.fullmatch(word) is not None


def is_of_date(word: str) -> bool:
    """Whether a word is a month, a weekday or a year."""
    return _OF_DATE.fullmatch(word) is not None


def blank(words: Sequence[str], places: Iterable[Place]) -> tuple[tuple[str, ...], list[Disregarded]]:
    """The words of a text with `BLANK` in these places, and what stood there."""
    text = _GAP.join(["", *framed(words), ""])
    found: list[Disregarded] = []
    for place in places:
        text = _blank(text, place, found)
    return (tuple(text.split(_GAP)[AROUND + 1 : -AROUND - 1]), found) if found else (tuple(words), found)


def framed(words: Sequence[str]) -> tuple[str, ...]:
    """A text with something around it, so that its first and last words have words before and after them too."""
    return (*(_START,) * AROUND, *words, *(_END,) * AROUND)


def _blank(text: str, place: Place, found: list[Disregarded]) -> str:
    before, after = (_GAP.join(["", *side, ""]) for side in (place.before, place.after))
    parts = []
    done, at = 0, text.find(before)
    while at >= 0:
        begin = at + len(before) - 1  # of the gap after the words before
        end = text.find(after, begin, begin + (place.longest + 1) * _LONGEST_WORD + len(after))
        value = text[begin:end].strip(_GAP).split(_GAP) if end > begin else []
        if end >= 0 and value != [BLANK] and place.admits(value):
            parts += [text[done:begin], _GAP + BLANK]
            found.append(Disregarded(place.kind, " ".join(value)))
            done = begin = end
        at = text.find(before, max(begin, at + 1))
    return "".join([*parts, text[done:]])
