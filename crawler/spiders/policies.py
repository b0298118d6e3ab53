"""The spider: carries the questions of each policy's crawl to the archive, its answers back, and its events on."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import arguments
from crawler.archive import address, bodies, cdx, near
from crawler.archive.redirects import NoDocument
from crawler.errors import ArgumentError, CorpusError, CorpusRowError
from crawler.events import Event, ListingFailed, NothingArchived
from crawler.middlewares.answers import ArchiveStopping, decoded_body, headers_of
from crawler.middlewares.bounded_headers import HeadersTooLargeError
from crawler.policy_crawl import PolicyCrawl
from crawler.questions import CaptureQuestion, ListingQuestion, NearQuestion, Question
from crawler.rate_limit.rates import CDX, REPLAY, intervals
from crawler.run import Run, unexpected
from crawler.spiders.bytes_again import BytesAgain
from crawler.spiders.fresh_captures import is_stale, saver_for

logger = logging.getLogger(__name__)

_CONTACT_MISSING = (
    "No contact address is sent to the archive. Set CONTACT to a mail address or page of yours"
    " (crawler/settings.py, or -s CONTACT=you@example.org)."
)
_NO_FEEDS = (
    "{}: the items of this spider are the steps of a crawl, not the texts that it finds. Leave out -o, -O and FEEDS,"
    " and write the texts when the crawl is done: scrapy export jsonl --output PATH."
)


class PoliciesSpider(Spider):
    """Builds a corpus of the revisions of policies from an archive's snapshots.

    Its arguments are those of `crawler.arguments`. What to ask and what an answer means is decided by the
    `PolicyCrawl` of each policy.
    """

    name = "policies"

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self.turns: defaultdict[PolicyCrawl, asyncio.Lock] = defaultdict(asyncio.Lock)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **given: Any) -> Self:
        """Check what is asked for. Raises `PolicytrailError`."""
        settings = crawler.settings
        if feeds := settings.getdict("FEEDS"):
            raise ArgumentError(_NO_FEEDS.format(", ".join(map(str, feeds))))
        archive_url = str(settings["ARCHIVE_URL"])
        is_local = address.is_local(archive_url)
        try:
            intervals(settings, local=is_local)
        except ValueError as error:
            raise ArgumentError(f"-s {error}") from error
        run = Run(
            requested=arguments.parse(given),
            archive_url=archive_url if is_local else arguments.web_address("ARCHIVE_URL", archive_url),
            public_url=arguments.web_address("ARCHIVE_PUBLIC_URL", str(settings["ARCHIVE_PUBLIC_URL"])),
            corpus=Path(settings["CORPUS_DB"]),
            documents=Path(settings["DOCUMENTS_DIR"]),
            is_local=is_local,
        )
        contact = str(settings["CONTACT"]).strip()
        settings.set("USER_AGENT", f"policytrail/0.1 (+{contact})" if contact else "policytrail/0.1", priority="spider")
        if not contact and run.archive_url == address.WAYBACK_MACHINE:
            logger.warning(_CONTACT_MISSING)
        spider = cls(run)
        spider._set_crawler(crawler)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the listing of every URL of every policy; with ``save=1`` for fresh captures of stale URLs before."""
        run, memory = self.run, self.run.memory
        assert self.crawler.engine is not None
        assert memory is not None  # the store pipeline opens before the spider starts
        saver = saver_for(run, self.crawler.engine.download_async) if run.requested.save else None
        later: dict[str, list[Request]] = {}
        now = datetime.now(UTC)
        again = BytesAgain(run, self.crawler, memory.lost)
        try:
            for policy in run.requested.policies:
                crawl = run.crawls[policy.name] = PolicyCrawl(
                    policy, run.requested.scope, memory, archive_url=run.archive_url, public_url=run.public_url, now=now
                )
                questions = crawl.questions()
                if not questions:  # all of its URLs are excluded
                    async for request in self._advance(crawl, crawl.begin(), None):
                        yield request
                for question in questions:
                    assert isinstance(question, ListingQuestion)  # a crawl begins with these
                    request = self._request(crawl, question)
                    last = memory.last_listing(crawl.policy, question.url) if saver else None
                    if saver is not None and is_stale(last.newest if last else None, now):
                        later.setdefault(question.url, []).append(request)
                    else:
                        yield request
                for request in again.requests(policy):
                    yield request
        except CorpusError as error:
            run.end_early(self.crawler, str(error))
            return
        if saver is not None:
            async for url in saver.save_all(later):
                for request in later[url]:
                    yield request

    def _request(self, crawl: PolicyCrawl, question: Question) -> Request:
        if isinstance(question, ListingQuestion):
            kind = CDX
            url = cdx.query_address(
                self.run.archive_url,
                question.url,
                since=question.since,
                until=question.until,
                resume_key=question.resume_key,
            )
        elif isinstance(question, NearQuestion):
            kind, url = CDX, near.query_address(self.run.archive_url, question.url)
        else:
            kind, url = REPLAY, address.playback_address(self.run.archive_url, question.chain.last)
        meta: dict[str, Any] = {"download_slot": kind}
        if self.run.is_local:
            meta["proxy"] = None  # what is served on loopback is not reached through a proxy
        asked = {"crawl": crawl, "question": question}
        return Request(url, self.parse, errback=self.fail, cb_kwargs=asked, meta=meta, dont_filter=True)

    async def parse(self, response: Response, crawl: PolicyCrawl, question: Question) -> AsyncIterator[Request]:
        """Hand an answer to the policy's crawl, and ask what it asks next."""
        async for request in self._advance(crawl, _events(crawl, question, response), response):
            yield request

    async def fail(self, failure: Failure) -> AsyncIterator[Request]:
        """Tell the policy's crawl that a question got no answer."""
        if isinstance(failure.value, ArchiveStopping):
            return  # nothing is known of it: the next crawl asks again
        asked = failure.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy sets it
        crawl, question = asked["crawl"], asked["question"]
        if isinstance(failure.value, DownloadCancelledError) and isinstance(question, CaptureQuestion):
            of_headers = isinstance(failure.value, HeadersTooLargeError)
            end = NoDocument("too large", str(failure.value if of_headers else bodies.BodyTooLarge()))
        else:
            end = NoDocument("no answer", f"{type(failure.value).__name__}: {failure.value}"[:300], failed=True)
        async for request in self._advance(crawl, crawl.give_up(question, end), failure):
            yield request

    async def _advance(
        self, crawl: PolicyCrawl, events: Iterator[Event], answer: Response | Failure | None
    ) -> AsyncIterator[Request]:
        """Let the pipelines store the events of an answer one by one, then ask on. One answer of a policy at a time."""
        response = answer if isinstance(answer, Response) else None
        async with self.turns[crawl]:
            if crawl.finished:
                return  # it failed while this answer was on its way
            requests: list[Request] = []
            try:
                await self._store(crawl, events, response)
                requests += [self._request(crawl, question) for question in crawl.questions()]
            except CorpusError as error:
                if not isinstance(error, CorpusRowError):
                    self.run.end_early(self.crawler, str(error))
                    return
                logger.error("%s: %s", crawl.policy.name, error)
                await self._store(crawl, crawl.fail(str(error)), response)
            except Exception as error:  # of the program: it must neither pass unseen nor end the other policies' crawls
                logger.exception("%s: this is a fault of the program", crawl.policy.name)
                await self._store(crawl, crawl.fail(unexpected(error)), response)
        for request in requests:
            yield request

    async def _store(self, crawl: PolicyCrawl, events: Iterator[Event], response: Response | None) -> None:
        assert self.crawler.engine is not None
        for event in events:
            if isinstance(event, ListingFailed):
                logger.error("%s: %s could not be listed: %s", crawl.policy.name, event.url, event.why)
            elif isinstance(event, NothingArchived):
                logger.error("%s: %s", crawl.policy.name, event.why)
            await self.crawler.engine.scraper.start_itemproc_async(event, response=response)


def _events(crawl: PolicyCrawl, question: Question, response: Response) -> Iterator[Event]:
    """Hand an answer to the policy's crawl."""
    try:
        body = decoded_body(response)
    except bodies.BodyTooLarge as error:
        yield from crawl.give_up(question, NoDocument("too large", str(error)))
    except bodies.UnknownCoding as error:
        yield from crawl.give_up(question, NoDocument("unknown encoding", str(error)))
    except bodies.BrokenBody as error:
        yield from crawl.give_up(question, NoDocument("broken body", str(error)))
    else:
        if isinstance(question, CaptureQuestion):
            yield from crawl.receive_capture(question, response.status, headers_of(response), body)
        elif isinstance(question, NearQuestion):
            yield from crawl.receive_near(question, response.status, body)
        else:
            yield from crawl.receive_listing(question, response.status, body)
