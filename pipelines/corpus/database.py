"""An open corpus: the SQLite file, its schema brought up to date, and its policies."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Literal, Self

from sqlite_utils import Database

from crawler.errors import CorpusError, CorpusLockedError, CorpusRowError
from crawler.model import Policy
from pipelines.corpus import crawls, trust
from pipelines.corpus.lock import CorpusLock
from pipelines.corpus.row_errors import of_a_row
from pipelines.corpus.schema import migrations


class Corpus:
    """An open corpus. Use as a context manager, or `close` it."""

    def __init__(self, path: Path) -> None:
        """Open or create the corpus at ``path`` and bring its schema up to date. Raises `CorpusError`.

        Nothing is written to a file whose schema is not ours.
        """
        self.path = path
        connection = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = trust.guard(sqlite3.connect(path, timeout=trust.BUSY_SECONDS), reading=False)
            trust.check(path, connection)
            connection.execute("PRAGMA trusted_schema = ON")  # it is ours: its triggers write to the index of signs
            self.db = Database(connection)
            self.db.enable_wal()
            # What is stored outlives the process at once. Only a power failure may take the last of it, and leaves a
            # whole corpus: the next crawl asks again. To wait for the disk at each event took most of a fast crawl.
            self.db.execute("PRAGMA synchronous = NORMAL")
            if migrations.pending(self.db):
                _begin_migrations(self.db)
                migrations.apply(self.db)
                trust.check(path, connection)
            self.db.execute("PRAGMA foreign_keys = ON")
        except (OSError, sqlite3.Error, CorpusError) as error:
            if connection is not None:
                connection.close()
            if isinstance(error, CorpusError):
                raise
            if trust.is_busy(error):
                raise trust.busy(path) from error
            raise CorpusError(
                f"{path}: cannot be opened as a corpus ({error}). Expected a SQLite file made by Policytrail,"
                " or a place where one can be made; set CORPUS_DB to another path."
            ) from error

    @classmethod
    def locked(cls, path: Path) -> Self:
        """Open or create a corpus whose lock this process has: no crawl of it goes on. Raises `CorpusError`."""
        corpus = cls(path)
        try:
            with corpus.being("written"):
                crawls.settle(corpus.db)
        except CorpusError:
            corpus.close()
            raise
        return corpus

    @classmethod
    def reading(cls, path: Path) -> Self:
        """Open a corpus, which may not be writable, to read it; an older one is brought up to date first, and one whose
        last crawl never stored how it ended says so. Raises `CorpusError`.
        """
        corpus = cls.as_it_is(path)
        is_writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        if not corpus.is_outdated:
            if is_writable and crawls.is_running(corpus.db):
                _settle(path)
            return corpus
        corpus.close()
        if is_writable:
            cls(path).close()
            return cls.as_it_is(path)
        raise CorpusError(
            f"{path}: an older version made this corpus, and it cannot be brought up to date where nothing can be"
            " written. Copy it, and set CORPUS_DB to the copy."
        )

    @classmethod
    def as_it_is(cls, path: Path, or_else: str = "set CORPUS_DB to another path") -> Self:
        """Open a corpus to read it, whatever version made it. Raises `CorpusError`, which tells ``or_else`` what."""
        corpus = cls.__new__(cls)
        corpus.path = path
        try:
            connection = _reader(path)
            try:
                trust.check(path, connection, or_else)
            except BaseException:
                connection.close()
                raise
        except sqlite3.Error as error:
            raise unusable(path, error) from error
        corpus.db = Database(connection)
        return corpus

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_outdated(self) -> bool:
        """Whether an older version made it, and nothing has brought it up to date since."""
        return bool(migrations.pending(self.db))

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    @contextmanager
    def being(self, used: Literal["read", "written"]) -> Iterator[None]:
        """Turn an error of SQLite or the file system within this into a `CorpusError` with a sentence."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            if trust.is_busy(error):
                raise trust.busy(self.path) from error
            if why := of_a_row(error):
                raise CorpusRowError(
                    f"{self.path}: the corpus is damaged here, or another program changed it ({why}). Restore it from"
                    " a backup, or crawl into a new one"
                ) from error
            raise CorpusError(
                f"{self.path}: the corpus cannot be {used} ({error}). What was stored is whole, and the next crawl goes"
                " on from there; make room or make it writable, or set CORPUS_DB to another path."
            ) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make one transaction of all within this. It waits for other writers before it reads: SQLite refuses at once
        who has read and then wants to write.
        """
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self.db.conn.in_transaction:  # a full disk has rolled it back already
                self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

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


def _begin_migrations(db: Database) -> None:
    """Make the table of migrations with its index, or what is missing of it. sqlite-utils makes one after the other,
    and never the index of a table that is there: a kill between the two left a corpus that was refused ever after.
    """
    with db.atomic():
        migrations.ensure_migrations_table(db)
        db.table(migrations.migrations_table).create_index(["migration_set", "name"], unique=True, if_not_exists=True)


def _settle(path: Path) -> None:
    """Store that no crawl of a corpus goes on, if that is so and nobody else is writing: otherwise it can wait."""
    with suppress(OSError, sqlite3.Error, CorpusLockedError), ExitStack() as stack:
        stack.callback(CorpusLock(path).release)
        connection = stack.enter_context(closing(sqlite3.connect(path, timeout=0, isolation_level=None)))
        crawls.settle(Database(trust.guard(connection, reading=False)))


def unusable(path: Path, error: sqlite3.Error) -> CorpusError:
    """Return what to say of a corpus that SQLite cannot read or write."""
    if trust.is_busy(error):
        return trust.busy(path)
    return CorpusError(f"{path}: cannot be used as a corpus ({of_a_row(error) or error}).")


def _reader(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot write. Where the folder lets SQLite make no room for what readers share with
    writers, as on read-only media, it reads the file as one that nobody writes.
    """
    error: sqlite3.Error | None = None
    for how in ("mode=rw", "mode=ro", "mode=ro&immutable=1"):
        if "immutable" in how and left_beside(path):
            break  # it would be passed over without a word
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True, timeout=trust.BUSY_SECONDS)
        try:
            trust.guard(connection, reading=True).execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.Error as found:
            error = found
            connection.close()
            if trust.is_busy(error):
                break
        else:
            return connection
    assert error is not None
    raise error


def left_beside(path: Path) -> bool:
    """Tell whether a writer left what it stored last in a file beside the corpus."""
    wal = path.with_name(f"{path.name}-wal")
    return wal.is_file() and wal.stat().st_size > 0
