"""What a response asks the corpus, noted: each question, and a digest of the rows of its answer that were read."""

import marshal
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from sys import intern
from typing import Any, cast

from crawler.text.limits import MAX_CHARACTERS
from output.site.threads import Execute

_MAX_ANSWER = 64 * 1024 * 1024
"""Bytes of the rows of an answer: twice what a response may have."""
_MAX_VALUE = 2 * MAX_CHARACTERS
"""Characters of one value: twice those of a text. To show a larger one takes half a gigabyte (2026-11)."""
_MAX_ASKED = 2_000
"""Questions of a page: most ask 30 to 120."""

Values = Sequence[Any] | Mapping[str, Any]


@dataclass(slots=True)
class Asked:
    """A question, and the rows of its answer that were read."""

    sql: str
    values: Values
    rows: int = 0
    ended: bool = False
    """Whether somebody saw that there are no further rows."""
    digest: Any = field(default_factory=lambda: blake2b(digest_size=16))

    size: int = 0

    def saw(self, row: Any) -> None:
        """Take note of a row; None is the end. Raises `sqlite3.OperationalError` if an answer is too large."""
        if row is None:
            self.ended = True
            return
        longest = max((len(value) for value in row if isinstance(value, str | bytes)), default=0)
        if longest > _MAX_VALUE:
            raise sqlite3.OperationalError(f"a value has {longest:,} characters, more than Policytrail ever writes")
        written = marshal.dumps(tuple(row), 2)  # 2: without references, which differ from run to run
        self.rows += 1
        self.digest.update(written)
        self.size += len(written)
        if self.size > _MAX_ANSWER:
            raise sqlite3.OperationalError(
                f"the answer is larger than {_MAX_ANSWER >> 20} MiB: ask for fewer rows (_size=10) or columns (_col=…)"
            )


@dataclass(slots=True)
class Recording:
    """What a response asked the corpus."""

    asked: list[Asked] = field(default_factory=list)
    whole: bool = True
    """Whether it can be asked again: no answer was cut short by a limit of time, or was an error."""


RECORDING: ContextVar[Recording | None] = ContextVar("recording", default=None)


class _Cursor:
    """A cursor that takes note of what is asked and answered."""

    def __init__(self, cursor: sqlite3.Cursor, recording: Recording) -> None:
        self._cursor, self._recording = cursor, recording
        self._asked = Asked("", ())

    def execute(self, sql: str, values: Values = ()) -> "_Cursor":
        kept = dict(values) if isinstance(values, Mapping) else tuple(values)
        self._asked = Asked(intern(sql), kept)
        self._noting(lambda: self._cursor.execute(sql, values))
        if self._cursor.description is not None:  # BEGIN asks nothing
            self._recording.asked.append(self._asked)
            self._recording.whole = self._recording.whole and len(self._recording.asked) <= _MAX_ASKED
        return self

    def __iter__(self) -> Iterator[Any]:
        while (row := self.fetchone()) is not None:
            yield row

    def fetchone(self) -> Any:
        def fetch() -> Any:
            row = self._cursor.fetchone()
            self._asked.saw(row)
            return row

        return self._noting(fetch)

    def fetchmany(self, size: int = 1) -> list[Any]:
        return list(islice(self, size))

    def fetchall(self) -> list[Any]:
        return list(self)

    def _noting(self, do: Callable[[], Any]) -> Any:
        try:
            return do()
        except BaseException:
            self._recording.whole = False
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


class _Connection:
    """A connection whose cursors take note."""

    def __init__(self, connection: sqlite3.Connection, recording: Recording) -> None:
        object.__setattr__(self, "_connection", connection)
        object.__setattr__(self, "_recording", recording)

    def cursor(self) -> _Cursor:
        return _Cursor(self._connection.cursor(), self._recording)

    def execute(self, sql: str, values: Values = ()) -> _Cursor:
        return self.cursor().execute(sql, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._connection, name, value)


def make_anew(connection: sqlite3.Connection) -> None:
    """Let the response that is made of this connection's answers be made anew whenever it is asked for."""
    if isinstance(connection, _Connection):
        connection._recording.whole = False


def recording(execute: Execute) -> Execute:
    """Return Datasette's way to ask a database so that it takes note of what a response asks."""

    async def asking(ask: Callable[[sqlite3.Connection], Any]) -> Any:
        current = RECORDING.get() or Recording()
        return await execute(lambda connection: ask(cast("sqlite3.Connection", _Connection(connection, current))))

    return asking


def is_same(connection: sqlite3.Connection, asked: Asked) -> bool:
    """Tell whether a question has the same answer again, as far as it was read."""
    again = Asked(asked.sql, asked.values)
    cursor = connection.execute(asked.sql, asked.values)
    for row in islice(cursor, asked.rows):
        again.saw(row)
    more = cursor.fetchone() is not None if asked.ended else False
    cursor.close()
    return not more and again.rows == asked.rows and again.digest.digest() == asked.digest.digest()
