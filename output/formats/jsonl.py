"""JSON lines: a line a revision, UTF-8, the fields of `Record`. `scrapy import --format jsonl` reads it."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from output.formats.files import whole_file
from output.formats.records import Record


def write(path: Path, records: Iterator[Record]) -> int:
    """Write a file; gives the number of its lines."""
    count = 0
    with whole_file(path) as file:
        for count, record in enumerate(records, 1):  # noqa: B007 - the last one counts
            file.write(json.dumps(asdict(record), ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    return count
