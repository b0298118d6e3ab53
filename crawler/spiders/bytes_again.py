"""The captures that are read and whose bytes are lost: asked for once more, to be kept and for nothing else."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.archive import address, bodies, memento, truncation
from crawler.events import Received
from crawler.middlewares.answers import ArchiveStopping, decoded_body, headers_of
from crawler.model import Playback, Policy
from crawler.rate_limit.rates import REPLAY
from crawler.run import Run

logger = logging.getLogger(__name__)


class BytesAgain:
    """Asks for captures, and hands what arrives to the item pipelines. What does not is an error of its policy."""

    def __init__(self, run: Run, crawler: Crawler, lost: Callable[[Policy], list[tuple[Playback, str | None]]]) -> None:
        self.run = run
        self.crawler = crawler
        self.lost = lost
        self.failed: Counter[str] = Counter()

    def requests(self, policy: Policy) -> Iterator[Request]:
        """Return the requests for the captures of a policy whose bytes are lost."""
        captures = self.lost(policy)
        if captures:
            logger.info("%s: the bytes of %d captures are lost; fetching them again", policy.name, len(captures))
        for capture, digest in captures:
            meta: dict[str, Any] = {"download_slot": REPLAY}
            url = address.playback_address(self.run.archive_url, capture)
            asked = {"policy": policy, "capture": capture, "digest": digest}
            yield Request(url, self.keep, errback=self.fail, cb_kwargs=asked, meta=meta, dont_filter=True)

    async def keep(self, response: Response, policy: Policy, capture: Playback, digest: str | None) -> None:
        """Let the bytes of a capture be kept, if the answer is that capture."""
        headers = headers_of(response)
        try:
            body = decoded_body(response)
        except (bodies.BodyTooLarge, bodies.BrokenBody):
            body = None
        if body is None or not memento.is_capture(headers):
            self._note(policy)
            return
        outcome = memento.classify(self.run.archive_url, capture, response.status, headers, body)
        if isinstance(outcome, memento.NearMatch):
            self._note(policy)
            return
        archived, cut = memento.archived_headers(headers), headers.get(truncation.HEADER)
        received = Received(policy, capture, response.status, archived, body, digest, cut)
        assert self.crawler.engine is not None
        await self.crawler.engine.scraper.start_itemproc_async(received, response=response)

    def fail(self, failure: Failure) -> None:
        """Note that a capture got no answer."""
        if not isinstance(failure.value, ArchiveStopping):  # of which the next crawl asks
            self._note(failure.request.cb_kwargs["policy"])  # type: ignore[attr-defined]  # Scrapy sets it

    def _note(self, policy: Policy) -> None:
        self.failed[policy.name] += 1
        if self.failed[policy.name] == 1:
            self.run.note_error(policy, "bytes that are lost could not be fetched again; the next crawl tries again")
