"""What a user gives a discovery of policies, checked before anything is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.argument_model import argument, near, parsed
from crawler.arguments import SINCE, UNTIL, digits, in_order
from crawler.discovery.types import TYPES
from crawler.domains import domains
from crawler.errors import ArgumentError
from crawler.model import Period
from crawler.vendors.merging import merge_into

_NAMED = 5  # types that a hint lists


def _toml(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ".toml":
        raise ArgumentError("what is found is written as TOML; give a path that ends in .toml.")
    return path


def _types(text: str) -> frozenset[str]:
    """Return the types in an argument, in lower case."""
    known = {name.lower() for name in TYPES}
    types = {name.strip().lower() for name in text.split(",")} - {""}
    for name in sorted(types - known):
        hint = near(name, known) or f" Expected names like {', '.join(sorted(known)[:_NAMED])} …"
        raise ArgumentError(f"{name} is no type of policies that is known.{hint}")
    return frozenset(types)


@dataclass(frozen=True, slots=True)
class DiscoveryGiven:
    """The arguments of the spider ``discover``, each checked by itself."""

    domains: tuple[str, ...] | None = argument(
        domains,
        takes="FILE|DOMAIN,…",
        example="shop.example,bank.example",
        says="the domains whose policies to find; required. A file has one domain per line, or is a CSV with a column"
        " vendor or domain",
    )
    types: frozenset[str] | None = argument(
        _types,
        takes="TYPE,…",
        example="privacy policy,terms of service",
        values=sorted(name.lower() for name in TYPES),
        says="look only for policies of these types; all without it",
    )
    since: str | None = argument(
        digits,
        takes="DATE",
        example="2010",
        says=SINCE,
    )
    until: str | None = argument(
        digits,
        takes="DATE",
        example="2015-06",
        says=UNTIL,
    )
    vendors: Path = argument(
        _toml,
        takes="FILE",
        default="vendors.toml",
        says="the vendors file, in TOML, to which what is found is added; made if it is not there",
    )


@dataclass(frozen=True, slots=True)
class DiscoveryArguments:
    """A checked request for a discovery; ``types`` are names in lower case, none for all."""

    vendors: Path
    domains: tuple[str, ...]
    types: frozenset[str]
    period: Period


def parse(given: Mapping[str, Any]) -> DiscoveryArguments:
    """Check the spider's arguments, and the files that they name. Raises `ArgumentError` and `VendorsFileError`."""
    asked = parsed(DiscoveryGiven, given)
    if asked.domains is None:
        raise ArgumentError("-a domains is missing; give domains (-a domains=shop.example,bank.example), or a file.")
    merge_into(asked.vendors, ())  # what cannot be added to is told before anything is asked
    period = in_order(asked.since, asked.until, given)
    return DiscoveryArguments(asked.vendors, asked.domains, asked.types or frozenset(), period)
