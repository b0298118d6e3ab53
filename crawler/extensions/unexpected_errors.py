"""The extension that keeps a crawl from passing for complete after an error that nobody expected.

Scrapy logs what a callback, a pipeline or another extension raises, and goes on as if nothing had happened. Here every
such error is noted: for its policy where it has one, for the run where it has none.
"""

import logging
from traceback import walk_tb
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from crawler.events import Event
from crawler.policy_crawl import PolicyCrawl
from crawler.run import ArchiveRun, DiscoveryRun, Run, archive_run_of, unexpected
from pipelines.corpus_pipeline import CorpusPipeline

_THEIRS = frozenset({"scrapy", "twisted", "asyncio"})
"""Who runs the project's code, and logs what it raises."""
_SIGNALLED = "scrapy.core.scraper"
"""What this logger logs is sent as a signal too, which names the item or the request."""
_NOT_SIGNALLED = "Scraper bug"


class UnexpectedErrorsExtension:
    """Notes the errors of callbacks and pipelines by Scrapy's signals, and all others by its log."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run = archive_run_of(crawler)
        self.log = _ErrorLog(self.run)
        crawler.signals.connect(self.open, signals.spider_opened)
        crawler.signals.connect(self.note_item, signals.item_error)
        crawler.signals.connect(self.note_answer, signals.spider_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open(self) -> None:
        """Listen from now on, until all others have closed: the last to connect is called last."""
        logging.root.addHandler(self.log)
        self.crawler.signals.connect(self.close, signals.engine_stopped)

    def note_item(self, item: Any, failure: Failure) -> None:
        """Note what a pipeline raised."""
        if isinstance(self.run, Run):
            self.run.note_error(item.policy, _unexpected(failure))
        else:
            self.run.faults.append(f"{item.domain}: {_unexpected(failure)}")

    def note_answer(self, failure: Failure, response: Any) -> None:
        """Note what a callback raised; the crawl of its policy does not go on. What `start` raised is in the log."""
        request = getattr(response, "request", None)
        crawl = request.cb_kwargs.get("crawl") if request is not None else None
        if isinstance(crawl, PolicyCrawl) and isinstance(self.run, Run):
            crawl.finished = True
            self.run.note_error(crawl.policy, _unexpected(failure))
        elif isinstance(self.run, DiscoveryRun):
            self.run.faults.append(_unexpected(failure))

    def close(self) -> None:
        """Stop listening, and correct the stored status if something failed after the corpus was closed."""
        logging.root.removeHandler(self.log)
        store = self.crawler.get_item_pipeline(CorpusPipeline)
        if store is not None:
            store.correct_status()


class _ErrorLog(logging.Handler):
    """Notes the errors that others log for us."""

    def __init__(self, run: ArchiveRun) -> None:
        super().__init__(logging.ERROR)
        self.run = run

    def emit(self, record: logging.LogRecord) -> None:
        signalled = record.name == _SIGNALLED and not str(record.msg).startswith(_NOT_SIGNALLED)
        error = record.exc_info[1] if record.exc_info else None
        if record.name.partition(".")[0] in _THEIRS and error is not None and not signalled:
            policy = _policy_at_hand(error)
            self.run.faults.append(f"{policy}: {unexpected(error)}" if policy else unexpected(error))


def _unexpected(failure: Failure) -> str:
    assert failure.value is not None
    return unexpected(failure.value)


def _policy_at_hand(error: BaseException) -> str | None:
    """Return the name of the policy that an event or a crawl on the way to the error was of."""
    for frame, _ in walk_tb(error.__traceback__):
        for value in frame.f_locals.values():
            if isinstance(value, Event | PolicyCrawl):
                return value.policy.name
    return None
