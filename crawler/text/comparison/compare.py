"""What changed between two documents: sentences that stayed, went, came, changed in some words, or moved.

Sentences are compared, not paragraphs, so that a redesign which cuts the same words into other paragraphs shows as what
it is: nothing. What is left over is looked for elsewhere in the text: a sentence that stands there unchanged has moved.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from crawler.text.align import align
from crawler.text.comparison import words
from crawler.text.comparison.sentences import Sentence, sentences
from crawler.text.identity.rules import vendors_words

Kind = Literal["same", "removed", "added", "changed", "moved", "moved away"]

_SIMILAR = 0.5
"""From this share of common words on, a sentence counts as changed rather than replaced."""
_MIN_MOVED = 4
"""Words that a sentence must have to have moved: "Contact us." may stand in two places by chance."""
_COMMON = 5
"""A word that stands in more sentences of a gap than this tells little about which of them became which."""
_CANDIDATES = 3
_MAX_CANDIDATES = 600


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of the comparison. `before` is None where it came, `after` where it went."""

    kind: Kind
    before: Sentence | None
    after: Sentence | None
    changes: tuple[words.Change, ...] = ()
    """For a changed one, its words."""


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

    @property
    def share(self) -> float:
        """How much changed, from 0 (nothing) to 1 (all): words added and removed, of all words on both sides."""
        return (self.added + self.removed) / max(self.before + self.after, 1)


def compare(before: str, after: str) -> Comparison:
    """Compare two Markdown bodies."""
    a, b = sentences(before), sentences(after)
    same = align([_said(s) for s in a], [_said(s) for s in b])
    matched = dict(same)
    moved = _moves(a, b, matched)
    changed: dict[int, int] = {}
    for a_gap, b_gap in _gaps(same, len(a), len(b)):
        changed |= _similar(a, b, [i for i in a_gap if i not in moved], [j for j in b_gap if j not in moved.values()])
    return _measured(_steps(a, b, matched, changed, moved))


def _said(sentence: Sentence) -> str:
    """What the vendor says in a sentence: another year of copyright is no change."""
    return vendors_words(sentence.text, in_item=sentence.kind in {"item", "row"})


def _moves(a: Sequence[Sentence], b: Sequence[Sentence], matched: dict[int, int]) -> dict[int, int]:
    """Sentences that stand elsewhere, word for word."""
    targets = set(matched.values())
    places = defaultdict(list)
    for j, sentence in enumerate(b):
        if j not in targets:
            places[sentence.text].append(j)
    moved = {}
    for i, sentence in enumerate(a):
        if i not in matched and places[sentence.text] and words.count(sentence.text) >= _MIN_MOVED:
            moved[i] = places[sentence.text].pop(0)
    sources = {*matched, *moved}
    targets.update(moved.values())
    for i, j in list(moved.items()):  # what is short moves with what it stands beside
        for step in (-1, 1):
            x, y = i + step, j + step
            while 0 <= x < len(a) and 0 <= y < len(b) and a[x].text == b[y].text and not (x in sources or y in targets):
                moved[x] = y
                sources.add(x)
                targets.add(y)
                x, y = x + step, y + step
    return moved


def _gaps(same: list[tuple[int, int]], a_end: int, b_end: int) -> Iterable[tuple[range, range]]:
    i = j = 0
    for x, y in [*same, (a_end, b_end)]:
        if x > i and y > j:
            yield range(i, x), range(j, y)
        i, j = x + 1, y + 1


def _similar(a: Sequence[Sentence], b: Sequence[Sentence], left: list[int], right: list[int]) -> dict[int, int]:
    """Which sentences of a gap became which: the most alike first, none across another."""
    bags = {i: Counter(t.strip().lower() for t in words.tokens(a[i].text)) for i in left}
    holders = defaultdict(list)
    for i, bag in bags.items():
        for token in bag:
            holders[token].append(i)
    candidates = []
    for j in right:
        bag = Counter(t.strip().lower() for t in words.tokens(b[j].text))
        votes = Counter(i for token in bag if len(holders[token]) <= _COMMON for i in holders[token])
        for i, _ in votes.most_common(_CANDIDATES):
            share = 2 * (bags[i] & bag).total() / max(bags[i].total() + bag.total(), 1)
            if share >= _SIMILAR:
                candidates.append((-share, i, j))
    pairs: dict[int, int] = {}
    for _, i, j in sorted(candidates)[:_MAX_CANDIDATES]:
        if i not in pairs and all((x < i) == (y < j) and y != j for x, y in pairs.items()):
            pairs[i] = j
    return pairs


def _steps(
    a: Sequence[Sentence], b: Sequence[Sentence], same: dict[int, int], changed: dict[int, int], moved: dict[int, int]
) -> list[Step]:
    """Both texts in one reading order: what went stands where it stood, before what came in its place."""
    steps: list[Step] = []
    came_from = {j: i for i, j in moved.items()}
    fixed = sorted([*same.items(), *changed.items()])
    i = j = 0
    for x, y in [*fixed, (len(a), len(b))]:
        steps += [Step("moved away" if n in moved else "removed", a[n], None) for n in range(i, x)]
        steps += [
            Step("moved", a[came_from[n]], b[n]) if n in came_from else Step("added", None, b[n]) for n in range(j, y)
        ]
        if x < len(a):
            if x in changed:
                steps.append(Step("changed", a[x], b[y], tuple(words.changes(a[x].text, b[y].text))))
            else:
                steps.append(Step("same", a[x], b[y]))
        i, j = x + 1, y + 1
    return steps


def _measured(steps: list[Step]) -> Comparison:
    comparison = Comparison(steps)
    for step in steps:
        match step.kind:
            case "same" | "moved":
                size = words.count(step.after.text) if step.after else 0
                comparison.before += size
                comparison.after += size
                comparison.moved += size if step.kind == "moved" else 0
            case "removed":
                size = words.count(step.before.text) if step.before else 0
                comparison.before += size
                comparison.removed += size
            case "added":
                size = words.count(step.after.text) if step.after else 0
                comparison.after += size
                comparison.added += size
            case "changed":
                for op, text in step.changes:
                    size = words.count(text)
                    comparison.before += size if op != "+" else 0
                    comparison.after += size if op != "-" else 0
                    comparison.removed += size if op == "-" else 0
                    comparison.added += size if op == "+" else 0
        if step.kind in {"removed", "added", "changed"}:
            comparison.changed_sentences.append(step)
    return comparison
