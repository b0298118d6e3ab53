"""What a user gives a crawl or a command, checked before anything is done: arguments, and settings they stand on."""

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from crawler.domains import domains
from crawler.errors import ArgumentError
from crawler.model import Mode, Period, Policy, Scope, Thoroughness
from crawler.vendors import load

NAMES = ("vendors", "vendor", "since", "until", "snapshots", "thoroughness", "save", "domains")
DISCOVERED_BY = ("vendors", "domains", "since", "until")
"""The arguments that also concern the discovery of policies, which ``domains`` begins with."""

_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
_MOST_NAMED = 5  # names that a hint lists


@dataclass(frozen=True, slots=True)
class Arguments:
    """A checked request for a crawl. ``save``: request fresh captures from Save Page Now first."""

    vendors: Path
    policies: tuple[Policy, ...]
    scope: Scope
    save: bool = False


def parse(given: Mapping[str, Any]) -> Arguments:
    """Check the spider's arguments and read the vendors file. Raises `ArgumentError` and `VendorsFileError`."""
    scope, save = checked(given)
    path = Path(given.get("vendors", "vendors.toml"))
    policies = load(path)
    if (vendor := given.get("vendor")) is not None:
        policies = _of_vendor(vendor, policies, path)
    if "domains" in given:
        policies = _of_domains(given["domains"], policies, path)
    return Arguments(path, policies, scope, save)


def checked(given: Mapping[str, Any]) -> tuple[Scope, bool]:
    """Check all arguments but what the vendors file has, which may not be there yet. Raises `ArgumentError`."""
    for name in given:
        if name not in NAMES:
            names = ", ".join(NAMES)
            hint = f" Settings are given with -s: -s {name}=…" if name.isupper() else near(name, NAMES)
            raise ArgumentError(f"-a {name}=…: no such argument. Expected one of {names}.{hint}")
    mode = given.get("snapshots", "changes")
    if mode not in get_args(Mode):
        raise ArgumentError(f"-a snapshots={mode}: expected changes (what it takes to find every revision) or all.")
    thoroughness = given.get("thoroughness", "careful")
    if thoroughness not in get_args(Thoroughness):
        levels = ", ".join(get_args(Thoroughness))
        raise ArgumentError(f"-a thoroughness={thoroughness}: expected one of {levels}.")
    wanted = period(given)
    save = given.get("save", "0")
    if save not in {"0", "1"}:
        raise ArgumentError(f"-a save={save}: expected 1 (request fresh captures first) or 0.")
    if "domains" in given:
        if "vendor" in given:
            raise ArgumentError("-a vendor and -a domains are both given; give one of them.")
        domains(given["domains"])
    return Scope(wanted, mode, thoroughness), save == "1"


def period(given: Mapping[str, Any]) -> Period:
    """Return the period that ``since`` and ``until`` ask for. Raises `ArgumentError`."""
    period = Period(*(_digits(name, given.get(name)) for name in Period._fields))
    if period.since and period.until and period.since > period.until.ljust(len(period.since), "9"):
        raise ArgumentError(f"-a since={given['since']} is after -a until={given['until']}: nothing lies between them.")
    return period


def given_once(given: Iterable[str]) -> None:
    """Raise `ArgumentError` if one of the arguments (``NAME=VALUE``) is given more than once: one would be lost."""
    values: dict[str, list[str]] = {}
    for argument in given:
        name, _, value = argument.partition("=")
        values.setdefault(name, []).append(value)
    for name, several in values.items():
        if len(several) > 1:
            raise ArgumentError(f"-a {name} is given {len(several)} times ({', '.join(several)}); give it once.")


def near(name: str, known: Iterable[str]) -> str:
    """Return the hint for a name that is unknown: the one that is meant, if any is close; else nothing."""
    close = get_close_matches(name, list(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""


def unknown_vendor(vendor: str, where: str, known: Iterable[str]) -> ArgumentError:
    """Return the error for a vendor that a vendors file or a corpus does not have."""
    names = sorted(set(known))
    more = " …" * (len(names) > _MOST_NAMED)
    hint = near(vendor, names) or f" It has {', '.join(names[:_MOST_NAMED])}{more}."
    return ArgumentError(f"-a vendor={vendor}: {where} has no policy of this vendor.{hint}")


def web_address(name: str, value: str) -> str:
    """Return the address in a setting without its final slash. Raises `ArgumentError` if it is not an http(s) URL."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ArgumentError(f"-s {name}={value}: expected an address like https://archive.example.")
    return value.rstrip("/")


def writable_folder(name: str, directory: Path, what: str) -> Path:
    """Return the folder in a setting, created if missing. Raises `ArgumentError` if it cannot be written to."""
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
        raise unknown_vendor(vendor, str(path), (policy.vendor for policy in policies))
    return chosen


def _of_domains(given: str, policies: tuple[Policy, ...], path: Path) -> tuple[Policy, ...]:
    wanted = set(domains(given))
    chosen = tuple(policy for policy in policies if policy.vendor in wanted)
    if not chosen:
        raise ArgumentError(f"-a domains={given[:200]}: {path} has no policy of these vendors; none was found.")
    return chosen


def _digits(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        date.fromisoformat(value + "-01" * (2 - value.count("-")) if _DATE.fullmatch(value) else "")
    except ValueError as error:
        raise ArgumentError(f"-a {name}={value}: expected a date: YYYY, YYYY-MM or YYYY-MM-DD.") from error
    return value.replace("-", "")
