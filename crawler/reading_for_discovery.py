"""What the archive's answers say to the discovery of policies: rows, redirects, links, and whether a text is a policy.

question, response -> answer(…) -> Rows | Led | Read | Nothing | str, which is why there is no answer
"""

import logging
from collections.abc import Mapping
from urllib.parse import urlsplit

from crawler.archive import address, cdx, domain_index, memento, truncation
from crawler.archive.redirects import NoDocument
from crawler.bounded_reading import read_bounded
from crawler.discovery.addresses import PATH_WORDS
from crawler.discovery.links import PolicyLink, policy_links
from crawler.discovery.questions import (
    Answer,
    CaptureQuestion,
    IndexQuestion,
    Led,
    MonthsQuestion,
    Nothing,
    Question,
    Read,
    Rows,
    Said,
)
from crawler.discovery.sketch import sketch
from crawler.extraction import charset, page
from crawler.extraction.extract import CapturedResponse
from crawler.extraction.media_type import media_type
from crawler.extraction.rejection.frames import frames
from crawler.extraction.said import Text
from crawler.model import Part
from crawler.reading import Page, read

logger = logging.getLogger(__name__)

_HTML = "page"
_WHOLE = Part()


def query_address(archive_url: str, question: Question) -> str:
    """Return the address at which an archive answers a question."""
    match question:
        case IndexQuestion(domain=domain, resume_key=key, years=years):
            return domain_index.query_address(archive_url, domain, PATH_WORDS, key, years)
        case MonthsQuestion(url=url):
            return domain_index.months_address(archive_url, url)
        case CaptureQuestion(playback=playback):
            return address.playback_address(archive_url, playback)


def answer(archive_url: str, question: Question, status: int, headers: Mapping[str, str], body: bytes) -> Answer | str:
    """Return what the archive's response says (its HTTP status, headers with names in lower case, decoded body); a
    clause for the user if it says nothing.
    """
    if isinstance(question, CaptureQuestion):
        return _of_capture(archive_url, question, status, headers, body)
    try:
        rows, resume_key = domain_index.read(status, body)
    except cdx.UrlExcluded:
        return Rows((), excluded=True)
    except cdx.ListingError as error:
        return str(error)
    return Rows(rows, resume_key)


def _of_capture(
    archive_url: str, question: CaptureQuestion, status: int, headers: Mapping[str, str], body: bytes
) -> Answer | str:
    here = question.playback
    match memento.classify(archive_url, here, status, headers, body):
        case memento.ArchivedRedirect(location=location, target=target):
            return Led(target, archived=True) if target else Nothing(f"it leads to {location[:200]}")
        case memento.NearMatch(target=target):
            return Led(target, archived=False)
        case memento.ArchivedError(status=archived):
            return Nothing(f"archived error {archived}")
        case memento.NotArchived():
            return Nothing("not archived")
        case memento.Excluded():
            return Nothing("excluded")
        case memento.Refusal(reason=reason):
            return reason
        case memento.Capture(status=archived):
            cut = headers.get(truncation.HEADER)
            response = CapturedResponse(body, here.url, archived, memento.archived_headers(headers), cut)
            return page_answer(question, response)


def page_answer(question: CaptureQuestion, response: CapturedResponse) -> Read:
    """Return what a page says. Nothing that it is made of does harm: what takes too long says nothing."""
    said = _said(question, response) if question.reads else None
    found = read_bounded(lambda: _links(response), f"{question.playback.timestamp}/{response.url}")
    if isinstance(found, NoDocument):
        logger.warning("%s: its links are not seen. %s", response.url[:200], found.detail)
    links, framed = ((), ()) if isinstance(found, NoDocument) else found
    return Read(links, framed, said)


def _links(response: CapturedResponse) -> tuple[tuple[PolicyLink, ...], tuple[str, ...]]:
    content_type = response.headers.get("content-type", "")
    if media_type(response.body, content_type)[0] != _HTML:
        return (), ()
    text = charset.decode(response.body, content_type or None, response.url)
    links = tuple(policy_links(text, response.url))
    own = urlsplit(response.url).hostname
    try:
        found = frames(page.parse(text), response.url) if "<frame" in text.lower() or "<iframe" in text.lower() else []
    except page.PageTooBigError:
        found = []
    return links, tuple(url for url in found if urlsplit(url).hostname == own)


def _said(question: CaptureQuestion, response: CapturedResponse) -> Said | None:
    found = read(Page(response, question.playback.timestamp, _WHOLE, "")).found
    if not isinstance(found, Text):
        return None
    text = f"{found.title}\n\n{found.body}"
    from crawler.discovery.classifier import classify  # noqa: PLC0415 - numpy, for a command that may read nothing

    verdict = classify(text)
    return Said(
        verdict.type is not None,
        verdict.type,
        round(verdict.score, 4),
        verdict.language or found.language,
        len(text.split()),
        sketch(found.body),
    )
