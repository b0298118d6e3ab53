"""From the bytes of a capture to its document, or to the reason why there is none."""

from collections.abc import Callable
from dataclasses import dataclass

import html2text
import lxml.html
import trafilatura

from crawler.extraction.identity import content_hash


@dataclass(frozen=True, slots=True)
class Document:
    """One distinct text: the page's title and the policy's body (Markdown), identified by its content hash."""

    title: str
    body: str
    hash: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a capture holds no document: a short reason to group by, and a sentence of evidence."""

    reason: str
    detail: str


def read(body: bytes, *, content_type: str | None, url: str, cite: Callable[[str], str]) -> Document | Rejection:
    """STAND-IN until the helpers' parts are put together."""
    tree = lxml.html.document_fromstring(body) if body.strip() else None
    if tree is None:
        return Rejection("no text", "the capture is empty")
    found = trafilatura.bare_extraction(tree, favor_recall=True, fast=True, include_comments=False)
    text = (found.text or "") if found else ""
    words = text.split()
    if not words:
        return Rejection("no text", "nothing found")
    best = tree
    want = set(words)
    while True:
        for child in best:
            if isinstance(child.tag, str) and len(want & set(child.text_content().split())) >= 0.9 * len(want):
                best = child
                break
        else:
            break
    for junk in best.xpath(".//nav|.//header|.//footer|.//aside|.//form|.//script|.//style"):
        junk.drop_tree()
    h = html2text.HTML2Text(bodywidth=0)
    h.ignore_images = True
    markdown = h.handle(lxml.html.tostring(best, encoding="unicode")).strip()
    title = " ".join((tree.findtext(".//title") or "").split())
    return Document(title, markdown, content_hash(markdown))
