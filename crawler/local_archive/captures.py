"""What a WARC file, or a directory of them, holds of the web: one Capture a `response`, `resource` or `revisit` record.

The WARC format: ISO 28500, https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/.
"""

import hashlib
import re
from base64 import b32encode
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from crawler.archive.urlkey import urlkey
from crawler.errors import ArchiveFilesError
from crawler.local_archive.records import Records, visit_records

REVISIT_MIMETYPE = "warc/revisit"
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
class Capture:
    """One capture of a URL and where it stands."""

    urlkey: str
    timestamp: str
    """14 digits, UTC."""
    url: str
    """As archived, without white space."""
    mimetype: str
    """Of the Content-Type header, `unk` without one, `warc/revisit` for a revisit."""
    status: str
    """Three digits; `-` for a revisit."""
    digest: str
    """Base32 SHA-1 of the payload; what the WARC says if it uses another algorithm; `-` if a revisit says nothing."""
    length: int
    """Bytes of the record in the file, compressed."""
    file: Path
    offset: int
    refers_to: tuple[str, str] | None = None
    """The urlkey and timestamp of the capture that a revisit repeats, if it says so."""

    @property
    def is_revisit(self) -> bool:
        """Whether this says that the payload was the same as an earlier capture's, instead of holding it."""
        return self.status == NO_STATUS

    @property
    def is_redirect(self) -> bool:
        """Whether the captured server sent its visitor elsewhere."""
        return self.status.startswith("3")


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading WARC files gave."""

    captures: list[Capture]
    """By urlkey and timestamp."""
    skipped: Counter[str]
    """Sound records that are no captures, by what they are: `request`, `warcinfo`, `response that is not HTTP` …"""
    damage: Counter[str]
    """Places that could not be read, by file and reason."""


def read_captures(path: Path) -> Reading:
    """The captures in a WARC file, or in all `.warc` and `.warc.gz` files of a directory.

    Raises ArchiveFilesError if there is not one.
    """
    reading = Reading([], Counter(), Counter())
    reader = _CaptureReader(reading)
    for file in _warc_files(path):
        for reason, places in visit_records(file, partial(reader.visit, file)).items():
            reading.damage[f"{file}: {reason}"] += places
    if not reading.captures:
        known = "; ".join(
            [*reading.damage, *(f"{count} × {kind}" for kind, count in reading.skipped.most_common(5))][:10]
        )
        raise ArchiveFilesError(
            f"{path} holds no capture of a web page ({known or 'no records'}). "
            "Expected WARC files with response, resource or revisit records."
        )
    reading.captures.sort(key=lambda capture: (capture.urlkey, capture.timestamp))
    return reading


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


class _CaptureReader:
    """Turns records into captures. Values that repeat from record to record are kept once: that is most of them."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._once: dict[str, str] = {}
        self._keys: dict[str, str] = {}

    def visit(self, file: Path, record: Any, records: Records) -> None:
        described = _describe(record)
        if isinstance(described, str):
            records.finish()
            self._reading.skipped[described] += 1
            return
        url, timestamp, mimetype, status = described
        digest = _digest(record)
        offset, length = records.finish()
        once = self._once.setdefault
        self._reading.captures.append(
            Capture(
                urlkey=self._key(url),
                timestamp=timestamp,
                url=once(url, url),
                mimetype=once(mimetype, mimetype),
                status=once(status, status),
                digest=once(digest, digest),
                length=length,
                file=file,
                offset=offset,
                refers_to=self._refers_to(record, url) if status == NO_STATUS else None,
            )
        )

    def _key(self, url: str) -> str:
        key = self._keys.get(url)
        if key is None:
            key = urlkey(url)
            key = self._once.setdefault(key, key)
            self._keys[self._once.setdefault(url, url)] = key
        return key

    def _refers_to(self, record: Any, url: str) -> tuple[str, str] | None:
        timestamp = _timestamp(record.rec_headers.get_header("WARC-Refers-To-Date"))
        if timestamp is None:
            return None
        return self._key(_target(record, "WARC-Refers-To-Target-URI") or url), timestamp


def _describe(record: Any) -> tuple[str, str, str, str] | str:
    """URL, timestamp, MIME type and status of a record, or why it is no capture."""
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
        return url, timestamp, REVISIT_MIMETYPE, NO_STATUS
    if kind == "resource":  # the WARC says no status; whoever stored the page had it
        return url, timestamp, _mimetype(record.content_type), "200"
    headers = record.http_headers
    status = _STATUS.match(headers.statusline) if headers and headers.protocol.upper().startswith("HTTP/") else None
    if status is None:
        return "response that is not HTTP"
    return url, timestamp, _mimetype(headers.get_header("Content-Type")), status[0]


def _target(record: Any, header: str) -> str | None:
    """A URL from a WARC header. WARC 1.0 put it in angle brackets, and writers of WARCs pass on any white space."""
    url = str(record.rec_headers.get_header(header) or "").strip().removeprefix("<").removesuffix(">")
    return _UNPRINTABLE.sub(lambda match: f"%{ord(match[0]):02X}", url) or None


def _timestamp(warc_date: str | None) -> str | None:
    try:
        moment = datetime.fromisoformat(warc_date or "")
        if moment.tzinfo:
            moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return re.sub(r"\D", "", moment.isoformat()[:19])


def _mimetype(content_type: str | None) -> str:
    match = _MIMETYPE.match((content_type or "").strip())
    return match[0].lower() if match else UNKNOWN_MIMETYPE


def _digest(record: Any) -> str:
    """The payload's digest as the record says it, else computed, which reads the payload."""
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
