"""Volatile spots of a policy's text, learned not to count: found again by the words around them.

What may stand there is as narrow as what was seen. At a spot that changes at every capture, the wording must be one
that was seen; then words with digits and words of the calendar are free, and all others still count, for they may be
the vendor's: "viewed 37 times. We sell" is not "viewed 41 times. We keep". At a spot whose texts take turns, the whole
text must have been seen. Any other text there counts, and so do the words around, which must be found once.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from crawler.model import Disregarded
from crawler.text.identity.rules import BLANK, CALENDAR, UNITS
from crawler.text.sentences import Replacement

Volatility = Literal[
    "changes at every capture", "takes turns", "changes beside the policy", "comes and goes beside the policy"
]

AROUND = 4
"""Fewest words on either side by which a spot is found."""
ANY, NAME = "\u2400", "\u2401"
"""Stand in a known wording for words with digits, and for a month or weekday (Unicode's first symbols)."""

_START, _END, _GAP = "\u2402", "\u2403", "\n"  # Unicode's symbols for start and end of a text; no word has a gap in it
START, END = (_START,), (_END,)
"""What stands before the first and after the last line of a text."""
_LONGEST_WORD = 100
"""Characters of a word with digits that is free: longer ones are no counters, dates or nonces."""
_LETTER = r"(?:[^\s\u0e00-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[年月日時时分秒点])"
"""Scripts that put no spaces between words are left out but for what dates have: there a "word" is a whole sentence."""
_NAMES = re.compile(rf"\W*(?:{CALENDAR})\W*", re.IGNORECASE)
_NO_NAMES = frozenset({"may", "march", "mar", "mon", "sun", "sat", "wed", "set", "dec"})  # in small letters: words
_FREE = re.compile(rf"(?=\S*\d){_LETTER}{{1,{_LONGEST_WORD}}}")
_YEAR = re.compile(r"\W*(?:19|20)\d\d\W*")
_UNIT = re.compile(rf"(?:{UNITS})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LearnedFrom:
    """What a spot was learned from: it changed in ``changes`` of ``pairs`` of captures that follow each other, from the
    first to the last of them (UTC, ISO 8601).
    """

    changes: int
    pairs: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class VolatileSpot:
    """A spot in the texts of one policy: the words before and after it, what may stand there, and why."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    kind: Volatility
    known: frozenset[
        str
    ]  # wordings with `ANY` and `NAME`; where texts take turns, those texts; forms of lines, or lines
    longest: int  # how many words at most; where lines come and go, how many lines
    learned_from: LearnedFrom

    def counted(self, words: Sequence[str]) -> tuple[str, ...] | None:
        """Return what counts of a text at this spot, with `BLANK` for what does not; None where all of it counts."""
        if len(words) > self.longest:
            return None
        if " ".join(words) in self.known:
            return (BLANK,)
        fixed = {word for wording in self.known for word in wording.split(" ") if is_free(word)}
        wording = worded(words, fixed)
        return _without_free(wording) if has_free(wording) and " ".join(wording) in self.known else None


def worded(words: Iterable[str], fixed: Collection[str] = ()) -> tuple[str, ...]:
    """Return a text with `ANY` and `NAME` for the words that are free, but not for those that are ``fixed``."""
    wording: list[str] = []
    for word in words:
        if word in fixed or not is_free(word):
            wording.append(word)
        elif _is_name(word):
            wording.append(NAME)
        elif not wording or wording[-1] != ANY:
            wording.append(ANY)
    return tuple(wording)


def has_free(wording: Sequence[str]) -> bool:
    """Tell whether there are words in a wording that are free."""
    return ANY in wording or NAME in wording


def is_free(word: str) -> bool:
    """Tell whether a word may change at every capture: it has a digit, or is a month or weekday."""
    return _is_free(word) if len(word) <= _LONGEST_WORD else _is_name(word)


@lru_cache(maxsize=4096)  # texts of one policy have few words, and each stands in many of them
def _is_free(word: str) -> bool:
    return _FREE.fullmatch(word) is not None or _is_name(word)


def is_of_date(word: str) -> bool:
    """Tell whether a word is a month, a weekday or a year."""
    return _is_name(word) or _YEAR.fullmatch(word) is not None


def blank(
    words: Sequence[str], spots: Iterable[VolatileSpot]
) -> tuple[tuple[str, ...], list[Disregarded], list[Replacement]]:
    """Return the words of a text with `BLANK` in these spots, what stood there, and which words were replaced by what
    (in their order).
    """
    text = joined(words)
    found: list[Disregarded] = []
    origins: list[tuple[int, int]] = []  # of each word, as the text is now: from which word to before which it replaces
    for spot in spots:
        span = locate(text, spot.before, spot.after)
        if span is None or span[1] - span[0] > (spot.longest + 1) * _LONGEST_WORD:
            continue
        value = text[slice(*span)].split(_GAP)[1:]
        counted = spot.counted(value) if value != [BLANK] else None
        if counted is None:
            continue
        found.append(Disregarded(spot.kind, " ".join(value)))
        origins = origins or [(at, at + 1) for at in range(len(words))]
        low = text.count(_GAP, 0, span[0] + 1) - 1 - AROUND
        high = low + len(value)
        begin = origins[low][0] if low < len(origins) else len(words)
        end = origins[high - 1][1] if value else begin
        origins[low:high] = [(begin, end), *[(end, end)] * (len(counted) - 1)]
        text = _GAP.join([text[: span[0]], *counted]) + text[span[1] :]
    if not found:
        return tuple(words), found, []
    counting = tuple(text.split(_GAP)[AROUND + 1 : -AROUND - 1])
    return counting, found, _replacements(words, counting, origins)


def _replacements(
    words: Sequence[str], counting: Iterable[str], origins: Iterable[tuple[int, int]]
) -> list[Replacement]:
    found: list[Replacement] = []
    for word, (begin, end) in zip(counting, origins, strict=True):
        if begin == end and found and found[-1].end == begin:
            found[-1] = found[-1]._replace(counted=found[-1].counted + word)
        elif end != begin + 1 or word != words[begin]:
            found.append(Replacement(begin, end, word))
    return found


def framed(words: Sequence[str]) -> tuple[str, ...]:
    """Return a text with signs around it, so that its first and last words have words before and after them too."""
    return (*(_START,) * AROUND, *words, *(_END,) * AROUND)


def joined(words: Sequence[str]) -> str:
    """Return the text in which `locate` looks for a spot."""
    return _GAP.join(["", *framed(words), ""])


def locate(text: str, before: Sequence[str], after: Sequence[str]) -> tuple[int, int] | None:
    """Return where in a `joined` text the only spot between these words begins and ends. None where there is none, or
    where the words on both sides stand there twice: nobody knows which of them it is.
    """
    left, right = (_GAP.join(["", *side, ""]) for side in (before, after))
    at, end = text.find(left), text.find(right)
    if at < 0 or end < 0 or (text.find(left, at + 1) >= 0 and text.find(right, end + 1) >= 0):
        return None
    if text.find(right, end + 1) >= 0:
        end = text.find(right, at + len(left) - 1)
    else:
        at = text.rfind(left, 0, end + 1)
    begin = at + len(left) - 1  # of the gap after the words before
    return (begin, end) if at >= 0 and begin <= end else None


def _without_free(wording: Iterable[str]) -> tuple[str, ...]:
    """Return a wording with `BLANK` for what is free and the unit of time it counts: "1 day ago" is "2 weeks ago"."""
    counted: list[str] = []
    counting = False  # whether the last was a number or its unit
    for word in wording:
        if word == ANY:
            counted += () if counting else (BLANK,)
            counting = True
        elif not (counting and _UNIT.fullmatch(word)):
            counted.append(BLANK if word == NAME else word)
            counting = False
    return tuple(counted)


def _is_name(word: str) -> bool:
    return _NAMES.fullmatch(word) is not None and word.strip(".,;:()") not in _NO_NAMES
