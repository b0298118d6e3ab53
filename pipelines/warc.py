"""The item pipeline that keeps the bytes of every capture that was received, in WARC files.

    WARC_DIR/policytrail-STARTED-NUMBER.warc.gz

A file a crawl, and a new one at 1 GiB; each record is a gzip member of its own, so that a run that is killed costs
at most its last record. From them ``scrapy reextract`` reads every text again, and ``ARCHIVE_URL=output/warc``
replays the crawl without the archive. Bodies are kept decoded. A local archive is not copied: its files are there
already.
"""

import logging
import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.items import Item, Received
from crawler.local_archive import is_local
from crawler.run import run_of

logger = logging.getLogger(__name__)

_FILE_BYTES = 1 << 30  # the size at which archives roll their files (WARC 1.1, annex C)
_UNFIT = re.compile(r"[\x00-\x1f\x7f]+")  # in a header's value: it would end the line


class WarcPipeline:
    """Writes the captures of a crawl to ``WARC_DIR``."""

    def __init__(self, crawler: Crawler, directory: Path) -> None:
        self.crawler = crawler
        self.directory = directory
        self.started = datetime.now(UTC)
        self.files = 0
        self.file: IO[bytes] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        directory = str(crawler.settings["WARC_DIR"] or "")
        if not directory or is_local(str(crawler.settings["ARCHIVE_URL"])):
            raise NotConfigured
        return cls(crawler, Path(directory))

    def process_item(self, item: Item) -> Item:
        """Keep the bytes of a capture; other items go on as they are."""
        if isinstance(item, Received):
            try:
                self._write(item)
            except OSError as error:
                run_of(self.crawler).note(item.policy, f"{self.directory} cannot be written ({error}): bytes not kept")
        return item

    def close_spider(self) -> None:
        """Close the last file."""
        if self.file is not None:
            self.file.close()

    def _write(self, item: Received) -> None:
        if self.file is None or self.file.tell() >= _FILE_BYTES:
            self.file = self._next_file()
        writer = WARCWriter(self.file, gzip=True)
        writer.write_record(_record(writer, item))
        self.file.flush()

    def _next_file(self) -> IO[bytes]:
        if self.file is not None:
            self.file.close()
        self.directory.mkdir(parents=True, exist_ok=True)
        while True:
            self.files += 1
            path = self.directory / f"policytrail-{self.started:%Y%m%d%H%M%S}-{self.files:05d}.warc.gz"
            try:
                return path.open("xb")
            except FileExistsError:  # a crawl of another corpus began in this second
                continue


def _record(writer: WARCWriter, item: Received) -> object:
    timestamp = item.playback.timestamp
    date, time = timestamp[:8], timestamp[8:]
    warc = {"WARC-Date": f"{date[:4]}-{date[4:6]}-{date[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}Z"}
    if item.digest:
        # The listing's digest, also where it is not that of the decoded body: as the key that tells equal captures.
        warc["WARC-Payload-Digest"] = f"sha1:{item.digest}"
    headers = [
        (name, _UNFIT.sub(" ", value))
        for name, value in item.headers.items()
        if name not in {"content-encoding", "content-length", "transfer-encoding"}
    ]
    return writer.create_warc_record(
        item.playback.url,
        "response",
        payload=BytesIO(item.body),
        length=len(item.body),  # without it, warcio writes to a temporary file and leaves it open
        http_headers=StatusAndHeaders(f"{item.status} Archived", headers, protocol="HTTP/1.1"),
        warc_headers_dict=warc,
    )
