"""Reads the records of a vendors file one by one, and notes everything that is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from crawler.model import DEFAULT_TYPE, Part
from crawler.vendors import checks
from crawler.vendors.checks import Wrong, kind, shown

if TYPE_CHECKING:
    from collections.abc import Callable

PART_KEYS = ("select", "remove", "from", "to")
DATED_PART_KEYS = (*PART_KEYS, "since", "until")
RECORD_KEYS = ("vendor", "type", "urls", *PART_KEYS, "part")

_EXAMPLE_URL = "https://www.x-cart.com/privacy-policy.html"

_Value = TypeVar("_Value")
_Arguments = ParamSpec("_Arguments")


@dataclass(slots=True)
class Place:
    """A place in a vendors file, and the list, common to all places of the file, of what is wrong with it."""

    file: str
    errors: list[str]
    name: str = ""
    """As messages name it: `record 3 (x-cart.com), part 2`. Empty: the file as a whole."""

    def wrong(self, what: str) -> None:
        self.errors.append(f"{self.file}{', ' if self.name else ''}{self.name}: {what}")

    def take(
        self, check: Callable[_Arguments, _Value], *args: _Arguments.args, **kwargs: _Arguments.kwargs
    ) -> _Value | None:
        """What the check gives; None, and a message, where it finds something wrong."""
        try:
            return check(*args, **kwargs)
        except Wrong as wrong:
            self.wrong(str(wrong))
            return None

    def within(self, name: str) -> Place:
        return Place(self.file, self.errors, f"{self.name}, {name}" if self.name else name)


@dataclass(slots=True)
class Record:
    """What could be read of a policy. What is None is missing or wrong, and messages have said so."""

    place: Place
    vendor: str | None
    type: str | None
    urls: list[tuple[str, Place]]
    parts: tuple[Part, ...] | None


def read_record(table: object, number: int, file: Place) -> Record | None:
    """One `[[policy]]`, the number-th of its file."""
    if not isinstance(table, dict):
        file.within(f"record {number}").wrong(f"this is {kind(table)}, and a [[policy]] table was expected.")
        return None
    named = f" ({shown(table['vendor'])[1:-1]})" if isinstance(table.get("vendor"), str) else ""
    place = file.within(f"record {number}{named}")
    check_keys(place, table, RECORD_KEYS)
    vendor = urls = None
    if "vendor" in table:
        vendor = place.take(checks.vendor, table["vendor"])
    else:
        place.wrong('there is no vendor; add its domain: vendor = "x-cart.com".')
    if "urls" in table:
        urls = place.take(checks.texts, table["urls"], "urls", _EXAMPLE_URL)
    else:
        place.wrong(f'there are no urls; add the addresses the policy has lived at: urls = ["{_EXAMPLE_URL}"].')
    type_ = place.take(checks.policy_type, table.get("type", DEFAULT_TYPE))
    good = [(url, place) for given in urls or () if (url := place.take(checks.url, given)) is not None]
    return Record(place, vendor, type_, good, _parts(place, table))


def check_keys(place: Place, table: dict[str, Any], known: tuple[str, ...]) -> None:
    """Notes every key of the table that is not a known one."""
    for key in (key for key in table if key not in known):
        near = get_close_matches(key.lower()[:40], known, n=1)
        hint = f"did you mean {shown(near[0])}? " if near else ""
        if key in DATED_PART_KEYS and known == RECORD_KEYS:
            hint = "what holds for a time only goes into a [[policy.part]] table of the record. "
        expected = known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}"
        place.wrong(f"there is no key {shown(key)}; {hint}Possible: {expected}.")


def _parts(place: Place, table: dict[str, Any]) -> tuple[Part, ...] | None:
    errors_before = len(place.errors)
    undated = _part(place, table)
    tables = table.get("part", [])
    if not isinstance(tables, list):
        place.wrong(f"part is {kind(tables)}, and tables were expected: write [[policy.part]] above each.")
        tables = []
    elif "part" in table and not tables:
        place.wrong("part is an empty list; write a [[policy.part]] table, or leave it out.")
    dated: list[tuple[int, Part]] = []
    for number, part_table in enumerate(tables, 1):
        within = place.within(f"part {number}")
        if isinstance(part_table, dict):
            dated.append((number, _dated_part(within, part_table)))
        else:
            within.wrong(f"this is {kind(part_table)}, and a [[policy.part]] table was expected.")
    if len(place.errors) > errors_before:
        return None
    dated.sort(key=lambda part: part[1].since.toordinal() if part[1].since else 0)
    for (number, part), (next_number, next_part) in pairwise(dated):
        if part.until is None or next_part.since is None or part.until > next_part.since:
            when = f"on {next_part.since}" if next_part.since else "at the beginning"
            place.wrong(
                f"the parts {number} and {next_number} are both valid {when}; "
                "let the earlier one end (until) where the later one begins (since)."
            )
    return (*(part for _, part in dated), *([undated] if undated != Part() else []))


def _dated_part(place: Place, table: dict[str, Any]) -> Part:
    check_keys(place, table, DATED_PART_KEYS)
    since = place.take(checks.day, table["since"], "since") if "since" in table else None
    until = place.take(checks.day, table["until"], "until") if "until" in table else None
    if not {"since", "until"} & table.keys():
        place.wrong("it has no period; give since = 2014-05-25 or until, or write its keys into the record itself.")
    elif since and until and since >= until:
        place.wrong(f"since {since} is not before until {until}; until is the first day that is no more of the period.")
    return _part(place, table, since=since, until=until)


def _part(place: Place, table: dict[str, Any], **period: Any) -> Part:
    one = {key: place.take(checks.selector, table[key], key) for key in ("select", "from", "to") if key in table}
    removed = place.take(checks.texts, table["remove"], "remove", ".banner") if "remove" in table else None
    several = [place.take(checks.selector, given, "remove") for given in removed or ()]
    return Part(
        select=one.get("select"),
        remove=tuple(selector for selector in several if selector is not None),
        start=one.get("from"),
        end=one.get("to"),
        **period,
    )
