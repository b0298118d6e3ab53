"""A document is kept once, as its earliest fetched snapshot shows it, for as long as a snapshot shows it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlite_utils import Database

from crawler.model import Document, Snapshot
from pipelines.corpus import documents
from pipelines.corpus.schema import migrations

URL = "https://shop.example/privacy"
TEXT = Document("Privacy", "We keep no personal data of anybody.", "h")


@pytest.fixture
def db() -> Iterator[Database]:
    """A corpus with one policy and nothing else."""
    with closing(Database(memory=True)) as made:
        migrations.apply(made)
        made["policies"].insert({"vendor": "shop.example", "type": "privacy policy"})
        made.execute("PRAGMA foreign_keys = ON")
        yield made


def snapshot(year: int, url: str = URL) -> Snapshot:
    captured = datetime(year, 1, 1, tzinfo=UTC)
    return Snapshot(url, f"{captured:%Y%m%d%H%M%S}", captured, "text/html", 200, "D", 1)


def show(db: Database, one: Snapshot, document: str, state: str = "fetched") -> None:
    row = {"policy": 1, "url": one.url, "timestamp": one.timestamp, "captured": one.captured.isoformat()}
    db["snapshots"].insert(row | {"state": state, "document": document})


def test_only_a_fetched_snapshot_before_it_makes_another_the_earliest(db):
    documents.store_document(db, TEXT)
    show(db, snapshot(2005), "h")
    show(db, snapshot(2001), "h", state="inferred")
    assert documents.is_earliest(db, snapshot(2003), "h")
    assert documents.is_earliest(db, snapshot(2005), "h")  # itself
    assert not documents.is_earliest(db, snapshot(2007), "h")
    assert documents.is_earliest(db, snapshot(2007), "of another text")


def test_of_one_moment_the_url_decides_which_is_the_earliest(db):
    documents.store_document(db, TEXT)
    show(db, snapshot(2005, "https://b.example/"), "h")
    assert documents.is_earliest(db, snapshot(2005, "https://a.example/"), "h")
    assert not documents.is_earliest(db, snapshot(2005, "https://c.example/"), "h")


def test_a_text_is_stored_with_its_language_and_who_read_it(db):
    assert documents.store_document(
        db, replace(TEXT, route="page", recall=0.5, language="en", extractor="policytrail/2")
    )
    row = db["documents"].get("h")
    assert (row["title"], row["language"], row["route"], row["recall"]) == ("Privacy", "en", "page", 0.5)
    assert row["extractor"] == "policytrail/2"


def test_storing_the_same_again_says_that_nothing_changed(db):
    assert documents.store_document(db, TEXT)
    assert not documents.store_document(db, TEXT)


@pytest.mark.parametrize(
    "other", [{"title": "Privacy 2"}, {"body": "We  keep none."}, {"route": "page"}, {"recall": 1}]
)
def test_another_reading_of_a_text_takes_its_place(db, other):
    documents.store_document(db, TEXT)
    assert documents.store_document(db, replace(TEXT, **other))
    assert db["documents"].count == 1
    assert other.items() <= db["documents"].get("h").items()


def test_a_text_that_an_older_extractor_read_is_marked_anew(db):
    documents.store_document(db, replace(TEXT, extractor="older"))
    assert documents.store_document(db, replace(TEXT, extractor="newer"))
    assert db["documents"].get("h")["extractor"] == "newer"


def test_texts_that_no_snapshot_shows_go_with_what_was_measured_of_them(db):
    for name in ("kept", "other", "gone"):
        documents.store_document(db, replace(TEXT, hash=name, body=f"We speak of {name}."))
    show(db, snapshot(2001), "kept")
    show(db, snapshot(2002), "other", state="inferred")
    for before, after in (("kept", "other"), ("kept", "gone"), ("gone", "other")):
        db["differences"].insert({"before": before, "after": after, "sentences": "[]"})
    documents.drop_orphans(db)
    assert {row["hash"] for row in db["documents"].rows} == {"kept", "other"}
    assert [(row["before"], row["after"]) for row in db["differences"].rows] == [("kept", "other")]
    assert not list(db["documents"].search("gone"))
    assert len(list(db["documents"].search("kept"))) == 1


def test_a_corpus_is_opened_without_loading_an_extractor():
    loaded = "import sys, pipelines.corpus; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    # numpy is not among them: sqlite-utils itself loads it where it is installed.
    assert not {"trafilatura", "lxml", "py3langid", "html2text", "scrapy"} & set(done.stdout.split())
