"""What a user gives a crawl or a command, checked before anything is done: arguments, and settings they stand on."""

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from crawler.argument_model import argument, names, near, one_of, parsed
from crawler.domains import domains
from crawler.errors import ArgumentError
from crawler.model import Mode, Period, Policy, Scope, Thoroughness
from crawler.vendors import checks, load

_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
SINCE = "look only at captures from this day, month or year on (YYYY, YYYY-MM or YYYY-MM-DD)"
UNTIL = "look only at captures up to this day, month or year, which is included"
_MOST_NAMED = 5  # names that a hint lists


def digits(text: str) -> str:
    """Return the first digits of a timestamp (4 to 8) that a date means. Raises `ArgumentError`."""
    try:
        date.fromisoformat(text + "-01" * (2 - text.count("-")) if _DATE.fullmatch(text) else "")
    except ValueError as error:
        raise ArgumentError("expected a date: YYYY, YYYY-MM or YYYY-MM-DD.") from error
    return text.replace("-", "")


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of the spider ``policies``, each checked by itself."""

    vendors: Path = argument(
        Path,
        takes="FILE",
        default="vendors.toml",
        says="the vendors file, TOML or CSV: which policies to crawl",
    )
    vendor: str | None = argument(
        str,
        takes="DOMAIN",
        example="shop.example",
        says="crawl only the policies of this vendor",
    )
    since: str | None = argument(
        digits,
        takes="DATE",
        example="2018-05",
        says=SINCE,
    )
    until: str | None = argument(
        digits,
        takes="DATE",
        example="2020",
        says=UNTIL,
    )
    snapshots: Mode = argument(
        one_of(get_args(Mode), "changes (what it takes to find every revision) or all"),
        takes="changes|all",
        default="changes",
        values=get_args(Mode),
        says="which captures to fetch: what it takes to find every revision, or every one",
    )
    thoroughness: Thoroughness = argument(
        one_of(get_args(Thoroughness), f"one of {', '.join(get_args(Thoroughness))}"),
        takes="|".join(get_args(Thoroughness)),
        default="careful",
        values=get_args(Thoroughness),
        says="how hard to look for texts that came and went between two captures that agree",
    )
    save: str = argument(
        one_of(("0", "1"), "1 (request fresh captures first) or 0"),
        takes="0|1",
        default="0",
        values=("0", "1"),
        says="1: ask Save Page Now for a fresh capture first, if the newest is over a day old;"
        " needs SAVEPAGENOW_ACCESS_KEY and SAVEPAGENOW_SECRET_KEY in the environment",
    )
    domains: tuple[str, ...] | None = argument(
        domains,
        takes="FILE|DOMAIN,…",
        example="shop.example,bank.example",
        says="find the policies of these domains first, add them to the vendors file, then crawl them;"
        " a file has one domain per line, or is a CSV with a column vendor or domain",
    )


NAMES = names(Given)
DISCOVERED_BY = ("vendors", "domains", "since", "until")
"""The arguments that also concern the discovery of policies, which ``domains`` begins with."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """A checked request for a crawl. ``save``: request fresh captures from Save Page Now first."""

    vendors: Path
    policies: tuple[Policy, ...]
    scope: Scope
    save: bool = False


def parse(given: Mapping[str, Any]) -> Arguments:
    """Check the spider's arguments and read the vendors file. Raises `ArgumentError` and `VendorsFileError`."""
    asked = checked(given)
    path = asked.vendors
    policies = load(path)
    if asked.vendor is not None:
        vendor = vendor_among(asked.vendor, (policy.vendor for policy in policies), str(path))
        policies = tuple(policy for policy in policies if policy.vendor == vendor)
    if asked.domains is not None:
        policies = _of_domains(asked.domains, given["domains"], policies, path)
    scope = Scope(Period(asked.since, asked.until), asked.snapshots, asked.thoroughness)
    return Arguments(path, policies, scope, asked.save == "1")


def checked(given: Mapping[str, Any]) -> Given:
    """Check all arguments but what the vendors file has, which may not be there yet. Raises `ArgumentError`."""
    asked = parsed(Given, given)
    in_order(asked.since, asked.until, given)
    if "domains" in given and "vendor" in given:
        raise ArgumentError("-a vendor and -a domains are both given; give one of them.")
    return asked


def in_order(since: str | None, until: str | None, given: Mapping[str, Any]) -> Period:
    """Return the period from ``since`` to ``until``. Raises `ArgumentError` if nothing lies between them."""
    if since and until and since > until.ljust(len(since), "9"):
        raise ArgumentError(f"-a since={given['since']} is after -a until={given['until']}: nothing lies between them.")
    return Period(since, until)


def given_once(given: Iterable[str]) -> None:
    """Raise `ArgumentError` if one of the arguments (``NAME=VALUE``) is given more than once: one would be lost."""
    values: dict[str, list[str]] = {}
    for one in given:
        name, _, value = one.partition("=")
        values.setdefault(name, []).append(value)
    for name, several in values.items():
        if len(several) > 1:
            raise ArgumentError(f"-a {name} is given {len(several)} times ({', '.join(several)}); give it once.")


def vendor_among(given: str, known: Iterable[str], where: str) -> str:
    """Return the vendor that ``-a vendor=`` means, of those that a vendors file or a corpus (``where``) has.

    A domain in any case and script, or an address at it: with and without ``www.``, if only one of them is known.
    Raises `ArgumentError`.
    """
    vendors = sorted(set(known))
    domain = checks.domain_of(given)
    meant = [vendor for vendor in vendors if vendor in {given.lower(), domain}]
    if not meant and domain:
        bare = domain.removeprefix("www.")
        meant = [vendor for vendor in vendors if vendor in {bare, f"www.{bare}"}]
    if len(meant) == 1:
        return meant[0]
    more = " …" * (len(vendors) > _MOST_NAMED)
    hint = near(domain or given.lower(), vendors) or f" It has {', '.join(vendors[:_MOST_NAMED])}{more}."
    raise ArgumentError(f"-a vendor={given[:200]}: {where} has no policy of this vendor.{hint}")


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


def _of_domains(wanted: tuple[str, ...], given: str, policies: tuple[Policy, ...], path: Path) -> tuple[Policy, ...]:
    chosen = tuple(policy for policy in policies if policy.vendor in wanted)
    if not chosen:
        raise ArgumentError(f"-a domains={given[:200]}: {path} has no policy of these vendors; none was found.")
    return chosen
