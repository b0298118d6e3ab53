"""Fresh captures before a crawl: asks Save Page Now for each URL, and waits until it has captured it or gives up.

Needs the keys of an Internet Archive account in the environment: ``SAVEPAGENOW_ACCESS_KEY`` and
``SAVEPAGENOW_SECRET_KEY`` (https://archive.org/account/s3.php). A page that cannot be saved is logged, and never ends
a crawl.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.archive import save_page_now
from crawler.archive.save_page_now import AccountBusy, Job, NotSaved, Saved
from crawler.middlewares.answers import decoded_body
from crawler.rate_limit.rates import JOBS, SAVE
from crawler.run import Run
from crawler.timestamps import latest

logger = logging.getLogger(__name__)

STALE = timedelta(days=1)
"""A URL whose newest known snapshot is older than this gets a fresh capture."""

_KEYS_MISSING = (
    f"the environment has no {save_page_now.ACCESS_KEY} and {save_page_now.SECRET_KEY}. They come with an Internet"
    " Archive account: https://archive.org/account/s3.php"
)
_AT_ONCE = 3  # jobs of one crawl; an account has few sessions, and a person may want one
_PAUSE = 5.0  # seconds between two questions about a job, most of which take ten to sixty
_PATIENCE = 240.0  # seconds for a job: the service gives a capture two minutes, and may have a queue
_BUSY_PAUSE = 30.0  # seconds before a service that is busy is asked again
_BUSY_TIMES = 5


def is_stale(newest: datetime | None, now: datetime) -> bool:
    """Tell whether a URL needs a fresh capture, given the time of its newest known snapshot.

    If none is known, the service itself knows whether there is one.
    """
    return newest is None or now - newest > STALE or newest > latest(now)


def saver_for(run: Run, fetch: Callable[[Request], Awaitable[Response]]) -> "Saver | None":
    """Return what asks for a run's fresh captures; None, and a warning why, if that is impossible."""
    headers = save_page_now.headers(os.environ)
    if headers is not None and not run.is_local:
        return Saver(run.archive_url, headers, fetch)
    why = "the archive is a file" if run.is_local else _KEYS_MISSING
    logger.warning("-a save=1: no fresh captures can be requested: %s", why)
    return None


class Saver:
    """Saves pages in an archive. ``fetch`` sends a request; ``headers`` are those of `save_page_now.headers`."""

    def __init__(
        self, archive_url: str, headers: Mapping[str, str], fetch: Callable[[Request], Awaitable[Response]]
    ) -> None:
        self.archive_url = archive_url
        self.headers = dict(headers)
        self.fetch = fetch

    async def save_all(self, urls: Iterable[str]) -> AsyncIterator[str]:
        """Save pages, a few at once, and yield each URL as soon as it is saved or has failed."""
        room = asyncio.Semaphore(_AT_ONCE)

        async def save(url: str) -> str:
            async with room:
                end = await self._save(url)
            if isinstance(end, NotSaved):
                logger.warning("%s could not be saved: %s", url, end.why)
            else:
                logger.info("%s is saved", url)
            return url

        tasks = [asyncio.create_task(save(url)) for url in urls]
        try:
            for task in asyncio.as_completed(tasks):
                yield await task
        finally:
            for left in tasks:
                left.cancel()

    async def _save(self, url: str) -> Saved | NotSaved:
        post = Request(
            save_page_now.save_address(self.archive_url),
            method="POST",
            headers={**self.headers, "Content-Type": "application/x-www-form-urlencoded"},
            body=save_page_now.form(url),
            meta={"download_slot": SAVE},
            dont_filter=True,
        )
        for _ in range(_BUSY_TIMES):
            answer = await self._ask(post.copy())
            if not isinstance(answer, AccountBusy):
                break
            await asyncio.sleep(_BUSY_PAUSE)
        if isinstance(answer, Job):
            return await self._wait(answer)
        return NotSaved(answer.why) if isinstance(answer, AccountBusy) else answer

    async def _wait(self, job: Job) -> Saved | NotSaved:
        question = Request(
            save_page_now.job_address(self.archive_url, job),
            headers=self.headers,
            meta={"download_slot": JOBS},
            dont_filter=True,
        )
        for _ in range(int(_PATIENCE / _PAUSE)):
            await asyncio.sleep(_PAUSE)
            answer = await self._ask(question.copy())
            if isinstance(answer, Saved | NotSaved):
                return answer
        return NotSaved(f"the archive did not say within {_PATIENCE:.0f} s how it went")

    async def _ask(self, request: Request) -> Job | Saved | AccountBusy | NotSaved:
        try:
            response = await self.fetch(request)
            return save_page_now.read_answer(response.status, decoded_body(response))
        except IgnoreRequest:
            raise  # the crawl is being stopped
        except Exception as error:
            # Whatever went wrong, the crawl itself can go on without a fresh capture.
            return NotSaved(f"{type(error).__name__}: {error}"[:200])
