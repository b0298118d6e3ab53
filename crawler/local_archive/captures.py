"""The captures in WARC and ARC files: one for each `response`, `resource` or `revisit` record.

The WARC format: ISO 28500, https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/.
"""

import hashlib
import logging
import re
from base64 import b32encode
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from itertools import islice
from operator import attrgetter
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

from crawler import timestamps
from crawler.archive.urlkey import urlkey
from crawler.errors import ArchiveFilesError
from crawler.local_archive.files import ArchiveFile, legible
from crawler.local_archive.finding import FoundFiles, find_files
from crawler.local_archive.forms import NotReadError
from crawler.local_archive.heads import Place, visit_heads
from crawler.local_archive.records import ONE_BLOCK, SPLIT, Records, visit_records
from crawler.model import REVISIT

UNKNOWN_MIMETYPE = "unk"
NO_STATUS = "-"

logger = logging.getLogger(__name__)

_OTHER_TYPES = ("warcinfo", "request", "metadata", "conversion")
_MOST_NAMED = 100  # lines of the log about what was not read

_MIMETYPE = re.compile(r"[\w.+*-]+/[\w.+*-]+", re.ASCII)
_STATUS = re.compile(r"[2-9]\d\d|1\d\d", re.ASCII)
_DIGEST = re.compile(r"[A-Za-z0-9-]+:([A-Za-z0-9+/=_-]{16,128})", re.ASCII)
_HEX = re.compile(r"[0-9A-Fa-f]+")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
_READ_SIZE = 1 << 16


@dataclass(frozen=True, slots=True)
class ArchivedRecord:
    """One capture of a URL: what a CDX row tells of it, and where its record stands."""

    urlkey: str
    timestamp: str
    """14 digits, UTC."""
    url: str
    """As archived, without white space."""
    mimetype: str
    """From the Content-Type header; `unk` without one, `warc/revisit` for a revisit."""
    status: str
    """Three digits; `-` for a revisit."""
    digest: str
    """Base32 SHA-1 of the payload, or the WARC's own digest in another algorithm; `-` for a revisit without one."""
    length: int
    """Bytes of the record in the file, compressed if the file is."""
    file: ArchiveFile
    offset: int
    refers_to: tuple[str, str] | None = None
    """The urlkey and timestamp of the capture that a revisit repeats, if it says so."""

    @property
    def is_revisit(self) -> bool:
        """Whether this notes that the payload was an earlier capture's, instead of holding it."""
        return self.status == NO_STATUS

    @property
    def is_redirect(self) -> bool:
        """Whether the captured server redirected its visitor."""
        return self.status.startswith("3")


place = attrgetter("urlkey", "timestamp")
"""The order of captures, in which all that searches them expects them."""


@dataclass(frozen=True, slots=True)
class ArchiveContents:
    """What reading archive files found."""

    captures: list[ArchivedRecord]
    """By urlkey and timestamp."""
    skipped: Counter[str]
    """How many sound records are not captures, by kind: `request`, `warcinfo`, `not of the web` …"""
    unread: Counter[str]
    """How many files, records or damaged places were not read, by file and reason."""


class _NoCapture(NamedTuple):
    """What a record is instead of a capture; ``unread``: it may be one that cannot be read."""

    kind: str
    unread: bool = True


def read_captures(path: Path) -> ArchiveContents:
    """Read the captures in an archive file, or in all of a folder and its sub-folders; log what is not read.

    Raises `ArchiveFilesError` if there is no capture.
    """
    found = find_files(path)
    contents = ArchiveContents([], Counter(), found.unread)
    for file in found.files:
        _read_file(contents, file, found)
    if not contents.captures:
        known = "; ".join(
            [*contents.unread, *(f"{count} × {kind}" for kind, count in contents.skipped.most_common(5))][:10]
        )
        raise ArchiveFilesError(
            f"{path} holds no capture of a web page ({known or 'no records'}). "
            "Expected WARC, ARC or WACZ files with response, resource or revisit records."
        )
    contents.captures.sort(key=place)
    _log(path, contents, found)
    return contents


def list_captures(path: Path) -> tuple[list[ArchivedRecord], dict[ArchiveFile, list[Place]]] | None:
    """List the captures at a path by the heads of their records, which proves none of them; and where all records are.

    Return None if that does not do: `read_captures` is to say what is there, and what is not read.
    """
    places = {}
    try:
        found = find_files(path)
    except ArchiveFilesError:
        return None
    contents = ArchiveContents([], Counter(), found.unread)
    for file in found.files:
        of_file = visit_heads(file, partial(_read_record, contents, file))
        if of_file is None:
            return None
        places[file] = of_file
    if contents.unread or not contents.captures:
        return None
    contents.captures.sort(key=place)
    _log(path, contents, found)
    return contents.captures, places


def _log(path: Path, contents: ArchiveContents, found: FoundFiles) -> None:
    counts = f"{len(contents.captures)} captures in {len(found.files)} files"
    skipped = ", ".join(f"{count} {kind}" for kind, count in contents.skipped.most_common()) or "none"
    logger.info("%s: %s; not captures: %s; files beside: %d", path, counts, skipped, found.companions)
    for reason, places in islice(contents.unread.items(), _MOST_NAMED):
        logger.warning("Not read: %s (%d ×). All else in the archive is.", reason, places)
    if len(contents.unread) > _MOST_NAMED:
        logger.warning("Not read: %d more, for reasons like these", len(contents.unread) - _MOST_NAMED)


def _read_file(contents: ArchiveContents, file: ArchiveFile, found: FoundFiles) -> None:
    """Add the captures of a file; of an unpacked copy, if its records have no compressed blocks of their own."""
    read = _read_records(file)
    if read.unread.keys() & {ONE_BLOCK, SPLIT}:
        try:
            copy_file, whole = file.unpacked(found.copies)
            copy = _read_records(copy_file)
            if not whole:
                copy.unread["its compressed data is damaged, and not read from there on"] += 1
        except NotReadError as error:
            read.unread[str(error)] += 1
        except OSError as error:
            read.unread[f"it cannot be unpacked ({error.strerror})"] += 1
        else:
            read = max(read, copy, key=lambda one: len(one.captures))
    if not (read.captures or read.skipped or read.unread):
        read.unread["it holds no records"] += 1
    contents.captures.extend(read.captures)
    contents.skipped.update(read.skipped)
    contents.unread.update({f"{file.shown}: {reason}": places for reason, places in read.unread.items()})


def _read_records(file: ArchiveFile) -> ArchiveContents:
    read = ArchiveContents([], Counter(), Counter())
    read.unread.update(visit_records(file, partial(_read_record, read, file)))
    return read


def _read_record(contents: ArchiveContents, file: ArchiveFile, record: Any, records: Records | Place) -> None:
    """Add a record to the contents of an archive. Strings are interned: most repeat from record to record."""
    described = _describe(record)
    if isinstance(described, _NoCapture):
        records.finish()
        (contents.unread if described.unread else contents.skipped)[described.kind] += 1
        return
    url, timestamp, mimetype, status = described
    digest = _digest(record)
    offset, length = records.finish()
    contents.captures.append(
        ArchivedRecord(
            urlkey=_key(url),
            timestamp=timestamp,
            url=intern(url),
            mimetype=intern(mimetype),
            status=intern(status),
            digest=intern(digest),
            length=length,
            file=file,
            offset=offset,
            refers_to=_refers_to(record, url) if status == NO_STATUS else None,
        )
    )


@lru_cache(maxsize=1 << 16)
def _key(url: str) -> str:
    return intern(urlkey(url))


def _refers_to(record: Any, url: str) -> tuple[str, str] | None:
    timestamp = _timestamp(record.rec_headers.get_header("WARC-Refers-To-Date"))
    return (_key(_target(record, "WARC-Refers-To-Target-URI") or url), timestamp) if timestamp else None


def _describe(record: Any) -> tuple[str, str, str, str] | _NoCapture:
    """Return the URL, timestamp, MIME type and status of a record, or what it is instead of a capture."""
    kind = record.rec_type
    url = _target(record, "WARC-Target-URI")
    if record.rec_headers.get_header("WARC-Segment-Number"):
        # Only what is larger than an archive file, a gigabyte, is cut into segments.
        which = f"{kind} {legible(url or '')}"
        return _NoCapture(f"a record in segments, which are not joined (WARC-Segment-Number): {which}")
    if kind not in ("response", "resource", "revisit"):
        return _NoCapture(kind, unread=False) if kind in _OTHER_TYPES else _NoCapture("record of an unknown type")
    if not url:
        return _NoCapture(f"{kind} without WARC-Target-URI")
    timestamp = _timestamp(record.rec_headers.get_header("WARC-Date"))
    if timestamp is None:
        return _NoCapture(f"{kind} without a valid WARC-Date")
    if kind == "revisit":
        return url, timestamp, REVISIT, NO_STATUS
    if kind == "resource":  # it has no status, but the page was there
        return url, timestamp, _mimetype(record.content_type), "200"
    headers = record.http_headers
    status = _STATUS.match(headers.statusline) if headers and headers.protocol.upper().startswith("HTTP/") else None
    if status is None:
        is_of_web = url.lower().startswith(("http://", "https://"))
        return _NoCapture("response that is not HTTP" if is_of_web else "not of the web", unread=is_of_web)
    return url, timestamp, _mimetype(headers.get_header("Content-Type")), status[0]


def _target(record: Any, header: str) -> str | None:
    """Return the URL in a WARC header. WARC 1.0 put it in angle brackets; some writers leave white space in."""
    url = str(record.rec_headers.get_header(header) or "").strip().removeprefix("<").removesuffix(">")
    return _UNPRINTABLE.sub(lambda match: f"%{ord(match[0]):02X}", url) or None


def _timestamp(warc_date: str | None) -> str | None:
    try:
        return timestamps.digits(datetime.fromisoformat(warc_date or ""))
    except (ValueError, OverflowError):
        return None


def _mimetype(content_type: str | None) -> str:
    match = _MIMETYPE.match((content_type or "").strip())
    return match[0].lower() if match else UNKNOWN_MIMETYPE


def _digest(record: Any) -> str:
    """Return the payload's digest as the record has it; otherwise read the payload and compute it."""
    match = _DIGEST.match(record.rec_headers.get_header("WARC-Payload-Digest") or "")
    if match:
        digest = match[1]
        if len(digest) == 40 and _HEX.fullmatch(digest):  # SHA-1 in hexadecimal instead of base32
            return b32encode(bytes.fromhex(digest)).decode("ascii")
        return digest
    if record.rec_type == "revisit":  # its payload is elsewhere
        return "-"
    sha1 = hashlib.sha1(usedforsecurity=False)
    while block := record.raw_stream.read(_READ_SIZE):
        sha1.update(block)
    return b32encode(sha1.digest()).decode("ascii")
