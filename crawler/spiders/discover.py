"""The spider: carries the questions of each domain's discovery to the archive, its answers back, and its events on."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import discovery_arguments, timestamps
from crawler.archive import bodies
from crawler.discovery.events import Answered, Discovered, DiscoveryEvent
from crawler.discovery.machine import Discovery
from crawler.discovery.questions import Answer, CaptureQuestion, Nothing, Question
from crawler.errors import CorpusError
from crawler.middlewares.answers import ArchiveStopping, decoded_body, headers_of
from crawler.rate_limit.rates import CDX, REPLAY
from crawler.reading_for_discovery import answer, query_address
from crawler.run import DiscoveryRun, unexpected
from crawler.spiders.asking import archive_of, archive_request, end_of, introduce

logger = logging.getLogger(__name__)


class DiscoverSpider(Spider):
    """Finds the policies of domains, through time, and adds them to a vendors file.

    Its arguments are those of `crawler.discovery_arguments`. What to ask and what an answer means is decided by the
    `Discovery` of each domain.
    """

    name = "discover"
    arguments = discovery_arguments.DiscoveryGiven
    custom_settings = {"ITEM_PIPELINES": {"pipelines.discoveries.DiscoveryPipeline": 100}}  # noqa: RUF012 - Scrapy's

    def __init__(self, run: DiscoveryRun) -> None:
        super().__init__()
        self.run = run
        self.turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **given: Any) -> Self:
        """Check what is asked for. Raises `PolicytrailError`."""
        settings = crawler.settings
        archive_url, is_local, _ = archive_of(settings)
        run = DiscoveryRun(
            requested=discovery_arguments.parse(given),
            archive_url=archive_url,
            corpus=Path(settings["CORPUS_DB"]),
            is_local=is_local,
        )
        introduce(settings, archive_url)
        spider = cls(run)
        spider._set_crawler(crawler)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Begin the discovery of each domain."""
        requested = self.run.requested
        latest = timestamps.digits(timestamps.latest(datetime.now(UTC)))
        until = min((requested.period.until or "").ljust(14, "9"), latest)
        for domain in requested.domains:
            discovery = self.run.discoveries[domain] = Discovery(
                domain, types=requested.types, since=requested.period.since, until=until
            )
            async for request in self._advance(discovery):
                yield request
            if self.run.ended is not None:
                return

    async def parse(self, response: Response, discovery: Discovery, question: Question) -> AsyncIterator[Request]:
        """Hand an answer to the domain's discovery, and ask what it asks next."""
        try:
            said = self._said(question, response)
        except Exception as error:  # of the program: it must not end the discovery of the other domains
            said = self._fault(discovery, error)
        async for request in self._advance(discovery, question, said):
            yield request

    async def fail(self, failure: Failure) -> AsyncIterator[Request]:
        """Tell the domain's discovery that a question got no answer."""
        if isinstance(failure.value, ArchiveStopping):
            return  # nothing is known of it: the next run asks again
        asked = failure.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy sets it
        question, end = asked["question"], end_of(failure)
        is_answer = isinstance(question, CaptureQuestion) and not end.failed  # the next run would get the same
        said = Nothing(end.detail) if is_answer else end.detail
        async for request in self._advance(asked["discovery"], question, said):
            yield request

    async def _advance(
        self, discovery: Discovery, question: Question | None = None, said: Answer | str = ""
    ) -> AsyncIterator[Request]:
        """Store an answer, hand it in (a text is why there is none), and ask on; what is known already is not asked."""
        requests: list[Request] = []
        async with self.turns[discovery.domain]:
            if discovery.finished:
                return  # it failed while this answer was on its way
            try:
                if question is not None and isinstance(said, str):
                    logger.error("%s: %s got no answer: %s", discovery.domain, question.key, said)
                    discovery.give_up(question, said)
                elif question is not None and not isinstance(said, str):
                    await self._store(Answered(discovery.domain, question, said))
                    discovery.receive(question, said)
                requests = [self._request(discovery, asked) for asked in self._unknown(discovery)]
            except CorpusError as error:
                self.run.end_early(self.crawler, str(error))
                return
            except Exception as error:
                discovery.fail(self._fault(discovery, error))
            if discovery.finished:
                await self._store(_discovered(discovery))
                discovery.forget()
        for request in requests:
            yield request

    def _unknown(self, discovery: Discovery) -> list[Question]:
        """Return what to ask the archive now, after all that earlier runs were answered was handed in."""
        memory = self.run.memory
        assert memory is not None  # the pipeline opens before the spider starts
        unknown: list[Question] = []
        while not unknown and (questions := discovery.questions()):
            for question in questions:
                if (known := memory.answer(discovery.domain, question)) is not None:
                    discovery.receive(question, known)
                else:
                    unknown.append(question)
        return unknown

    def _request(self, discovery: Discovery, question: Question) -> Request:
        kind = REPLAY if isinstance(question, CaptureQuestion) else CDX
        url = query_address(self.run.archive_url, question)
        asked = {"discovery": discovery, "question": question}
        return archive_request(url, kind, self.parse, self.fail, asked, is_local=self.run.is_local)

    def _said(self, question: Question, response: Response) -> Answer | str:
        """Return what a response says, or why it says nothing."""
        try:
            body = decoded_body(response)
        except (bodies.BodyTooLarge, bodies.UnknownCoding, bodies.BrokenBody) as error:
            return Nothing(str(error)) if isinstance(question, CaptureQuestion) else str(error)
        return answer(self.run.archive_url, question, response.status, headers_of(response), body)

    def _fault(self, discovery: Discovery, error: Exception) -> str:
        logger.error("%s: this is a fault of the program (%s: %s)", discovery.domain, type(error).__name__, error)
        logger.debug("Where it was", exc_info=error)
        return unexpected(error)

    async def _store(self, event: DiscoveryEvent) -> None:
        assert self.crawler.engine is not None
        await self.crawler.engine.scraper.start_itemproc_async(event, response=None)


def _discovered(discovery: Discovery) -> Discovered:
    return Discovered(
        discovery.domain,
        tuple(discovery.candidates()),
        tuple(discovery.policies()),
        tuple(discovery.errors),
        tuple(discovery.remarks),
        discovery.asked,
    )
