"""How the archive is asked: at its rates, with patience when it throttles, and again when it did not answer.

The Internet Archive asks clients to keep to 80 % of its limits (30 listings and 600 playbacks a minute); who goes
on through its 429s for more than a minute is cut off for an hour, twice as long each time (its staff in edgi
wayback #137 and #206).
"""

import asyncio
import logging
import random
import time
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from crawler.archive import bodies, cdx, responses

logger = logging.getLogger(__name__)

CDX, REPLAY = "cdx", "replay"
"""The download slots: listings and playback have rates of their own."""

_REPLAY_AT_ONCE = 8  # playback takes about a second; eight under way make the default rate of eight a second
_PAUSE = 60.0  # seconds after a 429 without Retry-After (recorded answers have none), doubled while they go on
_LONGEST_PAUSE = 3600.0
_TICK = 0.2  # seconds between two looks at whether the crawl is being stopped


def slots(settings: BaseSettings, *, local: bool) -> dict[str, dict[str, float]]:
    """The DOWNLOAD_SLOTS that keep to the two rates of the settings; a local archive needs none.

    Raises `ValueError` where a rate is no number of at least 0.
    """
    delays = {}
    for slot, setting in ((CDX, "CDX_REQUESTS_PER_MINUTE"), (REPLAY, "REPLAY_REQUESTS_PER_MINUTE")):
        try:
            rate = float(settings[setting])
        except (TypeError, ValueError):
            rate = -1.0
        if not 0 <= rate < float("inf"):
            raise ValueError(
                f"{setting}={settings[setting]}: expected a number of requests a minute, or 0 for no limit."
            )
        delays[slot] = 0.0 if local or rate == 0 else 60.0 / rate
    return {
        CDX: {"concurrency": 1, "delay": delays[CDX], "jitter": 0},
        REPLAY: {"concurrency": _REPLAY_AT_ONCE, "delay": delays[REPLAY], "jitter": 0},
    }


class ArchiveStopping(IgnoreRequest):
    """A request was given up because the crawl is being stopped; nothing is known about what it asked for."""


class PolitenessMiddleware:
    """A downloader middleware in the place of Scrapy's retries, which know neither captures nor patience.

    A response with ``Memento-Datetime`` is content, whatever its status. A 429 without it stops everything for a
    while. What is no answer (an error of the archive's, a page where a listing was asked for, a broken connection)
    is asked again, later each time.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        settings = crawler.settings
        self.times = settings.getint("RETRY_TIMES")
        self.backoff = settings.getfloat("RETRY_BACKOFF")
        self.codes = {int(code) for code in settings.getlist("RETRY_HTTP_CODES")}
        self.exceptions = tuple(load_object(e) for e in settings.getlist("RETRY_EXCEPTIONS"))
        self.paused_until = 0.0
        self.pause = _PAUSE

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait while the archive wants to be left alone."""
        while (wait := self.paused_until - time.monotonic()) > 0:
            await self._sleep(wait)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Let answers through; ask again for what is none."""
        if responses.is_capture({name.decode().lower(): "yes" for name in response.headers}):
            self.pause = _PAUSE
            return response
        if response.status == 429:
            self._pause(response)
            return await self._again(request, "429 Too Many Requests", wait=False) or response
        listing = request.meta.get("download_slot") == CDX
        if response.status in self.codes or (listing and not _is_listing(response)):
            return await self._again(request, f"{response.status} and no answer") or response
        self.pause = _PAUSE
        return response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Ask again after a broken connection."""
        if not isinstance(exception, self.exceptions):
            return None
        return await self._again(request, type(exception).__name__)

    def _pause(self, response: Response) -> None:
        header = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
        seconds = float(header) if header.isdecimal() else self.pause
        seconds = min(seconds, _LONGEST_PAUSE)
        now = time.monotonic()
        if now >= self.paused_until:  # the requests that were under way with the first 429 bring more of them
            self.pause = min(self.pause * 2, _LONGEST_PAUSE)
            logger.warning("The archive asks for fewer requests (429): pausing for %.0f s", seconds)
        self.paused_until = max(self.paused_until, now + seconds)

    async def _again(self, request: Request, reason: str, *, wait: bool = True) -> Request | None:
        tried = request.meta.get("retry_times", 0) + 1
        stats = self.crawler.stats
        stats.inc_value(f"retry/reason_count/{reason}")
        if tried > self.times:
            stats.inc_value("retry/max_reached")
            return None
        logger.debug("Asking again (%d of %d) for %s: %s", tried, self.times, request.url, reason)
        if wait:
            # Full jitter, so that requests which failed together do not come back together.
            await self._sleep(self.backoff * 2 ** (tried - 1) * random.uniform(0.5, 1.5))
        again = request.replace(dont_filter=True)
        again.meta["retry_times"] = tried
        return again

    async def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not self.crawler.crawling:
                raise ArchiveStopping("the crawl is being stopped")
            await asyncio.sleep(min(left, _TICK))


def _is_listing(response: Response) -> bool:
    encodings = [value.decode("latin-1") for value in response.headers.getlist("Content-Encoding")]
    try:
        return cdx.is_answer(response.status, bodies.decode(response.body, encodings))
    except (bodies.BrokenBody, bodies.BodyTooLarge):
        return False
