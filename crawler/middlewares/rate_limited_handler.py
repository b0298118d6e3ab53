"""How Scrapy's requests reach the archive: through its `gate`, on few lasting connections.

The Internet Archive asks clients to keep to 80 % of its limits (30 listings and 600 playbacks a minute); who goes
on through its 429s for more than a minute is cut off for an hour, twice as long each time (its staff in edgi
wayback #137 and #206).
"""

import asyncio
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import platformdirs
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest, ResponseDataLossError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.misc import build_from_crawler, load_object

from crawler.errors import ArchiveClosedError, StateError
from crawler.rate_limit.gate import Gate, Sent, Stopping
from crawler.rate_limit.shared_state import SharedState
from crawler.run import run_of

CDX, REPLAY, SAVE, JOBS = "cdx", "replay", "save", "jobs"
"""The kinds of requests, which are the download slots: each has a rate of its own."""

SENT = "archive/requests_sent"
"""The statistic of requests that left for the archive, repeated ones included; Scrapy's own counts those that wait."""

_SAVES_A_MINUTE = 12  # Save Page Now's limit for signed-in users (its documentation of 2025-10-22)
_JOBS_A_MINUTE = 60  # questions about how a save is getting on: no limit is documented
_GRACE = 3.0  # seconds that requests on the wire have when the crawl is being stopped
_FEWEST = 3  # requests at once that keep a crawl busy whose archive is faster than it is itself
_GLANCE = 0.02  # seconds between two looks at whether what has arrived is stored
_TICK = 0.2  # seconds between two looks at whether it is


def intervals(settings: BaseSettings, *, local: bool) -> dict[str, float]:
    """The seconds between two requests of a kind that the settings ask for; a local archive needs none.

    Raises `ValueError` where a rate is no number of at least 0.
    """
    rates = {SAVE: float(_SAVES_A_MINUTE), JOBS: float(_JOBS_A_MINUTE)}
    for kind, setting in ((CDX, "CDX_REQUESTS_PER_MINUTE"), (REPLAY, "REPLAY_REQUESTS_PER_MINUTE")):
        try:
            rates[kind] = float(settings[setting])
        except (TypeError, ValueError):
            rates[kind] = -1.0
        if not 0 <= rates[kind] < float("inf"):
            raise ValueError(
                f"{setting}={settings[setting]}: expected a number of requests a minute, or 0 for no limit."
            )
    return {kind: 0.0 if local or rate == 0 else 60.0 / rate for kind, rate in rates.items()}


def state_directory(settings: BaseSettings) -> Path:
    """Where the state is kept that all crawls of the machine's user share."""
    return Path(settings["STATE_DIR"] or platformdirs.user_state_path("policytrail"))


def archive_key(archive_url: str) -> str:
    """What the rates of an archive are kept under: its scheme, host and port."""
    parts = urlsplit(archive_url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme.lower())
    return f"{parts.scheme.lower()}://{(parts.hostname or '').lower()}:{port}"


class ArchiveStopping(IgnoreRequest):
    """A request was given up because the crawl is being stopped; nothing is known about what it asked for."""


class RateLimitedHandler:
    """A download handler around Scrapy's own, where requests leave and answers arrive: nothing gets past it.

    A local archive is asked without a gate.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        inner: Any = load_object(crawler.settings["DOWNLOAD_HANDLERS_BASE"]["https"])
        self.inner = build_from_crawler(inner, crawler)
        if pool := getattr(self.inner, "_pool", None):
            # Twisted would send a request again by itself when its connection breaks, past the gate.
            pool.retryAutomatically = False
        self.gate = _gate(crawler)
        slots = crawler.settings.getdict("DOWNLOAD_SLOTS")
        # Scrapy 2.19 starts all that a slot without a delay has in its queue, whatever the slot's concurrency.
        self.room = {kind: asyncio.Semaphore(slot["concurrency"]) for kind, slot in slots.items()}
        self.most = int(slots[REPLAY]["concurrency"])
        self.at_once = _FEWEST
        self.under_way = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Send a request when it is its turn, and give the response. Raises `ArchiveStopping`."""
        try:
            if self.gate is None:
                return await self._download(request)
            async with self.room[request.meta["download_slot"]]:
                await self._until_stored(self.gate)
                self.under_way += 1
                try:
                    return await self._through(self.gate, request)
                finally:
                    self.under_way -= 1
        except (ArchiveClosedError, StateError) as error:
            run_of(self.crawler).end_early(self.crawler, str(error))
            raise ArchiveStopping(str(error)) from error
        except Stopping as stopping:
            raise ArchiveStopping("the crawl is being stopped") from stopping

    async def close(self) -> None:
        """Close the connections and the shared state."""
        if self.gate is not None:
            self.gate.state.close()
        await self.inner.close()

    async def _until_stored(self, gate: Gate) -> None:
        """Wait while as much is under way, or has arrived and is not stored yet, as may be at once.

        What has arrived and is not stored is asked for again by the next crawl when this one is killed.
        """
        while self.under_way + self._unstored() >= self.at_once:
            await gate.sleep(_GLANCE)

    def _unstored(self) -> int:
        """The responses that have arrived and are not stored."""
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

    async def _through(self, gate: Gate, request: Request) -> Response:
        sent = await gate.enter(request.meta["download_slot"])
        try:
            response = await self._download(request)
        except (Stopping, asyncio.CancelledError):
            gate.abandoned()
            raise
        except (DownloadCancelledError, ResponseDataLossError):  # too large, or cut off: an answer all the same
            await gate.answered(sent)
            raise
        except Exception as error:
            how = " ".join(f"{type(error).__name__} {error}".split())[:120]
            await gate.failed(sent, how, refused=not isinstance(error, DownloadTimeoutError))
            raise
        await self._heard(gate, sent, response)
        self._adapt()
        return response

    async def _heard(self, gate: Gate, sent: Sent, response: Response) -> None:
        if response.status == 429 and not is_capture(response):
            await gate.throttled(sent, retry_after(response, time.time()))
        else:
            await gate.answered(sent)

    async def _download(self, request: Request) -> Response:
        """Let Scrapy's handler do it; what is still on the wire a while after the crawl was stopped is given up."""
        self.crawler.stats.inc_value(SENT)
        task = asyncio.ensure_future(self.inner.download_request(request))
        left = _GRACE
        try:
            while not (await asyncio.wait({task}, timeout=_TICK))[0]:
                left -= 0 if self.crawler.crawling else _TICK
                if left <= 0:
                    raise Stopping
            response: Response = task.result()
            return response
        finally:
            task.cancel()


def _gate(crawler: Crawler) -> Gate | None:
    run, settings = run_of(crawler), crawler.settings
    if run.is_local:
        return None
    return Gate(
        SharedState(state_directory(settings)),
        archive_key(run.archive_url),
        intervals(settings, local=False),
        backoff=settings.getfloat("RETRY_BACKOFF"),
        may_ban=not _is_loopback(urlsplit(run.archive_url).hostname or ""),
        stopping=lambda: not crawler.crawling,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_capture(response: Response) -> bool:
    """Whether a response is archived content rather than the archive's own word."""
    return bool((response.headers.get("Memento-Datetime") or b"").strip())


def retry_after(response: Response, now: float) -> float | None:
    """The seconds that a Retry-After header asks for, which gives them or a date (RFC 9110, 10.2.3); None: nothing."""
    header = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if header.isascii() and header.isdecimal():
        return float(header[:9])
    try:
        date: datetime = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return max(0.0, date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now)
