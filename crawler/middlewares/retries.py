"""The downloader middleware that retries whatever is not an answer, later each time.

It takes the place of Scrapy's own, which knows neither captures nor patience.
"""

import asyncio
import hashlib
import logging
import random
import time
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.misc import load_object

from crawler.archive import bodies, cdx
from crawler.middlewares.answers import ArchiveStopping, decoded_body, is_capture, is_stopping
from crawler.middlewares.bounded_headers import AnswerTooSlowError, NoHttpError
from crawler.rate_limit.rates import CDX, REPLAY

logger = logging.getLogger(__name__)

_LONGEST_WAIT = 60.0  # seconds
_STUBBORN_TIMES = 3  # that one request takes too long or brings nonsense: it has four and a half minutes in all
_SLOW_TIMES = 2  # that an answer begins and hardly goes on
_LEADING_ELSEWHERE = (301, 302, 303, 307, 308)
_ELSEWHERE_TIMES = 3  # that a listing is asked for again where the archive leads elsewhere: some 15 s
_TICK = 0.2  # seconds between two looks at whether the crawl is being stopped
_THROTTLED_TIMES = 20  # the gate's pauses, ever longer, end a crawl long before; unless one address alone is throttled


class RetriesMiddleware:
    """A response with ``Memento-Datetime`` is content, whatever its status. An error of the archive's, a page where a
    listing was asked for, a broken connection or body are no answer.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        settings = crawler.settings
        self.times = settings.getint("RETRY_TIMES")
        self.backoff = settings.getfloat("RETRY_BACKOFF")
        self.codes = {int(code) for code in settings.getlist("RETRY_HTTP_CODES")}
        self.exceptions = tuple(load_object(e) for e in settings.getlist("RETRY_EXCEPTIONS"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Let answers through; ask again for what is none."""
        kind = request.meta.get("download_slot")
        if is_capture(response):
            broken = _broken(response)
            if kind != REPLAY or broken is None or broken == request.meta.get("broken_body"):
                return response  # what breaks twice in the same place was archived so
            return await self._again(request, "broken body", broken_body=broken) or response
        if response.status == 429:
            return self._after_pause(request) or response
        if response.status in self.codes:
            return await self._again(request, str(response.status)) or response
        if kind == CDX and not _is_listing(response):
            if response.status in _LEADING_ELSEWHERE and request.meta.get("retry_times", 0) >= _ELSEWHERE_TIMES:
                return response
            broken = _broken(response)
            if broken is not None and broken == request.meta.get("broken_body"):
                return response  # what breaks twice in the same place is sent so
            more = {} if broken is None else {"broken_body": broken}
            return await self._again(request, str(response.status), **more) or response
        return response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Ask again after a broken connection."""
        if not isinstance(exception, self.exceptions):
            return None
        if isinstance(exception, (DownloadTimeoutError, NoHttpError)):
            stubborn = request.meta.get("stubborn_times", 0) + 1
            if stubborn >= (_SLOW_TIMES if isinstance(exception, AnswerTooSlowError) else _STUBBORN_TIMES):
                return None
            return await self._again(request, type(exception).__name__, stubborn_times=stubborn)
        return await self._again(request, type(exception).__name__)

    def _after_pause(self, request: Request) -> Request | None:
        """Ask again at once: the gate lets nothing through until the pause is over."""
        throttled = request.meta.get("throttled_times", 0) + 1
        self.crawler.stats.inc_value("retry/reason_count/429 Too Many Requests")
        if throttled > _THROTTLED_TIMES:
            return None
        return request.replace(dont_filter=True, meta={**request.meta, "throttled_times": throttled})

    async def _again(self, request: Request, reason: str, **more: str | int) -> Request | None:
        tried = request.meta.get("retry_times", 0) + 1
        stats = self.crawler.stats
        stats.inc_value(f"retry/reason_count/{reason}")
        if tried > self.times:
            stats.inc_value("retry/max_reached")
            return None
        logger.debug("Retrying %s (%d/%d): %s", request.url, tried, self.times, reason)
        # With jitter, so that requests which failed together do not come back together.
        await self._sleep(min(self.backoff * 2 ** (tried - 1), _LONGEST_WAIT) * random.uniform(0.5, 1.5))
        return request.replace(dont_filter=True, meta={**request.meta, "retry_times": tried, **more})

    async def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if is_stopping(self.crawler):
                raise ArchiveStopping("the crawl is being stopped")
            await asyncio.sleep(min(left, _TICK))


def _broken(response: Response) -> str | None:
    """Return what identifies a body that ends early or does not decode; None for one that is whole."""
    try:
        decoded_body(response)
    except bodies.TooManyParts:
        return "too many parts"  # whatever they are: an archive may make them anew for each answer
    except bodies.BrokenBody:
        return hashlib.sha256(response.body).hexdigest()
    except bodies.BodyTooLarge:
        pass
    return None


def _is_listing(response: Response) -> bool:
    try:
        return cdx.is_answer(response.status, decoded_body(response))
    except bodies.BodyTooLarge:
        return True  # or as good as one: it is as large the next time
    except bodies.BrokenBody:
        return False
