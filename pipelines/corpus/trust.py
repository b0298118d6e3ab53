"""Whether a SQLite file is a corpus of ours: its tables, triggers, indexes and views are those that migrations make.

A corpus may come from a stranger, and the schema of a SQLite file is code: a trigger runs when a crawl writes, a view
in place of a table when a reader asks, an expression in a column or an index with every row. So the schema is compared
with what today's migrations make in an empty database. Tables, views and plain indexes that somebody added beside ours
run nothing of themselves, and may stay.
"""

import re
import sqlite3
from functools import lru_cache

from sqlite_utils import Database

from crawler.errors import CorpusError
from pipelines.corpus.row_errors import MAX_VALUE
from pipelines.corpus.schema import migrations

BUSY_SECONDS = 30
"""How long to wait for another writer: Datasette only reads, a second crawl writes for milliseconds."""
_STEPS = 1_000_000
"""Steps of SQLite's machine between two looks whether somebody pressed Ctrl-C: some 10 ms."""
_PLAIN_INDEX = re.compile(r"create index \S+ on \w+ \((\w+( desc)?(, )?)+\)")
_PLAIN_TABLE = re.compile(r"create table \w+ \((\w+ (integer|text)( primary key)?(, )?)+\)")
_SQLITES_OWN = {
    "sqlite_sequence": "create table sqlite_sequence(name,seq)",
    "sqlite_stat1": "create table sqlite_stat1(tbl,idx,stat)",
    "sqlite_stat4": "create table sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
}
"""What SQLite itself makes. Its prefix proves nothing: who writes the schema as a table names a trigger as he likes."""
_NEWER = "a newer version of Policytrail made it"

Schema = dict[tuple[str, str], str]
"""By kind (table, index, trigger or view) and name, the SQL in one spelling. A trigger may have the name of a table."""


def guard(connection: sqlite3.Connection, *, reading: bool) -> sqlite3.Connection:
    """Let a connection run nothing that a file brings along, and let Ctrl-C end whatever it does; return it."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    if reading:
        connection.execute("PRAGMA query_only = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
    # A Python function that is called now and then is where Python looks for signals.
    connection.set_progress_handler(lambda: 0, _STEPS)
    return connection


def is_busy(error: BaseException) -> bool:
    """Tell whether an error says that another program holds the file."""
    code = getattr(error, "sqlite_errorcode", None) or 0
    return code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def refusal(connection: sqlite3.Connection) -> str | None:
    """Return why a file is no corpus of ours; None if it is one, or empty.

    Raises `sqlite3.Error` for a file that is not SQLite's, or damaged.
    """
    found = _schema(connection)
    made_first = migrations.migrations_table
    if not set(found) - {("table", made_first), ("index", f"idx_{made_first}_migration_set_name")}:
        return None
    recorded = found.get(("table", made_first))
    if recorded is not None and not _PLAIN_TABLE.fullmatch(recorded):
        return f"{made_first} is not the table that Policytrail makes"
    db = Database(connection)
    applied = set() if recorded is None else {migration.name for migration in migrations.applied(db)}
    if not applied:
        return "it is a database of something else"
    ours = _all_names()
    if newer := sorted(map(str, applied - ours)):
        return f"{_NEWER}: {_shown(newer[0])}"
    whole = applied == ours
    expected = _expected(frozenset(applied))
    kinds = {name: kind for kind, name in found if kind in {"table", "view"}}
    for (kind, name), sql in expected.items():
        if kind == "view" and not whole:  # the migrations to come make all views anew
            continue
        if (kind, name) not in found and kinds.get(name) is None:
            return f"the {kind} {name} is missing"
        if found.get((kind, name)) != sql:
            return f"{name} is not the {kind} that Policytrail makes"
    for (kind, name), sql in found.items():
        if (kind, name) in expected:
            continue
        if kind not in {"table", "view"} and not (kind == "index" and _PLAIN_INDEX.fullmatch(sql)):
            return f"Policytrail has no {kind} {_shown(name)}"
    return None


def check(path: object, connection: sqlite3.Connection, or_else: str = "set CORPUS_DB to another path") -> None:
    """Raise `CorpusError` if a file is no corpus of ours, and `sqlite3.Error` if it cannot be read."""
    if why := refusal(connection):
        expected = "Update Policytrail" if why.startswith(_NEWER) else "Expected a SQLite file made by Policytrail"
        raise CorpusError(f"{path}: cannot be opened as a corpus ({why}). {expected}, or {or_else}.")


def busy(path: object) -> CorpusError:
    """Return what to say of a corpus that another program holds."""
    return CorpusError(
        f"{path}: another program is writing to the corpus, and has held it for {BUSY_SECONDS} s. What was stored is"
        " whole; wait for that program to end, or end it, and run the command again."
    )


def _shown(name: str) -> str:
    return re.sub(r"[^\x21-\x7e]", "?", name)[:80]


def _schema(connection: sqlite3.Connection) -> Schema:
    rows = connection.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL")
    ours = ((str(name), str(kind).lower(), str(sql)) for name, kind, sql in rows.fetchall())  # SQLite takes any case
    return {(kind, name): _spelt(sql) for name, kind, sql in ours if _spelt(sql) != _SQLITES_OWN.get(name)}


def _spelt(sql: str) -> str:
    """Return SQL in one spelling: the libraries that write it have changed their quotes and white space."""
    return re.sub(r"\s+", " ", re.sub(r"[\"`\[\]]", "", sql)).replace("( ", "(").replace(" )", ")").strip().lower()


@lru_cache(maxsize=1)
def _all_names() -> frozenset[str]:
    empty = Database(memory=True)
    try:
        return frozenset(migration.name for migration in migrations.pending(empty))
    finally:
        empty.close()


@lru_cache(maxsize=2)
def _expected(applied: frozenset[str]) -> Schema:
    """Return the schema that some migrations make."""
    db = Database(memory=True)
    try:
        migrations.ensure_migrations_table(db)
        for migration in migrations.pending(db):
            if migration.name in applied:
                migration.fn(db)
        return _schema(db.conn)
    finally:
        db.close()
