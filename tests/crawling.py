"""Crawls in this process or as a command, of the sample archive unless another one is named, and what they found."""

import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from crawler.local_archive.captures import read_captures
from crawler.local_archive.index import CaptureIndex
from crawler.local_archive.payload import read_response
from crawler.middlewares.rate_limited_handler import SENT
from crawler.run import Run
from crawler.workers.in_process import InProcess
from crawler.workers.reader import Reader
from pipelines.corpus import Corpus
from pipelines.reextraction import reread

SHOP = "https://shop.example/privacy"
ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "tests" / "sample"
TRUE_REVISIONS = sum(
    len(policy["revisions"]) for policy in json.loads((SAMPLE / "truth.json").read_text("utf-8"))["policies"]
)


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl came to."""

    run: Run
    stats: dict[str, Any]

    @property
    def requests(self) -> int:
        """How many requests were sent to the archive."""
        return int(self.stats.get(SENT, 0))

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """The rows of a query on the corpus."""
        with Corpus(self.run.corpus) as corpus:
            return corpus.db.execute(sql, list(parameters)).fetchall()

    def counts(self, sql: str) -> dict[Any, int]:
        """The rows of a query for names and counts."""
        return dict(self.rows(sql))


def own_settings(output: Path, archive: Path | str) -> dict[str, object]:
    """Settings of a crawl that writes into ``output`` only, and waits for nothing."""
    return {
        "ARCHIVE_URL": str(archive),
        "CORPUS_DB": str(output / "corpus.db"),
        "DOCUMENTS_DIR": str(output / "documents"),
        "WARC_DIR": str(output / "warc"),
        "STATE_DIR": str(output / "state"),
        "RETRY_BACKOFF": 0.01,
        "WORKERS": 1,
        "CDX_REQUESTS_PER_MINUTE": 0,
        "REPLAY_REQUESTS_PER_MINUTE": 0,
    }


async def run_crawl(
    output: Path, archive: Path | str = SAMPLE / "sample.warc.gz", vendors: Path = SAMPLE / "vendors.toml", **given: Any
) -> Crawled:
    """Run the spider, corpus and documents in ``output``; names in capitals are settings, the others its arguments."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    ours = {"TWISTED_REACTOR_ENABLED": False, **own_settings(output, archive)}
    ours |= {name: given.pop(name) for name in list(given) if name.isupper()}
    settings.update(ours, priority="cmdline")
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler("policies")
    await runner.crawl(crawler, vendors=str(vendors), **given)
    assert crawler.spider is not None
    return Crawled(crawler.spider.run, crawler.stats.get_stats())


def reread_all(crawled: Crawled, path: Path) -> int:
    """Read the kept bytes of the policy again; gives how many rows of the corpus that changed."""
    kept = CaptureIndex(read_captures(path).captures)
    with Corpus(crawled.run.corpus) as corpus:
        policies = crawled.run.requested.policies
        [(_, read)] = reread(corpus, policies, kept, crawled.run.public_url, Reader(InProcess()))
        return read.changed


def kept(folder: Path) -> dict[tuple[str, str], tuple[str, bytes]]:
    """The bytes that are kept in a folder: digest and payload by URL and timestamp."""
    captures = read_captures(folder).captures
    return {(c.url, c.timestamp): (c.digest, read_response(c).payload) for c in captures if not c.is_revisit}


def crawl_command(output: Path, archive: Path | str, *more: str, **settings: object) -> list[str]:
    """The same crawl as a command, to be run in `ROOT`."""
    given = own_settings(output, archive) | settings
    options = [part for name, value in given.items() for part in ("-s", f"{name}={value}")]
    crawl = [sys.executable, "-m", "scrapy", "crawl", "policies", "-a", f"vendors={SAMPLE / 'vendors.toml'}"]
    return [*crawl, *more, *options]


_FOUND = {
    "snapshots": "SELECT url, timestamp, state, reason, document, read_at FROM snapshots ORDER BY url, timestamp",
    "documents": "SELECT hash, title, body, route, recall, extractor FROM documents ORDER BY hash",
    "languages": "SELECT hash, language FROM documents ORDER BY hash",
    "revisions": "SELECT p.vendor, p.type, r.document, f.url, f.timestamp, l.url, l.timestamp FROM revisions r"
    " JOIN policies p ON p.id = r.policy JOIN snapshots f ON f.id = r.first_snapshot"
    " JOIN snapshots l ON l.id = r.last_snapshot ORDER BY 1, 2, f.captured, f.url",
    "search": "SELECT count(*) FROM documents_fts WHERE documents_fts MATCH 'privacy'",
}


def found(output: Path) -> dict[str, Any]:
    """What crawls found out: the corpus without its identifiers, and every document by its path."""
    with closing(sqlite3.connect(output / "corpus.db")) as db:
        tables = {what: db.execute(sql).fetchall() for what, sql in _FOUND.items()}
    documents = output / "documents"
    return tables | {str(path.relative_to(documents)): path.read_bytes() for path in documents.rglob("*.md")}
