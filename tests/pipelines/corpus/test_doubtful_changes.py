"""The view `changes` marks what may be no change by the vendor: another extractor, or a text unlike its neighbours."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from pipelines.corpus import documents
from pipelines.corpus.differences import measure
from pipelines.corpus.schema import migrations


def text(start: int, sentences: int = 20) -> str:
    """Sentences that no other start shares, but for a few words."""
    return " ".join(f"Sentence {' '.join(f'word{start + n}x{m}' for m in range(9))}." for n in range(sentences))


POLICY, OTHER_PAGE = text(0), text(1000)
LATER = POLICY.replace("word3x", "new3x")  # one sentence of twenty
PART, WHOLE = text(0, 5), f"{POLICY} {text(2000, 4)}"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "corpus.db")
    migrations.apply(db)
    db.execute("PRAGMA foreign_keys = ON")
    yield db
    db.close()


def tell(db: Database, *bodies: str, extractors: str = "") -> None:
    """A policy with these texts, one after the other; letters name the extractors that read them."""
    db.execute("INSERT INTO policies (id, vendor, type) VALUES (1, 'a.example', 'privacy policy')")
    for body in sorted(set(bodies)):
        extractor = dict(zip(bodies, extractors, strict=False)).get(body)
        db.execute("INSERT INTO documents (hash, title, body, extractor) VALUES (?, '', ?, ?)", [body, body, extractor])
    for n, body in enumerate(bodies, 1):
        db.execute(
            "INSERT INTO snapshots (id, policy, url, timestamp, captured, state, document)"
            " VALUES (?, 1, 'http://a.example/', ?, ?, 'fetched', ?)",
            [n, f"{2000 + n}0101000000", f"{2000 + n}-01-01T00:00:00+00:00", body],
        )
        db.execute(
            "INSERT INTO revisions (policy, document, first_snapshot, last_snapshot) VALUES (1, ?, ?, ?)", [body, n, n]
        )
    measure(db, 1)


def marks(db: Database, column: str) -> list[int | None]:
    return [row[column] for row in db.query("SELECT * FROM changes ORDER BY first_captured")]


@pytest.mark.parametrize(
    ("bodies", "outliers"),
    [
        ((POLICY, OTHER_PAGE, POLICY), [0, 1, 0]),
        ((POLICY, OTHER_PAGE, LATER), [0, 1, 0]),  # the neighbours need not be the same
        ((POLICY, OTHER_PAGE, LATER, POLICY), [0, 1, 0, 0]),
        ((POLICY, LATER, POLICY), [0, 0, 0]),
        ((POLICY, OTHER_PAGE), [0, 0]),  # rewritten, as far as is known
        ((POLICY, OTHER_PAGE, text(3000)), [0, 0, 0]),  # rewritten twice
        ((POLICY, PART, POLICY), [0, 0, 0]),  # cut, which is not unlike
        ((POLICY, WHOLE, POLICY), [0, 0, 0]),
        ((OTHER_PAGE, POLICY, LATER), [0, 0, 0]),
    ],
)
def test_a_text_unlike_both_its_neighbours_is_marked_where_these_are_alike(
    db: Database, bodies: tuple[str, ...], outliers: list[int]
) -> None:
    tell(db, *bodies)
    assert marks(db, "outlier") == outliers
    assert measure(db, 1) == 0


def test_nothing_is_marked_before_it_is_measured(db: Database) -> None:
    tell(db, POLICY, OTHER_PAGE, POLICY)
    db.execute("DELETE FROM differences")
    assert marks(db, "outlier") == [0, 0, 0]


def test_a_change_between_two_extractors_is_marked(db: Database) -> None:
    tell(db, POLICY, LATER, OTHER_PAGE, PART, extractors="AABB")
    assert marks(db, "extractor_changed") == [None, 0, 1, 0]


def test_a_document_that_is_dropped_takes_along_what_is_measured_of_it(db: Database) -> None:
    tell(db, POLICY, OTHER_PAGE, LATER)
    db.execute("DELETE FROM revisions WHERE document = ?", [OTHER_PAGE])
    db.execute("DELETE FROM snapshots WHERE document = ?", [OTHER_PAGE])
    documents.drop_orphans(db)
    assert list(db.execute("SELECT before, after FROM differences")) == [(POLICY, LATER)]
    assert marks(db, "outlier") == [0, 0]


def test_a_corpus_whose_views_are_older_gets_the_marks(tmp_path: Path) -> None:
    db = Database(tmp_path / "old.db")
    migrations.apply(db, stop_before="0005_marks")
    db.execute("DROP VIEW changes")
    db.execute("CREATE VIEW changes AS SELECT 1 AS vendor")
    migrations.apply(db)
    assert {"extractor_changed", "outlier"} <= {column.name for column in db.view("changes").columns}
    db.close()
