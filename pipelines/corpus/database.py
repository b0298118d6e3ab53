"""An open corpus: the SQLite file, its schema brought up to date, and its policies."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Self

from sqlite_utils import Database

from crawler.errors import CorpusError
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
