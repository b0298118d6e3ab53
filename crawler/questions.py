"""What the crawl of a policy asks: the archive, and whoever reads pages."""

from dataclasses import dataclass

from crawler.archive.redirects import RedirectChain
from crawler.model import Snapshot
from crawler.reading import Page


@dataclass(frozen=True, slots=True)
class ListingQuestion:
    """Request a page of a URL's listing. ``since`` and ``until`` are timestamps of 1 to 14 digits, inclusive."""

    url: str
    since: str | None
    until: str | None
    resume_key: str | None = None


@dataclass(frozen=True, slots=True)
class NearQuestion:
    """Request the addresses near a URL that the archive has, since it has nothing of the URL itself."""

    url: str


@dataclass(frozen=True, slots=True)
class CaptureQuestion:
    """Request a capture for a snapshot: the last address of the chain that began at the snapshot's own."""

    snapshot: Snapshot
    chain: RedirectChain


@dataclass(frozen=True, slots=True)
class ReadingQuestion:
    """Read the page that came for a snapshot. ``read_at`` is its address, if archived redirects led there."""

    snapshot: Snapshot
    page: Page
    read_at: str | None


ArchiveQuestion = ListingQuestion | NearQuestion | CaptureQuestion
Question = ArchiveQuestion | ReadingQuestion
