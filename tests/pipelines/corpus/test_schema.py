"""The schema is that of the design; each key is looked up by index; no corpus of an older version is lost."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlite_utils import Database

from pipelines.corpus.schema import migrations
from pipelines.corpus.views import VIEWS

CONTRACT = {
    "policies": "id vendor type",
    "snapshots": "id policy url timestamp status mimetype digest length state reason document",
    "documents": "hash title body",
    "revisions": "id policy document first_snapshot last_snapshot",
    "crawls": "id started finished status asked received stored refused",
}
REFERENCES = {
    ("snapshots", "policy", "policies"),
    ("snapshots", "document", "documents"),
    ("revisions", "policy", "policies"),
    ("revisions", "document", "documents"),
    ("revisions", "first_snapshot", "snapshots"),
    ("revisions", "last_snapshot", "snapshots"),
}


def names() -> list[str]:
    with closing(Database(memory=True)) as empty:
        return [migration.name for migration in migrations.pending(empty)]


STEPS = names()


def migrated(stop_before: str | None = None) -> Database:
    db = Database(memory=True)
    migrations.apply(db, stop_before=stop_before)
    db.execute("PRAGMA foreign_keys = ON")
    return db


@pytest.fixture
def db() -> Iterator[Database]:
    """A new corpus."""
    with closing(migrated()) as made:
        yield made


def form(db: Database) -> dict[str, str]:
    """All tables, columns, indexes, triggers and views."""
    rows = db.execute("SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '_%'")
    return {name: re.sub(r"\s+", " ", sql) for name, sql in rows}


def fill(db: Database) -> None:
    """One row of each table of the first version: a policy that changed once."""
    db["policies"].insert({"vendor": "shop.example", "type": "privacy policy"})
    for year, text in ((2001, "cookies"), (2002, "newsletters")):
        db["documents"].insert({"hash": text, "title": "Privacy", "body": f"We keep {text}."})
        db["snapshots"].insert(
            {"policy": 1, "url": "https://shop.example/", "timestamp": f"{year}0102030405", "state": "fetched"}
            | {"captured": f"{year}-01-02T03:04:05+00:00", "document": text}
        )
    for number, text in enumerate(("cookies", "newsletters"), 1):
        row = {"policy": 1, "document": text, "first_snapshot": number, "last_snapshot": number}
        db["revisions"].insert(row)
    db["crawls"].insert({"started": "2003-01-01T00:00:00+00:00", "status": "complete"})


@pytest.mark.parametrize("table", CONTRACT)
def test_the_columns_of_the_contract_are_there(db, table):
    assert set(CONTRACT[table].split()) <= {column.name for column in db[table].columns}


def test_the_references_of_the_contract_are_there_and_hold(db):
    found = {(name, key.column, key.other_table) for name in CONTRACT for key in db[name].foreign_keys}
    assert found >= REFERENCES
    fill(db)
    for table, column, _ in sorted(REFERENCES):
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            db.execute(f"UPDATE {table} SET {column} = 999 WHERE id = 1")  # noqa: S608 - ours


def test_every_reference_is_followed_back_by_index(db):
    for table in db.tables:
        for key in table.foreign_keys:
            asked = f"SELECT 1 FROM {table.name} WHERE {key.column} = ?"  # noqa: S608 - ours
            plan = db.execute(f"EXPLAIN QUERY PLAN {asked}", ["x"])
            assert all("SEARCH" in row[3] for row in plan), f"{table.name}.{key.column}"


def test_a_snapshot_and_a_policy_are_there_once(db):
    fill(db)
    for table, columns in (("policies", "vendor, type"), ("snapshots", "policy, url, timestamp, captured, state")):
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            db.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} LIMIT 1")  # noqa: S608 - ours


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_corpus_of_each_earlier_version_becomes_one_of_this_version(db, step):
    with closing(migrated(stop_before=step)) as old:
        fill(old)
        migrations.apply(old)
        assert form(old) == form(db)
        assert not migrations.pending(old)
        assert old.execute("SELECT first_captured, words_added FROM changes ORDER BY 1").fetchall() == [
            ("2001-01-02T03:04:05+00:00", None),
            ("2002-01-02T03:04:05+00:00", None),
        ]
        assert [row["title"] for row in old["documents"].search("cookies")] == ["Privacy"]
        assert old.execute("SELECT sum(count) FROM yearly WHERE what = 'revision'").fetchone() == (2,)
        assert old["crawls"].count == 1


def test_what_readers_see_is_there(db):
    fill(db)
    assert set(db.view_names()) == set(VIEWS)
    assert {view: len(list(db[view].rows)) for view in VIEWS} == {
        "histories": 1,
        "changes": 2,
        "coverage": 2,
        "gaps": 1,
        "doubtful": 0,
    }
    assert db.execute("SELECT name FROM policies").fetchall() == [("shop.example privacy policy",)]
