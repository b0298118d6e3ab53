"""The item pipeline that stores in the corpus what a crawl finds, each item as it comes."""

from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler

from crawler.items import Answered, Concluded, Finished, Item, Listed
from crawler.run import run_of
from pipelines.corpus import Corpus, CorpusError


class StorePipeline:
    """Writes items to the corpus of the run. A finished policy goes on with its `Summary`."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.corpus: Corpus | None = None
        self.crawl = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open_spider(self) -> None:
        """Open the corpus and note that a crawl begins."""
        run = run_of(self.crawler)
        try:
            self.corpus = Corpus(run.corpus)
        except CorpusError as error:
            run.give_up(str(error))
        requested = run.requested
        self.crawl = self.corpus.start_crawl(
            {
                "archive": self.crawler.settings["ARCHIVE_URL"],
                "vendors": str(requested.vendors),
                "policies": len(requested.policies),
                "since": requested.since,
                "until": requested.until,
                "snapshots": requested.snapshots,
            }
        )

    def process_item(self, item: Item) -> Item:
        """Store one item."""
        assert self.corpus is not None
        match item:
            case Listed():
                self.corpus.store_listing(self.crawl, item.policy, item.snapshots, item.received, item.refused)
            case Answered():
                self.corpus.store_answer(self.crawl, item)
            case Concluded():
                self.corpus.store_conclusions(item.policy, item.conclusions)
            case Finished():
                item = replace(item, summary=self.corpus.finish_policy(self.crawl, item.policy, item.errors))
        self.corpus.note_asked(self.crawl, self._asked())
        return item

    def close_spider(self) -> None:
        """Note how the crawl ended."""
        if self.corpus is not None:
            self.corpus.note_asked(self.crawl, self._asked())
            self.corpus.finish_crawl(self.crawl, run_of(self.crawler).status)
            self.corpus.close()

    def _asked(self) -> int:
        return int(self.crawler.stats.get_value("downloader/request_count", 0))
