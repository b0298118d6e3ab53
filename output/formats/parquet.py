"""Parquet: a row per revision with the fields of `ExportedRevision`, typed, for pandas, DuckDB and ``datasets``."""

from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler import program
from crawler.errors import FormatError
from crawler.whole_files import whole_file
from output.formats.exported_revisions import ExportedRevision, Written

_TIMES = {"first_captured", "last_captured", "changed_after"}
_GROUP_ROWS = 1_000
_GROUP_CHARACTERS = 32_000_000
"""A row group is written when it has so many rows, or so many characters in bodies: this is what memory holds."""


def write(path: Path, revisions: Iterator[ExportedRevision]) -> Written:
    """Write a file, a row per revision. Raises `FormatError` if pyarrow is missing."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise FormatError(
            f"Parquet is written by pyarrow, which is not installed; install the extra: {program.install('parquet')}."
        ) from error
    names = [field.name for field in fields(ExportedRevision)]
    moment = pa.timestamp("s", tz="UTC")
    types = dict.fromkeys(_TIMES, moment) | {"recall": pa.float64()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in names])
    count = 0
    with whole_file(path) as file, parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in _groups(revisions):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
            count += len(group)
    return Written(count)


def _groups(revisions: Iterator[ExportedRevision]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    characters = 0
    for revision in revisions:
        group.append(asdict(revision) | {"recall": None if revision.recall is None else float(revision.recall)})
        for name in _TIMES & {name for name, value in group[-1].items() if value is not None}:
            group[-1][name] = datetime.fromisoformat(group[-1][name])
        characters += len(revision.body)
        if len(group) >= _GROUP_ROWS or characters >= _GROUP_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group
