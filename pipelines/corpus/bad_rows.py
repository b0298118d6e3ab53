"""Rows that today's code cannot read: a page or an export leaves them out, has all others, and names them.

Somebody else wrote such a row, or it was damaged: what it names is missing, a time is none, a value has another type.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from crawler.errors import FOREIGN, CorpusRowError
from crawler.visible import visible
from pipelines.corpus.row_errors import of_a_row

logger = logging.getLogger(__name__)

NAMED = 5
"""Rows that are named; the others are counted."""

_MAX_REASON = 300
_NAME = (
    "SELECT CAST(p.vendor AS BLOB), CAST(p.type AS BLOB) FROM revisions r JOIN policies p ON p.id = r.policy"
    " WHERE r.id = ?"
)

Row = TypeVar("Row")
Read = TypeVar("Read")


class BadRows:
    """The rows that were left out, each once, with the reason."""

    def __init__(self) -> None:
        self._reasons: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._reasons)

    def kept(
        self, rows: Iterable[Row], read: Callable[[Row], Read], name: Callable[[Row], str] = str
    ) -> Iterator[Read]:
        """Yield what ``read`` makes of rows. One of which it cannot make anything is left out, and called ``name``."""
        for row in rows:
            try:
                found = read(row)
            except (CorpusRowError, sqlite3.Error, *FOREIGN) as error:
                self._leave_out(name(row), error)
            else:
                yield found

    def include(self, others: "BadRows") -> None:
        """Add the rows that were left out elsewhere."""
        for name, why in others._reasons.items():
            self._reasons.setdefault(name, why)

    def told(self) -> str:
        """Return what was left out, and why, in two sentences on one line; empty if nothing was."""
        if not self._reasons:
            return ""
        named = [f"{name} ({why})" for name, why in list(self._reasons.items())[:NAMED]]
        if more := len(self._reasons) - len(named):
            named.append(f"and {more:,} more")
        number = len(self._reasons)
        rows, them = ("1 row of the corpus is", "it") if number == 1 else (f"{number:,} rows of the corpus are", "them")
        return (
            f"{rows} left out, since Policytrail cannot read {them}: {'; '.join(named)}."
            " Restore the corpus from a backup, or crawl into a new one."
        )

    def _leave_out(self, name: str, error: Exception) -> None:
        """Note a row and why it cannot be read. Raises an error of SQLite's again that concerns the whole file."""
        why = str(error) if isinstance(error, CorpusRowError) else of_a_row(error)
        if why is None:
            if isinstance(error, sqlite3.Error):
                raise error
            why = f"{type(error).__name__}: {error}"
        logger.debug("%s is left out", visible(name), exc_info=error)
        self._reasons.setdefault(visible(name), visible(why)[:_MAX_REASON].rstrip("."))


def kept(
    rows: Iterable[Row], read: Callable[[Row], Read], name: Callable[[Row], str], bad: BadRows | None
) -> Iterator[Read]:
    """Yield what ``read`` makes of rows; where nobody takes the bad ones, the first of them raises what it raises."""
    return map(read, rows) if bad is None else bad.kept(rows, read, name)


def revision_name(conn: sqlite3.Connection, revision: int) -> str:
    """Return what to call a revision, by its id, whatever its policy is called."""
    row = conn.execute(_NAME, [revision]).fetchone()
    policy = " ".join(value.decode("utf-8", "replace") for value in row or () if isinstance(value, bytes))[:200]
    return f"revision {revision}" + (f" of {policy}" if policy else "")


# -- what a row must hold ---------------------------------------------------------------------------------------------
def check_texts(row: Mapping[str, object], names: Iterable[str]) -> None:
    """Raise `CorpusRowError` if one of the columns of a row does not hold a text."""
    for name in names:
        if not isinstance(row[name], str):
            raise CorpusRowError(f"its {name} is {'missing' if row[name] is None else 'no text'}")


def check_times(row: Mapping[str, object], names: Iterable[str]) -> None:
    """Raise `CorpusRowError` if one of the columns of a row does not hold a moment (ISO 8601, UTC)."""
    for name in names:
        check_texts(row, [name])
        try:
            good = datetime.fromisoformat(str(row[name])).utcoffset() == timedelta(0)
        except ValueError:
            good = False
        if not good:
            raise CorpusRowError(f"its {name} is no time")


def check_found(row: Mapping[str, object], parts: Mapping[str, str]) -> None:
    """Raise `CorpusRowError` if something that a row names is missing: by a column that it always has, what it is."""
    for name, what in parts.items():
        if row[name] is None:
            raise CorpusRowError(f"{what} is missing")
