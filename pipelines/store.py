"""The item pipeline that stores in the corpus what a crawl finds, each item as it comes."""

import logging
import sqlite3
from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.errors import CorpusError, CorpusLockedError
from crawler.items import Answered, Concluded, Finished, Item, Learned, Listed, Received
from crawler.middlewares.rate_limited_handler import SENT
from crawler.run import Run, run_of
from pipelines.corpus import Corpus
from pipelines.corpus.lock import CorpusLock

logger = logging.getLogger(__name__)


class StorePipeline:
    """Writes items to the corpus of the run, which is locked for it. A finished policy goes on with its `Summary`.

    Once the corpus cannot be written, the crawl ends, and nothing of what is still under way is stored: the next crawl
    goes on from what was.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.lock: CorpusLock | None = None
        self.corpus: Corpus | None = None
        self.crawl = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open_spider(self) -> None:
        """Lock and open the corpus, and note that a crawl begins."""
        run = run_of(self.crawler)
        try:
            self.lock = CorpusLock(run.corpus)
            self.corpus = Corpus(run.corpus)
            self.crawl = self._start(self.corpus, run)
        except (CorpusLockedError, CorpusError) as error:
            run.give_up(str(error))
        except (OSError, sqlite3.Error) as error:
            run.give_up(_unwritable(run, error))

    def _start(self, corpus: Corpus, run: Run) -> int:
        requested = run.requested
        return corpus.start_crawl(
            {
                "archive": self.crawler.settings["ARCHIVE_URL"],
                "vendors": str(requested.vendors),
                "policies": len(requested.policies),
                "since": requested.since,
                "until": requested.until,
                "snapshots": requested.snapshots,
                "thoroughness": requested.thoroughness,
            }
        )

    def process_item(self, item: Item) -> Item:
        """Store one item. What no database holds is noted as an error of its policy, and dropped."""
        if isinstance(item, Received):
            return item
        run = run_of(self.crawler)
        if run.broken:
            raise DropItem("the corpus cannot be written", log_level="DEBUG")
        assert self.corpus is not None
        try:
            return self._store(self.corpus, item)
        except (OSError, sqlite3.Error) as error:
            run.broken = True
            run.end_early(self.crawler, _unwritable(run, error))
            raise DropItem("the corpus cannot be written", log_level="DEBUG") from error
        except (ValueError, OverflowError) as error:
            run.note(item.policy, f"something of it could not be stored ({type(item).__name__}: {error})")
            raise DropItem("it cannot be stored", log_level="DEBUG") from error

    def _store(self, corpus: Corpus, item: Item) -> Item:
        match item:
            case Listed():
                corpus.store_listing(self.crawl, item.policy, item.snapshots, item.received, item.refused)
                if item.reach != "period":  # after its snapshots: a crawl killed in between lists them again
                    newest = max((snapshot.captured for snapshot in item.snapshots), default=None)
                    corpus.note_listing(item.policy, item.url, newest, whole=item.reach == "whole")
            case Answered():
                corpus.store_answer(self.crawl, item)
            case Concluded():
                corpus.store_conclusions(item.policy, item.conclusions)
            case Learned():
                corpus.store_learned(item)
            case Finished():
                item = replace(item, summary=corpus.finish_policy(self.crawl, item.policy, item.errors))
        corpus.note_asked(self.crawl, self._asked())
        return item

    def close_spider(self) -> None:
        """Note how the crawl ended."""
        run = run_of(self.crawler)
        try:
            if self.corpus is not None:
                self.corpus.note_asked(self.crawl, self._asked())
                self.corpus.finish_crawl(self.crawl, run.status, run.ended)
                self.corpus.close()
        except (OSError, sqlite3.Error) as error:
            if not run.broken:
                logger.error(_unwritable(run, error))
        finally:
            if self.lock is not None:
                self.lock.release()

    def _asked(self) -> int:
        return int(self.crawler.stats.get_value(SENT, 0))


def _unwritable(run: Run, error: Exception) -> str:
    return (
        f"{run.corpus}: the corpus cannot be written ({error}). What was stored is whole, and the next crawl goes on"
        " from there; make room or make it writable, or set CORPUS_DB to another path."
    )
