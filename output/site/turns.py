"""Periods in which a policy's texts take turns, as the pages show them: one item each, in place of its revisions."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from output.site.history import RevisionRow
from pipelines.corpus.conclusions.variants import Replaced, Served, VariantText, replaced, served
from pipelines.corpus.differences import Difference, stored

_MAX_VARIANTS = 20
"""Texts of a period that a page shows; the others are in the view ``served_in_turns``."""
_MAX_TURNS = 200
"""Revisions of a period that the page of its policy shows; the others are in the view ``changes``."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A text of a period, with what it and the one that it is compared with are called in addresses."""

    text: VariantText
    number: int
    """Its place in the order of first turns, from 1."""
    name: str
    compared: "Variant | None" = None
    change: Difference | None = None
    """What differs from that one, where it is measured."""


@dataclass(frozen=True, slots=True)
class TurnsRow:
    """A period in which a policy is served in variants."""

    served: Served
    variants: tuple[Variant, ...]
    """Its texts in the order of their first turns."""
    replaced: Replaced | None = None
    """The text that it took the place of."""
    replaced_name: str = ""
    revisions: list[RevisionRow] = field(default_factory=list)
    """Its revisions, the latest first."""

    @property
    def visible(self) -> tuple[Variant, ...]:
        """The texts that a page shows."""
        return self.variants[:_MAX_VARIANTS]

    @property
    def differing(self) -> tuple[Variant, ...]:
        """The texts that are compared with another, the newest first: together, these pairs differ wherever any do."""
        return tuple(variant for variant in self.variants[::-1] if variant.compared)

    @property
    def turns(self) -> list[RevisionRow]:
        """The revisions that a page shows."""
        return self.revisions[:_MAX_TURNS]

    def number(self, revision: RevisionRow) -> int:
        """Return which of the texts a revision has."""
        return next((variant.number for variant in self.variants if variant.text.document == revision.document), 0)

    @property
    def first(self) -> RevisionRow:
        """The revision with which it begins."""
        return self.revisions[-1]


def turns_row(conn: sqlite3.Connection, variant: int, names: Mapping[int, str]) -> TurnsRow:
    """Return a period by its id; ``names`` are those of the policy's revisions, by their ids."""
    period, before = served(conn, variant), replaced(conn, variant)
    variants: dict[str, Variant] = {}
    for number, text in enumerate(period.texts, 1):
        compared = variants.get(text.compared_with or "")
        change = stored(conn, compared.text.document, text.document) if compared else None
        variants[text.document] = Variant(text, number, names[text.revision], compared, change)
    return TurnsRow(period, tuple(variants.values()), before, names[before.revision] if before else "")


def items_of(conn: sqlite3.Connection, revisions: Sequence[RevisionRow]) -> list[RevisionRow | TurnsRow]:
    """Return the revisions of a policy, the latest first, those of a period in one."""
    names = {revision.id: revision.name for revision in revisions}
    rows: dict[int, TurnsRow] = {}
    items: list[RevisionRow | TurnsRow] = []
    for revision in reversed(revisions):
        if revision.variant is None:
            items.append(revision)
            continue
        if revision.variant not in rows:
            rows[revision.variant] = turns_row(conn, revision.variant, names)
            items.append(rows[revision.variant])
        rows[revision.variant].revisions.append(revision)
    return items
