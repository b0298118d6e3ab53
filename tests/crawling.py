"""Crawls in this very process, against the local archive unless another one is named."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from crawler.middlewares.rate_limited_handler import SENT
from crawler.run import Run
from pipelines.corpus import Corpus

SHOP = "https://shop.example/privacy"
SAMPLE = Path(__file__).parent / "sample"
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


async def run_crawl(
    output: Path, archive: Path | str = SAMPLE / "sample.warc.gz", vendors: Path = SAMPLE / "vendors.toml", **given: Any
) -> Crawled:
    """Run the spider, corpus and documents in ``output``; names in capitals are settings, the others its arguments."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    ours = {
        "TWISTED_REACTOR_ENABLED": False,
        "ARCHIVE_URL": str(archive),
        "CORPUS_DB": str(output / "corpus.db"),
        "DOCUMENTS_DIR": str(output / "documents"),
        "WARC_DIR": str(output / "warc"),
        "STATE_DIR": str(output / "state"),
        "RETRY_BACKOFF": 0.01,
        "CDX_REQUESTS_PER_MINUTE": 0,
        "REPLAY_REQUESTS_PER_MINUTE": 0,
    }
    ours |= {name: given.pop(name) for name in list(given) if name.isupper()}
    settings.update(ours, priority="cmdline")
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler("policies")
    await runner.crawl(crawler, vendors=str(vendors), **given)
    assert crawler.spider is not None
    return Crawled(crawler.spider.run, crawler.stats.get_stats())
