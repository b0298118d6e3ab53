"""Reads a vendors file in CSV, as spreadsheets write it: one row per URL."""

import csv
import io
import logging
from collections import Counter
from collections.abc import Iterator

from crawler.model import DEFAULT_TYPE
from crawler.vendors import checks
from crawler.vendors.checks import Wrong, shown
from crawler.vendors.records import Location, PolicyRecord

logger = logging.getLogger(__name__)

COLUMNS = ("vendor", "type", "url")
_NEEDED = {"vendor", "url"}
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_NAMED = 5  # columns that a line names


def read_csv(text: str, location: Location) -> list[PolicyRecord]:
    """Return the policies of a CSV, and report what is wrong with its rows. Raises `Wrong` for what is no such CSV."""
    separator = _separator(text)
    rows = _rows(text, separator)
    line, header = next(rows, (1, list(COLUMNS)))
    columns = [name.lower() for name in header]
    _check(columns, line)
    further = [name for name in header if name.lower() not in COLUMNS]
    if further:
        named = ", ".join(map(shown, further[:_NAMED])) + " …" * (len(further) > _NAMED)
        columns_are = "1 further column is" if len(further) == 1 else f"{len(further)} further columns are"
        logger.info("%s: %s left alone: %s", location.file, columns_are, named)
    records: dict[tuple[str, str], PolicyRecord] = {}
    for line, cells in rows:
        named = f" ({shown(cells[columns.index('vendor')])[1:-1]})" if len(cells) == len(columns) else ""
        row = location.within(f"line {line}{named}")
        if not named:
            row.report(
                f"there are {len(cells)} cells, expected {len(columns)}; put cells that contain"
                f" {_SEPARATORS[separator]} in quotes."
            )
            continue
        given = dict(zip(columns, cells, strict=True))
        vendor = row.checked(checks.vendor, given["vendor"])
        type_ = row.checked(checks.policy_type, given.get("type") or DEFAULT_TYPE)
        url = row.checked(checks.url, given["url"])
        if vendor and type_ and url:
            record = records.setdefault((vendor, type_), PolicyRecord(row, vendor, type_, [], ()))
            record.urls.append((url, row))
    return list(records.values())


def _check(columns: list[str], line: int) -> None:
    """Raise `Wrong` if the names in the first line are not those of the columns, or one of these is there twice."""
    twice = [name for name, count in Counter(columns).items() if count > 1 and name in COLUMNS]
    if twice:
        raise Wrong(
            f"line {line} names the column {twice[0]} {columns.count(twice[0])} times, and nothing tells which is"
            " meant; rename the others."
        )
    if not set(columns) >= _NEEDED:
        raise Wrong(
            f"line {line} is {shown(','.join(columns))}; expected the names of the columns, with commas, semicolons or"
            f" tabs between them: {','.join(COLUMNS)}. Further columns are left alone."
        )


def _separator(text: str) -> str:
    """Return the sign between cells: the one with which the first line names the columns. Raises `Wrong` if two do."""
    named = []
    for separator in _SEPARATORS:
        _, header = next(_rows(text, separator), (1, []))
        if {name.lower() for name in header} >= _NEEDED:
            named.append(separator)
    if len(named) > 1:
        raise Wrong(
            f"its first line names the columns both with {_SEPARATORS[named[0]]} and with {_SEPARATORS[named[1]]}"
            " between them; use one of them."
        )
    return named[0] if named else ","


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the last line and the stripped cells of each row that is not empty."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in rows:
            if any(cells := [cell.strip() for cell in row]):
                yield rows.line_num, cells
    except csv.Error as error:
        raise Wrong(f"line {rows.line_num} is not valid CSV ({error}); check that every quote is closed.") from error
