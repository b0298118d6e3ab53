"""A comparison as rows to show: one per paragraph, with long unchanged stretches folded."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from crawler.text.comparison.compare import Comparison, Step
from crawler.text.comparison.excerpt import Excerpt
from crawler.text.comparison.headings import Path

_CONTEXT = 1
"""Unchanged paragraphs that stay in sight beside a change."""
_LONG = 8
"""Rows after which a rewritten stretch goes on as another place, at a heading already after `_SHORT`."""
_SHORT = 3


@dataclass(slots=True)
class Row:
    """A paragraph, heading, item or table row, as it was, as it is, or both."""

    kind: str
    level: int
    steps: list[Step] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether nothing in it changed."""
        return all(step.kind == "same" for step in self.steps)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are shown, or folded."""

    folded: bool
    rows: list[Row]
    number: int
    """Of a group with changes: its place among them, from 1; else 0."""
    heading: Path = ()
    """Of a group with changes: the headings under which it begins."""


def rows(comparison: Comparison) -> list[Row]:
    """Return the steps in rows, one per paragraph of the later text; what went has rows of its own, or stands with what
    replaced it.
    """
    found: list[Row] = []
    before = after = -1  # the paragraphs that the last row shows
    for step in comparison.steps:
        was, now = step.before, step.after
        if step.kind == "moved":
            was = None  # its earlier place has a row of its own
        shown = now or was
        assert shown is not None  # a step has one of them
        begins = now.block != after if now is not None else was is not None and was.block != before
        if not found or begins:
            found.append(Row(shown.kind, shown.level))
        if now is not None:
            after = now.block
            found[-1].kind, found[-1].level = now.kind, now.level
        if was is not None:
            before = was.block
        found[-1].steps.append(step)
    return found


def groups(comparison: Comparison) -> list[Group]:
    """Return the rows, folded where nothing changed."""
    all_rows = rows(comparison)
    near: set[int] = set()
    for at, row in enumerate(all_rows):
        if not row.same:
            near.update(range(at - _CONTEXT, at + _CONTEXT + 1))
    found = []
    number = 0
    for far, numbered in groupby(enumerate(all_rows), key=lambda pair: pair[0] not in near):
        members = [row for _, row in numbered]
        for part in [members] if far else _parts(members):
            changed = not all(row.same for row in part)
            number += changed
            # A fold takes as much room as a paragraph: it is not worth it for one.
            heading = _heading(comparison, part) if changed else ()
            found.append(Group(far and len(part) > 1, part, number if changed else 0, heading))
    return found


def _parts(members: list[Row]) -> list[list[Row]]:
    """Return a stretch with changes in parts to jump through: a rewrite has many changed rows in a row."""
    parts: list[list[Row]] = [[]]
    changed = 0
    for row in members:
        if changed >= (_SHORT if row.kind == "heading" else _LONG):
            parts.append([])
            changed = 0
        parts[-1].append(row)
        changed += not row.same
    if len(parts) > 1 and not changed:  # what stays at the end belongs to the change before it
        rest = parts.pop()
        parts[-1] += rest
    return parts


def beginnings(group: Group) -> tuple[str, str]:
    """Return the first sentences that changed in a place, as it was and as it is; empty where there is none.

    Headings come last: they stand in a text's contents too.
    """
    rows = sorted(group.rows, key=lambda row: row.kind == "heading")
    steps = [step for row in rows for step in row.steps if step.kind != "same"]
    was = next((step.before.text for step in steps if step.before and step.kind != "moved"), "")
    now = next((step.after.text for step in steps if step.after), "")
    return was, now


def counted(told: Excerpt) -> str:
    """Return how many sentences changed, and of which kinds: "12 changed sentences: 3 new, 9 with other words"."""
    kinds = {
        "new": "new",
        "removed": "removed",
        "words": "with other words",
        "links": "with other addresses only",
        "renumbered": "renumbered",
        "dates": "with other dates only",
        "casing": "in other letter case",
        "punctuation": "with other punctuation only",
    }
    parts = [f"{told.kinds[kind]:,} {said}" for kind, said in kinds.items() if told.kinds.get(kind)]
    sentences = f"{told.total or 'No'} changed sentence{'s' if told.total != 1 else ''}"
    moved = told.kinds.get("moved", 0)
    return f"{sentences}{': ' if parts else ''}{', '.join(parts)}" + (f"; {moved:,} moved" if moved else "")


def _heading(comparison: Comparison, members: Iterable[Row]) -> Path:
    """Return the headings above the first change in rows."""
    before, after = comparison.headings
    step = next(step for row in members for step in row.steps if step.kind != "same")
    sentence = step.after or step.before
    assert sentence is not None  # a step has one of them
    return (after if step.after else before).get(sentence.block, ())


def words_of(rows: Iterable[Row]) -> int:
    """Return about how many words are in rows, to label a fold."""
    shown = (step.after or step.before for row in rows for step in row.steps)
    return sum(len(sentence.text.split()) for sentence in shown if sentence)
