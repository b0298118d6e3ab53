"""Reads what `scrapy export jsonl` writes: of each revision, its text, and its first and last snapshot."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.errors import ImportProblem
from pipelines.imports import text
from pipelines.imports.text import MAX_BODY, Moment, Refused, Text

_MAX_LINE = 4 * MAX_BODY


def read(path: Path, services: dict[str, str]) -> Iterator[Text | Refused]:
    """The texts of a file, a line at a time, or why a line holds none. Raises `ImportProblem`."""
    try:
        with path.open("rb") as file:
            while line := file.readline(_MAX_LINE):
                if len(line) == _MAX_LINE:
                    raise ImportProblem(f"{path}: a line has over {_MAX_LINE:,} bytes; expected one revision a line.")
                if line.strip():
                    yield _read(line, services)
    except OSError as error:
        raise ImportProblem(f"{path}: cannot be read ({error}); expected a file of JSON lines.") from error


def _read(line: bytes, services: dict[str, str]) -> Text | Refused:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return Refused("no JSON")
    try:
        if not isinstance(row, dict):
            raise Refused("no JSON object")
        first, last = _moment(row, ""), _moment(row, "last_")
        return Text(
            vendor=text.vendor(_text(row, "vendor"), services),
            type=text.policy_type(_text(row, "type")),
            title=_text(row, "title"),
            body=_text(row, "body"),
            extractor=_optional(row, "extractor") or "",
            moments=(first, last) if (first.url, first.timestamp) != (last.url, last.timestamp) else (first,),
            language=_optional(row, "language"),
            route=_optional(row, "route"),
            recall=_number(row, "recall"),
        )
    except Refused as refused:
        return refused


def _moment(row: dict[str, Any], prefix: str) -> Moment:
    timestamp = _text(row, f"{prefix}timestamp")
    if not (len(timestamp) == 14 and timestamp.isascii() and timestamp.isdecimal()):
        raise Refused("no time")
    try:
        captured = datetime.fromisoformat(_text(row, "last_captured" if prefix else "first_captured"))
    except ValueError:
        raise Refused("an impossible time") from None
    if captured.utcoffset() != timedelta(0):
        raise Refused("a time that is not UTC")
    origin, state = _text(row, f"{prefix}origin"), _text(row, f"{prefix}known")
    if not text.ORIGIN.fullmatch(origin):
        raise Refused("no origin")
    if state not in text.STATES:
        raise Refused("not a way in which a text is known")
    read_at = None if prefix else _optional(row, "read_at")
    url = text.web(_text(row, f"{prefix}url"))
    return Moment(url, timestamp, captured.astimezone(UTC).isoformat(), origin, state, read_at)


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise Refused(f"no {name}")
    return value


def _optional(row: dict[str, Any], name: str) -> str | None:
    return None if row.get(name) is None else _text(row, name)


def _number(row: dict[str, Any], name: str) -> float | None:
    value = row.get(name)
    if value is None or (isinstance(value, int | float) and 0 <= value <= 1):
        return value
    raise Refused(f"no {name}")
