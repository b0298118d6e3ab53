"""Learns from a policy's own snapshots which places in its text do not count.

No vendor changes one spot of a policy at every capture, six times in a row, or lets three texts of it take turns: that
is the page's doing. So a stretch of captures that follow each other closely and hardly ever show the same text is laid
side by side. Where words differ and all around stays the same is a place; it is learned if it changed at nearly every
capture and some of its words have digits or are of a date, of which no more is disregarded; or if three or more texts
take turns there and come back; and only if between most of these captures nothing else changed.

What is given up for that: a number or date that stands in such a place and did not stay the same for four captures in a
row is free from then on, also for the vendor. A vendor who did change one number at each of six captures in a row, a
month apart at most, and nothing else, would be taken for the page; but not where the words there or around them say
that it is a date or a version of the policy (`_STAMPED`), which is never learned.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from crawler.text.identity.side_by_side import AROUND_AT_MOST, DifferingSpot, Words, alone, spots
from crawler.text.identity.volatile_spots import (
    AROUND,
    Sightings,
    VolatileSpot,
    Volatility,
    has_free,
    is_free,
    is_of_date,
    joined,
    locate,
    worded,
)

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
_COMES_AND_GOES = 3
"""So often at least a word of such a text comes or goes."""
_FORMS = 4
"""Most wordings around the digits: "1 day ago", "2 days ago", "1 week ago", "2 weeks ago"."""
_MOST_WORDS = 400_000
"""Of a stretch so many words are laid side by side (some 3 s); of texts too long for that nothing is learned."""
MOST_SPOTS = 100
"""In a policy; a page with more is rather a list of prices or dates, and each takes time in every text."""
_LONGEST = 60
"""Words at a place; more are no counter, no date and no teaser."""
_STAYS = 4
"""A number that stands at a place in so many captures in a row is not the page's: it may be the vendor's."""
_DAY_OR_TIME = re.compile(r"\W*\d{1,4}(?:[^\W\d]{0,3}\W*|[:h.]\d\d.*)")
_STAMP_BEFORE = 8
"""In so many words before a place it may say whose it is: "last updated by our lawyers on the"."""
_STAMPED = re.compile(
    r"updat|\brevis|effective|version|modif|amend|in force|as of|\bdated\b|valid|last (?:change|edit|review)"
    r"|aktualisier|geändert|änderung|gültig|fassung|in kraft|inkrafttret|\bstand\b"
    r"|mise? à jour|en vigueur|dernière|actualiza|vigor|vigen|aggiorna|validità"
    r"|bijgewerkt|gewijzigd|versie|geldig|wijziging|atualiza|válid|versión|versão|alterad",
    re.IGNORECASE,
)
"""Says that a date or number is of the policy, and so the vendor's own word."""


Stretch = tuple[str, ...]
"""The documents that captures showed one after the other."""


class Shown(NamedTuple):
    """That a capture shows a document (content hash), and of which page it is: a policy may have several, with texts of
    their own that do not take turns.
    """

    captured: datetime
    document: str
    page: str = ""


def learn(
    history: Sequence[Shown], words_of: Callable[[str], Words | None], fruitless: set[Stretch]
) -> list[VolatileSpot]:
    """The places that the captures of a policy (in order) tell not to count; ``words_of`` gives a document's words.
    What was looked at ``fruitless`` is not looked at again, and more is added to it.
    """
    places: dict[tuple[tuple[str, ...], tuple[str, ...]], VolatileSpot] = {}
    for stretch in _stretches(history):
        documents = tuple(shown.document for shown in stretch)
        if documents in fruitless:
            continue
        kept: list[tuple[Shown, Words]] = []
        room = _MOST_WORDS
        for shown in stretch:
            text = words_of(shown.document)
            room -= len(text or ())
            if room < 0:
                break
            if text is not None:
                kept.append((shown, text))
        found = list(_learned(*zip(*kept, strict=True))) if len(kept) >= STRETCH else []
        for place in found:
            places.setdefault((place.before, place.after), place)
        if not found:
            fruitless.add(documents)
    return list(places.values())


def suspects(texts: Sequence[Words]) -> bool:
    """Whether texts that differ, of captures however far apart, make it worth while to look at some that follow each
    other closely: all differ at one place that may be the page's doing, and some of them nowhere else.
    """
    if sum(map(len, texts)) > _MOST_WORDS:
        return False
    differing = spots(texts)
    likely = [spot for spot in differing if all(spot.changed) and _may_be_noise(spot)]
    return bool(likely) and sum(alone(differing, likely)) * 2 >= len(texts) - 1


def _stretches(history: Sequence[Shown]) -> Iterator[Sequence[Shown]]:
    """Runs of captures of one page that follow each other closely, of which most differ from the one before."""
    for page in dict.fromkeys(shown.page for shown in history):
        yield from _stretches_of_page([shown for shown in history if shown.page == page])


def _stretches_of_page(history: Sequence[Shown]) -> Iterator[Sequence[Shown]]:
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


def _learned(stretch: Sequence[Shown], texts: Sequence[Words]) -> Iterator[VolatileSpot]:
    differing = spots(texts)
    kinds = [(spot, kind) for spot in differing if (kind := _kind(spot)) is not None]
    if len(kinds) > MOST_SPOTS or sum(alone(differing, [spot for spot, _ in kinds])) < _CHANGES:
        return
    first, last = (shown.captured.isoformat() for shown in (stretch[0], stretch[-1]))
    laid = [joined(text) for text in texts]
    for spot, kind in kinds:
        around = _around(spot, laid)
        if around is not None:
            sightings = Sightings(sum(spot.changed), len(spot.changed), first, last)
            yield VolatileSpot(*around, kind, frozenset(_known(spot, kind)), spot.longest, sightings)


def _around(spot: DifferingSpot, laid: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """As many words before and after a place as tell it from all others in each of the texts; None where none do."""
    size = AROUND
    while size <= AROUND_AT_MOST:
        before, after = spot.before[-size:], spot.after[:size]
        if all(locate(text, before, after) is not None for text in laid):
            return before, after
        size *= 2
    return None


def _known(spot: DifferingSpot, kind: Volatility) -> set[str]:
    """The wordings that may stand at a place."""
    if kind == "takes turns":
        return {" ".join(text) for text in _coming_back(spot)}
    fixed = _fixed(spot)
    return {" ".join(wording) for text in spot.texts if has_free(wording := worded(text, fixed))}


def _fixed(spot: DifferingSpot) -> set[str]:
    """The words that are free in form, but stay the same for some captures in a row; dates may do so."""
    fixed = set()
    rows: Counter[str] = Counter()
    for text in spot.texts:
        rows = Counter({word: rows[word] + 1 for word in set(text) - _dated(text) if is_free(word)})
        fixed |= {word for word, row in rows.items() if row >= _STAYS}
    return fixed


def _dated(text: tuple[str, ...]) -> set[str]:
    """The words of a text that are of a date; a weekday without a day or time beside it may be one of opening hours."""
    numbers = {at for at, word in enumerate(text) if _DAY_OR_TIME.fullmatch(word)}
    names = {at for at, word in enumerate(text) if is_of_date(word) and numbers & set(range(at - 2, at + 3))}
    return {word for at, word in enumerate(text) if names & {at - 1, at, at + 1}}


def _kind(spot: DifferingSpot) -> Volatility | None:
    """Whether a place does not count, and why."""
    changes, pairs = sum(spot.changed), len(spot.changed)
    if changes < _CHANGES or spot.longest > _LONGEST or _is_stamped(spot):
        return None
    if changes >= _ALWAYS * pairs and _may_be_noise(spot):
        return "changes at every capture"
    if changes >= _OFTEN * pairs and len(_coming_back(spot)) >= _TEXTS_IN_TURN:
        return "takes turns"
    return None


def _is_stamped(spot: DifferingSpot) -> bool:
    """Whether words at a place or around it say that it is the vendor's own date or version."""
    around = (*spot.before[-_STAMP_BEFORE:], *spot.after[:AROUND])
    return _STAMPED.search(" ".join([*around, *(word for text in set(spot.texts) for word in text)])) is not None


def _may_be_noise(spot: DifferingSpot) -> bool:
    """Whether it is words with digits, or dates, that differ, in no more than a few wordings."""
    fixed = _fixed(spot)
    wordings = {worded(text, fixed) for text in spot.texts}
    return len(wordings) <= _FORMS and len(set(spot.texts)) > len(wordings)


def _coming_back(spot: DifferingSpot) -> set[tuple[str, ...]]:
    """The texts that came back after another one, if all their words come and go as often: one that stays for long may
    be the vendor's, next to what takes turns.
    """
    begun = Counter(b for a, b in pairwise([None, *spot.texts]) if a != b)
    counts = [Counter(text) for text in spot.texts]
    seldom = {
        word
        for word in set().union(*counts)
        if 0 < sum(a[word] != b[word] for a, b in pairwise(counts)) < _COMES_AND_GOES
    }
    return {text for text, times in begun.items() if times > 1 and text is not None and not seldom & set(text)}
