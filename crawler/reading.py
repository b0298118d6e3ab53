"""What a received capture is worth: a document, or why it holds none. No page ends a crawl, whatever it is made of."""

import logging
from collections.abc import Mapping

from crawler.archive import address, memento, truncation
from crawler.archive.redirects import NoDocument
from crawler.extraction.extract import CapturedResponse, extract
from crawler.extraction.rejection.judge import ended_at_home_page
from crawler.model import Document, Playback, Policy, Rejection
from crawler.questions import CaptureQuestion
from crawler.text.identity.policy import PolicyIdentity
from crawler.time_limit import TookTooLong, time_limit

logger = logging.getLogger(__name__)

_READING_SECONDS = 20  # of the processor, for one page; real ones take well under one (measured 2026-11)


def read_capture(
    question: CaptureQuestion,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    policy: Policy,
    identity: PolicyIdentity,
    public_url: str,
) -> Document | Rejection | NoDocument:
    """Read the answer to a question, given its archived HTTP status, its headers (names in lower case) and its decoded
    body; documents cite ``public_url``.
    """
    here, snapshot = question.chain.last, question.snapshot
    if ended_at_home_page(snapshot.url, here.url):
        return Rejection("home page", f"archived redirects lead to {here.url}, not to a page of its own")
    archived, cut = memento.archived_headers(headers), headers.get(truncation.HEADER)
    try:
        with time_limit(_READING_SECONDS):
            read = extract(
                CapturedResponse(body, here.url, status, archived, cut),
                policy.part_at(snapshot.timestamp),
                cite=lambda url: address.citation(public_url, Playback(here.timestamp, url)),
                identity=identity,
            )
        return truncation.marked(read, archived, body, cut)
    except TookTooLong:
        return NoDocument("too slow to read", f"reading it takes more than {_READING_SECONDS} s")
    except Exception as error:
        # One page that the extraction cannot bear must not end the crawl, nor be lost from sight.
        logger.exception("%s: %s/%s could not be read", policy.name, here.timestamp, here.url)
        return NoDocument("extraction failed", f"{type(error).__name__}: {error}"[:500], failed=True)
