"""What is tracked: a policy of a vendor, the URLs it has lived at, and which part of their pages it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

DEFAULT_TYPE = "privacy policy"


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a page is the policy, and for captures of which time. Nothing given: the whole page is.

    The selectors are CSS. The period is of the archive's days (UTC): `since` is the first day of it, `until` the first
    day after it; None leaves that side open. So one part's `until` is the next one's `since`.
    """

    select: str | None = None
    """The elements that hold the policy."""
    remove: tuple[str, ...] = ()
    """Elements within it that are not of the policy."""
    start: str | None = None
    """The element where the policy begins (`from` in a vendors file)."""
    end: str | None = None
    """The element before which it ends (`to` in a vendors file)."""
    since: date | None = None
    until: date | None = None

    def is_valid_at(self, timestamp: str) -> bool:
        """Whether a capture of this time (14 digits) is in the period.

        Digits are compared, not dates: the archive holds timestamps that no calendar has (month 00, day 00).
        """
        day = timestamp[:8]
        return (self.since is None or _digits(self.since) <= day) and (self.until is None or day < _digits(self.until))


@dataclass(frozen=True, slots=True)
class Policy:
    """One tracked document of a vendor."""

    vendor: str
    """A domain in lower case and in its ASCII form."""
    type: str
    urls: tuple[str, ...]
    """The addresses it has lived at, in the order of the vendors file."""
    parts: tuple[Part, ...] = ()
    """At most one without a period, and that one last: it holds where no dated one does. The periods do not overlap."""

    def part_at(self, timestamp: str) -> Part:
        """Which part of a page captured at this time (14 digits) is the policy; an empty Part where none is valid."""
        return next((part for part in self.parts if part.is_valid_at(timestamp)), Part())


def type_slug(type: str) -> str:  # noqa: A002 - the word for it everywhere, as in Policy
    """The name of a policy's folder among its vendor's documents: `Privacy policy` gives `privacy-policy`."""
    return "-".join(type.lower().split())


def _digits(day: date) -> str:
    return day.isoformat().replace("-", "")
