"""Reads the records of a vendors file one by one, and reports everything that is wrong with them."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, ParamSpec, TypeVar

from crawler.model import DEFAULT_TYPE, Part
from crawler.vendors import checks
from crawler.vendors.checks import Wrong, kind, shown

PART_KEYS = ("select", "remove", "from", "to", "through")
DATED_PART_KEYS = (*PART_KEYS, "since", "until")
RECORD_KEYS = ("vendor", "type", "urls", *PART_KEYS, "part")

_EXAMPLE_URL = "https://www.x-cart.com/privacy-policy.html"

_Value = TypeVar("_Value")
_Arguments = ParamSpec("_Arguments")


@dataclass(slots=True)
class Location:
    """A location in a vendors file, and the list of what is wrong in the file, which all its locations share."""

    file: str
    errors: list[str]
    name: str = ""
    """Its name in messages: `record 3 (x-cart.com), part 2`. Empty: the file as a whole."""

    def report(self, what: str) -> None:
        self.errors.append(f"{self.file}{', ' if self.name else ''}{self.name}: {what}")

    def checked(
        self, check: Callable[_Arguments, _Value], *args: _Arguments.args, **kwargs: _Arguments.kwargs
    ) -> _Value | None:
        """Return what the check returns; report what it finds wrong and return None."""
        try:
            return check(*args, **kwargs)
        except Wrong as wrong:
            self.report(str(wrong))
            return None

    def within(self, name: str) -> "Location":
        return Location(self.file, self.errors, f"{self.name}, {name}" if self.name else name)


@dataclass(slots=True)
class PolicyRecord:
    """What could be read of a policy. A field that is None was missing or wrong, which is reported."""

    location: Location
    vendor: str | None
    type: str | None
    urls: list[tuple[str, Location]]
    parts: tuple[Part, ...] | None


def read_record(table: object, number: int, file: Location) -> PolicyRecord | None:
    """Read one `[[policy]]`, the number-th of its file. Return None if it is not a table."""
    if not isinstance(table, dict):
        file.within(f"record {number}").report(f"this is {kind(table)}; expected a [[policy]] table.")
        return None
    named = f" ({shown(table['vendor'])[1:-1]})" if isinstance(table.get("vendor"), str) else ""
    location = file.within(f"record {number}{named}")
    check_keys(location, table, RECORD_KEYS)
    vendor = urls = None
    if "vendor" in table:
        vendor = location.checked(checks.vendor, table["vendor"])
    else:
        location.report('there is no vendor; add its domain: vendor = "x-cart.com".')
    if "urls" in table:
        urls = location.checked(checks.texts, table["urls"], "urls", _EXAMPLE_URL)
    else:
        location.report(f'there are no urls; add the addresses that the policy has had: urls = ["{_EXAMPLE_URL}"].')
    type_ = location.checked(checks.policy_type, table.get("type", DEFAULT_TYPE))
    good = [(url, location) for given in urls or () if (url := location.checked(checks.url, given)) is not None]
    return PolicyRecord(location, vendor, type_, good, _parts(location, table))


def check_keys(location: Location, table: dict[str, Any], known: tuple[str, ...]) -> None:
    """Report every unknown key of the table."""
    for key in (key for key in table if key not in known):
        near = get_close_matches(key.lower()[:40], known, n=1)
        hint = f"did you mean {shown(near[0])}? " if near else ""
        if key in DATED_PART_KEYS and known == RECORD_KEYS:
            hint = "what holds only for a period goes into a [[policy.part]] table of the record. "
        expected = known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}"
        location.report(f"unknown key {shown(key)}; {hint}Known keys: {expected}.")


def _parts(location: Location, table: dict[str, Any]) -> tuple[Part, ...] | None:
    errors_before = len(location.errors)
    undated = _part(location, table)
    tables = table.get("part", [])
    if not isinstance(tables, list):
        location.report(f"part is {kind(tables)}; expected tables: write [[policy.part]] above each.")
        tables = []
    elif "part" in table and not tables:
        location.report("part is an empty list; write a [[policy.part]] table, or leave it out.")
    dated: list[tuple[int, Part]] = []
    for number, part_table in enumerate(tables, 1):
        within = location.within(f"part {number}")
        if isinstance(part_table, dict):
            dated.append((number, _dated_part(within, part_table)))
        else:
            within.report(f"this is {kind(part_table)}; expected a [[policy.part]] table.")
    if len(location.errors) > errors_before:
        return None
    dated.sort(key=lambda part: part[1].since.toordinal() if part[1].since else 0)
    for (number, part), (next_number, next_part) in pairwise(dated):
        if part.until is None or next_part.since is None or part.until > next_part.since:
            when = f"on {next_part.since}" if next_part.since else "at the beginning"
            location.report(
                f"the parts {number} and {next_number} are both valid {when}; "
                "let the earlier one end (until) where the later one begins (since)."
            )
    return (*(part for _, part in dated), *([undated] if undated != Part() else []))


def _dated_part(location: Location, table: dict[str, Any]) -> Part:
    check_keys(location, table, DATED_PART_KEYS)
    since = location.checked(checks.day, table["since"], "since") if "since" in table else None
    until = location.checked(checks.day, table["until"], "until") if "until" in table else None
    if not {"since", "until"} & table.keys():
        location.report("it has no period; add since = 2014-05-25 or until, or move its keys into the record itself.")
    elif since and until and since >= until:
        location.report(f"since {since} is not before until {until}; until is the first day after the period.")
    return _part(location, table, since=since, until=until)


def _part(location: Location, table: dict[str, Any], **period: Any) -> Part:
    if {"to", "through"} <= table.keys():
        location.report("to and through both say where the policy ends; remove one.")
    keys = [key for key in ("select", "from", "to", "through") if key in table]
    one = {key: location.checked(checks.selector, table[key], key) for key in keys}
    removed = location.checked(checks.texts, table["remove"], "remove", ".banner") if "remove" in table else None
    several = [location.checked(checks.selector, given, "remove") for given in removed or ()]
    return Part(
        select=one.get("select"),
        remove=tuple(selector for selector in several if selector is not None),
        start=one.get("from"),
        end=one.get("to"),
        through=one.get("through"),
        **period,
    )
