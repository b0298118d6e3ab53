"""The spider of ``vendors check``: carries the questions of each policy's check to the archive, and answers back."""

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.archive import address, bodies, cdx, near
from crawler.archive.redirects import NoDocument
from crawler.checking import PolicyCheck
from crawler.middlewares.answers import ArchiveStopping, decoded_body, headers_of
from crawler.model import Policy
from crawler.questions import ArchiveQuestion, ListingQuestion, NearQuestion
from crawler.rate_limit.rates import CDX, REPLAY
from crawler.run import CheckRun, unexpected
from crawler.spiders.asking import archive_of, archive_request, end_of, introduce

logger = logging.getLogger(__name__)


class VendorsCheckSpider(Spider):
    """Asks what the archive has of policies. It has no name, so that no crawl can be of it: a command runs it."""

    custom_settings = {"ITEM_PIPELINES": {}}  # noqa: RUF012 - Scrapy's; nothing is stored

    def __init__(self, run: CheckRun) -> None:
        super().__init__(name="vendors check")
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, policies: tuple[Policy, ...], **given: Any) -> Self:
        """Check the settings. Raises `PolicytrailError`."""
        archive_url, is_local, _ = archive_of(crawler.settings)
        introduce(crawler.settings, archive_url)
        spider = cls(CheckRun(policies, archive_url, Path(crawler.settings["CORPUS_DB"]), is_local))
        spider._set_crawler(crawler)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Begin the check of each policy."""
        now = datetime.now(UTC)
        for policy in self.run.policies:
            check = PolicyCheck(policy, archive_url=self.run.archive_url, now=now)
            self.run.checks.append(check)
            for request in self._requests(check):
                yield request

    async def parse(self, response: Response, check: PolicyCheck, question: ArchiveQuestion) -> AsyncIterator[Request]:
        """Hand an answer to the policy's check, and ask what it asks next."""
        try:
            body = decoded_body(response)
        except (bodies.BodyTooLarge, bodies.UnknownCoding, bodies.BrokenBody) as error:
            self._receive(check, question, NoDocument("broken body", str(error)))
        else:
            self._receive(check, question, (response.status, headers_of(response), body))
        for request in self._requests(check):
            yield request

    async def fail(self, failure: Failure) -> AsyncIterator[Request]:
        """Tell the policy's check that a question got no answer."""
        if isinstance(failure.value, ArchiveStopping):
            return
        asked = failure.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy sets it
        self._receive(asked["check"], asked["question"], end_of(failure))
        for request in self._requests(asked["check"]):
            yield request

    def _receive(self, check: PolicyCheck, question: ArchiveQuestion, answer: Any) -> None:
        try:
            if isinstance(answer, NoDocument):
                check.give_up(question, answer)
            else:
                check.receive(question, *answer)
        except Exception as error:  # of the program: it must neither pass unseen nor end the other policies' checks
            logger.debug("Where it was", exc_info=error)
            self.run.faults.append(f"{check.policy.name}: {unexpected(error)}")

    def _requests(self, check: PolicyCheck) -> Iterator[Request]:
        for question in check.questions():
            kind = CDX
            if isinstance(question, ListingQuestion):
                url = cdx.query_address(self.run.archive_url, question.url, resume_key=question.resume_key)
            elif isinstance(question, NearQuestion):
                url = near.query_address(self.run.archive_url, question.url)
            else:
                kind, url = REPLAY, address.playback_address(self.run.archive_url, question.chain.last)
            asked = {"check": check, "question": question}
            yield archive_request(url, kind, self.parse, self.fail, asked, is_local=self.run.is_local)
