"""The base of the item pipelines that write to a corpus: each locks and opens it first, stores how its run goes, and
closes it last.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.errors import CorpusError
from crawler.middlewares.rate_limited_handler import SENT
from crawler.run import archive_run_of
from pipelines.corpus import Corpus, crawls, trust
from pipelines.corpus.lock import CorpusLock

logger = logging.getLogger(__name__)


class CorpusPipeline:
    """An item pipeline with the corpus of its run. Once that cannot be written, nothing more is stored."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.lock: CorpusLock | None = None
        self.corpus: Corpus | None = None
        self.broken = False
        self.crawl = 0  # the id of the run's row in `crawls`
        self.status: str | None = None  # that was stored at the end

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @contextmanager
    def opening(self) -> Iterator[Corpus]:
        """Lock and open the corpus. The run ends with a sentence if that fails, or what is done first with it."""
        run = archive_run_of(self.crawler)
        try:
            self.lock = CorpusLock(run.corpus)
            self.corpus = Corpus.locked(run.corpus)
            yield self.corpus
        except CorpusError as error:
            run.give_up(str(error))
        except OSError as error:
            run.give_up(f"{run.corpus}: the corpus cannot be locked ({error}); set CORPUS_DB to another path.")

    def drop_if_broken(self) -> None:
        """Drop what comes after the corpus could not be written."""
        if self.broken:
            raise DropItem("the corpus cannot be written", log_level="DEBUG")

    def give_up(self, error: CorpusError) -> NoReturn:
        """End the run: the corpus cannot be written."""
        self.broken = True
        archive_run_of(self.crawler).end_early(self.crawler, str(error))
        raise DropItem("the corpus cannot be written", log_level="DEBUG") from error

    def begin(self, corpus: Corpus, requested: Mapping[str, Any]) -> None:
        """Store that a run begins, and what was asked of it."""
        with corpus.being("written"):
            self.crawl = crawls.start(corpus.db, {"archive": str(self.crawler.settings["ARCHIVE_URL"]), **requested})

    def close_spider(self) -> None:
        """Store how the run ended, and close the corpus."""
        run = archive_run_of(self.crawler)
        try:
            if self.corpus is not None and self.crawl:
                with self.corpus.being("written"):
                    crawls.store_requests(self.corpus.db, self.crawl, self.requests())
                    crawls.finish(self.corpus.db, self.crawl, run.status, run.ended)
                    self.status = run.status
        except CorpusError as error:
            if trust.is_busy(error.__cause__ or error):
                run.fatal = f"{error} Its row in `crawls` says `running` until a command opens the corpus again."
            if not self.broken:
                logger.error(error)
        finally:
            self._close()

    def correct_status(self) -> None:
        """Store how the run ended once more, if something failed since."""
        run = archive_run_of(self.crawler)
        if self.status in {None, run.status}:
            return
        try:
            with Corpus(run.corpus) as corpus, corpus.being("written"):
                crawls.finish(corpus.db, self.crawl, run.status, run.ended)
        except CorpusError as error:
            logger.error(error)

    def requests(self) -> int:
        """Return how many requests the run has sent so far."""
        return int(self.crawler.stats.get_value(SENT, 0)) if self.crawler.stats else 0

    def _close(self) -> None:
        """Close the corpus, and let others have it."""
        if self.corpus is not None:
            self.corpus.close()
        if self.lock is not None:
            self.lock.release()
