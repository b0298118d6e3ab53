"""JSON lines, written and read: one JSON object per line and revision, in UTF-8, with the fields of `ExportedRevision`.

Of each revision a reader takes the text, with who read it, and its first and last snapshot. The other fields follow
from these.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from crawler import timestamps
from crawler.errors import FormatError
from crawler.model import LEGIBLE
from crawler.regular_files import open_regular
from crawler.whole_files import whole_file
from output.formats.exported_revisions import ExportedRevision, Written
from pipelines import imported_text
from pipelines.corpus.citation import ARCHIVE, REPORTED
from pipelines.imported_text import MAX_BODY, ImportedText, Moment, Refused

_MAX_LINE = 4 * MAX_BODY


# -- writing ----------------------------------------------------------------------------------------------------------
def write(path: Path, revisions: Iterator[ExportedRevision]) -> Written:
    """Write a file, a line per revision."""
    with whole_file(path) as file:
        return stream(file, revisions)


def stream(file: IO[bytes], revisions: Iterator[ExportedRevision]) -> Written:
    """Write a line per revision to an open file."""
    count = 0
    for count, revision in enumerate(revisions, 1):  # noqa: B007 - the last one counts
        file.write(json.dumps(asdict(revision), ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    file.flush()
    return Written(count)


# -- reading ----------------------------------------------------------------------------------------------------------
def read(path: Path, services: dict[str, str]) -> Iterator[ImportedText | Refused]:
    """Yield the text of each line, or why it holds none. Raises `FormatError`."""
    try:
        with open_regular(path) as file:
            number = 0
            while line := file.readline(_MAX_LINE):
                number += 1
                if len(line) == _MAX_LINE:
                    raise FormatError(f"{path}: a line has over {_MAX_LINE:,} bytes; expected one revision per line.")
                if line.strip():
                    text = _text(line, services)
                    yield text.at(f"{path}, line {number}") if isinstance(text, Refused) else text
    except OSError as error:
        raise FormatError(f"{path}: cannot be read ({error.strerror}); expected a file of JSON lines.") from error


def _text(line: bytes, services: dict[str, str]) -> ImportedText | Refused:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return Refused("not JSON")
    try:
        if not isinstance(row, dict):
            raise Refused("not a JSON object")
        first, last = _moment(row, ""), _moment(row, "last_")
        return ImportedText(
            vendor=imported_text.vendor(_string(row, "vendor"), services),
            type=imported_text.policy_type(_string(row, "type")),
            title=_string(row, "title"),
            body=_string(row, "body"),
            extractor=_optional(row, "extractor") or "",
            moments=(first, last) if (first.url, first.timestamp) != (last.url, last.timestamp) else (first,),
            language=_optional(row, "language"),
            route=_optional(row, "route"),
            recall=_share(row, "recall"),
        )
    except Refused as refused:
        return refused


def _moment(row: dict[str, Any], prefix: str) -> Moment:
    timestamp = imported_text.digits(_string(row, f"{prefix}timestamp"))
    try:
        captured = datetime.fromisoformat(_string(row, "last_captured" if prefix else "first_captured"))
    except ValueError:
        raise Refused("an impossible time") from None
    if captured.utcoffset() != timedelta(0):
        raise Refused("a time that is not UTC")
    if timestamps.moment(timestamps.repaired(timestamp) or "") != imported_text.plausible(captured):
        raise Refused("a time that is not its timestamp's")
    origin, state = _string(row, f"{prefix}origin"), _string(row, f"{prefix}known")
    if not imported_text.ORIGIN.fullmatch(origin):
        raise Refused("no origin")
    if state not in LEGIBLE:
        raise Refused(f"not a state in which a text is known; expected {', '.join(LEGIBLE)}")
    origin = REPORTED if origin == ARCHIVE else origin
    read_at = None if prefix else _optional(row, "read_at")
    url = imported_text.web_url(_string(row, f"{prefix}url"))
    return Moment(url, timestamp, captured.astimezone(UTC).isoformat(), origin, state, read_at)


def _string(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise Refused(f"no {name}")
    return value


def _optional(row: dict[str, Any], name: str) -> str | None:
    return None if row.get(name) is None else _string(row, name)


def _share(row: dict[str, Any], name: str) -> float | None:
    value = row.get(name)
    if value is None or (isinstance(value, int | float) and 0 <= value <= 1):
        return value
    raise Refused(f"no {name}")
