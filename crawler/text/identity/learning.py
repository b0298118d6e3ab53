"""Learns from a policy's own snapshots which spots of its text are volatile and do not count.

No vendor changes one spot of a policy at every capture, six times in a row, or lets three texts of it take turns: that
is the page's doing. So a stretch of captures that follow each other closely and hardly ever show the same text is laid
side by side. A spot is where words differ and all around stays the same. It is learned if it changed at nearly every
capture and some of its words have digits or are of a date, and then no more than these is disregarded; or if three or
more texts take turns there and come back; and only if nothing else changed between most of these captures.

The price: a number or date that stands at such a spot, and did not stay the same for four captures in a row, is free
from then on, for the vendor too. A vendor who changed one number at each of six captures in a row, a month apart at
most, and nothing else, would be taken for the page; but not where the words there or around say that it is a date or a
version of the policy (`stamps.toml`), which is never learned.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from crawler.text.identity.rules import BLANK
from crawler.text.identity.side_by_side import AROUND_AT_MOST, DifferingSpot, Words, alone, spots
from crawler.text.identity.volatile_spots import (
    AROUND,
    LearnedFrom,
    VolatileSpot,
    Volatility,
    has_free,
    is_free,
    is_of_date,
    joined,
    locate,
    worded,
)
from crawler.text.phrases import load_phrases

CLOSE = timedelta(days=31)
"""Captures further apart are not taken for neighbours: a policy may well change once a month."""
STRETCH = 8
"""Fewest captures in a row that are laid side by side."""
_LONGEST_STRETCH = 24
"""Most of them."""
_ALWAYS = 0.8
"""A spot "changes at every capture" if it does so in this share of the pairs: a page may be captured twice at once."""
_OFTEN = 0.5
"""The same for texts that take turns: one of three comes twice in a row in a third of the cases."""
_CHANGES = 5
"""Fewest changes of a spot, and fewest pairs of captures in which nothing but such spots changed."""
_TEXTS_IN_TURN = 3
_KNOWN = (BLANK,)
"""Stands for the texts that are known to take turns at a spot: another one may join them."""
_COMES_AND_GOES = 3
"""Fewest times that a word of such a text comes or goes."""
_FORMS = 4
"""Most wordings around the digits: "1 day ago", "2 days ago", "1 week ago", "2 weeks ago"."""
_MOST_WORDS = 400_000
"""Most words of a stretch that are laid side by side (some 3 s); from longer texts nothing is learned."""
_WINDOW, _STEP = 48, 24
"""Captures that are looked at for what changes beside the policy, and how many of them once more with later ones."""
MOST_SPOTS = 100
"""In a policy; a page with more is rather a list of prices or dates, and each takes time in every text."""
_LONGEST = 60
"""Words at a spot; more are no counter, no date and no teaser."""
_STAYS = 4
"""A number that stays at a spot for so many captures in a row may be the vendor's, not the page's."""
_DAY_OR_TIME = re.compile(r"\W*\d{1,4}(?:[^\W\d]{0,3}\W*|[:h.]\d\d.*)")
_STAMP_BEFORE = 8
"""Words before a spot in which it may say that it is the vendor's: "last updated by our lawyers on the"."""
_STAMPED = load_phrases(Path(__file__).with_name("stamps.toml"), re.IGNORECASE)["stamped"]

Stretch = tuple[str, ...]
"""The documents that captures showed one after the other."""


class Shown(NamedTuple):
    """A capture (UTC), the document that it shows (content hash), and the page that it is of: a policy may have several
    pages, whose texts do not take turns with each other.
    """

    captured: datetime
    document: str
    page: str = ""


def learn(
    history: Sequence[Shown], words_of: Callable[[str], Words | None], fruitless: set[Stretch]
) -> list[VolatileSpot]:
    """Return the volatile spots that the captures of a policy (in order) show; ``words_of`` gives a document's words.

    Stretches that are ``fruitless`` are not looked at again; those that show nothing now are added.
    """
    learned: dict[tuple[tuple[str, ...], tuple[str, ...]], VolatileSpot] = {}
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
        for spot in found:
            learned.setdefault((spot.before, spot.after), spot)
        if not found:
            fruitless.add(documents)
    return list(learned.values())


def suspects(texts: Sequence[Words]) -> bool:
    """Tell whether texts that differ, of captures however far apart, make it worth while to look at some that follow
    each other closely: all differ at one spot that may be the page's doing, and half of them nowhere else.
    """
    if sum(map(len, texts)) > _MOST_WORDS:
        return False
    differing = spots(texts)
    likely = [spot for spot in differing if all(spot.changed) and _may_be_noise(spot)]
    return bool(likely) and sum(alone(differing, likely)) * 2 >= len(texts) - 1


def may_rotate(texts: Sequence[Words]) -> bool:
    """Tell whether texts that take turns may be one text with something beside it that rotates: three of them differ at
    one spot and nowhere else, or another one from those that are known to take turns there.
    """
    if sum(map(len, texts)) > _MOST_WORDS:
        return False
    differing = spots(texts)
    for spot in differing:
        if spot.longest <= _LONGEST and not _is_stamped(spot):
            with_rest = defaultdict(set)
            for text, *rest in zip(spot.texts, *(other.texts for other in differing if other is not spot), strict=True):
                with_rest[tuple(rest)].add(text)
            if any(map(_may_take_turns, with_rest.values())):
                return True
    return False


def windows(history: Sequence[Shown]) -> list[list[tuple[datetime, str]]]:
    """Return runs of captures of one page that follow each other closely and change time and again."""
    found: list[list[tuple[datetime, str]]] = []
    for page in dict.fromkeys(shown.page for shown in history):
        run: list[tuple[datetime, str]] = []
        for captured, document, _ in (s for s in history if s.page == page):
            if run and (captured - run[-1][0] > CLOSE or len(run) >= _WINDOW):
                found.append(run)
                run = run[-_STEP:] if captured - run[-1][0] <= CLOSE else []
            run.append((captured, document))
        found.append(run)
    return [run for run in found if len(run) >= STRETCH and sum(a[1] != b[1] for a, b in pairwise(run)) >= _CHANGES]


def is_stamped(text: str) -> bool:
    """Tell whether a text says that it is the vendor's own date or version."""
    return _STAMPED.search(text) is not None


def _stretches(history: Sequence[Shown]) -> Iterator[Sequence[Shown]]:
    """Yield runs of captures of one page that follow each other closely and mostly differ from the one before."""
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
    kinds = [(spot, kind) for spot in differing if (kind := _volatility(spot)) is not None]
    if len(kinds) > MOST_SPOTS or sum(alone(differing, [spot for spot, _ in kinds])) < _CHANGES:
        return
    first, last = (shown.captured.isoformat() for shown in (stretch[0], stretch[-1]))
    laid = [joined(text) for text in texts]
    for spot, kind in kinds:
        around = _around(spot, laid)
        if around is not None:
            learned_from = LearnedFrom(sum(spot.changed), len(spot.changed), first, last)
            yield VolatileSpot(*around, kind, frozenset(_known(spot, kind)), spot.longest, learned_from)


def _around(spot: DifferingSpot, laid: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return as many words before and after a spot as tell it from all others in each text; None where none do."""
    size = AROUND
    while size <= AROUND_AT_MOST:
        before, after = spot.before[-size:], spot.after[:size]
        if all(locate(text, before, after) is not None for text in laid):
            return before, after
        size *= 2
    return None


def _known(spot: DifferingSpot, kind: Volatility) -> set[str]:
    """Return the wordings that may stand at a spot."""
    if kind == "takes turns":
        return {" ".join(text) for text in _coming_back(spot) - {_KNOWN}}
    fixed = _fixed(spot)
    return {" ".join(wording) for text in spot.texts if has_free(wording := worded(text, fixed))}


def _fixed(spot: DifferingSpot) -> set[str]:
    """Return the words that are free in form, but stay the same for some captures in a row; dates may do so."""
    fixed = set()
    rows: Counter[str] = Counter()
    for text in spot.texts:
        rows = Counter({word: rows[word] + 1 for word in set(text) - _dated(text) if is_free(word)})
        fixed |= {word for word, row in rows.items() if row >= _STAYS}
    return fixed


def _dated(text: tuple[str, ...]) -> set[str]:
    """Return the words of a text that are of a date; a weekday without a day or time may be one of opening hours."""
    numbers = {at for at, word in enumerate(text) if _DAY_OR_TIME.fullmatch(word)}
    names = {at for at, word in enumerate(text) if is_of_date(word) and numbers & set(range(at - 2, at + 3))}
    return {word for at, word in enumerate(text) if names & {at - 1, at, at + 1}}


def _volatility(spot: DifferingSpot) -> Volatility | None:
    """Return why a spot does not count; None where it does."""
    changes, pairs = sum(spot.changed), len(spot.changed)
    if changes < _CHANGES or spot.longest > _LONGEST or _is_stamped(spot):
        return None
    if changes >= _ALWAYS * pairs and _may_be_noise(spot):
        return "changes at every capture"
    if changes >= _OFTEN * pairs and _may_take_turns(_coming_back(spot)):
        return "takes turns"
    return None


def _may_take_turns(texts: set[tuple[str, ...]]) -> bool:
    return len(texts) >= (2 if _KNOWN in texts else _TEXTS_IN_TURN)


def _is_stamped(spot: DifferingSpot) -> bool:
    """Tell whether words at a spot or around it say that it is the vendor's own date or version."""
    around = (*spot.before[-_STAMP_BEFORE:], *spot.after[:AROUND])
    return _STAMPED.search(" ".join([*around, *(word for text in set(spot.texts) for word in text)])) is not None


def _may_be_noise(spot: DifferingSpot) -> bool:
    """Tell whether words with digits, or dates, differ there, in no more than a few wordings."""
    texts = set(spot.texts)

    def are_few(fixed: Collection[str]) -> bool:
        wordings = {worded(text, fixed) for text in texts}
        return len(wordings) <= _FORMS and len(texts) > len(wordings)

    # With words that are fixed there are no fewer wordings, and to find those takes most of the time.
    return are_few(()) and are_few(_fixed(spot))


def _coming_back(spot: DifferingSpot) -> set[tuple[str, ...]]:
    """Return the texts that came back after another one, if all their words come and go often enough: a word that stays
    for long may be the vendor's, next to what takes turns.
    """
    begun = Counter(b for a, b in pairwise([None, *spot.texts]) if a != b)
    counts = [Counter(text) for text in spot.texts]
    seldom = {
        word
        for word in set().union(*counts)
        if 0 < sum(a[word] != b[word] for a, b in pairwise(counts)) < _COMES_AND_GOES
    }
    return {text for text, times in begun.items() if times > 1 and text is not None and not seldom & set(text)}
