"""The state that all processes of the machine's user share: one text per key, in a SQLite file.

SQLite gives atomic changes on every system, whichever process dies when, and a lock that no dead process holds.
Nothing in here waits: a file that another process is changing raises `StateBusy`.
"""

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from crawler.errors import StateError

T = TypeVar("T")


class StateBusy(Exception):  # noqa: N818
    """Another process is changing the state this very moment (it takes well under a millisecond)."""


class SharedState:
    """The file ``shared.db`` in a directory, which is created if missing."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "shared.db"
        self._connection: sqlite3.Connection | None = None
        self._file = 0

    def change(self, key: str, how: Callable[[str | None], tuple[str | None, T]]) -> T:
        """Replace a key's text by what ``how`` makes of it, and return the result that it gives besides.

        ``how`` gets None for a key without a text, and returns None to leave the text as it is.

        Raises `StateBusy` and `StateError`.
        """
        return self._tried(lambda connection: _change(connection, key, how))

    def read(self, key: str) -> str | None:
        """Return a key's text. Raises `StateBusy` and `StateError`."""
        return self._tried(lambda connection: _text(connection, key))

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _tried(self, action: Callable[[sqlite3.Connection], T]) -> T:
        for attempt in range(3):
            try:
                return action(self._opened())
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise StateBusy from error
                self.close()
                if attempt:
                    raise self._error(error) from error
            except sqlite3.DatabaseError as error:  # not a database, or a damaged one: begin anew
                self._remove()
                if attempt == 2:
                    raise self._error(error) from error
            except OSError as error:
                raise self._error(error) from error
        raise AssertionError  # the third attempt returned or raised

    def _opened(self) -> sqlite3.Connection:
        if self._connection is not None and self._file != _file(self.path):  # removed by somebody else
            self.close()
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=0, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")  # no change waits for the disk, none damages the file
                connection.execute("CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, text TEXT NOT NULL)")
            except BaseException:
                connection.close()
                raise
            self._connection, self._file = connection, _file(self.path)
        return self._connection

    def _remove(self) -> None:
        """Remove a damaged file; its content is of use for a day at most.

        The second process to come finds the file that the first one made, and leaves it alone.
        """
        broken = _file(self.path) if self._connection is None else self._file
        self.close()
        if _file(self.path) == broken:
            with contextlib.suppress(OSError):
                for suffix in ("", "-wal", "-shm"):
                    Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def _error(self, error: Exception) -> StateError:
        return StateError(
            f"{self.path}: the rate limits that all crawls share cannot be kept here ({error})."
            " Expected a file that can be written; set STATE_DIR to a directory where one can be made."
        )


def _change(connection: sqlite3.Connection, key: str, how: Callable[[str | None], tuple[str | None, T]]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        text, result = how(_text(connection, key))
        if text is not None:
            connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", [key, text])
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


def _text(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT text FROM state WHERE key = ?", [key]).fetchone()
    return None if row is None else str(row[0])


def _file(path: Path) -> int:
    """Return the inode of the file at a path, which tells it from its replacement; 0 if there is no file."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0
