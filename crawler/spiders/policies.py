"""The spider: carries the questions of each policy's crawl to the archive, its answers back, and its events on."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import arguments
from crawler.archive import address, bodies, cdx, near
from crawler.archive.redirects import NoDocument
from crawler.errors import CorpusError, CorpusRowError, WorkersError
from crawler.events import Event, ListingFailed, NothingArchived
from crawler.middlewares.answers import ArchiveStopping, decoded_body, headers_of
from crawler.model import Policy
from crawler.policy_crawl import PolicyCrawl
from crawler.questions import ArchiveQuestion, CaptureQuestion, ListingQuestion, NearQuestion, ReadingQuestion
from crawler.rate_limit.rates import CDX, REPLAY
from crawler.run import Run, unexpected
from crawler.spiders.asking import archive_of, archive_request, end_of, introduce
from crawler.spiders.bytes_again import BytesAgain
from crawler.spiders.fresh_captures import is_stale, saver_for
from crawler.workers.choose import executor
from crawler.workers.reader import Reader

if TYPE_CHECKING:
    from concurrent.futures import Future

    from crawler.reading import Found

logger = logging.getLogger(__name__)


class PoliciesSpider(Spider):
    """Builds a corpus of the revisions of policies from an archive's snapshots.

    Its arguments are those of `crawler.arguments`. What to ask and what an answer means is decided by the
    `PolicyCrawl` of each policy.
    """

    name = "policies"
    arguments = arguments.Given

    def __init__(self, run: Run, reader: Reader) -> None:
        super().__init__()
        self.run = run
        self.reader = reader
        self.turns: defaultdict[PolicyCrawl, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.rooms: defaultdict[PolicyCrawl, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.being_read: defaultdict[PolicyCrawl, set[Future[Found]]] = defaultdict(set)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **given: Any) -> Self:
        """Check what is asked for. Raises `PolicytrailError`."""
        settings = crawler.settings
        archive_url, is_local, waits = archive_of(settings)
        run = Run(
            requested=arguments.parse(given),
            archive_url=archive_url,
            public_url=arguments.web_address("ARCHIVE_PUBLIC_URL", str(settings["ARCHIVE_PUBLIC_URL"])),
            corpus=Path(settings["CORPUS_DB"]),
            documents=Path(settings["DOCUMENTS_DIR"]),
            is_local=is_local,
        )
        introduce(settings, archive_url)
        # Where the archive's rate is the limit, a page is read long before the next one comes.
        spider = cls(run, Reader(executor(str(settings["WORKERS"]), eager=not waits[REPLAY])))
        spider._set_crawler(crawler)
        return spider

    def closed(self, reason: str) -> None:
        """End the workers."""
        self.reader.close()

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
                try:
                    requests = [request async for request in self._first_requests(policy, now, again)]
                except CorpusError:
                    raise
                except Exception as error:  # of the program, as in `_advance`
                    logger.error(
                        "%s: this is a fault of the program, or of the corpus (%s: %s)",
                        policy.name,
                        type(error).__name__,
                        error,
                    )
                    logger.debug("Where it was", exc_info=error)
                    run.faults.append(f"{policy.name}: {unexpected(error)}")
                    continue
                for request in requests:
                    question = request.cb_kwargs.get("question")
                    if saver is not None and isinstance(question, ListingQuestion):
                        last = memory.last_listing(policy, question.url)
                        if is_stale(last.newest if last else None, now):
                            later.setdefault(question.url, []).append(request)
                            continue
                    yield request
        except CorpusError as error:
            run.end_early(self.crawler, str(error))
            return
        if saver is not None:
            async for url in saver.save_all(later):
                for request in later[url]:
                    yield request

    async def _first_requests(self, policy: Policy, now: datetime, again: BytesAgain) -> AsyncIterator[Request]:
        """Begin the crawl of a policy: ask for its listings, and for captures whose bytes are lost."""
        run = self.run
        assert run.memory is not None
        crawl = run.crawls[policy.name] = PolicyCrawl(
            policy, run.requested.scope, run.memory, archive_url=run.archive_url, public_url=run.public_url, now=now
        )
        questions = crawl.questions()
        if not questions:  # all of its URLs are excluded
            async for request in self._advance(crawl, crawl.begin(), None):
                yield request
        for question in questions:
            assert isinstance(question, ListingQuestion)  # a crawl begins with these
            yield self._request(crawl, question)
        for request in again.requests(policy):
            yield request

    def _request(self, crawl: PolicyCrawl, question: ArchiveQuestion) -> Request:
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
        asked = {"crawl": crawl, "question": question}
        return archive_request(url, kind, self.parse, self.fail, asked, is_local=self.run.is_local)

    async def parse(self, response: Response, crawl: PolicyCrawl, question: ArchiveQuestion) -> AsyncIterator[Request]:
        """Hand an answer to the policy's crawl, and ask what it asks next."""
        async for request in self._advance(crawl, _events(crawl, question, response), response):
            yield request

    async def fail(self, failure: Failure) -> AsyncIterator[Request]:
        """Tell the policy's crawl that a question got no answer."""
        if isinstance(failure.value, ArchiveStopping):
            return  # nothing is known of it: the next crawl asks again
        asked = failure.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy sets it
        crawl, question = asked["crawl"], asked["question"]
        async for request in self._advance(crawl, crawl.give_up(question, end_of(failure)), failure):
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
            readings: list[ReadingQuestion] = []
            try:
                await self._store(crawl, events, response)
                # Scrapy sends the last one first. A text is stored once if its earliest snapshot comes first.
                for question in reversed(crawl.questions()):
                    if isinstance(question, ReadingQuestion):
                        readings.append(question)
                    else:
                        requests.append(self._request(crawl, question))
            except CorpusError as error:
                if not isinstance(error, CorpusRowError):
                    self.run.end_early(self.crawler, str(error))
                    return
                logger.error("%s: %s", crawl.policy.name, error)
                await self._store(crawl, crawl.fail(str(error)), response)
            except Exception as error:  # of the program: it must neither pass unseen nor end the other policies' crawls
                logger.error(
                    "%s: this is a fault of the program, or of the corpus (%s: %s)",
                    crawl.policy.name,
                    type(error).__name__,
                    error,
                )
                logger.debug("Where it was", exc_info=error)
                await self._store(crawl, crawl.fail(unexpected(error)), response)
        for request in requests:
            yield request
        for reading in readings:
            async for request in self._read(crawl, reading, response):
                yield request

    async def _read(
        self, crawl: PolicyCrawl, question: ReadingQuestion, response: Response | None
    ) -> AsyncIterator[Request]:
        """Have a page read, while downloads go on, and tell the policy's crawl what it says. What no worker has begun
        with when the crawl ends is not read.
        """
        # Here, the next page of a policy waits until its crawl was told what the last one says.
        async with self.rooms[crawl] if self.reader.is_here else nullcontext():
            if crawl.finished:
                return
            reading = self.reader.read(question.page)
            self.being_read[crawl].add(reading)
            try:
                found = await asyncio.wrap_future(reading)
            except WorkersError as error:
                self.run.end_early(self.crawler, str(error))
                return
            except asyncio.CancelledError:
                if crawl.finished:
                    return
                raise
            finally:
                self.being_read[crawl].discard(reading)
            requests = [r async for r in self._advance(crawl, crawl.receive_reading(question, found), response)]
        if crawl.finished:
            for other in self.being_read.pop(crawl, ()):
                other.cancel()
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


def _events(crawl: PolicyCrawl, question: ArchiveQuestion, response: Response) -> Iterator[Event]:
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
