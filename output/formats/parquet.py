"""Parquet: the rows of the JSON lines with types, ready for pandas, DuckDB and ``datasets.load_dataset("parquet")``."""

from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.errors import ExportError
from output.formats.files import whole_file
from output.formats.records import Record

_TIMES = {"first_captured", "last_captured", "changed_after"}
_GROUP_ROWS = 1_000
_GROUP_CHARACTERS = 32_000_000
"""A row group is written when it has so many rows, or characters in bodies: what is in memory at a time."""


def write(path: Path, records: Iterator[Record]) -> int:
    """Write a file; gives the number of its rows. Raises `ExportError` where pyarrow is missing."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise ExportError(
            "Parquet is written by pyarrow, which is not installed; install the extra: pip install '.[parquet]'."
        ) from error
    names = [field.name for field in fields(Record)]
    moment = pa.timestamp("s", tz="UTC")
    types = dict.fromkeys(_TIMES, moment) | {"recall": pa.float64()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in names])
    count = 0
    with whole_file(path) as file, parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in _groups(records):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
            count += len(group)
    return count


def _groups(records: Iterator[Record]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    characters = 0
    for record in records:
        group.append(asdict(record) | {"recall": None if record.recall is None else float(record.recall)})
        for name in _TIMES & {name for name, value in group[-1].items() if value is not None}:
            group[-1][name] = datetime.fromisoformat(group[-1][name])
        characters += len(record.body)
        if len(group) >= _GROUP_ROWS or characters >= _GROUP_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group
