"""A comparison as rows to show: one per paragraph, with long unchanged stretches folded."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from crawler.text.comparison.compare import Comparison, Step

_CONTEXT = 1
"""Unchanged paragraphs that stay in sight beside a change."""


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
        changed = not all(row.same for row in members)
        number += changed
        # A fold takes as much room as a paragraph: it is not worth it for one.
        found.append(Group(far and len(members) > 1, members, number if changed else 0))
    return found


def words_of(rows: Iterable[Row]) -> int:
    """Return about how many words are in rows, to label a fold."""
    shown = (step.after or step.before for row in rows for step in row.steps)
    return sum(len(sentence.text.split()) for sentence in shown if sentence)
