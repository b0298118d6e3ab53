"""Reads a vendors file, TOML or CSV, whole: either all its policies, or all that is wrong with it.

TOML has one `[[policy]]` table a policy, with the keys of records.RECORD_KEYS. What it says of the part of its pages
that is the policy (`select`, `remove`, `from`, `to`) holds where no `[[policy.part]]` table says otherwise. Such a
table has the same keys and a period: `since`, the first day, and `until`, the first day that is no more of it.

CSV has the columns vendor, type, url, and a row a URL. The rows of the same vendor and type make one policy; an empty
type is the default one; white space around a cell is not part of it.
"""

from __future__ import annotations

import csv
import io
import tomllib
from typing import TYPE_CHECKING

from crawler.errors import VendorsFileError
from crawler.model import DEFAULT_TYPE, Part, Policy, type_slug
from crawler.vendors import checks
from crawler.vendors.checks import Wrong, kind, shown
from crawler.vendors.records import Place, Record, check_keys, read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAX_BYTES = 32 * 1024 * 1024
"""Of a vendors file: some 200,000 policies. What is larger is a mistaken path."""

COLUMNS = ("vendor", "type", "url")


def load(path: Path) -> tuple[Policy, ...]:
    """The policies of a vendors file, in its order. Raises VendorsFileError."""
    place = Place(str(path) if str(path).isprintable() else shown(str(path)), [])
    records: list[Record] = []
    try:
        read = _reader(path)
        records = read(_text(path), place)
        if not records and not place.errors:
            raise Wrong("there is no policy in the file; write at least one record, with a vendor and a URL.")
    except Wrong as wrong:
        place.wrong(str(wrong))
    _check_together(records)
    if place.errors:
        raise VendorsFileError("\n".join(place.errors))
    return tuple(
        Policy(record.vendor, record.type, tuple(url for url, _ in record.urls), record.parts)
        for record in records
        if record.vendor and record.type and record.parts is not None  # all are: there are no errors
    )


def _reader(path: Path) -> Callable[[str, Place], list[Record]]:
    readers = {".toml": _from_toml, ".csv": _from_csv}
    suffix = path.suffix.lower()
    if suffix not in readers:
        raise Wrong(
            "what a vendors file is written in is known by its name, which must end in .toml or .csv; rename it."
        )
    return readers[suffix]


def _text(path: Path) -> str:
    try:
        if not path.exists():
            raise Wrong("there is no such file; check the path, which is relative to the directory you are in.")
        if not path.is_file():
            raise Wrong("this is not a file; give the path of a vendors file.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Wrong(f"the file cannot be read ({error.strerror}); check its path and permissions.") from error
    if len(data) > MAX_BYTES:
        raise Wrong(f"the file is larger than {MAX_BYTES // 1024**2} MiB, which no vendors file needs; check the path.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Wrong(f"the file is not UTF-8 text (line {line}); save it with the encoding UTF-8.") from error


def _from_toml(text: str, place: Place) -> list[Record]:
    try:
        data = tomllib.loads(text)
    except RecursionError as error:
        raise Wrong("its lists or tables are nested too deep to be read; records need one level of lists.") from error
    except ValueError as error:  # TOMLDecodeError is one; a number of thousands of digits gives another
        raise Wrong(
            f"this is no TOML: {shown(str(error))[1:-1]}; see https://toml.io for how it is written."
        ) from error
    check_keys(place, data, ("policy",))
    policies = data.get("policy", [])
    if isinstance(policies, dict):
        place.wrong(
            "[policy] is a single table, and a list of tables was expected: write [[policy]] above each record."
        )
        return []
    if not isinstance(policies, list):
        place.wrong(f"policy is {kind(policies)}, and tables were expected: write [[policy]] above each record.")
        return []
    read = [read_record(table, number, place) for number, table in enumerate(policies, 1)]
    return [record for record in read if record is not None]


def _from_csv(text: str, place: Place) -> list[Record]:
    rows = _rows(text)
    line, header = next(rows, (1, list(COLUMNS)))
    columns = [name.lower() for name in header]
    if sorted(columns) not in (sorted(COLUMNS), ["url", "vendor"]):
        raise Wrong(
            f"line {line} is {shown(','.join(header))}, and the names of the columns were expected, "
            f"with commas between them: {','.join(COLUMNS)}."
        )
    records: dict[tuple[str, str], Record] = {}
    for line, cells in rows:
        named = f" ({shown(cells[columns.index('vendor')])[1:-1]})" if len(cells) == len(columns) else ""
        row = place.within(f"line {line}{named}")
        if not named:
            row.wrong(
                f"there are {len(cells)} cells, and {len(columns)} were expected; put those with commas in quotes."
            )
            continue
        given = dict(zip(columns, cells, strict=True))
        vendor = row.take(checks.vendor, given["vendor"])
        type_ = row.take(checks.policy_type, given.get("type") or DEFAULT_TYPE)
        url = row.take(checks.url, given["url"])
        if vendor and type_ and url:
            record = records.setdefault((vendor, type_), Record(row, vendor, type_, [], ()))
            record.urls.append((url, row))
    return list(records.values())


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, their cells without white space around, each with the number of its last line."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in rows:
            if any(cells := [cell.strip() for cell in row]):
                yield rows.line_num, cells
    except csv.Error as error:
        raise Wrong(f"line {rows.line_num} is no CSV ({error}); see that every quote is closed.") from error


def _check_together(records: list[Record]) -> None:
    """Notes what is right in each record, and wrong in several."""
    folders: dict[tuple[str, str], Record] = {}
    pages: dict[tuple[str, tuple[Part, ...]], Place] = {}
    for record in records:
        if record.vendor and record.type:
            first = folders.setdefault((record.vendor, type_slug(record.type)), record)
            if first is not record:
                record.place.wrong(_same_folder(record, first))
        here: dict[str, Place] = {}
        for url, place in record.urls:
            if url in here:
                place.wrong(f"the URL {shown(url)} is in this policy already ({here[url].name}); leave it out once.")
                continue
            here[url] = place
            if record.parts is None:
                continue
            other = pages.setdefault((url, record.parts), place)
            if other is not place:
                place.wrong(
                    f"the URL {shown(url)} is also that of {other.name}, and one page is one policy; where it holds "
                    "several, the keys select, from and to must say, in each record, which part is meant."
                )


def _same_folder(record: Record, first: Record) -> str:
    if record.type == first.type:
        return (
            f"{first.place.name} has the same vendor and type ({shown(record.type or '')}) already; "
            "put all URLs of a policy into one record, or give them different types."
        )
    return (
        f"the documents of the type {shown(record.type or '')} would get the same folder as those of "
        f"{shown(first.type or '')} in {first.place.name}; give them the same name, or clearly different ones."
    )
