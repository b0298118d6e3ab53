"""The item pipeline that stores in the corpus what a crawl finds, each item as it comes."""

import logging
import sqlite3
from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.items import Answered, Concluded, Finished, Item, Listed, Received
from crawler.run import run_of
from pipelines.corpus import Corpus, CorpusError

logger = logging.getLogger(__name__)


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
        requested = run.requested
        arguments = {
            "archive": self.crawler.settings["ARCHIVE_URL"],
            "vendors": str(requested.vendors),
            "policies": len(requested.policies),
            "since": requested.since,
            "until": requested.until,
            "snapshots": requested.snapshots,
            "thoroughness": requested.thoroughness,
        }
        try:
            corpus = Corpus(run.corpus)
            self.crawl = corpus.start_crawl(arguments)
        except CorpusError as error:
            run.give_up(str(error))
        self.corpus = corpus

    def process_item(self, item: Item) -> Item:
        """Store one item. What cannot be stored is noted as an error of its policy, and dropped."""
        if isinstance(item, Received):
            return item
        if isinstance(item, Received):
            return item
        run = run_of(self.crawler)
        if run.broken:
            raise DropItem("the corpus cannot be written")
        try:
            return self._store(item)
        except sqlite3.Error as error:  # a full disk, a file taken away: the next item would fare no better
            run.broken = True
            run.note(item.policy, f"{run.corpus} cannot be written ({error}): the crawl ends here")
            raise DropItem("the corpus cannot be written") from error
        except (ValueError, OverflowError) as error:  # text or numbers that no database holds
            run.note(item.policy, f"something of it could not be stored ({type(item).__name__}: {error})")
            raise DropItem("it cannot be stored") from error

    def _store(self, item: Item) -> Item:
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
        if self.corpus is None:
            return
        run = run_of(self.crawler)
        try:
            self.corpus.note_asked(self.crawl, self._asked())
            self.corpus.finish_crawl(self.crawl, run.status)
        except sqlite3.Error as error:
            logger.error("%s cannot be written (%s): how the crawl ended is not noted in it", run.corpus, error)
        finally:
            self.corpus.close()

    def _asked(self) -> int:
        return int(self.crawler.stats.get_value("downloader/request_count", 0))
