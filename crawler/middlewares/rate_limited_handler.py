"""The download handler through which every request to the archive leaves: at its rates, on few lasting connections.

The Internet Archive asks clients to keep to 80 % of its limits (30 listings and 600 playbacks a minute); who goes
on through its 429s for more than a minute is cut off for an hour, twice as long each time (its staff in edgi
wayback #137 and #206).
"""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, NotConfigured, ResponseDataLossError
from scrapy.http import Response
from scrapy.utils.misc import build_from_crawler, load_object

from crawler.archive import memento
from crawler.archive.address import archive_key, is_local
from crawler.errors import ArchiveClosedError, StateError
from crawler.middlewares import bounded_headers
from crawler.middlewares.answers import ArchiveStopping, headers_of, is_stopping
from crawler.rate_limit.gate import Gate, Sent, Stopping
from crawler.rate_limit.rates import CDX, KINDS, REPLAY, intervals, state_directory
from crawler.rate_limit.shared_state import SharedState
from crawler.run import archive_run_of

SENT = "archive/requests_sent"
"""The statistic of requests that left for the archive, retries included; Scrapy's own counts those that wait, too."""

_GRACE = 3.0  # seconds that requests on the wire have when the crawl is being stopped
_FEWEST = 3  # requests at once that keep a crawl busy whose archive is faster than it is itself
_GLANCE = 0.02  # seconds between two looks at whether what has arrived is stored
_TICK = 0.2  # seconds between two looks at whether the crawl is being stopped


class RateLimitedHandler:
    """A download handler around Scrapy's own, where requests leave and answers arrive: nothing gets past it.

    Requests to the archive of the settings go through its `Gate`, whichever spider or command sends them. A local
    archive, and any other host, is asked without one.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        inner: Any = load_object(crawler.settings["DOWNLOAD_HANDLERS_BASE"]["https"])
        self.inner = build_from_crawler(inner, crawler)
        if pool := getattr(self.inner, "_pool", None):
            # Twisted would send a request again by itself when its connection breaks, past the gate.
            pool.retryAutomatically = False
            bounded_headers.bound(pool)
        archive_url = str(crawler.settings["ARCHIVE_URL"])
        self.key = None if is_local(archive_url) else archive_key(archive_url)
        self.gate = _gate(crawler, self.key) if self.key else None
        slots = crawler.settings.getdict("DOWNLOAD_SLOTS")
        # Scrapy 2.19 starts all that a slot without a delay has in its queue, whatever the slot's concurrency.
        self.room = {kind: asyncio.Semaphore(slot["concurrency"]) for kind, slot in slots.items()}
        self.most = int(slots[REPLAY]["concurrency"])
        self.at_once = _FEWEST
        self.under_way = 0
        self.first_in_line = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Send a request when it is its turn, and return the response. Raises `ArchiveStopping`."""
        try:
            if self.gate is None or archive_key(request.url) != self.key:
                return await self._download(request)
            kind = _kind(request)
            if request.meta.get("throttled_times"):
                await self.gate.let_others_first()
            async with self.room[kind]:
                await self._until_stored(self.gate)
                self.under_way += 1
                try:
                    return await self._through(self.gate, kind, request)
                finally:
                    self.under_way -= 1
        except (ArchiveClosedError, StateError) as error:
            self._end_crawl(str(error))
            raise ArchiveStopping(str(error)) from error
        except Stopping as stopping:
            raise ArchiveStopping("the crawl is being stopped") from stopping

    async def close(self) -> None:
        """Close the connections and the shared state."""
        if self.gate is not None:
            self.gate.state.close()
        await self.inner.close()

    def _end_crawl(self, message: str) -> None:
        with contextlib.suppress(NotConfigured):  # another spider learns of it by the failure of its request
            archive_run_of(self.crawler).end_early(self.crawler, message)

    async def _until_stored(self, gate: Gate) -> None:
        """Wait while as much is under way, or has arrived and is not stored yet, as may be at once.

        What has arrived and is not stored is requested again by the next crawl when this one is killed.
        """
        async with self.first_in_line:  # one looks, and the others wait for it: the looks of eight took time (2026-11)
            while self.under_way + self._unstored() >= self.at_once:
                await gate.sleep(_GLANCE)

    def _unstored(self) -> int:
        """Return the number of responses that have arrived and are not stored."""
        assert self.crawler.engine is not None
        scraped = self.crawler.engine.scraper.slot
        return len(scraped.active) + len(scraped.queue) if scraped is not None else 0

    def _adapt(self) -> None:
        """Have more under way while answers are stored as fast as they arrive, and fewer where they pile up."""
        unstored = self._unstored()
        if not unstored:
            self.at_once = min(self.at_once + 1, self.most)
        elif unstored > 1:
            self.at_once = max(self.at_once - 1, _FEWEST)

    async def _through(self, gate: Gate, kind: str, request: Request) -> Response:
        sent = await gate.enter(kind)
        try:
            response = await self._download(request)
        except (Stopping, asyncio.CancelledError):
            gate.abandoned()
            raise
        except (DownloadCancelledError, ResponseDataLossError, bounded_headers.NoHttpError):
            # Too large, cut off or nonsense is an answer all the same: it must not end the other policies' crawls.
            await gate.answered(sent)
            raise
        except DownloadTimeoutError as error:
            if request.meta.get(
                "stubborn_times"
            ):  # that one address takes too long again tells nothing new of the archive
                gate.abandoned()
            else:
                await gate.failed(sent, _told(error), refused=False)
            raise
        except Exception as error:
            about = _about(request.url) if bounded_headers.hung_up(error) else ""
            await gate.failed(sent, _told(error), refused=True, about=about)
            raise
        await self._record(gate, sent, response.status, headers_of(response))
        self._adapt()
        return response

    async def _record(self, gate: Gate, sent: Sent, status: int, headers: Mapping[str, str]) -> None:
        if status == 429 and not memento.is_capture(headers):
            await gate.throttled(sent, retry_after(headers, time.time()))
        else:
            await gate.answered(sent)

    async def _download(self, request: Request) -> Response:
        """Let Scrapy's handler do it; what is still on the wire a while after the crawl was stopped is given up."""
        self.crawler.stats.inc_value(SENT)
        task = asyncio.ensure_future(bounded_headers.answer(self.inner.download_request(request)))
        left = _GRACE
        try:
            while not (await asyncio.wait({task}, timeout=_TICK))[0]:
                left -= _TICK if is_stopping(self.crawler) else 0
                if left <= 0:
                    raise Stopping
            response: Response = task.result()
            return response
        finally:
            task.cancel()


def _told(error: Exception) -> str:
    return " ".join(f"{type(error).__name__} {error}".split())[:120]


def _about(url: str) -> str:
    """Return the host of the page that a request to the archive is about."""
    parts = urlsplit(url)
    named = parse_qs(parts.query).get("url", [""])[0] or url.partition("id_/")[2]
    with contextlib.suppress(ValueError):
        return urlsplit(named if "//" in named else f"//{named}").hostname or ""
    return named


def _kind(request: Request) -> str:
    """Return the kind of a request to the archive; one of another spider may not say it."""
    kind: str | None = request.meta.get("download_slot")
    if kind in KINDS:
        return kind
    return CDX if urlsplit(request.url).path.startswith("/cdx/") else REPLAY


def _gate(crawler: Crawler, key: str) -> Gate:
    settings = crawler.settings
    return Gate(
        SharedState(state_directory(settings)),
        key,
        intervals(settings, local=False),
        backoff=settings.getfloat("RETRY_BACKOFF"),
        may_ban=not _is_loopback(urlsplit(key).hostname or ""),
        stopping=lambda: is_stopping(crawler),
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for, which gives seconds or a date (RFC 9110, 10.2.3); None if
    it asks for nothing, or for what nobody can tell.
    """
    header = headers.get("retry-after", "").strip()
    if header.isascii() and header.isdecimal():
        return float(header[:9])
    try:
        date: datetime = parsedate_to_datetime(header)
        return max(0.0, date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return None
