"""What changed between two documents: sentences that stayed, went, came, changed in some words, or moved.

Sentences are compared, not paragraphs, so that a redesign that cuts the same words into other paragraphs shows as what
it is: nothing. What is left over is looked for elsewhere in the text: a sentence that stands there unchanged has moved.
Very large texts are compared in blocks (paragraphs, items), and no further.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from crawler.text.align import Gap, align_texts
from crawler.text.comparison.cuts import cut_alike
from crawler.text.comparison.headings import Path, paths
from crawler.text.comparison.words import Piece, cut, earlier, runs, size, told
from crawler.text.identity.policy import PolicyIdentity
from crawler.text.markdown import verbatim
from crawler.text.sentences import Sentence, count, joined, tokens, without_space

StepKind = Literal["same", "removed", "added", "changed", "moved", "moved away"]

_SIMILAR = 0.5
"""From this share of common words on, a sentence counts as changed rather than replaced."""
_MIN_MOVED = 4
"""Words that a sentence must have to have moved: "Contact us." may stand in two places by chance."""
_COMMON = 5
"""A word that stands in more sentences of a gap than this tells little about which of them became which."""
_CANDIDATES = 3
_MAX_CANDIDATES = 600
_LARGE = 1 << 20
"""Bytes (UTF-8) of both texts from which on they are compared in blocks. All else takes 5 s and 150 MB a million of
them; no policy that is known has half a million (2026-11), and an import may bring twenty texts of 2 MiB.
"""


class Step(NamedTuple):
    """One sentence of the comparison. `before` is None where it came, `after` where it went."""

    kind: StepKind
    before: Sentence | None
    after: Sentence | None
    changes: tuple[Piece, ...] = ()
    """For a changed one, its words."""
    earlier: tuple[Piece, ...] = ()
    """For a changed one, all that it said before, as it was written then."""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What it says, in pieces that stayed, went or came; nothing where a sentence stood that has moved."""
        if self.changes or self.kind == "moved away":
            return self.changes
        if self.after is None:
            return tuple(cut("-", self.before.plain)) if self.before else ()
        return tuple(cut("+" if self.kind == "added" else "=", self.after.plain))


@dataclass(slots=True)
class Comparison:
    """A comparison in reading order, and its size in words."""

    steps: list[Step]
    added: int = 0
    removed: int = 0
    moved: int = 0
    before: int = 0
    after: int = 0
    changed_sentences: list[Step] = field(default_factory=list)
    headings: tuple[Mapping[int, Path], Mapping[int, Path]] = ({}, {})
    """Of each text, the headings under which its blocks stand."""


def compare(before: str, after: str, identity: PolicyIdentity | None = None) -> Comparison:
    """Return what changed between two Markdown bodies of a policy, by what counts in its texts (its ``identity``).

    It shows nothing (each step is `same`) exactly when the two have the same content hash.
    """
    identity = identity or PolicyIdentity()
    if len(before.encode("utf-8", "replace")) + len(after.encode("utf-8", "replace")) > _LARGE:
        a, b = identity.blocks(before), identity.blocks(after)
        return _measured(_block_steps(a, b), (paths(a), paths(b)))
    a, b = identity.sentences(before), identity.sentences(after)
    headings = paths(a), paths(b)
    alike = _alike(a, b)
    uncut = cut_alike(a, b, list(_gaps(alike, len(a), len(b))))
    if [*map(len, uncut)] != [len(a), len(b)]:
        a, b = uncut
        alike = _alike(a, b)
    moved = _moves(a, b, alike)
    changed = [
        pair
        for gap in _gaps(alike, len(a), len(b))
        for pair in _similar(
            {i: a[i] for i in range(gap.a_low, gap.a_high) if i not in moved},
            {j: b[j] for j in range(gap.b_low, gap.b_high) if j not in moved.values()},
        )
    ]
    return _measured(_steps(a, b, sorted([*alike, *changed]), moved), headings)


def _alike(a: Sequence[Sentence], b: Sequence[Sentence]) -> list[Gap]:
    """Return which sentences are the same, or are but for their numbers."""
    counted = [[sentence.counted for sentence in side] for side in (a, b)]
    texts = [[said(sentence) for sentence in side] for side in (a, b)]
    return align_texts(counted[0], counted[1], (texts[0], texts[1]))


def said(sentence: Sentence) -> str:
    """Return what counts of a sentence, without its number in a list: items stay what they are between new ones."""
    return sentence.counted[len(sentence.number) :] or sentence.counted


def _moves(a: Sequence[Sentence], b: Sequence[Sentence], alike: Sequence[Gap]) -> dict[int, int]:
    """Return which sentences of ``a`` stand elsewhere in ``b``, word for word."""
    sources = {i for same in alike for i in range(same.a_low, same.a_high)}
    targets = {j for same in alike for j in range(same.b_low, same.b_high)}
    places = defaultdict(list)
    for j, sentence in enumerate(b):
        if j not in targets:
            places[said(sentence)].append(j)
    moved = {}
    for i, sentence in enumerate(a):
        if i not in sources and (text := said(sentence)) in places and count(sentence.text) >= _MIN_MOVED:
            moved[i] = places[text].pop(0)
            if not places[text]:
                del places[text]
    sources.update(moved)
    targets.update(moved.values())
    for i, j in list(moved.items()):  # what is short moves with what it stands beside
        for step in (-1, 1):
            x, y = i + step, j + step
            while (
                0 <= x < len(a) and 0 <= y < len(b) and said(a[x]) == said(b[y]) and not (x in sources or y in targets)
            ):
                moved[x] = y
                sources.add(x)
                targets.add(y)
                x, y = x + step, y + step
    return moved


def _gaps(alike: Sequence[Gap], a_end: int, b_end: int) -> Iterator[Gap]:
    """Yield the stretches between those that are alike, where both texts have some."""
    i = j = 0
    for same in [*alike, Gap(a_end, a_end, b_end, b_end)]:
        if same.a_low > i and same.b_low > j:
            yield Gap(i, same.a_low, j, same.b_low)
        i, j = same.a_high, same.b_high


def _similar(left: dict[int, Sentence], right: dict[int, Sentence]) -> list[Gap]:
    """Return which sentences of a gap became which: the most alike first, none across another."""
    if not left or not right:
        return []
    bags = {i: _bag(sentence) for i, sentence in left.items()}
    totals = {i: bag.total() for i, bag in bags.items()}
    holders = defaultdict(list)
    for i, bag in bags.items():
        for token in bag:
            holders[token].append(i)
    candidates = []
    for j, sentence in right.items():
        bag = _bag(sentence)
        votes = Counter(i for token in bag if len(holders[token]) <= _COMMON for i in holders[token])
        for i, _ in votes.most_common(_CANDIDATES):
            other = bags[i]
            sizes = totals[i], bag.total()
            if 2 * min(sizes) < _SIMILAR * sum(sizes):
                continue  # they cannot have enough in common
            common = sum(min(bag[word], other[word]) for word in bag.keys() & other.keys())
            share = 2 * common / max(sum(sizes), 1)
            if share >= _SIMILAR:
                candidates.append((-share, i, j))
    pairs: dict[int, int] = {}
    for _, i, j in sorted(candidates)[:_MAX_CANDIDATES]:
        if i not in pairs and all((x < i) == (y < j) and y != j for x, y in pairs.items()):
            pairs[i] = j
    return [Gap(i, i + 1, j, j + 1) for i, j in pairs.items()]


def _bag(sentence: Sentence) -> Counter[str]:
    return Counter(word.counted.lower() for word in tokens(sentence))


def _steps(a: Sequence[Sentence], b: Sequence[Sentence], paired: Sequence[Gap], moved: dict[int, int]) -> list[Step]:
    """Return both texts in one reading order: what went stands where it stood, before what came in its place."""
    steps: list[Step] = []
    came_from = {j: i for i, j in moved.items()}
    i = j = 0
    for pair in [*paired, Gap(len(a), len(a), len(b), len(b))]:
        if i < pair.a_low or j < pair.b_low:
            steps += [Step("moved away" if n in moved else "removed", a[n], None) for n in range(i, pair.a_low)]
            steps += [
                Step("moved", a[came_from[n]], b[n]) if n in came_from else Step("added", None, b[n])
                for n in range(j, pair.b_low)
            ]
        i, j = pair.a_high, pair.b_high
        old, new = a[pair.a_low : i], b[pair.b_low : j]
        if len(old) == len(new) == 1:
            is_same = old[0].counted == new[0].counted
            steps.append(Step("same", old[0], new[0]) if is_same else _changed(old[0], new[0]))
        else:  # the same, in other sentences: shown as it is now
            steps += [Step("same", sentence, sentence) for sentence in new]
    return steps


def _block_steps(a: Sequence[Sentence], b: Sequence[Sentence]) -> list[Step]:
    """Return two texts in one reading order, block by block: those that went, or came, in one place are one step."""
    counted = [[block.counted for block in side] for side in (a, b)]
    steps: list[Step] = []
    i = j = 0
    for same in [*align_texts(counted[0], counted[1], (counted[0], counted[1])), Gap(len(a), len(a), len(b), len(b))]:
        if same.a_low > i:
            steps.append(Step("removed", joined(a[i : same.a_low]), None))
        if same.b_low > j:
            steps.append(Step("added", None, joined(b[j : same.b_low])))
        i, j = same.a_high, same.b_high
        steps += [Step("same", block, block) for block in b[same.b_low : j]]
    return steps


def _changed(before: Sentence, after: Sentence) -> Step:
    """Return how a sentence became another, in words."""
    if not (_is_in_order(before) and _is_in_order(after)):  # it is quoted as it stands, so names are compared so too
        before, after = (one._replace(counted=without_space(one.plain), words=()) for one in (before, after))
    found = runs(tokens(before), tokens(after))
    return Step("changed", before, after, tuple(told(found)), tuple(earlier(found)))


def _is_in_order(sentence: Sentence) -> bool:
    """Tell whether the words of a sentence stand in it in the order in which they count."""
    return not sentence.words or "".join(word.shown for word in sentence.words).strip() == sentence.plain


def _measured(steps: list[Step], headings: tuple[Mapping[int, Path], Mapping[int, Path]]) -> Comparison:
    comparison = Comparison(steps, headings=headings)
    for step in steps:
        if step.kind == "same":  # nearly all are: no piece is made of them
            assert step.after is not None  # what stayed is there
            comparison.before += (words := size(verbatim(step.after.plain)))
            comparison.after += words
            continue
        for op, text in step.pieces:
            words = size(text)
            comparison.before += words if op != "+" else 0
            comparison.after += words if op != "-" else 0
            comparison.removed += words if op == "-" else 0
            comparison.added += words if op == "+" else 0
            comparison.moved += words if step.kind == "moved" else 0
        if step.kind in {"removed", "added", "changed"}:
            comparison.changed_sentences.append(step)
    return comparison
