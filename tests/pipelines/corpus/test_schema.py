"""The schema is that of the design; each key is looked up by index; no corpus of an older version is lost."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from click.testing import CliRunner
from sqlite_utils import Database
from sqlite_utils.cli import cli

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


def with_signs(db: Database, trigram: str) -> list[str]:
    sql = "SELECT d.hash FROM documents_signs s JOIN documents d ON d.rowid = s.rowid WHERE documents_signs MATCH ?"
    return [row[0] for row in db.execute(sql, [f'"{trigram}"'])]


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
        assert with_signs(old, "oki") == ["cookies"]
        assert old.execute("SELECT sum(count) FROM yearly WHERE what = 'revision'").fetchone() == (2,)
        assert old["crawls"].count == 1


def test_what_readers_see_is_there(db):
    fill(db)
    assert set(db.view_names()) == {*VIEWS, "documents_signed"}
    assert {view: len(list(db[view].rows)) for view in VIEWS} == {
        "histories": 1,
        "changes": 2,
        "coverage": 2,
        "gaps": 1,
        "doubtful": 0,
        "served_in_turns": 0,
        "conclusions": 0,
    }
    assert db.execute("SELECT name FROM policies").fetchall() == [("shop.example privacy policy",)]


def test_the_index_of_signs_follows_whoever_writes(db):
    fill(db)
    db.execute("INSERT INTO documents (hash, title, body) VALUES ('ko', '', '배송지 주소')")
    assert with_signs(db, "송지 ") == ["ko"]
    assert db.execute("SELECT term FROM documents_signs_terms WHERE term >= '주' AND term < '죽'").fetchall() == [
        ("주소\n",)  # the last sign begins a trigram as well
    ]
    db.execute("UPDATE documents SET body = '개인정보' WHERE hash = 'ko'")
    assert (with_signs(db, "송지 "), with_signs(db, "인정보")) == ([], ["ko"])
    db.execute("DELETE FROM documents WHERE hash = 'ko'")
    assert with_signs(db, "인정보") == []
    db.execute("INSERT INTO documents_signs (documents_signs) VALUES ('integrity-check')")


def test_the_indexes_can_be_rebuilt_after_a_vacuum(tmp_path):
    path = tmp_path / "corpus.db"
    with closing(Database(path)) as db:
        migrations.apply(db)
        fill(db)
        for name in ("first", "second", "third"):
            db["documents"].insert({"hash": name, "title": name, "body": f"We keep {name} things."})
        db.execute("DELETE FROM documents WHERE hash = 'first'")
        db.conn.commit()
        db.vacuum()
    assert CliRunner().invoke(cli, ["rebuild-fts", str(path)]).exit_code == 0
    with closing(Database(path)) as db:
        assert with_signs(db, "ird") == ["third"]
        assert [row["hash"] for row in db["documents"].search("second")] == ["second"]
        for index in ("documents_fts", "documents_signs"):
            db.execute(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')")  # noqa: S608 - ours
