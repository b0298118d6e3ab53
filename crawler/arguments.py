"""What a user asks of a crawl: the spider's arguments and the settings that it stands on, checked before anything
is done.
"""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from crawler.errors import ArgumentError, VendorsFileError
from crawler.model import Mode, Policy, Thoroughness
from crawler.vendors import load

_NAMES = ("vendors", "vendor", "since", "until", "snapshots", "thoroughness", "save")
_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Arguments:
    """A checked request for a crawl.

    ``since`` and ``until`` are timestamps of 4 to 8 digits as the archive's listings take them, both inclusive.
    ``save``: fresh captures are asked for first.
    """

    vendors: Path
    policies: tuple[Policy, ...]
    since: str | None
    until: str | None
    snapshots: Mode
    thoroughness: Thoroughness
    save: bool = False


def parse(given: Mapping[str, Any]) -> Arguments:
    """The request in the spider's arguments (``-a NAME=VALUE``), with its vendors file read. Raises `ArgumentError`."""
    for name in given:
        if name not in _NAMES:
            close = get_close_matches(name, _NAMES, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise ArgumentError(f"-a {name}=…: there is no such argument; there are {', '.join(_NAMES)}.{hint}")
    mode = given.get("snapshots", "changes")
    if mode not in get_args(Mode):
        raise ArgumentError(f"-a snapshots={mode}: expected changes (what it takes to find every revision) or all.")
    thoroughness = given.get("thoroughness", "careful")
    if thoroughness not in get_args(Thoroughness):
        levels = ", ".join(get_args(Thoroughness))
        raise ArgumentError(f"-a thoroughness={thoroughness}: expected one of {levels}.")
    since, until = (_digits(name, given.get(name)) for name in ("since", "until"))
    if since and until and since > until.ljust(len(since), "9"):
        raise ArgumentError(f"-a since={given['since']} is after -a until={given['until']}: nothing lies between them.")
    path = Path(given.get("vendors", "vendors.toml"))
    try:
        policies = load(path)
    except VendorsFileError as error:
        raise ArgumentError(str(error)) from error
    vendor = given.get("vendor")
    if vendor is not None:
        policies = _of_vendor(vendor, policies, path)
    save = given.get("save", "0")
    if save not in {"0", "1"}:
        raise ArgumentError(f"-a save={save}: expected 1 (ask the archive for fresh captures first) or 0.")
    return Arguments(path, policies, since, until, mode, thoroughness, save == "1")


def address(name: str, value: str) -> str:
    """The address in a setting, without a slash at its end. Raises `ArgumentError` where it is none of the web's."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ArgumentError(f"-s {name}={value}: expected an address like https://archive.example.")
    return value.rstrip("/")


def _digits(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        date.fromisoformat(value + "-01" * (2 - value.count("-")) if _DATE.fullmatch(value) else "")
    except ValueError as error:
        raise ArgumentError(f"-a {name}={value}: expected a date: YYYY, YYYY-MM or YYYY-MM-DD.") from error
    return value.replace("-", "")


def folder(name: str, directory: Path, what: str) -> Path:
    """The folder in a setting, made where it is missing. Raises `ArgumentError` where nothing can be written to it."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise ArgumentError(
            f"-s {name}={directory}: no {what} can be written there ({error}); give another folder."
        ) from error
    return directory


def _of_vendor(vendor: str, policies: tuple[Policy, ...], path: Path) -> tuple[Policy, ...]:
    chosen = tuple(policy for policy in policies if policy.vendor == vendor.lower())
    if not chosen:
        known = sorted({policy.vendor for policy in policies})
        close = get_close_matches(vendor, known, n=1)
        hint = (
            f" Did you mean {close[0]}?"
            if close
            else f" It holds {', '.join(known[:5])}{' …' if len(known) > 5 else ''}."
        )
        raise ArgumentError(f"-a vendor={vendor}: {path} has no policy of this vendor.{hint}")
    return chosen
