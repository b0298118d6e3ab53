"""Two texts cut alike: where one has glued what the other has in two sentences, these are one sentence in both.

Pages glue and split sentences and paragraphs when only their mark-up changes. So a cut inside of words that both texts
have does not count, if the other text has none there; else the sentence around it would be shown as replaced.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from itertools import accumulate

from crawler.text.align import Gap, align_texts
from crawler.text.sentences import Sentence, Word, tokens


def cut_alike(
    a: Sequence[Sentence], b: Sequence[Sentence], gaps: Sequence[Gap]
) -> tuple[list[Sentence], list[Sentence]]:
    """Return two texts without the cuts that only one of them has, in the gaps between the sentences they share."""
    joins: tuple[set[int], set[int]] = (set(), set())
    for gap in gaps:
        low, high = gap.a_high - gap.a_low, gap.b_high - gap.b_low
        if low > 1 or high > 1:
            of_gap = _joins(a[gap.a_low : gap.a_high], b[gap.b_low : gap.b_high])
            joins[0].update(gap.a_low + at for at in of_gap[0])
            joins[1].update(gap.b_low + at for at in of_gap[1])
    return _joined(a, joins[0]), _joined(b, joins[1])


def _joins(a: Sequence[Sentence], b: Sequence[Sentence]) -> tuple[set[int], set[int]]:
    """Return which sentences of each text go on with what the one before says, in the words of the other."""
    sides = [[word.counted for sentence in side for word in tokens(sentence)] for side in (a, b)]
    offsets = [[0, *accumulate(map(len, side))] for side in sides]
    cuts = [[0, *accumulate(len(sentence.counted) for sentence in side)] for side in (a, b)]
    places = [{cut: at for at, cut in enumerate(of_side)} for of_side in cuts]
    joins: tuple[set[int], set[int]] = (set(), set())
    for run in _runs(align_texts(sides[0], sides[1], (sides[0], sides[1]))):
        begins, ends = (offsets[0][run.a_low], offsets[1][run.b_low]), (offsets[0][run.a_high], offsets[1][run.b_high])
        for side, other in ((0, 1), (1, 0)):
            shift = begins[other] - begins[side]
            for at in _within(cuts[side], begins[side], ends[side]):
                cut = cuts[side][at]
                is_whole = cuts[side][at - 1] >= begins[side] or cuts[side][at + 1] <= ends[side]
                if is_whole and cut + shift not in places[other]:
                    joins[side].add(at)
    return joins


def _runs(alike: Sequence[Gap]) -> list[Gap]:
    """Return stretches that are alike, those that follow each other on both sides in one."""
    runs: list[Gap] = []
    for same in alike:
        if runs and (runs[-1].a_high, runs[-1].b_high) == (same.a_low, same.b_low):
            runs[-1] = runs[-1]._replace(a_high=same.a_high, b_high=same.b_high)
        else:
            runs.append(same)
    return runs


def _within(cuts: Sequence[int], begin: int, end: int) -> range:
    """Return the places of the cuts between two offsets, but for the ends of the text."""
    return range(max(bisect_right(cuts, begin), 1), min(bisect_left(cuts, end), len(cuts) - 1))


def _joined(sentences: Sequence[Sentence], joins: Collection[int]) -> list[Sentence]:
    found: list[Sentence] = []
    for at, sentence in enumerate(sentences):
        if at in joins:
            first = found[-1]
            found[-1] = first._replace(
                plain=first.plain + first.gap + sentence.plain,
                counted=first.counted + sentence.counted,
                words=(*_with_gap(first), *_with_gap(sentence)),
                gap=sentence.gap,
            )
        else:
            found.append(sentence)
    return found


def _with_gap(sentence: Sentence) -> Sequence[Word]:
    if not sentence.words:
        return (Word(sentence.plain + sentence.gap, sentence.counted),)
    *words, last = sentence.words
    return (*words, Word(last.shown.rstrip() + sentence.gap, last.counted))
