"""From the bytes of a capture to its document, or to the reason why there is none.

    bytes -> text (charset) -> tree (page) -> the vendor's part of it (selection) -> without what is no text (cleaning)
    -> the policy in it (locating) -> Markdown (rendering) -> is it a policy? (quality) -> document (identity)

PDF takes its own way (pdf). Never run this in a thread: trafilatura crashes there; a process of its own is fine.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crawler.extraction import charset, page, selection
from crawler.extraction.cleaning.clean import clean
from crawler.extraction.main_content.locate import locate
from crawler.extraction.pdf.extract import extract_pdf
from crawler.extraction.rejection import judge, reasons
from crawler.extraction.rejection.evidence import Evidence, words
from crawler.extraction.rendering.render import render
from crawler.model import Document, Part, Rejection
from crawler.text.identity.policy import PolicyIdentity

TOO_LARGE = "too large"
NOTHING_SELECTED = "nothing selected"
REASONS = reasons.REASONS | {TOO_LARGE, NOTHING_SELECTED}
"""Every reason for which a text that was received may not be read as a document."""

LONG = 250
"""Words of a body from which on only headers can speak against it; quality's rules all ask for shorter ones."""


@dataclass(frozen=True, slots=True)
class Response:
    """An archived response: decoded body, URL, status, and its headers (names in lower case, without prefix)."""

    body: bytes
    url: str
    status: int
    headers: Mapping[str, str]


_BY_RULE = PolicyIdentity()


def read(
    response: Response, part: Part, cite: Callable[[str], str], identity: PolicyIdentity = _BY_RULE
) -> Document | Rejection:
    """The document in an archived response, or why there is none.

    ``part`` is which part of the page is the policy; ``cite`` gives the address in the archive of a URL that the page
    names relative to its own; ``identity`` tells what of the text counts.
    """
    content_type = response.headers.get("content-type", "")
    if response.body[:1024].lstrip().startswith(b"%PDF-") or "application/pdf" in content_type.lower():
        return _read_pdf(response, identity)
    try:
        return _read_page(response, charset.decode(response.body, content_type or None), part, cite, identity)
    except page.PageTooBigError as error:
        return Rejection(TOO_LARGE, str(error))
    except selection.NothingSelected as error:
        return Rejection(NOTHING_SELECTED, str(error))


def _read_page(
    response: Response, text: str, part: Part, cite: Callable[[str], str], identity: PolicyIdentity
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
    if found := judge.rejection(_evidence(response, text, title, body)):
        return found
    return _document(title, body, route, round(recall, 4), identity)


def _evidence(response: Response, text: str, title: str, body: str) -> Evidence:
    """What the quality gate looks at; the whole page, which was cleaned away, only for a short text."""
    if body.count(" ") >= 3 * LONG:  # marks and bullets have spaces too; so far above, that makes no difference
        return Evidence(response.url, response.status, title, "", body[: 32 * LONG], response.headers)
    tree = page.parse(text)
    return Evidence(response.url, response.status, title, page.visible_text(tree), body, response.headers, tree)


def _read_pdf(response: Response, identity: PolicyIdentity) -> Document | Rejection:
    found = extract_pdf(response.body)
    if isinstance(found, Rejection):
        return found
    title = found.title or response.url.rsplit("/", 1)[-1]
    if words(found.body) < LONG:
        evidence = Evidence(response.url, response.status, title, found.body, found.body, response.headers)
        if rejected := judge.rejection(evidence):
            return rejected
    return _document(title, found.body, "pdf", 1.0, identity)


def _document(title: str, body: str, route: str, recall: float, identity: PolicyIdentity) -> Document:
    said = identity.content(body)
    return Document(title, body, said.hash, route, recall, said.disregarded)
