"""The records of one WARC file, one after the other, also behind damage.

warcio parses. This adds that damage differs from the end of the file (warcio takes both for the end, or writes to
standard error), that headers have a bound, and that reading goes on behind damage. It overrides private methods of
warcio, which tests/test_private_names.py names.
"""

import mmap
import re
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import WARCIterator
from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader

# The headers of one record, WARC and HTTP together. Real ones are a few KiB.
MAX_HEADER_BYTES = 1 << 20
# Each damaged place costs a search of the file: the reading of a file of nothing but damage has to end.
MAX_DAMAGED_PLACES = 1000

_BLOCK_SIZE = 1 << 16
# Where a record can start: a gzip member with the deflate method (RFC 1952), or a version line.
_GZIP_START = re.compile(rb"\x1f\x8b\x08")
_PLAIN_START = re.compile(rb"(?<=\n)WARC/[01]\.")
_CUT = "the file ends within a record"
_ONE_BLOCK = (
    "all records are one gzip block, of which only the first can be read (`warcio recompress` mends such files)"
)


class DamagedRecordError(Exception):
    """A record cannot be read; the message says why, and is the same for the same kind of damage."""


class Records(WARCIterator):
    """warcio's iterator over the records from the stream's position on, which raises DamagedRecordError for damage."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self.loader = _Loader(verify_http=False)
        self.reader = _Reader(stream, block_size=_BLOCK_SIZE)
        self.last_start = self.offset
        """Offset of the last record that was read to its end, in bytes."""

    def finish(self) -> tuple[int, int]:
        """Read the current record to its end. Return its offset and its length in the file, in bytes."""
        self.read_to_end()
        if self.record.raw_stream.limit > 0:
            raise DamagedRecordError(_CUT)
        self.last_start = self.member_info[0]
        return self.member_info

    def close(self) -> None:
        """End the reading. Raises `DamagedRecordError` if a gzip block breaks off, which warcio takes for the end."""
        reader = self.reader
        cut = reader and reader.decompressor and reader.is_fed and not reader.decompressor.eof
        super().close()
        if cut:
            raise DamagedRecordError("the file ends within a gzip block")

    def _next_record(self, next_line: bytes | None) -> Any:
        self.reader.header_bytes_left = MAX_HEADER_BYTES
        record = super()._next_record(next_line)
        if record.length is None or record.length < 0:
            if not self.reader.rem_length() and not self.fh.read(1):
                raise DamagedRecordError(_CUT)
            raise DamagedRecordError("a record does not say how long it is (Content-Length)")
        return record

    def _consume_blanklines(self) -> tuple[bytes | None, int]:
        blank = 0
        while line := self.reader.readline():
            if line.strip():
                if blank or line.startswith(b"WARC/"):
                    return line, blank
                raise DamagedRecordError("a record is not as long as it says (Content-Length)")
            blank += len(line)
        return None, blank


class _Loader(ArcWarcRecordLoader):
    def load_http_headers(self, rec_type: str, uri: str | None, stream: Any, length: int | None) -> Any:
        if uri is None or rec_type == "request":  # nobody reads the headers of requests
            return None
        try:
            return super().load_http_headers(rec_type, uri, stream, length)
        except EOFError:  # left alone, this would end the iteration as if the file were whole
            raise DamagedRecordError(_CUT) from None

    def _ensure_target_uri_format(self, rec_headers: Any) -> str | None:
        # warcio logs a warning for each URL with a space.
        uri: str | None = rec_headers.get_header("WARC-Target-URI")
        return uri.strip("<>") if uri else None


class _Reader(DecompressingBufferedReader):
    header_bytes_left = MAX_HEADER_BYTES
    is_fed = False

    def readline(self, length: int | None = None) -> bytes:
        limit = self.header_bytes_left if length is None else min(length, self.header_bytes_left)
        line: bytes = super().readline(limit)
        self.header_bytes_left -= len(line)
        if self.header_bytes_left <= 0:
            raise DamagedRecordError(f"a record's headers are longer than {MAX_HEADER_BYTES >> 20} MiB")
        return line

    def _decompress(self, data: bytes) -> bytes:
        self.is_fed = True
        if not self.decompressor or not self.num_block_read:  # warcio sees at the first block whether it is gzip
            return super()._decompress(data)
        try:
            return self.decompressor.decompress(data)
        except zlib.error:
            raise DamagedRecordError("gzip data is damaged") from None


def visit_records(path: Path, visit: Callable[[Any, Records], None]) -> Counter[str]:
    """Call `visit(record, records)` for each record of a file. Return how many places could not be read, by reason.

    `visit` reads as much of the record as it wants and then calls `records.finish()`. If that raises, the record is
    damaged: `visit` must let the exception through and keep nothing of the record.
    """
    damage: Counter[str] = Counter()
    try:
        if not path.is_file():  # a pipe would block, a device might never end
            return Counter(["it is not a regular file"])
        with path.open("rb") as stream:
            start = 0
            while sum(damage.values()) < MAX_DAMAGED_PLACES:
                records = Records(stream)
                try:
                    for record in records:
                        visit(record, records)
                    return damage
                except DamagedRecordError as error:
                    damage[str(error)] += 1
                except ArchiveLoadFailed as error:
                    whole = "non-chunked gzip" in str(error)
                    damage[_ONE_BLOCK if whole else "there is something else where a record should start"] += 1
                # In a gzip block with several records, warcio's offset may lie before records that were read.
                following = _next_start(stream, max(start, records.last_start, records.offset) + 1)
                if following is None:
                    return damage
                start = stream.seek(following)
            damage["the rest was given up, after too much damage"] += 1
    except OSError as error:
        damage[f"it cannot be read ({error.strerror})"] += 1
    return damage


def _next_start(stream: BinaryIO, position: int) -> int | None:
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        start = _GZIP_START if content[:2] == b"\x1f\x8b" else _PLAIN_START
        found = start.search(content, position)
        return found.start() if found else None
