"""Reads a vendors file, TOML or CSV: either all its policies, or everything that is wrong with it.

TOML has one `[[policy]]` table per policy, with the keys in `records.RECORD_KEYS`. The keys `select`, `remove`, `from`
and `to` give the part of its pages that is the policy, for any time that no `[[policy.part]]` table covers. Such a
table has the same keys and a period: `since`, its first day, and `until`, the first day after it.

CSV has the columns vendor, type and url, and one row per URL. The rows of the same vendor and type make one policy; an
empty type is the default type; white space around a cell does not count. Spreadsheets write commas, semicolons or tabs
between cells: the first line tells which. Its names may be in any letter case; further columns are left alone.
"""

import re
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from crawler import program
from crawler.errors import VendorsFileError
from crawler.model import Part, Policy, type_slug
from crawler.vendors import checks
from crawler.vendors.checks import Wrong, kind, shown
from crawler.vendors.csv_rows import read_csv
from crawler.vendors.records import Location, PolicyRecord, check_keys, read_record

MAX_BYTES = 32 * 1024 * 1024
"""The largest vendors file: some 200,000 policies. A larger file is a mistaken path."""

_DEEP_KEY = re.compile(
    r"""(?m)(?:^|[\[{,])[ \t]*+(?:(?:[\w-]{1,64}|"[^"\n]{0,64}"|'[^'\n]{0,64}')[ \t]*\.[ \t]*){30}"""
)
"""A key of many parts: one of 100,000 takes the library 5 GB, the square of their number (tomllib, 2026-11)."""


def load(path: Path) -> tuple[Policy, ...]:
    """Return the policies of a vendors file, in its order. Raises `VendorsFileError`."""
    return _policies(_name(path), lambda location: _reader(path)(text_of(path), location))


def load_toml(text: str, path: Path) -> tuple[Policy, ...]:
    """Return the policies of the text of a vendors file in TOML, which has a path. Raises `VendorsFileError`."""
    return _policies(_name(path), partial(_from_toml, text))


def _name(path: Path) -> str:
    return str(path) if str(path).isprintable() else shown(str(path))


def _policies(name: str, read: Callable[[Location], list[PolicyRecord]]) -> tuple[Policy, ...]:
    location = Location(name, [])
    records: list[PolicyRecord] = []
    try:
        records = read(location)
        if not records and not location.errors:
            raise Wrong("there is no policy in the file; write at least one record, with a vendor and a URL.")
    except Wrong as wrong:
        location.report(str(wrong))
    _check_together(records)
    if location.errors:
        raise VendorsFileError("\n".join(location.errors))
    return tuple(
        Policy(record.vendor, record.type, tuple(url for url, _ in record.urls), record.parts)
        for record in records
        if record.vendor and record.type and record.parts is not None  # all are: there are no errors
    )


def _reader(path: Path) -> Callable[[str, Location], list[PolicyRecord]]:
    readers = {".toml": _from_toml, ".csv": read_csv}
    suffix = path.suffix.lower()
    if suffix not in readers:
        raise Wrong("the name of a vendors file must end in .toml or .csv; rename it.")
    return readers[suffix]


def text_of(path: Path) -> str:
    """Return the text of a vendors file. Raises `Wrong`."""
    try:
        if not path.exists():
            raise Wrong(
                "there is no such file; check the path, which is relative to the current directory, or begin with"
                f" {program.name()} init."
            )
        if not path.is_file():
            raise Wrong("this is not a file; give the path of a vendors file.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Wrong(f"the file cannot be read ({error.strerror}); check its path and permissions.") from error
    if len(data) > MAX_BYTES:
        raise Wrong(f"the file is larger than {MAX_BYTES // 1024**2} MiB; check the path.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Wrong(f"the file is not UTF-8 text (line {line}); save it as UTF-8.") from error


def _from_toml(text: str, location: Location) -> list[PolicyRecord]:
    if _DEEP_KEY.search(text):
        raise Wrong("a key in it has more than 30 parts; records have keys of one part.")
    try:
        data = tomllib.loads(text)
    except RecursionError as error:
        raise Wrong("its lists or tables are nested too deep; records need one level of lists.") from error
    except ValueError as error:  # TOMLDecodeError is one; a number of thousands of digits gives another
        raise Wrong(
            f"this is not valid TOML: {shown(str(error))[1:-1]}; see https://toml.io for the syntax."
        ) from error
    check_keys(location, data, ("policy",))
    policies = data.get("policy", [])
    if isinstance(policies, dict):
        location.report("[policy] is a single table; expected a list of tables: write [[policy]] above each record.")
        return []
    if not isinstance(policies, list):
        location.report(f"policy is {kind(policies)}; expected tables: write [[policy]] above each record.")
        return []
    read = [read_record(table, number, location) for number, table in enumerate(policies, 1)]
    return [record for record in read if record is not None]


def _check_together(records: list[PolicyRecord]) -> None:
    """Report what is wrong between records: a URL or a policy that is in the file twice."""
    folders: dict[tuple[str, str], PolicyRecord] = {}
    pages: dict[tuple[str, tuple[Part, ...]], Location] = {}
    for record in records:
        if record.vendor and record.type:
            first = folders.setdefault((record.vendor, type_slug(record.type)), record)
            if first is not record:
                record.location.report(_same_folder(record, first))
        if len(record.urls) > checks.MAX_URLS:
            record.location.report(
                f"the policy has {len(record.urls):,} URLs; expected up to {checks.MAX_URLS:,}, since each is listed "
                "by a request of its own. Keep those at which the policy was."
            )
        here: dict[str, Location] = {}
        for url, location in record.urls:
            if url in here:
                location.report(
                    f"the URL {shown(url)} is listed twice in this policy (first in {here[url].name}); remove one."
                )
                continue
            here[url] = location
            if record.parts is None:
                continue
            other = pages.setdefault((url, record.parts), location)
            if other is not location:
                location.report(
                    f"the URL {shown(url)} is also in {other.name}, and one page is one policy; if it holds several, "
                    "say in each record which part is meant, by the keys select, from and to."
                )


def _same_folder(record: PolicyRecord, first: PolicyRecord) -> str:
    if record.type == first.type:
        return (
            f"{first.location.name} already has the same vendor and type ({shown(record.type or '')}); "
            "put all URLs of a policy into one record, or give them different types."
        )
    return (
        f"the documents of the type {shown(record.type or '')} would get the same folder as those of "
        f"{shown(first.type or '')} in {first.location.name}; give them the same name, or clearly different ones."
    )
