"""From the bytes of a capture to its document, or to the reason why it holds none.

    bytes -> text (charset) -> tree (page) -> the vendor's part of it (selection) -> without boilerplate (cleaning)
    -> the policy in it (main_content) -> Markdown (rendering) -> is it a policy? (rejection) -> document (identity)

A PDF takes its own way (pdf). Never run this in a thread: trafilatura crashes there; a process of its own is fine.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version

from crawler.extraction import charset, page, selection
from crawler.extraction.cleaning.clean import clean
from crawler.extraction.language import language
from crawler.extraction.main_content.locate import locate
from crawler.extraction.pdf.extract import extract_pdf
from crawler.extraction.rejection.evidence import Evidence, words
from crawler.extraction.rejection.judge import rejection
from crawler.extraction.rejection.reasons import NOTHING_SELECTED, TOO_LARGE
from crawler.extraction.rendering.render import render
from crawler.model import Document, Part, Rejection
from crawler.text.identity.policy import PolicyIdentity

READING = 3
"""The version of our own part of the extractor."""

_LIBRARIES = ("trafilatura", "html2text", "lxml", "pypdfium2")  # those that decide what a text is

EXTRACTOR = " ".join([f"policytrail/{READING}", *(f"{name}/{version(name)}" for name in _LIBRARIES)])
"""Stored with each document, so that nobody takes a change by the extractor for one by the vendor."""

LONG = 250
"""A body of so many words can be rejected for its headers alone: all other checks ask for a shorter one."""


@dataclass(frozen=True, slots=True)
class CapturedResponse:
    """An archived response: decoded body, URL, status, and its headers (names in lower case, without prefix).

    ``truncated`` is what the archive's record says of a body that breaks off (``WARC-Truncated``).
    """

    body: bytes
    url: str
    status: int
    headers: Mapping[str, str]
    truncated: str | None = None


_BY_RULE = PolicyIdentity()


def extract(
    response: CapturedResponse, part: Part, cite: Callable[[str], str], identity: PolicyIdentity = _BY_RULE
) -> Document | Rejection:
    """Return the document in an archived response, or why it holds none.

    ``part`` is the part of the page that is the policy; ``cite`` gives the address in the archive of a URL that the
    page names relative to its own; ``identity`` tells what of the text counts.
    """
    content_type = response.headers.get("content-type", "")
    if response.body[:1024].lstrip().startswith(b"%PDF-") or "application/pdf" in content_type.lower():
        return _from_pdf(response, identity)
    try:
        return _from_page(response, charset.decode(response.body, content_type or None), part, cite, identity)
    except page.PageTooBigError as error:
        return Rejection(TOO_LARGE, str(error))
    except selection.NothingSelected as error:
        return Rejection(NOTHING_SELECTED, str(error))


def _from_page(
    response: CapturedResponse, text: str, part: Part, cite: Callable[[str], str], identity: PolicyIdentity
) -> Document | Rejection:
    tree = page.parse(text)
    title = page.title(tree)
    selected = selection.apply(tree, part)
    clean(selected)
    if part.select or part.start or part.end:
        element, route, recall = selected, "selected", 1.0
    else:
        located = locate(selected)
        element, route, recall = located.element, located.route, located.recall
    body = render(element, url=response.url, title=title, cite=cite)
    if found := rejection(_evidence(response, text, title, body)):
        return found
    return _document(title, body, route, round(recall, 4), identity)


def _evidence(response: CapturedResponse, text: str, title: str, body: str) -> Evidence:
    """Return what the checks look at; the whole page, which was cleaned away, only for a short body."""
    if body.count(" ") >= 3 * LONG:  # marks and bullets have spaces too; so far above, that makes no difference
        return Evidence(response.url, response.status, title, "", body[: 32 * LONG], response.headers)
    tree = page.parse(text)
    return Evidence(response.url, response.status, title, page.visible_text(tree), body, response.headers, tree)


def _from_pdf(response: CapturedResponse, identity: PolicyIdentity) -> Document | Rejection:
    pdf = extract_pdf(response.body)
    if isinstance(pdf, Rejection):
        return pdf
    title = pdf.title or response.url.rsplit("/", 1)[-1]
    if words(pdf.body) < LONG:
        evidence = Evidence(response.url, response.status, title, pdf.body, pdf.body, response.headers)
        if found := rejection(evidence):
            return found
    return _document(title, pdf.body, "pdf", 1.0, identity)


def _document(title: str, body: str, route: str, recall: float, identity: PolicyIdentity) -> Document:
    content = identity.content(body)
    return Document(title, body, content.hash, route, recall, content.disregarded, language(body), EXTRACTOR)
