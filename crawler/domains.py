"""The domains that a user names: in an argument, or in a file of one per line, or in a column of a CSV."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from crawler.errors import ArgumentError
from crawler.vendors import checks

MOST_BYTES = 16 * 1024 * 1024
"""The largest file of domains: some 800,000. A larger file is a mistaken path."""

_COLUMNS = ("vendor", "domain")
_NAMED = 5  # wrong lines that a message names


def domains(given: str) -> tuple[str, ...]:
    """Return the domains in an argument, which names them or a file of them, each once. Raises `ArgumentError`, with a
    clause about what is wrong.
    """
    path = Path(given)
    is_file = _is_file(path)
    if not is_file and _exists(path) and not path.is_dir():  # a folder may be called like a domain
        raise ArgumentError(f"-a domains={given[:200]}: this is no regular file; give a file of one domain per line.")
    named = _in_file(path) if is_file else enumerate(given.split(","), 1)
    found: dict[str, None] = {}
    wrong = []
    for number, name in named:
        try:
            found[checks.vendor(name.strip())] = None
        except checks.Wrong as error:
            why = _address(name.strip()) or str(error)
            wrong.append(f"line {number}: {why}" if is_file else why)
    if wrong:
        hint = "" if is_file or "," in given else " There is no file of this name either."
        more = f" And {len(wrong) - _NAMED} more." if len(wrong) > _NAMED else ""
        raise ArgumentError(f"{' '.join(wrong[:_NAMED])}{more}{hint}")
    if not found:
        raise ArgumentError("there is no domain in it; write one per line.")
    return tuple(found)


def _address(name: str) -> str | None:
    """Return what to say of an address in place of a domain; None for what is no address."""
    try:
        domain = checks.vendor(urlsplit(name).hostname) if "://" in name else None
    except (checks.Wrong, ValueError):
        return None
    return domain and f"{checks.shown(name)} is not a domain but an address; write its domain: {domain}."


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # many domains, which are no name that a file could have
        return False


def _in_file(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the domains in a file with their lines: one per line, or the column vendor or domain of a CSV."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ArgumentError(f"the file cannot be read ({error.strerror}).") from error
    if len(data) > MOST_BYTES:
        raise ArgumentError(f"the file is larger than {MOST_BYTES // 1024**2} MiB; check the path.")
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ArgumentError("the file is not UTF-8 text; save it as UTF-8.") from error
    rows = [
        (number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")
    ]
    columns = [name.strip().lower() for name in rows[0][1].split(",")] if rows else []
    column = next((columns.index(name) for name in _COLUMNS if name in columns), None)
    if column is None:
        yield from ((number, line.partition("#")[0]) for number, line in rows)
        return
    yield from _of_column(path, (line for _, line in rows[1:]), [number for number, _ in rows[1:]], column)


def _of_column(path: Path, lines: Iterable[str], numbers: list[int], column: int) -> Iterator[tuple[int, str]]:
    rows = csv.reader(lines)
    try:
        for number, cells in zip(numbers, rows, strict=False):
            yield number, cells[column] if len(cells) > column else ""
    except csv.Error as error:
        where = f"line {numbers[min(rows.line_num, len(numbers)) - 1]}"
        raise ArgumentError(f"{where} is not valid CSV ({error}); check its quotes.") from error
