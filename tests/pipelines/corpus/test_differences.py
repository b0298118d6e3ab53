"""What changed between two documents is measured once, and again where something else counts in a policy's texts."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from corpus_writing import start_crawl, store_answer, store_learned, store_listing
from sqlite_utils import Database

from crawler.errors import CorpusError
from crawler.events import Answered, Learned
from crawler.model import Document, Policy, Snapshot
from crawler.text.identity.policy import PolicyIdentity
from crawler.text.identity.volatile_spots import ANY, LearnedFrom, VolatileSpot
from pipelines.corpus import Corpus
from pipelines.corpus.differences import Difference, all_places, difference, identity_of, measure, stored
from pipelines.corpus.schema import migrations

URL = "https://shop.example/privacy"
POLICY = Policy("shop.example", "privacy policy", (URL,))
TEXTS = (
    "We keep logs for ninety days. Read by 17 people so far.",
    "We keep logs for sixty days. Read by 21 people so far.",
    "We ~~keep~~ logs for sixty days. Read by 29 people so far. We sell nothing.",
    "We keep logs for ninety days. Read by 17 people so far.",
)
COUNTER = VolatileSpot(
    ("days.", "Read", "by"),
    ("people", "so", "far."),
    "changes at every capture",
    frozenset({ANY}),
    1,
    LearnedFrom(7, 7, "2010-01-01T00:00:00+00:00", "2010-03-01T00:00:00+00:00"),
)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    """A corpus with one policy, whose first text returns; documents are called by their words."""
    with Corpus(tmp_path / "corpus.db") as made:
        start_crawl(made)
        snapshots = [
            Snapshot(URL, f"{year}0102030405", datetime(year, 1, 2, 3, 4, 5, tzinfo=UTC), "text/html", 200, "", 1)
            for year in range(2010, 2010 + len(TEXTS))
        ]
        store_listing(made, 1, POLICY, snapshots, len(TEXTS), Counter())
        for snapshot, text in zip(snapshots, TEXTS, strict=True):
            store_answer(made, 1, Answered(POLICY, snapshot, "fetched", document=Document("T", text, text)))
        yield made


def sizes(db: Database) -> list[tuple[int, int]]:
    return list(db.execute("SELECT words_added, words_removed FROM changes ORDER BY first_captured"))


def test_changes_are_measured_once_for_each_pair_of_texts(corpus: Corpus) -> None:
    assert measure(corpus.db, 1) == 3
    assert measure(corpus.db, 1) == 0
    assert sizes(corpus.db) == [(None, None), (2, 2), (5, 2), (3, 6)]


def test_a_difference_is_the_same_whether_it_is_stored_or_not(corpus: Corpus) -> None:
    conn, identity = corpus.db.conn, identity_of(corpus.db.conn, 1)
    assert stored(conn, TEXTS[1], TEXTS[2]) is None
    measured = difference(conn, TEXTS[1], TEXTS[2], identity)
    measure(corpus.db, 1)
    assert stored(conn, TEXTS[1], TEXTS[2]) == measured == difference(conn, TEXTS[1], TEXTS[2], identity)
    assert isinstance(measured, Difference)


def test_a_word_that_was_struck_out_is_shown_as_struck_out(corpus: Corpus) -> None:
    measured = difference(corpus.db.conn, TEXTS[1], TEXTS[2], PolicyIdentity())
    came, changed = measured.excerpt.places[:2]
    assert came.pieces == [("+", "We sell nothing.")]
    assert changed.pieces == [
        ("=", "We "),
        ("-", "keep "),
        ("+", "~~keep~~ "),
        ("=", "logs for sixty days."),
    ]


def test_where_new_spots_are_learned_differences_are_measured_again_without_them(corpus: Corpus) -> None:
    measure(corpus.db, 1)
    learned = Learned(POLICY, PolicyIdentity((COUNTER,)), {})
    store_learned(corpus, learned)
    assert measure(corpus.db, 1) == 3
    assert sizes(corpus.db) == [(None, None), (1, 1), (4, 1), (2, 5)]
    store_learned(corpus, learned)
    assert measure(corpus.db, 1) == 0


def test_what_an_earlier_version_measured_is_measured_again(tmp_path: Path) -> None:
    db = Database(tmp_path / "old.db")
    migrations.apply(db, stop_before="0010_one_reader")
    db.execute("INSERT INTO documents (hash, title, body) VALUES ('a', '', 'A'), ('b', '', 'B')")
    db.execute("INSERT INTO differences VALUES ('a', 'b', 1, 1, 0, 0, 0, '[]')")
    migrations.apply(db)
    assert db.execute("SELECT count(*) FROM differences").fetchone() == (0,)
    db.close()


def test_what_was_measured_before_places_were_counted_is_measured_again(tmp_path: Path) -> None:
    db = Database(tmp_path / "old.db")
    migrations.apply(db, stop_before="0016_places")
    db.execute("INSERT INTO documents (hash, title, body) VALUES ('a', '', 'A'), ('b', '', 'B')")
    db.execute("INSERT INTO differences VALUES ('a', 'b', 1, 1, 1, 1, 0, '[[[\"-\", \"A \"]]]')")
    migrations.apply(db)
    assert stored(db.conn, "a", "b") is None
    assert difference(db.conn, "a", "b", PolicyIdentity()).excerpt.kinds == {"new": 1, "removed": 1}
    assert db.execute("SELECT words_added, changed_sentences, kind FROM differences").fetchall() == [(1, None, None)]
    db.close()


def test_a_change_has_a_kind_and_says_how_many_sentences_changed(corpus: Corpus) -> None:
    measure(corpus.db, 1)
    rows = corpus.db.execute("SELECT changed_sentences, kind FROM changes ORDER BY first_captured").fetchall()
    assert rows == [(None, None), (2, "words"), (3, "words"), (3, "words")]


def test_what_is_shortened_is_whole_among_all_places(corpus: Corpus) -> None:
    long = " ".join(f"word{number}" for number in range(300))
    texts = {"x": "\n\n".join(f"We sell {n} of it." for n in range(9)), "y": long}
    for name, body in texts.items():
        corpus.db.execute("INSERT INTO documents (hash, title, body) VALUES (?, '', ?)", [name, body])
    known = difference(corpus.db.conn, "x", "y", PolicyIdentity()).excerpt
    assert (len(known.places), known.total) == (6, 10)
    found = all_places(corpus.db.conn, "x", "y", PolicyIdentity())
    assert len(found) == 10
    assert max(len(text) for place in found for _, text in place.pieces) == len(long)


def test_a_document_that_is_missing_is_not_taken_for_an_empty_text(corpus: Corpus) -> None:
    (gone,) = corpus.db.execute("SELECT document FROM revisions ORDER BY id").fetchone()
    corpus.db.execute("DELETE FROM differences")
    corpus.db.conn.commit()
    corpus.db.execute("PRAGMA foreign_keys = OFF")  # as a corpus may be edited elsewhere
    corpus.db.execute("DELETE FROM documents WHERE hash = ?", [gone])
    with pytest.raises(CorpusError, match=f"lacks the document {gone}"):
        measure(corpus.db, 1)
