"""Learns from a policy's own snapshots which places in its text do not count.

No vendor changes one spot of a policy at every capture, six times in a row, or lets three texts of it take turns: that
is the page's doing. So a stretch of captures that follow each other closely and hardly ever show the same text is laid
side by side. Where words differ and all around stays the same is a place; it is learned if it changed at nearly every
capture and holds no more than digits, dates and a few words that stay, or if three or more texts take turns there and
come back; and only if between most of these captures nothing else changed.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from crawler.comparison.align import align
from crawler.identity.places import AROUND, Evidence, Kind, Place, framed, is_free, is_of_date

CLOSE = timedelta(days=31)
"""Captures further apart are not taken for neighbours: a policy may well change once a month."""
STRETCH = 8
"""How many captures in a row it takes at least."""
_LONGEST_STRETCH = 24
"""So many captures are laid side by side at most."""
_ALWAYS = 0.8
"""A place "changes at every capture" if it does so in this share of the pairs: a page may be captured twice at once."""
_OFTEN = 0.5
"""The same for texts that take turns: one of three comes twice in a row in a third of the cases."""
_CHANGES = 5
"""Fewest changes of a place, and fewest pairs of captures in which nothing but such places changed."""
_TEXTS_IN_TURN = 3
_FORMS = 4
"""Most wordings around the digits: "1 day ago", "2 days ago", "1 week ago", "2 weeks ago"."""
_LONGEST = 60
"""Words at a place; more are no counter, no date and no teaser."""

Words = Sequence[str]


class Shown(NamedTuple):
    """That a capture shows a document (content hash)."""

    captured: datetime
    document: str


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place where texts differ: the words around it, what each of the texts has there, and between which two of them
    that changed.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    changed: tuple[bool, ...]

    @property
    def longest(self) -> int:
        return max(map(len, self.texts))


def learn(history: Sequence[Shown], words_of: Callable[[str], Words | None]) -> list[Place]:
    """The places that the captures of a policy (in order) tell not to count; ``words_of`` gives a document's words."""
    places: dict[tuple[tuple[str, ...], tuple[str, ...]], Place] = {}
    for stretch in _stretches(history):
        texts = [words_of(shown.document) for shown in stretch]
        kept = [(shown, text) for shown, text in zip(stretch, texts, strict=True) if text is not None]
        if len(kept) >= STRETCH:
            for place in _learned(*zip(*kept, strict=True)):
                places.setdefault((place.before, place.after), place)
    return list(places.values())


def suspects(texts: Sequence[Words]) -> bool:
    """Whether texts that differ, of captures however far apart, make it worth while to look at some that follow each
    other closely: all differ at one place that may be the page's doing, and some of them nowhere else.
    """
    spots = _spots(texts)
    likely = [spot for spot in spots if all(spot.changed) and _may_be_noise(spot)]
    return bool(likely) and sum(_alone(spots, likely)) * 2 >= len(texts) - 1


def _stretches(history: Sequence[Shown]) -> Iterator[Sequence[Shown]]:
    """Runs of captures that follow each other closely, of which most differ from the one before."""
    close = [b.captured - a.captured <= CLOSE for a, b in pairwise(history)]
    differs = [a.document != b.document for a, b in pairwise(history)]
    pairs = STRETCH - 1
    first = 0
    while first + pairs <= len(close):
        last = first + pairs
        if not all(close[first:last]) or sum(differs[first:last]) < _OFTEN * pairs:
            first += 1
            continue
        while (
            last - first < _LONGEST_STRETCH
            and last < len(close)
            and close[last]
            and sum(differs[last - pairs + 1 : last + 1]) >= _OFTEN * pairs
        ):
            last += 1
        yield history[first : last + 1]
        first = last


def _learned(stretch: Sequence[Shown], texts: Sequence[Words]) -> Iterator[Place]:
    spots = _spots(texts)
    kinds = [(spot, kind) for spot in spots if (kind := _kind(spot)) is not None]
    if sum(_alone(spots, [spot for spot, _ in kinds])) < _CHANGES:
        return
    first, last = (shown.captured.isoformat() for shown in (stretch[0], stretch[-1]))
    for spot, kind in kinds:
        if kind == "takes turns":
            known = {" ".join(text) for text in _coming_back(spot)}
        else:
            known = {word for text in spot.texts for word in text if not is_free(word)}
        evidence = Evidence(sum(spot.changed), len(spot.changed), first, last)
        yield Place(spot.before, spot.after, kind, frozenset(known), spot.longest, evidence)


def _kind(spot: _Spot) -> Kind | None:
    """Whether a place does not count, and why."""
    changes, pairs = sum(spot.changed), len(spot.changed)
    if changes < _CHANGES or spot.longest > _LONGEST:
        return None
    if changes >= _ALWAYS * pairs and _may_be_noise(spot):
        return "changes at every capture"
    if changes >= _OFTEN * pairs and len(_coming_back(spot)) >= _TEXTS_IN_TURN:
        return "takes turns"
    return None


def _may_be_noise(spot: _Spot) -> bool:
    """Whether it is words with digits, or dates, that differ, in no more than a few wordings."""
    forms = {tuple(word for word in text if not is_free(word)) for text in spot.texts}
    return len(forms) <= _FORMS and len(set(spot.texts)) > len(forms)


def _coming_back(spot: _Spot) -> set[tuple[str, ...]]:
    """The texts that came back after another one."""
    begun = Counter(b for a, b in pairwise([None, *spot.texts]) if a != b)
    return {text for text, times in begun.items() if times > 1 and text is not None}


def _alone(spots: Sequence[_Spot], those: Sequence[_Spot]) -> list[bool]:
    """For each pair of texts, whether they differ at some of ``those`` places and nowhere else."""
    ours = {id(spot) for spot in those}
    others = [spot.changed for spot in spots if id(spot) not in ours]
    return [
        any(changed) and not any(other[at] for other in others)
        for at, changed in enumerate(zip(*(spot.changed for spot in those), strict=True))
    ]


def _spots(texts: Sequence[Words]) -> list[_Spot]:
    """The places where texts differ, with at least `AROUND` words between them that all have."""
    frames = [framed(text) for text in texts]
    first = frames[0]
    columns = [dict(align(first, text)) for text in frames]
    shared = [at for at in range(len(first)) if all(at in column for column in columns)]
    spots = []
    for before, after in pairwise(_blocks(shared, columns)):
        left, right = _undated(first, before, after)
        between = tuple(text[column[left] + 1 : column[right]] for text, column in zip(frames, columns, strict=True))
        changed = tuple(a != b for a, b in pairwise(between))
        if any(changed):
            spots.append(_Spot(first[left - AROUND + 1 : left + 1], first[right : right + AROUND], between, changed))
    return spots


def _undated(text: Words, before: tuple[int, int], after: tuple[int, int]) -> tuple[int, int]:
    """The last word of the block before a place and the first of the one after it, without weekdays, months and years:
    these may only have stayed the same in the captures that were looked at.
    """
    (begin, left), (right, end) = before, after
    while left - begin >= AROUND and is_of_date(text[left]):
        left -= 1
    while end - right >= AROUND and is_of_date(text[right]):
        right += 1
    return left, right


def _blocks(shared: Sequence[int], columns: Sequence[dict[int, int]]) -> list[tuple[int, int]]:
    """The runs of `AROUND` or more words that stand together in all texts: the first and last place in the first."""
    runs: list[tuple[int, int]] = []
    for at in shared:
        if runs and runs[-1][1] == at - 1 and all(column[at] == column[at - 1] + 1 for column in columns):
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return [(first, last) for first, last in runs if last - first + 1 >= AROUND]
