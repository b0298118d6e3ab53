"""Times of revisions and counts per year agree with the facts that they follow from, whatever happens to these."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from pipelines.corpus.schema import migrations

TEXTS = (
    "We keep logs for ninety days.",
    "We keep logs for sixty days.",
    "We keep logs for sixty days. We sell nothing.",
)


def fill(db: Database) -> None:
    """A policy whose first text returns."""
    db.execute("INSERT INTO policies (id, vendor, type) VALUES (1, 'a.example', 'privacy policy')")
    for n, text in enumerate(TEXTS):
        db.execute("INSERT INTO documents (hash, title, body) VALUES (?, '', ?)", [str(n), text])
    for n, document in enumerate("0012200"):
        db.execute(
            "INSERT INTO snapshots (id, policy, url, timestamp, captured, state, document)"
            " VALUES (?, 1, 'http://a.example/', ?, ?, 'fetched', ?)",
            [n, f"20{10 + n}0101000000", f"20{10 + n}-01-01T00:00:00+00:00", document],
        )
    for document, first, last in (("0", 0, 1), ("1", 2, 2), ("2", 3, 4), ("0", 5, 6)):
        db.execute(
            "INSERT INTO revisions (policy, document, first_snapshot, last_snapshot) VALUES (1, ?, ?, ?)",
            [document, first, last],
        )


def check(db: Database) -> None:
    """The derived columns and counts are what counting gives."""
    assert not list(
        db.execute(
            "SELECT r.id FROM revisions r JOIN snapshots f ON f.id = r.first_snapshot"
            " JOIN snapshots l ON l.id = r.last_snapshot"
            " WHERE r.first_captured IS NOT f.captured OR r.last_captured IS NOT l.captured"
        )
    )
    counted = set(db.execute("SELECT substr(captured, 1, 4), state, count(*) FROM snapshots GROUP BY 1, 2")) | set(
        db.execute("SELECT substr(first_captured, 1, 4), 'revision', count(*) FROM revisions GROUP BY 1")
    )
    assert set(db.execute("SELECT year, what, count FROM yearly WHERE count <> 0")) == counted


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "corpus.db")
    migrations.apply(db)
    fill(db)
    yield db
    db.close()


def test_what_is_kept_follows_the_facts(db: Database) -> None:
    check(db)
    db.execute("UPDATE snapshots SET state = 'inferred' WHERE id = 1")
    db.execute("UPDATE revisions SET last_snapshot = 3 WHERE document = '1'")
    db.execute("UPDATE revisions SET first_snapshot = 4 WHERE document = '2'")
    check(db)
    db.execute("DELETE FROM revisions WHERE document = '2'")
    db.execute("DELETE FROM snapshots WHERE id = 4")
    check(db)


def test_a_corpus_of_an_older_version_gets_all_of_it(tmp_path: Path) -> None:
    db = Database(tmp_path / "old.db")
    migrations.apply(db, stop_before="0002_views")
    fill(db)
    migrations.apply(db)
    check(db)
    assert db.execute("SELECT count(*) FROM changes").fetchone() == (4,)
    db.close()


def test_changes_know_their_bounds(db: Database) -> None:
    rows = db.execute("SELECT changed_after, first_captured, replaced_by FROM changes ORDER BY first_captured")
    assert [tuple(str(day)[:4] for day in row) for row in rows] == [
        ("None", "2010", "2012"),
        ("2011", "2012", "2013"),
        ("2012", "2013", "2015"),
        ("2014", "2015", "None"),
    ]
