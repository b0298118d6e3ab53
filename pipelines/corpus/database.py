"""An open corpus: the SQLite file, its schema brought up to date, and its policies."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Self

from sqlite_utils import Database

from crawler.errors import CorpusError, CorpusRowError
from crawler.model import Policy
from pipelines.corpus.schema import migrations

_BUSY_SECONDS = 30  # how long to wait for another writer: Datasette only reads, a second crawl writes for milliseconds


class Corpus:
    """An open corpus. Use as a context manager, or `close` it."""

    def __init__(self, path: Path) -> None:
        """Open or create the corpus at ``path`` and bring its schema up to date. Raises `CorpusError`."""
        self.path = path
        connection = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
            self.db = Database(connection)
            if {*self.db.table_names()} - {migrations.migrations_table} and not migrations.applied(self.db):
                raise sqlite3.DatabaseError("it is a database of something else")
            self.db.enable_wal()
            migrations.apply(self.db)
            self.db.execute("PRAGMA foreign_keys = ON")
        except (OSError, sqlite3.Error) as error:
            if connection is not None:
                connection.close()
            raise CorpusError(
                f"{path}: cannot be opened as a corpus ({error}). Expected a SQLite file made by Policytrail,"
                " or a place where one can be made; set CORPUS_DB to another path."
            ) from error

    @classmethod
    def reading(cls, path: Path) -> Self:
        """Open a corpus that may not be writable, to read it. Raises `CorpusError`."""
        if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
            return cls(path)
        corpus = cls.__new__(cls)
        corpus.path = path
        try:
            corpus.db = Database(_read_only(path))
            outdated = bool(migrations.pending(corpus.db))
        except sqlite3.Error as error:
            raise CorpusError(f"{path}: cannot be read as a corpus ({error}).") from error
        if outdated:
            corpus.close()
            raise CorpusError(
                f"{path}: an older version made this corpus, and it cannot be brought up to date where nothing can be"
                " written. Copy it, and set CORPUS_DB to the copy."
            )
        return corpus

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    @contextmanager
    def being(self, used: Literal["read", "written"]) -> Iterator[None]:
        """Turn an error of SQLite or the file system within this into a `CorpusError` with a sentence."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            if _is_of_a_row(error):
                raise CorpusRowError(
                    f"{self.path}: the corpus is damaged here, or another program changed it ({error}). Restore it from"
                    " a backup, or crawl into a new one"
                ) from error
            raise CorpusError(
                f"{self.path}: the corpus cannot be {used} ({error}). What was stored is whole, and the next crawl goes"
                " on from there; make room or make it writable, or set CORPUS_DB to another path."
            ) from error

    def policy_id(self, policy: Policy) -> int:
        """Return the id of a policy; a new policy gets one."""
        found = self.find(policy)
        if found is None:
            found = self.db.table("policies").insert({"vendor": policy.vendor, "type": policy.type}).last_pk
            assert isinstance(found, int)
        return found

    def find(self, policy: Policy) -> int | None:
        """Return the id of a policy; None if nothing is known of it."""
        sql = "SELECT id FROM policies WHERE vendor = ? AND type = ?"
        row = self.db.execute(sql, [policy.vendor, policy.type]).fetchone()
        return None if row is None else int(row[0])


def _is_of_a_row(error: Exception) -> bool:
    """Tell whether an error concerns what a row holds or names, and not the file."""
    of_a_row = isinstance(error, sqlite3.IntegrityError | sqlite3.DataError | sqlite3.InterfaceError)
    return of_a_row and getattr(error, "sqlite_errorname", "") != "SQLITE_CONSTRAINT_TRIGGER"


def _read_only(path: Path) -> sqlite3.Connection:
    """Return a connection to a file that cannot be written. SQLite reads it as one that nobody else writes either,
    where the folder lets it make no room for what is shared with writers.
    """
    error: sqlite3.Error | None = None
    for how in ("mode=ro", "mode=ro&immutable=1"):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True, timeout=_BUSY_SECONDS)
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.Error as found:
            error = found
            connection.close()
        else:
            return connection
    assert error is not None
    raise error
