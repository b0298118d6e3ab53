"""Every word of a page is in its document, or on record as left out of it."""

import copy
import json
import lzma
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement

from crawler.extraction import charset, page
from crawler.extraction.account import SUBHEADER, TITLE, visible_texts
from crawler.extraction.cleaning.cloudflare import decode_emails
from crawler.extraction.extract import CapturedResponse, extract
from crawler.extraction.lately import Lately
from crawler.extraction.left_out import left_out
from crawler.extraction.main_content.words import tally
from crawler.extraction.rendering.render import render
from crawler.extraction.unfolding.unfold import unfold
from crawler.model import Document, Part

GOLD = Path(__file__).parents[2] / ".." / "shared" / "bench" / "archives" / "gold-dev.tar.xz"
SENTENCE = "We keep your name and your address for as long as you have an account with us, and no longer. "
_LIST_NUMBERS = re.compile(r"(?m)^(?:[ >]|\* )*\d+\. ")


def read(html: bytes, part: Part = Part(), content_type: str = "text/html; charset=utf-8") -> Document | None:  # noqa: B008
    response = CapturedResponse(html, "https://shop.example/p", 200, {"content-type": content_type})
    found = extract(response, part, lambda url: url)
    return found if isinstance(found, Document) else None


def words_before(html: bytes, content_type: str = "text/html; charset=utf-8") -> int:
    tree = page.parse(charset.decode(html, content_type))
    unfold(tree)
    decode_emails(tree)
    return tally(visible_texts(tree))


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[HtmlElement]:
    """Return the elements that become bodies, as they are when they are written."""
    elements: list[HtmlElement] = []

    def noting(element: HtmlElement, **arguments: Any) -> str:
        elements.append(copy.deepcopy(element))
        return render(element, **arguments)

    monkeypatch.setattr("crawler.extraction.extract.render", noting)
    monkeypatch.setattr(Lately, "made", lambda *_, make: make())  # also a text that was rendered before
    return elements


def words_after(document: Document) -> int:
    assert document.words is not None
    return document.words + sum(block.words for block in document.left_out)


TAGS = st.sampled_from(
    [
        "div", "p", "nav", "span", "form", "aside", "button", "section", "header", "footer", "table", "tr", "td", "a",
        "h1", "h2", "ul", "li", "main", "dialog", "select", "textarea", "svg", "noscript", "title", "script",
    ]
)  # fmt: skip
UNSEEN = {"svg", "noscript", "title", "script"}  # what these hold, no reader sees, unless somebody selects it
NAMES = st.sampled_from(["", "cookie-banner", "cky-modal", "share", "related", "content", "sr-only", "footer"])
HIDDEN = st.sampled_from(["", " hidden", " aria-hidden=true", " role=dialog", " style='display:none'"])
PARTS = st.lists(
    st.tuples(TAGS, NAMES, HIDDEN, st.booleans(), st.sampled_from(["", "word ", "Accept", SENTENCE])), max_size=30
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PARTS, st.sampled_from([Part(), Part(select="div"), Part(remove=("p",)), Part(start="p"), Part(end="p")]))
def test_words_before_are_words_kept_and_words_left_out(rendered, parts, part):
    html = "".join(
        f"<{t} class='{n}'{h}>{x}" + (f"</{t}>" if closed or t in UNSEEN else "") for t, n, h, closed, x in parts
    )
    body = f"<body>{html}<div><h1>Privacy</h1><p>{SENTENCE * 2}</p></div></body>".encode()
    document = read(body, part)
    if document is not None:
        assert words_after(document) == words_before(body)
        titles = sum(block.words for block in document.left_out if block.reason in {TITLE, SUBHEADER})
        assert document.words == tally(rendered[-1].itertext()) - titles


def gold_pages() -> list[tuple[str, bytes, str]]:
    rows, bodies = [], {}
    with lzma.open(GOLD) as file, tarfile.open(fileobj=file, mode="r|") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if member.name == "captures.jsonl":
                rows = [json.loads(line) for line in content.read().splitlines()]
            elif member.name.startswith("bodies/"):
                bodies[member.name] = content.read()
    types = {f"bodies/{row['sha1']}": row["headers"].get("Content-Type", "text/html") for row in rows}
    return [(name, bodies[name], types[name]) for name in types]


@pytest.mark.slow
@pytest.mark.skipif(not GOLD.exists(), reason="real pages are not part of the project")
def test_no_page_of_real_policies_has_a_remainder(rendered):
    remainders = {}
    for name, body, content_type in gold_pages():
        document = None if body.startswith(b"%PDF-") else read(body, content_type=content_type)
        if document is not None and (rest := words_before(body, content_type) - words_after(document)):
            remainders[name] = rest
        if document is not None:
            titles = sum(block.words for block in document.left_out if block.reason in {TITLE, SUBHEADER})
            assert document.words == tally(rendered[-1].itertext()) - titles, name
    assert remainders == {}


def test_a_record_says_why_and_how_the_text_begins():
    document = read(
        f"<body><nav><a href='/'>Home of lamps</a></nav><main><h1>Privacy</h1><p>{SENTENCE * 4}</p></main>"
        f"<form><p>{SENTENCE * 2}</p><input></form></body>".encode()
    )
    assert document is not None
    assert [(block.reason, block.words, block.prose) for block in document.left_out if block.reason != "form"] == [
        ("navigation", 3, False),
        ("title", 1, False),
    ]
    form = next(block for block in document.left_out if block.reason == "form")
    assert form.prose
    assert form.text.startswith("We keep your name")


def test_the_digest_of_a_text_tells_changes_of_words_but_not_of_numbers():
    before, counted, changed = (
        left_out("widget", text) for text in ("Read 3 times.", "Read  14 times.", "Read twice.")
    )
    assert before.digest == counted.digest != changed.digest


def test_recall_does_not_count_what_no_policy_holds():
    policy = f"<main><h1>Privacy</h1><p>{SENTENCE * 4}</p></main>"
    beside = f"<nav>{SENTENCE}</nav><div role='dialog'>{SENTENCE}</div><footer>{SENTENCE}</footer>"
    whole, lacking = read(f"{beside}{policy}".encode()), read(f"<form>{SENTENCE}<input></form>{policy}".encode())
    assert whole is not None
    assert lacking is not None
    assert (whole.recall, lacking.recall) == (1.0, 0.8)
