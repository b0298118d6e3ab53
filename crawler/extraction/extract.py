"""From the bytes of a capture to its document, or to the reason why it holds none.

    bytes -> what they are (media_type) -> text (charset) -> tree (page) -> with what parsers hide (unfolding)
    -> the vendor's part of it (selection) -> without boilerplate (cleaning) -> the policy in it (main_content)
    -> Markdown (rendering) -> is it a policy? (rejection) -> document (identity), what it leaves out of the page
    (account), and what speaks against its text (doubts)

A PDF and a plain text take ways of their own (pdf, plain_text). Never run this in a thread: trafilatura crashes there;
a process of its own is fine.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import NamedTuple

from lxml.html import HtmlElement

from crawler.extraction import account, charset, page, plain_text, selection
from crawler.extraction.cleaning.asides import remove_places
from crawler.extraction.cleaning.clean import clean, show_all
from crawler.extraction.cleaning.put_back import put_back
from crawler.extraction.doubts import doubts
from crawler.extraction.language import language
from crawler.extraction.main_content.locate import locate
from crawler.extraction.main_content.words import count_words, tally
from crawler.extraction.media_type import media_type
from crawler.extraction.pdf.extract import extract_pdf
from crawler.extraction.rejection.evidence import Evidence, words
from crawler.extraction.rejection.judge import rejection
from crawler.extraction.rejection.reasons import NOT_A_PAGE, NOTHING_SELECTED, TOO_LARGE
from crawler.extraction.rendering.render import render
from crawler.extraction.unfolding.unfold import unfold
from crawler.extraction.unfolding.xhtml import as_html
from crawler.model import Document, LeftOut, Part, Rejection
from crawler.text.identity.policy import PolicyIdentity

READING = 5
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
    kind, name = media_type(response.body, content_type)
    if kind == "pdf":
        return _from_pdf(response, identity)
    if kind == "other":
        return Rejection(NOT_A_PAGE, f"The capture is no page: its bytes are {name}.")
    text = charset.decode(response.body, content_type or None, response.url)
    try:
        if kind == "text":
            return _from_text(response, text, part, identity)
        text = as_html(text, content_type)
        return _from_page(response, text, part, cite, identity)
    except page.PageTooBigError as error:
        return Rejection(TOO_LARGE, str(error))
    except selection.NothingSelected as error:
        return Rejection(NOTHING_SELECTED, str(error))


def _from_page(
    response: CapturedResponse, text: str, part: Part, cite: Callable[[str], str], identity: PolicyIdentity
) -> Document | Rejection:
    tree = page.parse(text)
    title = page.title(tree)
    unfolded = unfold(tree)
    found = _selected(tree, part) if part.select or part.start or part.end else _located(tree, part, title)
    body = render(found.element, url=response.url, title=title, cite=cite)
    if refused := rejection(_evidence(response, text, title, body)):
        return refused
    titles = tuple(account.left_out_titles(found.element, title))
    left_out = (*found.left_out, *titles)
    kept = found.words - sum(block.words for block in titles)
    recall = account.recall(kept, left_out)
    route = unfolded if unfolded and found.route != "selected" else found.route
    return _document(title, body, identity, route=route, recall=recall, words=kept, left_out=left_out)


class _Found(NamedTuple):
    """The policy on a page, who found it, its words, and what was left out."""

    element: HtmlElement
    route: str
    words: int
    left_out: tuple[LeftOut, ...]


def _selected(tree: HtmlElement, part: Part) -> _Found:
    """Return what the vendors file selects: all of it but scripts and styles, since a person has looked at it."""
    visible = account.visible_texts(tree)
    element = selection.apply(tree, part)
    show_all(element)
    kept = account.visible_texts(element)
    return _Found(element, "selected", tally(kept), tuple(account.left_out_by_choice(visible, kept)))


def _located(tree: HtmlElement, part: Part, title: str) -> _Found:
    """Return the policy as it is found on a page."""
    by_choice: tuple[LeftOut, ...] = ()
    if part.remove:
        visible = account.visible_texts(tree)
        tree = selection.apply(tree, part)
        by_choice = tuple(account.left_out_by_choice(visible, account.visible_texts(tree)))
    cleaned = clean(tree)
    located = locate(tree, title, cleaned.index)
    asides = put_back(located.element, cleaned.asides, located.inside)
    remove_places(located.element)
    around = tuple(account.left_out_around(asides, located.cuts))
    # Counted so, not again in the element: that would take as long as writing a tenth of the document.
    kept = cleaned.words - sum(block.words for block in around)
    return _Found(located.element, located.route, kept, (*by_choice, *around))


def _evidence(response: CapturedResponse, text: str, title: str, body: str) -> Evidence:
    """Return what the checks look at; the whole page, which was cleaned away, only for a short body."""
    if body.count(" ") >= 3 * LONG:  # marks and bullets have spaces too; so far above, that makes no difference
        return Evidence(response.url, response.status, title, "", body[: 32 * LONG], response.headers)
    tree = page.parse(text)
    unfold(tree)
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
    kept = count_words(pdf.body)
    recall = round(pdf.recall, 4)
    return _document(title, pdf.body, identity, route="pdf", recall=recall, words=kept, left_out=pdf.left_out)


def _from_text(response: CapturedResponse, text: str, part: Part, identity: PolicyIdentity) -> Document | Rejection:
    if selector := part.select or part.start or part.end:
        detail = f'The selector "{selector}" matches nothing: the capture is plain text.'
        return Rejection(NOTHING_SELECTED, detail)
    # As many as a page may have, for the same time.
    for what, found, limit in (
        ("characters", len(text), page.MAX_CHARACTERS),
        ("lines", text.count("\n"), page.MAX_ELEMENTS),
    ):
        if found > limit:
            return Rejection(TOO_LARGE, f"The text has {found:,} {what}; texts of up to {limit:,} are read.")
    title = plain_text.title_of(text)
    body = plain_text.as_markdown(text)
    if refused := rejection(Evidence(response.url, response.status, title, text, body, response.headers)):
        return refused
    return _document(title, body, identity, route="plain text", recall=1.0, words=count_words(text))


def _document(
    title: str,
    body: str,
    identity: PolicyIdentity,
    *,
    route: str,
    recall: float,
    words: int,
    left_out: tuple[LeftOut, ...] = (),
) -> Document:
    content = identity.content(body)
    return Document(
        title,
        body,
        content.hash,
        route,
        recall,
        content.disregarded,
        language(body),
        EXTRACTOR,
        words,
        left_out,
        doubts(body),
    )
