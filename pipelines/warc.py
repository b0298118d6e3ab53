"""The item pipeline that keeps the bytes of every capture that was received, in WARC files.

    WARC_DIR/policytrail-STARTED-NUMBER.warc.gz

A file a crawl, and a new one at 1 GiB; each record is a gzip member of its own and on the disk before its snapshot is
stored, so that a run that is killed, or whose power fails, costs at most its last record. From them ``scrapy
reextract`` reads every text again, and ``ARCHIVE_URL=output/warc`` replays the crawl without the archive. Bodies are
kept decoded, so that headers about another form of them are left out; but what shows that one is cut is kept: its
``WARC-Truncated``, and a Content-Length beyond its end. A local archive is not copied: its files are there already.
"""

import asyncio
import contextlib
import logging
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, FileIO
from pathlib import Path
from typing import Self

from isal import isal_zlib
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler import arguments
from crawler.archive import truncation
from crawler.archive.address import is_local
from crawler.events import Event, Received
from crawler.model import Policy
from crawler.run import run_of
from crawler.timestamps import digits, nearest_moment, repaired

logger = logging.getLogger(__name__)

_LEVEL = 2
"""Of ISA-L's deflate, which has 0 to 3. Of 209 real pages, 2 takes 0.4 ms each, 3 takes three times that for 3 % less
room; zlib's 4 takes 2.7 ms for 10 % less, and warcio's own, zlib's 9, 6 ms for 15 % less (2026-11).
"""
_FILE_BYTES = 1 << 30  # the size at which archives roll their files (WARC 1.1, annex C)
_GZIP = 16 + isal_zlib.MAX_WBITS
_UNFIT = re.compile(r"[\x00-\x1f\x7f]+")  # in a header's value: it would end the line


class WarcPipeline:
    """Writes the captures of a crawl to ``WARC_DIR``."""

    def __init__(self, crawler: Crawler, directory: Path) -> None:
        self.run = run_of(crawler)
        self.directory = directory
        self.started = datetime.now(UTC)
        self.files = 0
        self.file: FileIO | None = None
        self.noted: set[str] = set()  # the policies that lost bytes
        self.writer = ThreadPoolExecutor(1, "warc")  # one, so that records come one after the other

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make sure that bytes can be kept, before anything is asked for. Raises `ArgumentError`."""
        directory = str(crawler.settings["WARC_DIR"] or "")
        if not directory or is_local(str(crawler.settings["ARCHIVE_URL"])):
            raise NotConfigured
        return cls(crawler, arguments.writable_folder("WARC_DIR", Path(directory), "bytes"))

    async def process_item(self, item: Event) -> Event:
        """Keep the bytes of a capture; other items go on as they are. Meanwhile, the crawl goes on with others."""
        if isinstance(item, Received):
            try:
                kept_in = await asyncio.get_running_loop().run_in_executor(self.writer, self._write, item)
                return replace(item, kept_in=kept_in)
            except OSError as error:
                self._note_loss(item.policy, error)
                return replace(item, kept_in="")
        return item

    def _note_loss(self, policy: Policy, error: OSError) -> None:
        """Note that bytes are lost, once per policy: a full disk is full for the next 1,000 captures too."""
        if policy.name not in self.noted:
            self.noted.add(policy.name)
            lost = "bytes not kept, of this capture and those that follow until it can; the next crawl fetches them"
            self.run.note_error(policy, f"{self.directory} cannot be written ({error}): {lost}")

    def close_spider(self) -> None:
        """Close the last file."""
        self.writer.shutdown()
        if self.file is not None:
            self.file.close()

    def _write(self, item: Received) -> str:
        if self.file is None or self.file.tell() >= _FILE_BYTES:
            self.file = self._next_file()
        record = BytesIO()
        writer = WARCWriter(record, gzip=False)
        writer.write_record(_record(writer, item))
        append(self.file, memoryview(isal_zlib.compress(record.getbuffer(), _LEVEL, _GZIP)))
        return Path(self.file.name).name

    def _next_file(self) -> FileIO:
        if self.file is not None:
            self.file.close()
        self.directory.mkdir(parents=True, exist_ok=True)
        while True:
            self.files += 1
            path = self.directory / f"policytrail-{digits(self.started)}-{self.files:05d}.warc.gz"
            try:
                return path.open("xb", buffering=0)
            except FileExistsError:  # a crawl of another corpus began in this second
                continue


def append(file: FileIO, record: memoryview) -> None:
    """Put a record at the end of a file, on the disk; all of it, or nothing of it. Raises `OSError`."""
    end = file.tell()
    try:
        while record:
            record = record[file.write(record) :]
        os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):  # the next record is written over what is left of this one
            file.seek(end)
            file.truncate()
        raise


def _record(writer: WARCWriter, item: Received) -> object:
    captured = nearest_moment(repaired(item.playback.timestamp) or item.playback.timestamp)
    warc = {"WARC-Date": captured.strftime("%Y-%m-%dT%H:%M:%SZ")}
    if item.digest:
        # The listing's digest, also where it is not that of the decoded body: as the key that tells equal captures.
        warc["WARC-Payload-Digest"] = f"sha1:{item.digest}"
    if item.truncated:
        warc["WARC-Truncated"] = _UNFIT.sub(" ", item.truncated)
    undone = {"content-encoding", "transfer-encoding"}
    if truncation.promised_length(item.headers) <= len(item.body):
        undone.add("content-length")
    headers = [(name, _UNFIT.sub(" ", value)) for name, value in item.headers.items() if name not in undone]
    return writer.create_warc_record(
        item.playback.url,
        "response",
        payload=BytesIO(item.body),
        length=len(item.body),  # without it, warcio writes to a temporary file and leaves it open
        http_headers=StatusAndHeaders(f"{item.status} Archived", headers, protocol="HTTP/1.1"),
        warc_headers_dict=warc,
    )
