"""Learns from a policy's own snapshots which blocks at the edges of its text are beside it and do not count.

Captures that follow each other closely are laid side by side, line by line. The edges are what stands before the first
and after the last prose that stayed. A block there is learned where its lines were replaced or moved between most of
the captures, or where a line came and went alone, time and again; and only if nothing else changed meanwhile. Lines
that only come, as in a list of partners that grows, and a paragraph that is replaced once in a while, are the vendor's;
so is what says that it is a date or version of the policy.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from crawler.text.align import align
from crawler.text.identity.edges import BANNER, BOX, MOST_LINES, MOST_WORDS, Line
from crawler.text.identity.volatile_spots import END, START, LearnedFrom, VolatileSpot

_FEWEST = 8
"""Captures that are laid side by side."""
_STRETCH = 24
"""Most of them for a box that changes; a banner comes and goes in more."""
_CHANGES = 5
"""Fewest changes of a block, and fewest pairs of captures in which nothing else changed."""
_OFTEN = 0.5
"""A box changes in this share of the pairs at least: of one that is drawn anew, members come back by chance."""
_COMES = 2
"""Fewest times that a banner comes, and that it goes; together these are `_CHANGES`."""
_STAYS = 4
"""A sentence that stays for so many captures may be the vendor's."""
_ALIKE = 0.5
"""Share of lines that texts of one language and form have in common."""
_BEYOND = 0.05
"""Share of a text's words that may stand after a box of teasers, and stay."""
_BY_CHANCE = 3
"""Lines that a box may have in all its texts, one after the other."""
_BARE = 0.2
"""Share of captures that may have no block where the others have one that changes."""
_HEAD, _TAIL = (START[:1], ("\u2426",)), (("\u2426",), END[:1])
_MOST_ALL = 60_000
"""Lines of all captures that are laid side by side: takes a second at most."""

Said = tuple[Line, ...]


class _Seen(NamedTuple):
    captured: datetime
    said: Said


class _Gap(NamedTuple):
    """What texts have between two lines that all have, at an edge."""

    before: str
    after: str
    texts: list[Said]
    at_start: bool


def learn_edges(
    windows: Sequence[Sequence[tuple[datetime, str]]],
    lines_of: Callable[[str], Said | None],
    is_stamped: Callable[[str], bool],
    fruitless: set[tuple[str, ...]],
) -> list[VolatileSpot]:
    """Return the blocks that captures which follow each other closely (when, which document) show beside the policy.

    Windows that are ``fruitless`` are not looked at again; those that show nothing now are added.
    """
    learned: dict[tuple[tuple[str, ...], tuple[str, ...]], VolatileSpot] = {}
    for window in windows:
        key = ("edges", *(document for _, document in window))
        if key in fruitless:
            continue
        texts = {document: lines_of(document) for document in {document for _, document in window}}
        seen = [_Seen(captured, said) for captured, document in window if (said := texts[document]) is not None]
        found = [place for group in _alike(seen) for place in _learned(group, is_stamped)]
        for place in found:
            known = learned.setdefault((place.before, place.after), place)
            if known is not place:
                longest = max(known.longest, place.longest)
                learned[place.before, place.after] = VolatileSpot(
                    place.before, place.after, place.kind, known.known | place.known, longest, place.learned_from
                )
        if not found:
            fruitless.add(key)
    return list(learned.values())


def suspects_edges(texts: Sequence[Said]) -> bool:
    """Tell whether texts that all differ do so at an edge, where lines are replaced, and half of them nowhere else."""
    if len(texts) < 2 or sum(map(len, texts)) > _MOST_ALL:
        return False
    changing = [gap for gap in _gaps(texts) if all(a != b for a, b in pairwise(gap.texts)) and _is_box_in_form(gap)]
    return any(sum(_alone(texts, [gap])) * 2 >= len(texts) - 1 for gap in changing)


def _alike(seen: Sequence[_Seen]) -> Iterator[Sequence[_Seen]]:
    """Yield captures whose texts have most lines in common, of those that are many enough."""
    groups: list[list[_Seen]] = []
    for one in seen:
        for group in groups:
            last = group[-1].said
            most = max(len(one.said), len(last))
            if one.said is last or (Counter(one.said) & Counter(last)).total() >= _ALIKE * most:
                group.append(one)
                break
        else:
            groups.append([one])
    yield from (group for group in groups if len(group) >= _FEWEST and sum(len(s.said) for s in group) <= _MOST_ALL)


def _learned(group: Sequence[_Seen], is_stamped: Callable[[str], bool]) -> Iterator[VolatileSpot]:
    first = 0
    while first + _FEWEST <= len(group):
        stretch, found = _with_tails(group[first : first + _STRETCH])
        texts = [one.said for one in stretch]
        gaps = [gap for gap in found if not _is_stamped(gap, is_stamped) and _is_box(gap)]
        if gaps and sum(_alone(texts, gaps)) >= _CHANGES:
            for gap in gaps:
                yield _box(gap, stretch)
        first += _STRETCH // 2
    yield from _banners(group, is_stamped)


def _box(gap: _Gap, stretch: Sequence[_Seen]) -> VolatileSpot:
    forms = frozenset(_form(text) for text in gap.texts if not _stayers(gap) & set(text))
    before, after = (tuple(words.split(" ")) for words in (gap.before, gap.after))
    longest = max(len(line.text.split()) for text in gap.texts for line in text)
    changed = [a != b for a, b in pairwise(gap.texts)]
    return VolatileSpot(before, after, BOX, forms, longest, _from(sum(changed), stretch))


def _from(changes: int, seen: Sequence[_Seen]) -> LearnedFrom:
    return LearnedFrom(changes, len(seen) - 1, seen[0].captured.isoformat(), seen[-1].captured.isoformat())


def _form(text: Said) -> str:
    return "".join(line.form for line in text)


def _is_box(gap: _Gap) -> bool:
    """Tell whether the lines of a gap are replaced or moved between most of the captures."""
    replaced = [bool(set(a) - set(b)) or (a != b and set(a) == set(b)) for a, b in pairwise(gap.texts)]
    if sum(replaced) < max(_CHANGES, _OFTEN * len(replaced)) or len(set(gap.texts)) < _CHANGES:
        return False
    stays = _stayers(gap)
    return _is_box_in_form(gap) and sum(not stays & set(text) for text in gap.texts) >= _FEWEST and any(gap.texts)


def _is_box_in_form(gap: _Gap) -> bool:
    """Tell whether the lines of a gap are few and short, and as many sentences in each text that has any."""
    if any(len(text) > MOST_LINES or any(len(line.text.split()) > MOST_WORDS for line in text) for text in gap.texts):
        return False
    stays = _stayers(gap)
    sentences = {sum(line.is_prose for line in text) for text in gap.texts if text and not stays & set(text)}
    return len(sentences) <= 1


def _stayers(gap: _Gap) -> set[Line]:
    """Return the sentences that stay for some captures, and other lines that came or went once, and stay for many: they
    may be the vendor's, below or above what changes.
    """
    found: set[Line] = set()
    begun: Counter[Line] = Counter()
    longest: Counter[Line] = Counter()
    rows: Counter[Line] = Counter()
    for text in gap.texts:
        rows = Counter({line: rows[line] + 1 for line in set(text)})
        begun.update(line for line, row in rows.items() if row == 1)
        longest |= rows
        found |= {line for line, row in rows.items() if line.is_prose and row >= _STAYS}
    return found | {line for line, row in longest.items() if begun[line] == 1 and _FEWEST <= row < len(gap.texts)}


def _banners(group: Sequence[_Seen], is_stamped: Callable[[str], bool]) -> Iterator[VolatileSpot]:
    """Yield the lines at an edge that came and went alone, time and again."""
    texts = [one.said for one in group]
    for gap in _gaps(texts):
        if any(len(text) > MOST_LINES for text in gap.texts) or _is_stamped(gap, is_stamped):
            continue
        came: Counter[Line] = Counter()
        went: Counter[Line] = Counter()
        for (a, b), only in zip(pairwise(gap.texts), _alone(texts, [gap]), strict=True):
            more, fewer = set(b) - set(a), set(a) - set(b)
            if only and not (more and fewer):
                came.update(more)
                went.update(fewer)
        known = {
            line.text for line in came if min(came[line], went[line]) >= _COMES and came[line] + went[line] >= _CHANGES
        }
        if known:
            before, after = _HEAD if gap.at_start else _TAIL
            longest = 2 * max(_edge([*dict.fromkeys(texts)], at_start=gap.at_start))
            changes = max(came[line] + went[line] for line in came if line.text in known)
            yield VolatileSpot(before, after, BANNER, frozenset(known), longest, _from(changes, group))


def _edge(texts: Sequence[Said], *, at_start: bool) -> Iterator[int]:
    """Yield how many lines each text has at an edge."""
    shared = _shared(texts)
    prose = [row for row in shared if texts[0][row[0]].is_prose]
    for at, text in enumerate(texts):
        yield prose[0][at] + 1 if at_start else len(text) - prose[-1][at]


def _is_stamped(gap: _Gap, is_stamped: Callable[[str], bool]) -> bool:
    texts = {line.text for text in gap.texts for line in text}
    around = {words for words in (gap.before, gap.after) if len(words.split()) <= _FEWEST}
    return any(is_stamped(words) for words in (*texts, *around))


def _alone(texts: Sequence[Said], gaps: Sequence[_Gap]) -> list[bool]:
    """Return for each text and the next whether they differ in some of these gaps, and nowhere else."""
    ours = [any(pair) for pair in zip(*([a != b for a, b in pairwise(gap.texts)] for gap in gaps), strict=True)]
    sizes = [sum(len(gap.texts[at]) for gap in gaps) for at in range(len(texts))]
    taken = [Counter(line for gap in gaps for line in gap.texts[at]) for at in range(len(texts))]
    rest = [Counter(text) - taken[at] for at, text in enumerate(texts)]
    return [
        changed and rest[at] == rest[at + 1] and len(texts[at]) - sizes[at] == len(texts[at + 1]) - sizes[at + 1]
        for at, changed in enumerate(ours)
    ]


def _shared(texts: Sequence[Said]) -> list[tuple[int, ...]]:
    """Return for each line that all texts have, in one order, where it stands in each."""
    columns = [dict(align(texts[0], text)) for text in texts]
    shared = sorted(set(columns[0]).intersection(*columns[1:]))
    return [*zip(*([column[at] for at in shared] for column in columns), strict=True)]


def _gaps(texts: Sequence[Said]) -> list[_Gap]:
    """Return what differs between texts before the first and after the last prose that all have.

    Of a long text a little more may stand there, as the words of a cookie dialog do.
    """
    unlike = [*dict.fromkeys(texts)]  # most captures show what one before showed
    shared = _shared(unlike)
    prose = [at for at, row in enumerate(shared) if texts[0][row[0]].is_prose]
    if not prose:
        return []
    room = _BEYOND * sum(len(line.text.split()) for line in texts[0])
    bound = prose[-1]
    while room > 0 and bound > 0:
        room -= len(texts[0][shared[bound][0]].text.split())
        bound -= room > 0
    ends = (-1,) * len(unlike), tuple(len(text) for text in unlike)
    rows = [ends[0], *shared, ends[1]]
    places = [unlike.index(text) for text in texts]
    found = []
    for low, high in _bounds(rows, unlike):
        at_start, is_beyond = high <= prose[0] + 1, high > bound + 1
        between = [text[rows[low][at] + 1 : rows[high][at]] for at, text in enumerate(unlike)]
        is_before_prose = not at_start and high <= prose[-1] + 1
        if not (at_start or is_beyond) or (is_before_prose and any(line.is_prose for text in between for line in text)):
            continue
        before = texts[0][rows[low][0]].text if low else START[0]
        after = texts[0][rows[high][0]].text if high < len(rows) - 1 else END[0]
        found.append(_Gap(before, after, [between[at] for at in places], at_start))
    return found


def _bounds(rows: Sequence[tuple[int, ...]], texts: Sequence[Said]) -> list[tuple[int, int]]:
    """Return between which of the lines that all texts have they differ; a box may hold some of these by chance."""
    found: list[tuple[int, int]] = []
    first = texts[0]
    for low, (a, b) in enumerate(pairwise(rows)):
        if all(text[a[at] + 1 : b[at]] == first[a[0] + 1 : b[0]] for at, text in enumerate(texts)):
            continue
        by_chance = [first[row[0]] for row in rows[found[-1][1] : low + 1]] if found else []
        if found and len(by_chance) <= _BY_CHANCE and all(_is_name(line) for line in by_chance):
            found[-1] = found[-1][0], low + 1
        else:
            found.append((low, low + 1))
    return [(_from_heading(low, rows, first), high) for low, high in found]


def _from_heading(low: int, rows: Sequence[tuple[int, ...]], first: Said) -> int:
    """Return the heading right above a box, if only names stand between."""
    for at in range(low, max(low - _BY_CHANCE, 0), -1):
        if first[rows[at][0]].form == "h":
            return at
        if not _is_name(first[rows[at][0]]):
            break
    return low


def _is_name(line: Line) -> bool:
    return line.form in "ti"


def _with_tails(stretch: Sequence[_Seen]) -> tuple[Sequence[_Seen], list[_Gap]]:
    """Return captures without the few that show nothing at all where the others have a block, and their gaps."""
    gaps = _gaps([one.said for one in stretch])
    bare = {at for gap in gaps for at, text in enumerate(gap.texts) if not text and gap.after == END[0]}
    if not bare or len(bare) > _BARE * len(stretch):
        return stretch, gaps
    kept = [one for at, one in enumerate(stretch) if at not in bare]
    return kept, _gaps([one.said for one in kept])
