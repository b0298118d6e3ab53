"""What proves a snapshot's text: its capture in the archive, or the origin that it was imported from."""

from typing import NamedTuple

from crawler.archive.address import citation, replay_address
from crawler.model import Playback

ARCHIVE = "archive"
"""The origin of what a crawl found in the archive, by its name in exports; in a corpus it is null."""

REPORTED = "archive-reported"
"""The origin of what another corpus says to have found there. Nobody but the archive can tell whether that is so: it is
cited as the archive's, and known to crawls, when a crawl of this corpus has asked for it.
"""

_NAMES = {
    "ota": "Open Terms Archive",
    "tree": "a tree of published documents",
    REPORTED: "the archive, according to another corpus",
}


class CaptureAddresses(NamedTuple):
    """Where the archive has a capture: as a page to read, and the bytes as they were received."""

    replay: str
    raw: str


def source(public_url: str, url: str, timestamp: str, origin: str | None) -> str | None:
    """Return the address of the capture that shows a snapshot's text; None for an imported text.

    ``origin`` is the snapshot's. Others name captures too (`tree`), but this corpus has not seen those.
    """
    return citation(public_url, Playback(timestamp, url)) if (origin or ARCHIVE) == ARCHIVE else None


def addresses(public_url: str, url: str, timestamp: str, origin: str | None) -> CaptureAddresses | None:
    """Return both addresses of the capture that shows a snapshot's text; None for an imported text."""
    raw = source(public_url, url, timestamp, origin)
    return CaptureAddresses(replay_address(public_url, Playback(timestamp, url)), raw) if raw else None


def origin_name(origin: str | None) -> str:
    """Return what readers call the origin of a snapshot: "Open Terms Archive" for `ota`."""
    name = origin or ARCHIVE
    return _NAMES.get(name, name)
