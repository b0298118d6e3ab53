"""What speaks against taking a revision for a change by the vendor, and the words for it."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doubts:
    """What the view `changes` marks a revision with."""

    extractor_changed: bool = False
    """Whether its text was read by another extractor than the one before it."""
    outlier: bool = False
    """Whether its text is unlike both its neighbours, which are alike."""

    def __iter__(self) -> Iterator[str]:
        """The doubts in words, to follow what they are about; none where there are none."""
        if self.outlier:
            yield "unlike its neighbours: perhaps another page was captured"
        if self.extractor_changed:
            yield "may be due to a newer extractor"


def doubts_about(conn: sqlite3.Connection, revisions: Sequence[int]) -> dict[int, Doubts]:
    """The doubts about revisions, by their ids; those without any are left out."""
    rows = conn.execute(
        "SELECT revision, extractor_changed, outlier FROM changes"  # noqa: S608 - question marks
        f" WHERE revision IN ({', '.join('?' * len(revisions))})",
        list(revisions),
    )
    return {row[0]: Doubts(bool(row[1]), bool(row[2])) for row in rows if row[1] or row[2]}
