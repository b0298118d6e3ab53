"""What a crawl finds is stored as it comes; what cannot be stored is named, and never lost silently."""

import json
import sqlite3
from dataclasses import replace

import pytest

from crawler import policy_crawl
from crawler.model import Document, Doubt
from crawler.reading import document
from pipelines.corpus import Corpus

FULL = "CREATE TEMP TRIGGER full BEFORE INSERT ON main.documents WHEN {} BEGIN SELECT raise(ABORT, 'disk is full'); END"


@pytest.fixture
def spoil(monkeypatch):
    """Let every corpus that a crawl opens from now on fail as a trigger says, which the file knows nothing of."""

    def spoiled(sql: str) -> None:
        class Spoiled(Corpus):
            def __init__(self, path) -> None:
                super().__init__(path)
                self.db.execute(sql)

        monkeypatch.setattr("pipelines.corpus_pipeline.Corpus", Spoiled)

    return spoiled


async def test_the_crawls_row_says_what_was_asked_for(crawl):
    crawled = await crawl(vendor="gruenwald.example", since="2012", snapshots="all")
    ((arguments,),) = crawled.rows("SELECT arguments FROM crawls")
    asked = json.loads(arguments)
    assert asked.pop("archive").endswith("sample.warc.gz")
    assert asked.pop("vendors").endswith("vendors.toml")
    assert asked == {"policies": 1, "since": "2012", "until": None, "snapshots": "all", "thoroughness": "careful"}


def test_the_figures_of_a_crawl_are_scrapys_statistics_too(sample_crawl):
    crawled = sample_crawl
    figures = {name.removeprefix("policytrail/"): n for name, n in crawled.stats.items() if name.startswith("policytr")}
    assert figures["policies"] == len(crawled.run.requested.policies)
    assert figures["policies_with_errors"] == 0
    ((received,),) = crawled.rows("SELECT received FROM crawls")
    assert figures["rows_received"] == received
    states = crawled.counts("SELECT state, count(*) FROM snapshots GROUP BY state")
    assert figures["snapshots_fetched"] == states["fetched"]
    assert figures["snapshots_repeat"] == states["repeat"]
    rejected = sum(count for name, count in figures.items() if name.startswith("snapshots_rejected"))
    assert rejected == states["rejected"]


async def test_each_run_has_a_row_of_its_own(crawl):
    await crawl(vendor="gruenwald.example")
    crawled = await crawl(vendor="gruenwald.example")
    assert crawled.rows("SELECT id, status, stored > 0 FROM crawls") == [(1, "complete", 1), (2, "complete", 0)]
    assert crawled.rows("SELECT crawl, policy FROM crawl_policies") == [(1, 1), (2, 1)]


async def test_a_corpus_that_cannot_be_written_any_more_ends_the_crawl_and_is_whole(crawl, spoil):
    spoil(FULL.format("(SELECT count(*) FROM documents) = 3"))
    crawled = await crawl(CONCURRENT_REQUESTS=1)
    assert crawled.run.status == "partial"
    assert crawled.rows("SELECT status FROM crawls") == [("partial",)]
    error = crawled.run.ended
    assert "the corpus cannot be written (disk is full)" in error
    assert crawled.stats.get("item_error_count") is None  # no tracebacks
    assert crawled.rows("SELECT count(*) FROM documents") == [(3,)]
    assert crawled.rows("SELECT count(*) FROM snapshots WHERE state = 'fetched'") >= [(3,)]


@pytest.mark.slow
async def test_after_the_disk_has_room_again_the_crawl_ends_where_it_would_have_ended(
    crawl, spoil, monkeypatch, sample_crawl
):
    spoil(FULL.format("(SELECT count(*) FROM documents) = 3"))
    await crawl(snapshots="all")
    monkeypatch.undo()
    crawled = await crawl(snapshots="all")
    known = "SELECT url, timestamp, document FROM snapshots ORDER BY url, timestamp"
    assert crawled.run.status == "complete"
    assert crawled.rows(known) == sample_crawl.rows(known)


async def test_a_corpus_that_goes_away_is_named_once(crawl, spoil, caplog):
    spoil(
        "CREATE TEMP TRIGGER gone BEFORE UPDATE ON main.crawls WHEN new.asked > 3"
        " BEGIN SELECT raise(ABORT, 'gone'); END"
    )
    crawled = await crawl(vendor="gruenwald.example")
    assert crawled.run.status == "partial"
    assert crawled.stats.get("item_error_count") is None
    assert caplog.text.count("the corpus cannot be written (gone)") == 1
    connection = sqlite3.connect(crawled.run.corpus)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


async def test_a_truncated_text_makes_no_revision_and_the_next_crawl_leaves_it_alone(crawl, monkeypatch):
    def cut_in_2012(page, found, identity):
        text = document(page, found, identity)
        if isinstance(text, Document) and page.timestamp.startswith("2012"):
            body = text.body[: len(text.body) // 2]
            doubts = (Doubt("truncated capture", "its record says so"),)
            return replace(text, body=body, hash=identity.content(body).hash, doubts=doubts)
        return text

    monkeypatch.setattr(policy_crawl, "document", cut_in_2012)
    crawled = await crawl(vendor="gruenwald.example")
    cut = "SELECT count(*) FROM snapshots s WHERE EXISTS (SELECT 1 FROM doubts d WHERE d.snapshot = s.id)"
    assert crawled.rows(f"{cut} AND document IS NOT NULL") != [(0,)]
    assert crawled.rows("SELECT count(*) FROM revisions WHERE first_captured LIKE '2012%'") == [(0,)]
    ((asked, revisions),) = crawled.rows("SELECT asked, (SELECT count(*) FROM revisions) FROM crawls")
    assert revisions > 1
    crawled = await crawl(vendor="gruenwald.example")
    assert crawled.rows("SELECT asked, (SELECT count(*) FROM revisions) FROM crawls WHERE id = 2") == [(1, revisions)]
    assert asked > 1


async def test_text_that_no_database_holds_costs_its_snapshot_not_the_crawl(crawl, monkeypatch):
    def halved(page, found, identity):
        text = document(page, found, identity)
        if isinstance(text, Document) and page.timestamp.startswith("2012"):
            return Document(text.title + "\ud800", text.body, text.hash)
        return text

    monkeypatch.setattr(policy_crawl, "document", halved)
    crawled = await crawl(vendor="gruenwald.example", snapshots="all")
    assert crawled.run.status == "partial"
    assert "could not be stored" in next(iter(crawled.run.crawls.values())).errors[0]
    assert crawled.rows("SELECT count(*) > 0 FROM snapshots WHERE timestamp LIKE '2012%' AND state = 'listed'") == [
        (1,)
    ]
    assert crawled.rows("SELECT count(*) > 5 FROM snapshots WHERE state = 'fetched'") == [(1,)]
