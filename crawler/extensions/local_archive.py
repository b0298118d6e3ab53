"""The extension that serves archive files on loopback, if ``ARCHIVE_URL`` is a path to them."""

import logging
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.archive.address import is_local
from crawler.errors import ArchiveFilesError
from crawler.run import archive_run_of

logger = logging.getLogger(__name__)


class LocalArchiveExtension:
    """Serves the files for as long as the spider runs, and sets the run's ``archive_url``."""

    def __init__(self, crawler: Crawler, path: Path) -> None:
        self.run = archive_run_of(crawler)
        self.path = path
        self.serving = AsyncExitStack()
        crawler.signals.connect(self.open, signals.spider_opened)
        crawler.signals.connect(self.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        archive_url = str(crawler.settings["ARCHIVE_URL"])
        if not is_local(archive_url):
            raise NotConfigured
        return cls(crawler, Path(archive_url))

    async def open(self) -> None:
        """Read the files, and serve them."""
        from crawler.local_archive.server import serve  # noqa: PLC0415 - aiohttp: a tenth of the time to begin a crawl

        try:
            self.run.archive_url = await self.serving.enter_async_context(serve(self.path))
        except ArchiveFilesError as error:
            self.run.give_up(str(error))
        logger.debug("Serving %s on %s", self.path, self.run.archive_url)

    async def close(self) -> None:
        """Stop serving."""
        await self.serving.aclose()
