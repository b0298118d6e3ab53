"""What a received capture says, or why it says nothing. No page ends a crawl, whatever it is made of.

    page_of(snapshot, …) -> Page -> read(page, known) -> Reading -> document(page, found, identity)
                            pages -> read_run(pages, known) -> readings

`read` is a function of the page alone, so that it may run in another process or on another machine; what counts of a
text is learned on the way, and known only to whoever asks.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from crawler.archive import address, memento, truncation
from crawler.archive.redirects import NoDocument
from crawler.bounded_reading import read_bounded
from crawler.extraction import extract
from crawler.extraction.extract import CapturedResponse
from crawler.extraction.rejection.judge import ended_at_home_page
from crawler.extraction.said import Text
from crawler.model import Document, Part, Playback, Policy, Rejection, Snapshot
from crawler.text.identity.policy import PolicyIdentity

Found = Text | Rejection | NoDocument
"""What a page says, or why it says nothing."""


@dataclass(frozen=True, slots=True)
class Page:
    """A received capture: when it was captured, the part of it that is the policy, and where its links are cited."""

    response: CapturedResponse
    timestamp: str
    part: Part
    public_url: str


class Reading(NamedTuple):
    """What was read; None if a page of this fingerprint is known. Without one, it holds for this capture alone."""

    fingerprint: bytes | None
    found: Found | None


def page_of(
    snapshot: Snapshot,
    here: Playback,
    response: tuple[int, Mapping[str, str], bytes],
    *,
    policy: Policy,
    public_url: str,
) -> Page | Rejection:
    """Return the page to read in the response that came from ``here`` for a snapshot: archived HTTP status, headers
    (names in lower case) and decoded body. Documents cite ``public_url``.
    """
    status, headers, body = response
    if ended_at_home_page(snapshot.url, here.url):
        return Rejection("home page", f"archived redirects lead to {here.url}, not to a page of its own")
    archived, cut = memento.archived_headers(headers), headers.get(truncation.HEADER)
    captured = CapturedResponse(body, here.url, status, archived, cut)
    return Page(captured, here.timestamp, policy.part_at(snapshot.timestamp), public_url)


def read(page: Page, known: Container[bytes] = frozenset()) -> Reading:
    """Return what a page says, within limits, unless its fingerprint is known. Never in a thread: see `extract`."""
    cite = partial(_cited, page.public_url)
    read = read_bounded(
        lambda: Reading(*extract.read(page.response, page.part, cite, known)), f"{page.timestamp}/{page.response.url}"
    )
    return Reading(None, read) if isinstance(read, NoDocument) else read


def read_run(pages: Sequence[Page], known: Container[bytes] = frozenset()) -> list[Reading]:
    """Return what each of some pages says, as `read` does; what the first ones say is known to those after them."""
    readings: list[Reading] = []
    here = _Also(known)
    for page in pages:
        readings.append(reading := read(page, here))
        if reading.fingerprint is not None:
            here.add(reading.fingerprint)
    return readings


class _Also(set[bytes]):
    """Fingerprints that are known, and those that became known here."""

    def __init__(self, known: Container[bytes]) -> None:
        super().__init__()
        self._known = known

    def __contains__(self, fingerprint: object) -> bool:
        return super().__contains__(fingerprint) or fingerprint in self._known


def document(page: Page, found: Found, identity: PolicyIdentity) -> Document | Rejection | NoDocument:
    """Return the document of a page that was read, by what counts of the texts of its policy."""
    if not isinstance(found, Text):
        return found
    response = page.response
    return truncation.marked(
        found.document(page.timestamp, identity.content), response.headers, response.body, response.truncated
    )


def _cited(public_url: str, timestamp: str, url: str) -> str:
    return address.citation(public_url, Playback(timestamp, url))
