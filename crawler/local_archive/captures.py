"""The captures in WARC files: one for each `response`, `resource` or `revisit` record.

The WARC format: ISO 28500, https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/.
"""

import hashlib
import re
from base64 import b32encode
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from operator import attrgetter
from pathlib import Path
from sys import intern
from typing import Any

from crawler import timestamps
from crawler.archive.urlkey import urlkey
from crawler.errors import ArchiveFilesError
from crawler.local_archive.records import Records, visit_records
from crawler.model import REVISIT

UNKNOWN_MIMETYPE = "unk"
NO_STATUS = "-"
SUFFIXES = (".warc", ".warc.gz")

_OTHER_TYPES = ("warcinfo", "request", "metadata", "conversion", "continuation")

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
    file: Path
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
    """What reading WARC files found."""

    captures: list[ArchivedRecord]
    """By urlkey and timestamp."""
    skipped: Counter[str]
    """How many sound records are not captures, by kind: `request`, `warcinfo`, `response that is not HTTP` …"""
    damage: Counter[str]
    """How many places could not be read, by file and reason."""


def read_captures(path: Path) -> ArchiveContents:
    """Read the captures in a WARC file, or in all `.warc` and `.warc.gz` files of a directory.

    Raises `ArchiveFilesError` if there is no capture.
    """
    contents = ArchiveContents([], Counter(), Counter())
    for file in _warc_files(path):
        for reason, places in visit_records(file, partial(_read_record, contents, file)).items():
            contents.damage[f"{file}: {reason}"] += places
    if not contents.captures:
        known = "; ".join(
            [*contents.damage, *(f"{count} × {kind}" for kind, count in contents.skipped.most_common(5))][:10]
        )
        raise ArchiveFilesError(
            f"{path} holds no capture of a web page ({known or 'no records'}). "
            "Expected WARC files with response, resource or revisit records."
        )
    contents.captures.sort(key=place)
    return contents


def _warc_files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            if not path.is_file():
                problem = "is not a regular file" if path.exists() else "does not exist"
                raise ArchiveFilesError(f"{path} {problem}. Expected a WARC file or a directory of WARC files.")
            return [path]
        files = sorted(file for file in path.iterdir() if file.name.lower().endswith(SUFFIXES) and file.is_file())
    except OSError as error:
        raise ArchiveFilesError(f"{path} cannot be read ({error.strerror}).") from error
    if not files:
        raise ArchiveFilesError(f"The directory {path} holds no WARC file: no name ends in .warc or .warc.gz.")
    return files


def _read_record(contents: ArchiveContents, file: Path, record: Any, records: Records) -> None:
    """Add a record to the contents of an archive. Strings are interned: most repeat from record to record."""
    described = _describe(record)
    if isinstance(described, str):
        records.finish()
        contents.skipped[described] += 1
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


def _describe(record: Any) -> tuple[str, str, str, str] | str:
    """Return the URL, timestamp, MIME type and status of a record, or what it is instead of a capture."""
    kind = record.rec_type
    if kind not in ("response", "resource", "revisit"):
        return kind if kind in _OTHER_TYPES else "record of an unknown type"
    url = _target(record, "WARC-Target-URI")
    if not url:
        return f"{kind} without WARC-Target-URI"
    timestamp = _timestamp(record.rec_headers.get_header("WARC-Date"))
    if timestamp is None:
        return f"{kind} without a valid WARC-Date"
    if kind == "revisit":
        return url, timestamp, REVISIT, NO_STATUS
    if kind == "resource":  # it has no status, but the page was there
        return url, timestamp, _mimetype(record.content_type), "200"
    headers = record.http_headers
    status = _STATUS.match(headers.statusline) if headers and headers.protocol.upper().startswith("HTTP/") else None
    if status is None:
        return "response that is not HTTP"
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
