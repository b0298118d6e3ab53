"""What may be no change by the vendor is marked, in words, and nothing else is."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

import pytest
from corpus_writing import finish_policy, start_crawl, store_answer, store_listing

from crawler.events import Answered
from crawler.model import Document, Policy, Snapshot
from output.site.history import Doubts, doubts_about
from pipelines.corpus import Corpus

POLICY = Policy("shop.example", "privacy policy", ())
USUAL = "We keep your name and your address and your order for thirty days and then delete all of them. "
OTHER = "Buy wooden chairs, tables, shelves, lamps, mirrors, carpets, curtains today from seventeen euros upwards! "


def snapshot(year: int) -> Snapshot:
    captured = datetime(year, 1, 1, tzinfo=UTC)
    return Snapshot("https://shop.example/", f"{captured:%Y%m%d%H%M%S}", captured, "text/html", 200, f"D{year}", 1)


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    """A policy whose third text is of another page, which lasts for years."""
    with Corpus(tmp_path / "corpus.db") as corpus:
        crawl = start_crawl(corpus, {})
        texts = [
            USUAL,
            USUAL + "We sell nothing.",
            *[OTHER] * 4,
            USUAL + "We sell nothing.",
            USUAL + "We sell none of them.",
        ]
        store_listing(corpus, crawl, POLICY, [snapshot(2001 + at) for at in range(len(texts))], len(texts), Counter())
        for at, text in enumerate(texts):
            document = Document("Privacy", text, f"hash of {text}", extractor="older")
            store_answer(corpus, crawl, Answered(POLICY, snapshot(2001 + at), "fetched", document=document))
        finish_policy(corpus, crawl, POLICY, [])
        yield corpus.db.conn


def ids(conn: Connection) -> list[int]:
    return [row[0] for row in conn.execute("SELECT id FROM revisions ORDER BY first_captured")]


def test_a_text_unlike_both_its_neighbours_is_doubted_and_those_are_not(conn):
    revisions = ids(conn)
    assert doubts_about(conn, revisions) == {revisions[2]: Doubts(outlier=True)}


def test_a_text_that_another_extractor_read_than_the_one_before_is_doubted(conn):
    revisions = ids(conn)
    last = conn.execute("SELECT document FROM revisions WHERE id = ?", [revisions[-1]]).fetchone()
    conn.execute("UPDATE documents SET extractor = 'newer' WHERE hash = ?", last)
    assert doubts_about(conn, revisions)[revisions[-1]] == Doubts(extractor_changed=True)


def test_only_those_asked_about_are_told(conn):
    revisions = ids(conn)
    assert doubts_about(conn, revisions[:2]) == {}
    assert doubts_about(conn, []) == {}


def test_doubts_are_told_in_words_the_stronger_one_first():
    assert list(Doubts()) == []
    assert list(Doubts(outlier=True, reasons=("much shorter than its neighbours", "mojibake"))) == [
        "much shorter than the texts around it: perhaps the page was captured without its text",
        "some of its characters are garbled",
    ]
    assert ["another page" in doubt for doubt in Doubts(extractor_changed=True, outlier=True)] == [True, False]
