"""The item pipeline that stores in the corpus what a crawl finds out, each event as it comes."""

import logging
from collections import Counter
from dataclasses import replace

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.errors import CorpusError, CorpusRowError
from crawler.events import (
    Answered,
    Concluded,
    Event,
    Finished,
    Listed,
    ListingFailed,
    NothingArchived,
    Planned,
    Received,
)
from crawler.middlewares.rate_limited_handler import SENT
from crawler.run import Run, run_of
from pipelines.corpus import Corpus, crawls, policy_crawls, trust
from pipelines.corpus_pipeline import CorpusPipeline
from pipelines.warc import WarcPipeline

logger = logging.getLogger(__name__)


class StorePipeline(CorpusPipeline):
    """Writes events to the corpus of the run. A finished policy goes on with its `Summary`.

    Once the corpus cannot be written, the crawl ends, and nothing of what is still under way is stored: the next crawl
    goes on from what was.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.run = run_of(crawler)
        self.crawl = 0
        self.status: str | None = None  # that was stored at the end

    def open_spider(self) -> None:
        """Lock and open the corpus, and store that a crawl begins."""
        with self.opening() as corpus:
            self.run.memory = policy_crawls.CorpusMemory(corpus, self._keeps_bytes)
            with corpus.being("written"):
                self.crawl = crawls.start(corpus.db, _requested(self.run, str(self.crawler.settings["ARCHIVE_URL"])))

    def process_item(self, item: Event) -> Event:
        """Store one event. What no database can hold is noted as an error of its policy, and dropped."""
        if isinstance(item, ListingFailed | NothingArchived | Planned) or (
            isinstance(item, Received) and item.kept_in is None
        ):
            return item
        self.drop_if_broken()
        assert self.corpus is not None
        try:
            with self.corpus.being("written"):
                stored = policy_crawls.store(self.corpus, self.crawl, item, self._requests())
                policy = self.corpus.policy_id(item.policy)
                self.run.revisions[item.policy.name] = crawls.number_of_revisions(self.corpus.db, policy)
        except Exception as error:  # whatever it is: one policy's, unless the corpus itself cannot be written
            stored = self._not_stored(item, error)
        for name, count in _figures(stored).items():
            self.crawler.stats.inc_value(f"policytrail/{name}", count)
        return stored

    def _not_stored(self, item: Event, error: Exception) -> Event:
        """Note what kept an event from being stored. A finished policy goes on with as much as can be told of it."""
        if isinstance(error, CorpusError) and not isinstance(error, CorpusRowError):
            self.give_up(error)
        if not isinstance(error, CorpusRowError | ValueError | OverflowError | RecursionError):
            logger.error("%s: this is a fault of the program, or of the corpus", item.policy.name)
            logger.debug("Where it was", exc_info=error)
        failed = f"something could not be stored ({type(item).__name__}: {error})"
        if failed not in self.run.crawls[item.policy.name].errors:
            self.run.note_error(item.policy, failed)
        if not isinstance(item, Finished):
            raise DropItem("it cannot be stored", log_level="DEBUG") from error
        assert self.corpus is not None
        return policy_crawls.store_end(self.corpus, self.crawl, replace(item, errors=(*item.errors, failed)))

    def close_spider(self) -> None:
        """Store how the crawl ended."""
        try:
            if self.corpus is not None and self.crawl:
                with self.corpus.being("written"):
                    crawls.store_requests(self.corpus.db, self.crawl, self._requests())
                    crawls.finish(self.corpus.db, self.crawl, self.run.status, self.run.ended)
                    self.status = self.run.status
        except CorpusError as error:
            if trust.is_busy(error.__cause__ or error):
                self.run.fatal = f"{error} `crawls` says running of this crawl until the corpus is opened again."
            if not self.broken:
                logger.error(error)
        finally:
            self.close()

    def correct_status(self) -> None:
        """Store how the crawl ended once more, if something failed since."""
        if self.status in {None, self.run.status}:
            return
        try:
            with Corpus(self.run.corpus) as corpus, corpus.being("written"):
                crawls.finish(corpus.db, self.crawl, self.run.status, self.run.ended)
        except CorpusError as error:
            logger.error(error)

    def _keeps_bytes(self) -> bool:
        return self.crawler.get_item_pipeline(WarcPipeline) is not None

    def _requests(self) -> int:
        return int(self.crawler.stats.get_value(SENT, 0))


def _figures(event: Event) -> Counter[str]:
    """Return what an event adds to the crawl's statistics."""
    match event:
        case Listed():
            refused = {f"rows_refused/{reason}": count for reason, count in event.refused.items()}
            return Counter({"rows_received": event.received, **refused})
        case Answered(state="rejected", reason=reason):
            return Counter([f"snapshots_rejected/{reason}"])
        case Answered():
            return Counter([f"snapshots_{event.state}"])
        case Concluded():
            return Counter(f"snapshots_{conclusion.state}" for conclusion in event.conclusions)
        case Finished():
            return Counter({"policies": 1, "policies_with_errors": bool(event.errors)})
    return Counter()


def _requested(run: Run, archive: str) -> dict[str, object]:
    scope = run.requested.scope
    return {
        "archive": archive,
        "vendors": str(run.requested.vendors),
        "policies": len(run.requested.policies),
        **scope.period._asdict(),
        "snapshots": scope.mode,
        "thoroughness": scope.thoroughness,
    }
