"""From the bytes of a capture to its document, or to the reason why it holds none.

    bytes -> what they are (media_type) -> text (charset) -> without what nobody looks at: was one like it read before?
    (lean) -> tree (page) -> with what parsers hide (unfolding)
    -> the vendor's part of it (selection) -> was a page with all the same read before? (fingerprint)
    -> without boilerplate (cleaning) -> the policy in it (main_content) -> Markdown (rendering)
    -> is it a policy? (rejection) -> its text, what that leaves out of the page (account), and what speaks against it
    (doubts) -> document (identity)

A PDF and a plain text take ways of their own (pdf, plain_text). Never run this in a thread: trafilatura crashes there;
a process of its own is fine.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import NamedTuple

from lxml.html import HtmlElement

from crawler.archive.truncation import is_partial
from crawler.extraction import account, charset, page, plain_text, selection
from crawler.extraction.cleaning.asides import remove_places
from crawler.extraction.cleaning.clean import clean, show_all
from crawler.extraction.cleaning.put_back import put_back
from crawler.extraction.cleaning.unseen import drop_attributes, drop_unseen
from crawler.extraction.fingerprint import fingerprint, mark_for, written
from crawler.extraction.lately import Glances, Lately, LeanPages
from crawler.extraction.main_content.locate import locate
from crawler.extraction.main_content.words import count_words, tally
from crawler.extraction.media_type import media_type
from crawler.extraction.pdf.extract import extract_pdf
from crawler.extraction.rejection.evidence import HEADERS, Evidence, words
from crawler.extraction.rejection.judge import rejection
from crawler.extraction.rejection.reasons import NOT_A_PAGE, NOTHING_SELECTED, PARTIAL, TOO_LARGE
from crawler.extraction.rendering.render import render
from crawler.extraction.said import Account, Text, cites_only, text_of
from crawler.extraction.unfolding.unfold import shows_text, unfold
from crawler.extraction.unfolding.xhtml import as_html
from crawler.model import Document, LeftOut, Part, Rejection
from crawler.text.identity.policy import PolicyIdentity
from crawler.text.limits import MAX_CHARACTERS

READING = 6
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


class Reading(NamedTuple):
    """What was read: a text, or why there is none; None if a page of this fingerprint is known.

    Without a ``fingerprint``, what was read holds for this one capture.
    """

    fingerprint: bytes | None
    found: Text | Rejection | None


_Cite = Callable[[str, str], str]
_BY_RULE = PolicyIdentity()
_NONE_KNOWN: frozenset[bytes] = frozenset()
_rendered = Lately()
_glances = Glances()
_pages = LeanPages()


def extract(
    response: CapturedResponse, part: Part, cite: Callable[[str], str], identity: PolicyIdentity = _BY_RULE
) -> Document | Rejection:
    """Return the document in an archived response, or why it holds none.

    ``part`` is the part of the page that is the policy; ``cite`` gives the address in the archive of a URL that the
    page names relative to its own; ``identity`` tells what of the text counts.
    """
    found = read(response, part, lambda _, url: cite(url)).found
    assert found is not None
    return found.document("", identity.content) if isinstance(found, Text) else found


def read(response: CapturedResponse, part: Part, cite: _Cite, known: Container[bytes] = _NONE_KNOWN) -> Reading:
    """Return what an archived response says, or why it holds nothing, unless the fingerprint of its page is known.

    ``part`` is the part of the page that is the policy; ``cite`` gives the address in the archive, at a timestamp, of a
    URL that the page names relative to its own.
    """
    if is_partial(response.status, response.headers):
        said = response.headers.get("content-range", "no Content-Range")[:100]
        return _rejected(PARTIAL, f"The captured server sent a part of the page (status 206): {said}.")
    content_type = response.headers.get("content-type", "")
    kind, name = media_type(response.body, content_type)
    if kind == "pdf":
        return _from_pdf(response, known)
    if kind == "other":
        return _rejected(NOT_A_PAGE, f"The capture is no page: its bytes are {name}.")
    text = charset.decode(response.body, content_type or None, response.url)
    try:
        if kind == "text":
            return Reading(None, _from_text(response, text, part))
        text = as_html(text, content_type)
        return _from_page(response, text, part, cite, known)
    except page.PageTooBigError as error:
        return _rejected(TOO_LARGE, str(error))
    except selection.NothingSelected as error:
        return _rejected(NOTHING_SELECTED, str(error))


def _rejected(reason: str, detail: str) -> Reading:
    return Reading(None, Rejection(reason, detail))


def _from_page(response: CapturedResponse, text: str, part: Part, cite: _Cite, known: Container[bytes]) -> Reading:
    beside = _beside(response)
    lean_page = None if part.chosen_by or part.remove else _pages.lean(text, response.url)
    lean_text = None if lean_page is None else lean_page.text
    glance = None if lean_text is None else fingerprint(lean_text.encode("utf-8", "surrogatepass"), *beside)
    if glance is not None and (same := _glances.get(glance)) in known:
        return Reading(same, None)
    tree = None if lean_text is None else _with_text(lean_text)
    if tree is None:  # what a page without a text of its own says may stand in its scripts
        glance, tree = None, page.parse(text)
    unfolded = None if glance else unfold(tree)
    title = page.title(tree)
    tree, chosen = _selected(tree, part) if part.chosen_by else _whole(tree, part)
    base = page.base_url(tree)
    drop_attributes(tree)
    seen = written(tree)
    same = fingerprint(seen, title, base, unfolded, *chosen, *beside)
    if glance is not None:
        _glances.put(glance, same)
    if same in known:
        return Reading(same, None)
    mark = mark_for(seen, title.encode(), response.url.encode("utf-8", "surrogatepass"), (base or "").encode())
    if chosen.words is None:
        found = _located(tree, title, chosen)
    else:
        found = _Found(tree, "selected", chosen.words, chosen.left_out)
    body = _rendered.made(
        found.element,
        *(response.url, title, base, mark, cite(mark, response.url)),
        make=lambda: render(found.element, url=response.url, title=title, cite=lambda url: cite(mark, url)),
    )
    page.refuse_if_too_long(body)
    if refused := rejection(_evidence(response, text, title, body)):
        return Reading(None, refused)
    titles = tuple(account.left_out_titles(found.element, title))
    left_out = (*found.left_out, *titles)
    kept = found.words - sum(block.words for block in titles)
    recall = account.recall(kept, left_out)
    route = unfolded if unfolded and found.route != "selected" else found.route
    # The checks look at more of a short page than the fingerprint has; and where a link is none, a timestamp counts.
    holds = _is_long(body) and cites_only(body, mark)
    found_so = Account(route, recall, kept, left_out)
    return Reading(same if holds else None, text_of(title, body, mark, found_so, EXTRACTOR))


def _with_text(lean_text: str) -> HtmlElement | None:
    """Return the tree of a lean page with what parsers hide; None if that page has no text of its own."""
    tree = page.parse(lean_text, measured=True)
    return tree if shows_text(tree) else None


def _beside(response: CapturedResponse) -> tuple[str | int | None, ...]:
    """Return what of a response, beside its body, its document depends on."""
    return response.url, response.status, *map(response.headers.get, HEADERS)


class _Found(NamedTuple):
    """The policy on a page, who found it, its words, and what was left out."""

    element: HtmlElement
    route: str
    words: int
    left_out: tuple[LeftOut, ...]


class _Chosen(NamedTuple):
    """The words that a vendors file selects, None if it does not, and what it leaves out."""

    words: int | None
    left_out: tuple[LeftOut, ...]


def _selected(tree: HtmlElement, part: Part) -> tuple[HtmlElement, _Chosen]:
    """Return what the vendors file selects: all of it but scripts and styles, since a person has looked at it."""
    visible = account.visible_texts(tree)
    element = selection.apply(tree, part)
    show_all(element)
    kept = account.visible_texts(element)
    return element, _Chosen(tally(kept), tuple(account.left_out_by_choice(visible, kept)))


def _whole(tree: HtmlElement, part: Part) -> tuple[HtmlElement, _Chosen]:
    """Return the body of a page, in which the policy has yet to be found."""
    by_choice: tuple[LeftOut, ...] = ()
    if part.remove:
        visible = account.visible_texts(tree)
        tree = selection.apply(tree, part)
        by_choice = tuple(account.left_out_by_choice(visible, account.visible_texts(tree)))
    drop_unseen(tree)
    body = tree.find("body")
    return tree if body is None else body, _Chosen(None, by_choice)


def _located(body: HtmlElement, title: str, chosen: _Chosen) -> _Found:
    """Return the policy as it is found on a page."""
    cleaned = clean(body)
    located = locate(body, title, cleaned.index)
    asides = put_back(located.element, cleaned.asides, located.inside)
    remove_places(located.element)
    around = tuple(account.left_out_around(asides, located.cuts))
    # Counted so, not again in the element: that would take as long as writing a tenth of the document.
    kept = cleaned.words - sum(block.words for block in around)
    return _Found(located.element, located.route, kept, (*chosen.left_out, *around))


def _evidence(response: CapturedResponse, text: str, title: str, body: str) -> Evidence:
    """Return what the checks look at; the whole page, which was cleaned away, only for a short body."""
    if _is_long(body):
        return Evidence(response.url, response.status, title, "", body[: 32 * LONG], response.headers)
    tree = page.parse(text)
    unfold(tree)
    return Evidence(response.url, response.status, title, page.visible_text(tree), body, response.headers, tree)


def _is_long(body: str) -> bool:
    return body.count(" ") >= 3 * LONG  # marks and bullets have spaces too; so far above, that makes no difference


def _from_pdf(response: CapturedResponse, known: Container[bytes]) -> Reading:
    same = fingerprint(response.body, *_beside(response))
    if same in known:
        return Reading(same, None)
    pdf = extract_pdf(response.body)
    if isinstance(pdf, Rejection):
        return Reading(None, pdf)
    title = pdf.title or response.url.rsplit("/", 1)[-1]
    if words(pdf.body) < LONG:
        evidence = Evidence(response.url, response.status, title, pdf.body, pdf.body, response.headers)
        if found := rejection(evidence):
            return Reading(None, found)
    kept = count_words(pdf.body)
    return Reading(
        same, text_of(title, pdf.body, None, Account("pdf", round(pdf.recall, 4), kept, pdf.left_out), EXTRACTOR)
    )


def _from_text(response: CapturedResponse, text: str, part: Part) -> Text | Rejection:
    if selector := part.chosen_by:
        detail = f'The selector "{selector}" matches nothing: the capture is plain text.'
        return Rejection(NOTHING_SELECTED, detail)
    # As many as a page may have, for the same time.
    for what, found, limit in (
        ("characters", len(text), MAX_CHARACTERS),
        ("lines", text.count("\n"), page.MAX_ELEMENTS),
    ):
        if found > limit:
            return Rejection(TOO_LARGE, f"The text has {found:,} {what}; texts of up to {limit:,} are read.")
    title = plain_text.title_of(text)
    body = plain_text.as_markdown(text)
    page.refuse_if_too_long(body)
    if refused := rejection(Evidence(response.url, response.status, title, text, body, response.headers)):
        return refused
    return text_of(title, body, None, Account("plain text", 1.0, count_words(text), ()), EXTRACTOR)
