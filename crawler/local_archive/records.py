"""The records of one WARC or ARC file, one after the other, also behind damage.

warcio parses. This adds that damage differs from the end of the file (warcio takes both for the end, or writes to
standard error), that headers have a bound, and that reading goes on behind damage. It overrides private methods of
warcio, which tests/test_private_names.py names.
"""

import re
import zlib
from collections import Counter
from collections.abc import Callable
from typing import Any, BinaryIO

from warcio.archiveiterator import WARCIterator
from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.digestverifyingreader import DigestVerifyingReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader

from crawler.local_archive.files import ArchiveFile
from crawler.local_archive.forms import ARC_RECORD, GZIP, ZSTD, ZSTD_ERROR, Form, ZstdFrame

# The headers of one record, WARC and HTTP together. Real ones are a few KiB.
MAX_HEADER_BYTES = 1 << 20
# Each damaged place costs a search of the file: the reading of a file of nothing but damage has to end.
MAX_DAMAGED_PLACES = 1000

_BLOCK_SIZE = 1 << 16
# A block of Zstandard may become 32,768 times as large: 64 MiB here.
_ZSTD_BLOCK_SIZE = 1 << 11
# gzip can make a thousand bytes of one, Zstandard more: a file that does that all along is a bomb.
_MOST_BYTES_PER_BYTE = 1000
_MOST_BYTES = 1 << 28
GZIP_START = re.compile(re.escape(GZIP) + b"\x08")
"""Where a gzip member can start: its signature, and the deflate method (RFC 1952)."""
# Where a record can start: a gzip member, a Zstandard frame, a record's first line.
_STARTS = {
    "gzip": GZIP_START,
    "zstd": re.compile(re.escape(ZSTD)),
    "warc": re.compile(rb"(?<=\n)WARC/[01]\."),
    "arc": re.compile(rb"(?<=\n)" + ARC_RECORD.pattern, re.IGNORECASE),
}
BLOCK_DIGEST = re.compile(r"sha1:([A-Z2-7]{32}|[0-9A-Fa-f]{40})|sha256:([A-Z2-7]{52}====|[0-9A-Fa-f]{64})")
_LONGEST_START = 1 << 12  # bytes of a record's first line, as an ARC's has its URL
_CUT_BLOCK = "the file ends within a compressed block; fetch it again"
_CUT = "the file ends within a record; fetch it again"
SPLIT = "a record goes on beyond its compressed block"
"""One of the two reasons why a compressed file may be readable once it is unpacked."""
ONE_BLOCK = "all records are one compressed block, of which only the first is read (`warcio recompress` mends that)"
"""The other one."""


class DamagedRecordError(Exception):
    """A record cannot be read; the message says why, and is the same for the same kind of damage."""


class _BombError(DamagedRecordError):
    """A file is not worth to be read on."""


class Records(WARCIterator):
    """warcio's iterator over the records from the stream's position on, which raises DamagedRecordError for damage.

    Those of an ARC file look as if they were a WARC's.
    """

    def __init__(self, stream: BinaryIO, form: Form, *, check_digests: bool = False) -> None:
        super().__init__(stream, check_digests=check_digests)
        self.is_arc = form.is_arc
        if form.is_arc:
            self.known_format, self.mixed_arc_warc = "arc", True  # the latter keeps warcio from changing the former
        self.loader = _Loader(verify_http=False, arc2warc=True)
        self.reader = self._members = _Reader(stream, form)  # warcio forgets the former at the end
        self.last_start = self.offset
        """Offset of the last record that was read to its end, in bytes."""

    def finish(self) -> tuple[int, int]:
        """Read the current record to its end. Return its offset and its length in the file, in bytes."""
        self.read_to_end()
        if self.record.raw_stream.limit > 0:
            raise DamagedRecordError(self._cut)
        self.last_start = self.member_info[0]
        return self.member_info

    def close(self) -> None:
        """End the reading. Raises `DamagedRecordError` if a gzip block breaks off, which warcio takes for the end."""
        reader = self.reader
        cut = reader and reader.decompressor and reader.is_fed and not reader.decompressor.eof
        more = reader and self.next_line  # warcio overlooks that behind an empty block
        super().close()
        if cut:
            raise DamagedRecordError(_CUT_BLOCK)
        if more:
            raise DamagedRecordError(ONE_BLOCK)

    @property
    def reached(self) -> int:
        """Offset of a place that was reached: damage lies behind it, and behind all that is before."""
        return max(self.last_start, self.offset, self._members.start)

    @property
    def _cut(self) -> str:
        """Why a record breaks off: with the file, or with its compressed block."""
        return SPLIT if self.reader.decompressor and self.reader.decompressor.eof else _CUT

    def _next_record(self, next_line: bytes | None) -> Any:
        self.reader.header_bytes_left = MAX_HEADER_BYTES
        try:
            record = super()._next_record(next_line)
        except _CutRecordError:
            raise DamagedRecordError(self._cut) from None
        except (ValueError, OverflowError) as error:  # of an ARC record's date
            raise DamagedRecordError("a record's header cannot be read") from error
        if record.length is None or record.length < 0:
            if not self.reader.rem_length() and not self.fh.read(1):
                raise DamagedRecordError(self._cut)
            raise DamagedRecordError("a record does not say how long it is (Content-Length)")
        return record

    def _consume_blanklines(self) -> tuple[bytes | None, int]:
        blank = 0
        while line := self.reader.readline():
            if line.strip():
                if blank or line.startswith(b"WARC/") or (self.is_arc and ARC_RECORD.match(line)):
                    return line, blank
                raise DamagedRecordError("a record is not as long as it says (Content-Length)")
            blank += len(line)
        return None, blank


class _CutRecordError(Exception):
    """The data ends within the headers of a record."""


class _Loader(ArcWarcRecordLoader):
    def load_http_headers(self, rec_type: str, uri: str | None, stream: Any, length: int | None) -> Any:
        if uri is None or rec_type == "request":  # nobody reads the headers of requests
            return None
        try:
            return super().load_http_headers(rec_type, uri, stream, length)
        except EOFError:  # left alone, this would end the iteration as if the file were whole
            raise _CutRecordError from None

    def wrap_digest_verifying_stream(
        self, stream: Any, rec_type: str, rec_headers: Any, digest_checker: Any, length: int | None = None
    ) -> tuple[Any, bool]:
        # Of the block alone: writers give payload digests of this or that form of the body, or of any form at all.
        digest = rec_headers.get_header("WARC-Block-Digest") or ""
        if not BLOCK_DIGEST.fullmatch(digest):
            return stream, False
        return DigestVerifyingReader(stream, length, digest_checker, record_type=rec_type, block_digest=digest), True

    def _ensure_target_uri_format(self, rec_headers: Any) -> str | None:
        # warcio logs a warning for each URL with a space.
        uri: str | None = rec_headers.get_header("WARC-Target-URI")
        return uri.strip("<>") if uri else None


class _Reader(DecompressingBufferedReader):
    header_bytes_left = MAX_HEADER_BYTES
    is_fed = False

    def __init__(self, stream: BinaryIO, form: Form) -> None:
        self._form = form
        self._fed = self._given = 0
        self.start = 0
        """Offset of the compressed block that is read: of empty ones before a damaged one, warcio has but the first."""
        super().__init__(stream, block_size=_ZSTD_BLOCK_SIZE if form.compression == "zstd" else _BLOCK_SIZE)

    def _init_decomp(self, decomp_type: str) -> None:
        super()._init_decomp(decomp_type)
        if self._form.compression == "zstd":
            self.decompressor = ZstdFrame(self._form.dictionary)

    def read_next_member(self) -> bool:
        is_more: bool = super().read_next_member()
        if is_more:
            self.start = self.stream.tell() - len(self.starting_data)
        return is_more

    def readline(self, length: int | None = None) -> bytes:
        limit = self.header_bytes_left if length is None else min(length, self.header_bytes_left)
        line: bytes = super().readline(limit)
        self.header_bytes_left -= len(line)
        if self.header_bytes_left <= 0:
            raise DamagedRecordError(f"a record's headers are longer than {MAX_HEADER_BYTES >> 20} MiB")
        return line

    def _decompress(self, data: bytes) -> bytes:
        self.is_fed = True
        if isinstance(self.decompressor, ZstdFrame):
            return self._bounded(data)
        if not self.decompressor or not self.num_block_read:  # warcio sees at the first block whether it is gzip
            return super()._decompress(data)
        try:
            return self.decompressor.decompress(data)
        except zlib.error:
            raise DamagedRecordError("gzip data is damaged; fetch the file again") from None

    def _bounded(self, data: bytes) -> bytes:
        try:
            given: bytes = self.decompressor.decompress(data)
        except ZSTD_ERROR:
            raise DamagedRecordError("Zstandard data is damaged; fetch the file again") from None
        self._fed += len(data)
        self._given += len(given)
        if self._given > _MOST_BYTES + _MOST_BYTES_PER_BYTE * self._fed:
            raise _BombError(f"it has more than {_MOST_BYTES_PER_BYTE:,} times its size when unpacked: it is a bomb")
        return given


def visit_records(file: ArchiveFile, visit: Callable[[Any, Records], None]) -> Counter[str]:
    """Call `visit(record, records)` for each record of a file. Return how many places could not be read, by reason.

    `visit` reads as much of the record as it wants and then calls `records.finish()`. If that raises, the record is
    damaged: `visit` must let the exception through and keep nothing of the record.
    """
    damage: Counter[str] = Counter()
    try:
        with file.open() as stream:
            start = stream.seek(file.form.start)
            while sum(damage.values()) < MAX_DAMAGED_PLACES:
                records = Records(stream, file.form)
                try:
                    for record in records:
                        visit(record, records)
                    return damage
                except _BombError as error:
                    damage[str(error)] += 1
                    return damage
                except DamagedRecordError as error:
                    damage[str(error)] += 1
                except ArchiveLoadFailed as error:
                    whole = "non-chunked gzip" in str(error)
                    damage[ONE_BLOCK if whole else "there is something else where a record should start"] += 1
                # In a gzip block with several records, warcio's offset may lie before records that were read.
                following = _next_start(stream, file.form, max(start, records.reached) + 1)
                if following is None:
                    return damage
                start = stream.seek(following)
            damage["the rest was given up, after too much damage"] += 1
    except OSError as error:
        damage[f"it cannot be read ({error.strerror})"] += 1
    return damage


def _next_start(stream: BinaryIO, form: Form, position: int) -> int | None:
    """Return the offset of the next place where a record can start."""
    kind = form.compression if form.compression != "none" else "arc" if form.is_arc else "warc"
    start, skipped = _STARTS[kind], 1  # the sign before a place is part of its pattern
    offset = stream.seek(position - skipped)
    data = b""
    while block := stream.read(_BLOCK_SIZE):
        data += block
        if found := start.search(data, skipped):
            return offset + found.start()
        spare = max(len(data) - _LONGEST_START, 0)
        data, offset, skipped = data[spare:], offset + spare, max(skipped - spare, 0)
    return None
