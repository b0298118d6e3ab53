"""What a playback response is: a capture, an archived redirect or error, or the archive talking about itself.

A response is a capture only if it bears ``Memento-Datetime`` (RFC 7089); its status is then the archived one, a 404
or 429 included. Without that header it is the archive's own answer, whatever its status says: near matches are 302,
and an exclusion was recorded as a 200 page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.archive import address
from crawler.model import Playback

_EXCLUDED = re.compile(
    rb"excluded from the Wayback Machine|AdministrativeAccessControlException|Blocked Site Error"
    rb"|RobotAccessControlException|URL has been excluded",
    re.IGNORECASE,
)
_NOT_ARCHIVED = re.compile(rb"has not archived that URL|not been archived|ResourceNotInArchive", re.IGNORECASE)
_REDIRECT_PAGE = re.compile(
    rb"Got an HTTP (?P<status>30\d) response at crawl time.{0,4000}?<a\s+href=\"(?P<location>/web/[^\"]+)\"",
    re.IGNORECASE | re.DOTALL,
)
_SNIFFED = 256 * 1024  # bytes of an archive's own page that are searched for its message


@dataclass(frozen=True, slots=True)
class Capture:
    """The archived bytes. ``status`` is what the captured server answered, below 300 or without a usable Location."""

    playback: Playback
    status: int


@dataclass(frozen=True, slots=True)
class ArchivedRedirect:
    """The captured server sent its visitor on; ``target`` is where to, inside the archive (None: nowhere
    archivable).
    """

    playback: Playback
    status: int
    location: str
    target: Playback | None


@dataclass(frozen=True, slots=True)
class ArchivedError:
    """The captured server answered with an error of its own (status 4xx or 5xx): content, and never to be retried."""

    playback: Playback
    status: int


@dataclass(frozen=True, slots=True)
class NearMatch:
    """The archive has no playable capture at this time and offers the one nearest to it."""

    playback: Playback
    target: Playback


@dataclass(frozen=True, slots=True)
class Excluded:
    """The archive does not show this URL, at its owner's wish."""

    playback: Playback


@dataclass(frozen=True, slots=True)
class Missing:
    """The archive says that it has no capture of this URL."""

    playback: Playback


@dataclass(frozen=True, slots=True)
class Refusal:
    """The archive did not answer the question: throttled, out of order, or something unknown. To be asked again."""

    playback: Playback
    reason: str


Outcome = Capture | ArchivedRedirect | ArchivedError | NearMatch | Excluded | Missing | Refusal


def archived_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The captured server's own headers (names in lower case), out of those that the archive sent."""
    prefix = "x-archive-orig-"
    named = {name.removeprefix(prefix): value for name, value in headers.items() if name.startswith(prefix)}
    return {name: headers[name] for name in ("content-type",) if name in headers} | named


def is_capture(headers: Mapping[str, str]) -> bool:
    """Whether a response (its headers, names in lower case) is archived content rather than the archive's own word."""
    return bool(headers.get("memento-datetime", "").strip())


def classify(archive_url: str, playback: Playback, status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
    """What the archive's answer to a request for ``playback`` is.

    ``headers`` have lower-case names and their last value; ``body`` is decoded, and only read for the archive's own
    pages.
    """
    location = headers.get("location", "").strip()
    target = address.follow(archive_url, playback, location) if location else None
    if is_capture(headers):
        if 300 <= status < 400 and location:
            return ArchivedRedirect(playback, status, location, target)
        if status >= 400:
            return ArchivedError(playback, status)
        return Capture(playback, status)
    if 300 <= status < 400 and target is not None and target != playback:
        return NearMatch(playback, target)
    own = body[:_SNIFFED] + headers.get("x-archive-wayback-runtime-error", "").encode("utf-8", "replace")
    if status == 200 and (page := _REDIRECT_PAGE.search(own)):
        # Some front ends answer an archived redirect with a page that a browser's script leaves after a second.
        location = page["location"].decode("utf-8", "replace")
        target = address.follow(archive_url, playback, location)
        return ArchivedRedirect(playback, int(page["status"]), location, target)
    # Order matters: the page about an excluded URL was recorded with status 200, those about missing ones with 404.
    if _EXCLUDED.search(own):
        return Excluded(playback)
    if status == 404 or (status == 200 and _NOT_ARCHIVED.search(own)):
        return Missing(playback)
    return Refusal(playback, f"the archive answered {status} without a capture")
