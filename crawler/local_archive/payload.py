"""The archived response of a capture, read back from its archive file: status, headers and payload."""

import re
import zlib
from dataclasses import dataclass
from typing import Any

from warcio.exceptions import ArchiveLoadFailed

from crawler.local_archive.captures import ArchivedRecord
from crawler.local_archive.members import read_member
from crawler.local_archive.records import DamagedRecordError, Records

# Policies have some hundred KiB; what is larger is a video or a trap.
MAX_BLOCK_BYTES = 64 << 20

_BLOCK_DIGEST = "block digest failed"
_NO_LAST_CHUNK = "the last chunk is missing"
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


class UnreadableRecordError(Exception):
    """A listed record cannot be read back; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class ArchivedResponse:
    """The answer of a captured server. A revisit with its own HTTP headers has an empty payload."""

    status: int | None
    """None for a record without HTTP headers: a resource, or a revisit that keeps none."""
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    """Transfer-Encoding undone, Content-Encoding kept."""
    truncated: str | None = None
    """Why the record does not hold the whole payload: its WARC-Truncated, or that the last chunk is missing."""


def read_response(capture: ArchivedRecord, *, check_digest: bool = False) -> ArchivedResponse:
    """Read a capture's record. Raises `UnreadableRecordError` if it is too large, or the file has changed or gone.

    With ``check_digest`` also if the record is not what its own digest says (WARC-Block-Digest).
    """
    return _response(*(_read_at_once(capture, check_digest) or _read_on(capture, check_digest)))


def read_flawless(capture: ArchivedRecord) -> ArchivedResponse | None:
    """Read a record that is all of its gzip member, and what its own digest says; None if it is anything else."""
    record = _read_at_once(capture, check_digest=True)
    return _response(*record) if record else None


def _response(record: Any, block: bytes) -> ArchivedResponse:
    truncated = record.rec_headers.get_header("WARC-Truncated")
    if record.rec_type == "resource":
        content_type = record.content_type
        return ArchivedResponse(None, (("Content-Type", content_type),) if content_type else (), block, truncated)
    http = record.http_headers
    if http is None:
        return ArchivedResponse(None, (), block, truncated)
    chunked = "chunked" in (http.get_header("Transfer-Encoding") or "").lower()
    status = http.statusline[:3]
    payload, is_whole = dechunked(block) if chunked else (block, True)
    return ArchivedResponse(
        int(status) if status.isascii() and status.isdigit() else None,
        tuple((str(name), str(value)) for name, value in http.headers),
        payload,
        truncated or (None if is_whole else _NO_LAST_CHUNK),
    )


def _read_at_once(capture: ArchivedRecord, check_digest: bool) -> tuple[Any, bytes] | None:
    """Return a record without a flaw, and its block behind its HTTP headers; None for any other one."""
    form, length = capture.file.form, capture.length
    if form.compression != "gzip" or form.is_arc or not 0 < length <= MAX_BLOCK_BYTES:
        return None
    try:
        with capture.file.open() as stream:
            stream.seek(capture.offset)
            member = stream.read(length)
    except OSError:
        return None
    return read_member(member, MAX_BLOCK_BYTES, check_digest=check_digest)


def _read_on(capture: ArchivedRecord, check_digest: bool) -> tuple[Any, bytes]:
    """Return a record, and its block behind its HTTP headers, or say why it cannot be read."""
    try:
        with capture.file.open() as stream:
            stream.seek(capture.offset)
            records = Records(stream, capture.file.form, check_digests=check_digest)
            record = next(records)
            if record.length > MAX_BLOCK_BYTES:
                raise UnreadableRecordError(
                    f"The record at {capture.offset} in {capture.file.shown} has {record.length} bytes, "
                    f"which is more than the {MAX_BLOCK_BYTES} that are read into memory."
                )
            block = record.raw_stream.read()
            records.finish()
    except (OSError, DamagedRecordError, ArchiveLoadFailed, EOFError, StopIteration, zlib.error) as error:
        raise UnreadableRecordError(
            f"The record at {capture.offset} in {capture.file.shown} cannot be read: {error}."
        ) from error
    if any(problem.startswith(_BLOCK_DIGEST) for problem in record.digest_checker.problems):
        raise UnreadableRecordError(
            f"The record at {capture.offset} in {capture.file.shown} is not what its digest says: it was changed."
        )
    return record, block


def dechunked(block: bytes) -> tuple[bytes, bool]:
    """Return the body that a chunked transfer coding (RFC 9112, 7.1) carries, and whether it has its end.

    A body that is not chunked although its header says so comes back as it is: many crawlers store it like that. A
    body that breaks off keeps what there is. warcio's ChunkedDataReader is not used because it appends the last chunk's
    header to a body with trailers.
    """
    parts: list[bytes] = []
    position = 0
    while match := _CHUNK_SIZE.match(block, position):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(parts), True
        end = match.end() + size
        line_end = block[end : end + 2]
        if not parts and line_end[:1] not in (b"\r", b"\n", b""):
            return block, True
        parts.append(block[match.end() : end])
        position = end + (2 if line_end == b"\r\n" else 1)
    return b"".join([*parts, block[position:]]), position == 0
