"""The item pipeline that stores what the discovery of policies finds out, and writes it into the vendors file."""

import json
import logging
from collections import Counter
from datetime import UTC, datetime, timedelta

from scrapy.crawler import Crawler

from crawler.discovery.events import Answered, Discovered, DiscoveryEvent
from crawler.discovery.questions import READING, Answer, CaptureQuestion, Question, Rows, as_json, from_json
from crawler.discovery.suggesting import additions
from crawler.errors import CorpusError, VendorsFileError
from crawler.run import DiscoveryRun, discovery_run_of
from crawler.vendors.merging import merge_into
from pipelines.corpus import Corpus, candidates, crawls, discovery_answers
from pipelines.corpus_pipeline import CorpusPipeline

logger = logging.getLogger(__name__)

_FRESH = timedelta(days=30)
"""How long the index of a domain is taken for what the archive has; a capture stays what it was."""


class CorpusDiscoveryMemory:
    """The answers that are stored in a corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._now = datetime.now(UTC)

    def answer(self, domain: str, question: Question) -> Answer | None:
        """Return the answer to a question about a domain; None if there is none that still counts."""
        since = None if isinstance(question, CaptureQuestion) else self._now - _FRESH
        with self._corpus.being("read"):
            stored = discovery_answers.find(self._corpus.db, domain, question.key, READING, since)
        try:
            return None if stored is None else from_json(json.loads(stored))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None  # another program wrote it: it is asked for again


class DiscoveryPipeline(CorpusPipeline):
    """Writes events to the corpus of the run, and policies to its vendors file. The next run goes on from what was."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.run = discovery_run_of(crawler)

    def open_spider(self) -> None:
        """Lock and open the corpus, and store that a discovery begins."""
        with self.opening() as corpus:
            self.run.memory = CorpusDiscoveryMemory(corpus)
            self.begin(corpus, _requested(self.run))

    def process_item(self, item: DiscoveryEvent) -> DiscoveryEvent:
        """Store one event."""
        self.drop_if_broken()
        assert self.corpus is not None
        try:
            with self.corpus.being("written"):
                if isinstance(item, Answered):
                    self._store_answer(item)
                else:
                    self._store_found(item)
        except CorpusError as error:
            self.give_up(error)
        except VendorsFileError as error:
            self.run.end_early(self.crawler, str(error))
        return item

    def _store_answer(self, item: Answered) -> None:
        assert self.corpus is not None
        answer = json.dumps(as_json(item.answer), ensure_ascii=False, separators=(",", ":"))
        with self.corpus.writing():
            crawls.store_requests(self.corpus.db, self.crawl, self.requests())
            if isinstance(item.answer, Rows):
                crawls.count_rows(self.corpus.db, self.crawl, len(item.answer.rows), 0, Counter())
            discovery_answers.store(self.corpus.db, item.domain, item.question.key, READING, answer)

    def _store_found(self, item: Discovered) -> None:
        """Store candidates, and add what was found to the vendors file, but for what somebody refused before."""
        assert self.corpus is not None
        with self.corpus.writing():
            crawls.count_domain(
                self.corpus.db, self.crawl, "partial" if item.errors else "complete", len(item.policies)
            )
            for unfit in candidates.put(self.corpus.db, item.candidates):
                logger.warning("%s: %s cannot be the address of a policy", item.domain, unfit.url[:200])
            refused = candidates.refused(self.corpus.db, item.domain)
            accepted = candidates.accepted(self.corpus.db, item.domain)
        merged = merge_into(self.run.requested.vendors, additions(item.policies, refused, accepted))
        for left in merged.left_out:
            logger.warning("%s: %s is not in the vendors file: %s", left.policy.name, left.url, left.reason)


def _requested(run: DiscoveryRun) -> dict[str, object]:
    requested = run.requested
    return {
        "domains": len(requested.domains),
        "types": ", ".join(sorted(requested.types)) or None,
        "vendors": str(requested.vendors),
        **requested.period._asdict(),
    }
