"""What a user gives a discovery of policies, checked before anything is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.arguments import near, period
from crawler.discovery.types import TYPES
from crawler.domains import domains
from crawler.errors import ArgumentError
from crawler.model import Period
from crawler.vendors.merging import merge_into

NAMES = ("domains", "types", "since", "until", "vendors")
_NAMED = 5  # types that a hint lists


@dataclass(frozen=True, slots=True)
class DiscoveryArguments:
    """A checked request for a discovery; ``types`` are names in lower case, none for all."""

    vendors: Path
    domains: tuple[str, ...]
    types: frozenset[str]
    period: Period


def parse(given: Mapping[str, Any]) -> DiscoveryArguments:
    """Check the spider's arguments, and the files that they name. Raises `ArgumentError` and `VendorsFileError`."""
    for name in given:
        if name not in NAMES:
            names = ", ".join(NAMES)
            hint = f" Settings are given with -s: -s {name}=…" if name.isupper() else near(name, NAMES)
            raise ArgumentError(f"-a {name}=…: no such argument. Expected one of {names}.{hint}")
    if "domains" not in given:
        raise ArgumentError("-a domains is missing; give domains (-a domains=shop.example,bank.example), or a file.")
    vendors = Path(given.get("vendors", "vendors.toml"))
    if vendors.suffix.lower() != ".toml":
        raise ArgumentError(f"-a vendors={vendors}: what is found is written as TOML; give a path that ends in .toml.")
    merge_into(vendors, ())  # what cannot be added to is told before anything is asked
    return DiscoveryArguments(vendors, domains(given["domains"]), _types(given.get("types")), period(given))


def _types(given: str | None) -> frozenset[str]:
    """Return the types in an argument, in lower case."""
    if given is None:
        return frozenset()
    known = {name.lower() for name in TYPES}
    types = {name.strip().lower() for name in given.split(",")} - {""}
    for name in sorted(types - known):
        hint = near(name, known) or f" Expected names like {', '.join(sorted(known)[:_NAMED])} …"
        raise ArgumentError(f"-a types={given}: {name} is no type of policies that is known.{hint}")
    return frozenset(types)
