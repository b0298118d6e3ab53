"""What a playback response is: a capture, an archived redirect or error, or a message of the archive's own.

A response is archived only if it has ``Memento-Datetime`` (RFC 7089); its status is then the archived one, also a 404
or a 429. Without that header it is the archive's own answer, whatever its status: near matches are 302, and an
exclusion was recorded as a 200 page. pywb gives the nearest capture itself, at the address that was asked for: so a
capture is of the moment that ``Memento-Datetime`` says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from crawler.archive import address
from crawler.model import Playback
from crawler.timestamps import digits, moment, nearest_moment

_EXCLUDED = re.compile(
    rb"excluded from the Wayback Machine|AdministrativeAccessControlException|Blocked Site Error"
    rb"|RobotAccessControlException|URL has been excluded",
    re.IGNORECASE,
)
_NOT_ARCHIVED = re.compile(rb"has not archived that URL|not been archived|ResourceNotInArchive", re.IGNORECASE)
_REDIRECT_PAGE = re.compile(
    rb"Got an HTTP 30\d response at crawl time.{0,4000}?<a\s+href=\"(?P<location>/web/[^\"]+)\"",
    re.IGNORECASE | re.DOTALL,
)
_SNIFFED = 256 * 1024  # bytes of an archive's own page to search for its message

_SLACK = timedelta(seconds=1)
"""How far ``Memento-Datetime`` may be from the timestamp: some archives round fractions of a second (WARC 1.1)."""
_SLACK_OF_IMPOSSIBLE = timedelta(days=366)
"""The same for a timestamp that no calendar has (month 00): what it means is a guess within its year."""


@dataclass(frozen=True, slots=True)
class Capture:
    """The archived bytes. ``status`` is the captured server's: below 300, or a redirect without a Location."""

    status: int


@dataclass(frozen=True, slots=True)
class ArchivedRedirect:
    """The captured server redirected its visitor to ``location``; ``target`` is that inside the archive, None if no
    archive can hold it.
    """

    location: str
    target: Playback | None


@dataclass(frozen=True, slots=True)
class ArchivedError:
    """The captured server answered with an error (4xx or 5xx). This is archived content: a retry gives the same."""

    status: int


@dataclass(frozen=True, slots=True)
class NearMatch:
    """The archive has no playable capture at this time and offers the nearest one, or has given it at once."""

    target: Playback


@dataclass(frozen=True, slots=True)
class Excluded:
    """The archive does not show this URL because its owner asked for that."""


@dataclass(frozen=True, slots=True)
class NotArchived:
    """The archive says that it has no capture of this URL."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The archive did not answer the question: a rate limit, an outage, or something unknown. A retry may help."""

    reason: str


Outcome = Capture | ArchivedRedirect | ArchivedError | NearMatch | Excluded | NotArchived | Refusal


def archived_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the captured server's own headers out of those that the archive sent (all names in lower case)."""
    prefix = "x-archive-orig-"
    named = {name.removeprefix(prefix): value for name, value in headers.items() if name.startswith(prefix)}
    return {name: headers[name] for name in ("content-type",) if name in headers} | named


def is_capture(headers: Mapping[str, str]) -> bool:
    """Tell whether a response is archived content, by its headers (names in lower case)."""
    return bool(headers.get("memento-datetime", "").strip())


def classify(archive_url: str, playback: Playback, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
    """Return what the archive's answer to a request for ``playback`` is.

    ``headers`` have lower-case names and their last value; ``body`` is decoded, and only searched if it is a page of
    the archive's own.
    """
    location = headers.get("location", "").strip()
    target = address.follow(archive_url, playback, location) if location else None
    if is_capture(headers):
        captured = _captured(headers)
        if captured is None:
            return Refusal(f"the archive's Memento-Datetime is not a date: {headers['memento-datetime'][:100]!r}")
        if not _is_of(playback.timestamp, captured):
            return NearMatch(Playback(digits(captured), playback.url))
        if 300 <= status < 400 and location:
            return ArchivedRedirect(location, target)
        if status >= 400:
            return ArchivedError(status)
        return Capture(status)
    if 300 <= status < 400 and target is not None and target != playback:
        return NearMatch(target)
    own = body[:_SNIFFED] + headers.get("x-archive-wayback-runtime-error", "").encode("utf-8", "replace")
    if status == 200 and (page := _REDIRECT_PAGE.search(own)):
        # Some front ends answer an archived redirect with a page that a browser's script leaves after a second.
        location = page["location"].decode("utf-8", "replace")
        return ArchivedRedirect(location, address.follow(archive_url, playback, location))
    # Order matters: the page about an excluded URL was recorded with status 200, those about missing ones with 404.
    if _EXCLUDED.search(own):
        return Excluded()
    if status == 404 or (status == 200 and _NOT_ARCHIVED.search(own)):
        return NotArchived()
    return Refusal(f"the archive answered {status} without a capture")


def _captured(headers: Mapping[str, str]) -> datetime | None:
    """Return the moment that ``Memento-Datetime`` names (UTC); None if it is no date."""
    try:
        captured = parsedate_to_datetime(headers["memento-datetime"])
        return captured.replace(tzinfo=UTC) if captured.tzinfo is None else captured.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _is_of(timestamp: str, captured: datetime) -> bool:
    """Tell whether a capture of this moment is the one that has this timestamp."""
    asked = moment(timestamp)
    if asked is None:
        return abs(nearest_moment(timestamp) - captured) <= _SLACK_OF_IMPOSSIBLE
    return abs(asked - captured) <= _SLACK
