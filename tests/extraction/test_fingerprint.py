"""Pages of one fingerprint have one document: it never hides a change, and sees through what no reader sees."""

import json
import lzma
import tarfile
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.cleaning.unseen import drop_attributes
from crawler.extraction.extract import CapturedResponse, extract, read
from crawler.extraction.lately import Lately
from crawler.extraction.page import parse
from crawler.extraction.said import Text
from crawler.model import Document, Part, Rejection
from crawler.text.identity.content import content

SENTENCE = "We keep your order &amp; your address for {} days, as the law asks of every shop in the country. "
STATE = {"props": {"page": {"body": "<p>" + "We share what you give us with nobody but those who deliver it. " * 20}}}


def hidden_email(key: int) -> str:
    """An address as Cloudflare writes it, with another key in every response."""
    return bytes([key, *(key ^ byte for byte in b"privacy@shop.example")]).hex()


PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Privacy | Shop</title><meta name="csrf" content="a1b2">
<link rel="stylesheet" href="/style.1.css"><script nonce="n1">window.__STATE__ = 1</script></head>
<body class="page"><!-- build 7 --><header id="top"><a href="/">Shop</a><nav class="menu"><a href="/a">A</a>
<a href="/b">B</a></nav></header><main id="main"><h1>Privacy policy</h1>
<div class="text" data-id="5"><p>{SENTENCE.format(30) * 24}See <a href="/terms" title="Terms">our terms</a>.</p>
<h2 class="h">What we keep</h2><p style="color: red">{SENTENCE.format(60) * 24}</p>
<ul><li value="3">Names<li>Addresses</ul><ol start="2"><li>One<li>Two</ol>
<table><tr><th colspan="1">What<th>Why<tr><td>Name<td>Delivery</table>
<div hidden class="more"><p>{SENTENCE.format(90) * 3}</p></div>
<button aria-expanded="false" aria-controls="x">More</button><div id="x"><p>{SENTENCE.format(5) * 2}</p></div>
<p>Write to <a href="/cdn-cgi/l/email-protection" class="__cf_email__" data-cfemail="{hidden_email(7)}">[email]</a></p>
<form action="/s" id="form-3f2b6c1e-9a47-4d0b-8c55-0e1f2a3b4c5d" class="view dom-id-9e107d9d372bb6826bd81d3542a419d6">
<input type="hidden" name="token" value="t1"><input type="text"></form></div></main>
<noscript>Turn on <b>scripts</b>.</noscript><template><p>T</p></template><iframe src="/f1"></iframe><img src="/i1.png">
<footer class="footer"><p>© Shop 2020. All rights reserved.</p></footer>
<script type="application/json">{json.dumps(STATE)}</script></body></html>"""
URL = "https://shop.example/privacy"
RESPONSE = CapturedResponse(PAGE.encode(), URL, 200, {"content-type": "text/html; charset=utf-8"})
WHEN = ("20200101000000", "20211231235959")


def cite(timestamp: str, url: str) -> str:
    return f"https://archive.example/web/{timestamp}id_/{url}"


def documents(found: Text | Rejection | None) -> list[Document | Rejection]:
    assert found is not None
    return [found.document(when, content) if isinstance(found, Text) else found for when in WHEN]


def edited(old: str, new: str, **response: object) -> CapturedResponse:
    assert not old or old in PAGE
    return replace(RESPONSE, body=PAGE.replace(old, new, 1).encode(), **response)


def test_a_page_with_a_known_fingerprint_is_not_extracted_again():
    same, found = read(RESPONSE, Part(), cite)
    assert same is not None
    assert isinstance(found, Text)
    assert read(RESPONSE, Part(), cite, {same}) == (same, None)


@pytest.mark.parametrize("when", WHEN)
def test_a_document_cites_its_own_capture(when):
    found = read(RESPONSE, Part(), cite).found
    assert isinstance(found, Text)
    assert found.document(when, content) == extract(RESPONSE, Part(), lambda url: cite(when, url))
    assert cite(when, "https://shop.example/terms") in found.document(when, content).body


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("build 7", "build 8"),
        ('content="a1b2"', 'content="c3d4"'),
        ("style.1", "style.2"),
        ('nonce="n1"', 'nonce="n2"'),
        ("__STATE__ = 1", "__STATE__ = 2"),
        ('data-id="5"', 'data-id="6" data-react=":r1:"'),
        (hidden_email(7), hidden_email(200)),
        ('value="t1"', "value=t2"),
        ("3f2b6c1e-9a47-4d0b-8c55-0e1f2a3b4c5d", "00000000-9a47-4d0b-8c55-0e1f2a3b4c5d"),
        ("9e107d9d372bb6826bd81d3542a419d6", "d41d8cd98f00b204e9800998ecf8427e"),
        ("We share what", "We sell what"),  # the state of a page that has a text of its own
        ("/f1", "/f2"),
        ("/i1", "/i2"),
        ("&amp;", "&#38;"),
        ('id="main"', "id=main"),
        ("<template>", "<template x>"),
    ],
)
def test_what_no_document_shows_changes_no_fingerprint(old, new):
    assert read(edited(old, new), Part(), cite).fingerprint == read(RESPONSE, Part(), cite).fingerprint


@pytest.mark.parametrize(
    ("old", "new", "response"),
    [
        ("30 days", "31 days", {}),
        ("What we keep", "What we kept", {}),
        ("Privacy | Shop", "Privacy | Shop Ltd", {}),
        ("/terms", "/terms2", {}),
        ("<head>", "<head><base href=/x/>", {}),
        (' title="Terms"', "", {}),
        ("<div hidden", "<div", {}),
        ('start="2"', 'start="3"', {}),
        ('value="3"', 'value="4"', {}),
        ("3f2b6c1e-9a47-4d0b-8c55-0e1f2a3b4c5d", "deliverer", {}),
        ('class="menu"', 'class="text"', {}),
        ("<nav", "<nav><a href=/c>C</a></nav><nav", {}),  # what a document leaves out belongs to it
        ("<h2", "<h3", {}),
        ("", "", {"url": "https://shop.example/privacy/"}),
        ("", "", {"status": 404}),
        ("", "", {"headers": RESPONSE.headers | {"cf-mitigated": "challenge"}}),
    ],
)
def test_what_can_change_a_document_changes_the_fingerprint(old, new, response):
    assert read(edited(old, new, **response), Part(), cite).fingerprint != read(RESPONSE, Part(), cite).fingerprint


def test_an_id_that_a_program_made_up_stays_where_something_opens_it():
    made_up = "3f2b6c1e-9a47-4d0b-8c55-0e1f2a3b4c5d"
    button = f'<button aria-controls="r-{made_up}">More</button>'
    section = f'<div id="r-{made_up}" class="c {made_up}">'
    for page, kept in ((section, ("r-", "c ")), (button + section, (f"r-{made_up}", "c "))):
        tree = parse(f"<body>{page}")
        drop_attributes(tree)
        (element,) = tree.iter("div")
        assert (element.get("id"), element.get("class")) == kept


def test_what_is_selected_is_all_that_counts():
    part = Part(select="ol")
    page = edited("<ol", f"<ol><li>{SENTENCE * 60}</ol><ol")
    other = replace(page, body=page.body.replace(b"in the country", b"of the country"))
    assert read(page, part, cite).fingerprint is not None
    assert read(page, part, cite).fingerprint != read(other, part, cite).fingerprint
    assert read(page, part, cite).fingerprint != read(page, Part(), cite).fingerprint


def test_a_short_page_is_read_for_itself():
    short = CapturedResponse(b"<p>" + SENTENCE.encode() * 3, URL, 200, {})  # the checks look at its scripts as well
    same, found = read(short, Part(), cite)
    assert same is None
    assert isinstance(found, Text)


NAMES = ("class", "id", "style", "hidden", "href", "title", "data-x", "aria-hidden", "role", "value", "{{x}}", "lang")
VALUES = (
    "footer",
    "cookie-banner",
    "display:none",
    "true",
    "x",
    "promo",
    "#",
    "/n",
    "subheader",
    "sr-only",
    "7",
    "d41d8cd98f00b204",
)
PLACES = ("<p", "<div", "<main", "<a", "<li", "<ul", "<h2", "<body", "<img", "<td", "<button", "<input", "<footer")
INSERTS = (
    "<!-- c -->", "<script>x = 1</script>", "<style>a {}</style>", "<b></b>", " ", "&nbsp;", "word", "<br>",
    "<noscript>n</noscript>", "<svg><title>t</title></svg>", "<p>", "</div>", "<template>t</template>",
    "<base href=/y>", "\n", "&#1;", "<textarea readonly>" + SENTENCE * 3 + "</textarea>", "\U0010ffff",
    "<!--[if IE]>", "<div hidden>h</div>",
)  # fmt: skip
HEADERS = ({}, {"server": "cloudflare"}, {"x-cache": "Error from cloudfront"}, {"content-type": "text/html"})


@st.composite
def pages(draw: st.DrawFn) -> CapturedResponse:
    """The page with a few edits; two of them often differ in nothing that matters."""
    text = PAGE
    for kind in draw(st.lists(st.sampled_from(("attribute", "insert", "text", "state")), max_size=3)):
        place = draw(st.sampled_from(PLACES))
        if kind == "attribute":
            named = f'{draw(st.sampled_from(NAMES))}="{draw(st.sampled_from(VALUES))}"'
            text = text.replace(place, f"{place} {named}", draw(st.sampled_from((1, -1))))
        elif kind == "insert":
            at = text.find(">", text.find(place)) + 1 + draw(st.sampled_from((0, 12)))
            text = text[:at] + draw(st.sampled_from(INSERTS)) + text[at:]
        elif kind == "text":
            text = text.replace("order", draw(st.sampled_from(("order", "orders"))), 1)
        else:
            text = text.replace("nobody", draw(st.sampled_from(("nobody", "all"))), 1)
    headers = RESPONSE.headers | draw(st.sampled_from(HEADERS))
    status = draw(st.sampled_from((200, 200, 200, 404)))
    return CapturedResponse(text.encode(), URL, status, headers)


PARTS = (Part(), Part(remove=("nav", "h2")), Part(select="div.text"), Part(start="h1", end="table"))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(pages(), pages(), st.sampled_from(PARTS))
def test_pages_of_one_fingerprint_have_one_document(one, other, part):
    first, second = read(one, part, cite), read(other, part, cite)
    if first.fingerprint is not None and first.fingerprint == second.fingerprint:
        assert first.found == second.found
        assert documents(first.found) == documents(second.found)
    for page, reading in ((one, first), (other, second)):
        with patch.object(Lately, "made", lambda *_, make: make()):  # without what is remembered of parts of pages
            expected = [extract(page, part, lambda url, when=when: cite(when, url)) for when in WHEN]
        assert documents(reading.found) == expected


BENCH = Path(__file__).parents[3] / "shared" / "bench" / "archives"


@pytest.mark.slow
@pytest.mark.skipif(not (BENCH / "history-dev.tar.xz").is_file(), reason="real captures are not at hand")
def test_real_captures_of_one_fingerprint_have_one_document():
    rows, bodies = [], {}
    with lzma.open(BENCH / "history-dev.tar.xz") as file, tarfile.open(fileobj=file, mode="r|") as archive:
        for member in archive:
            held = archive.extractfile(member)
            if member.name == "captures.jsonl":
                rows = [json.loads(line) for line in held.read().splitlines()]
            elif held is not None and member.name.startswith("bodies/"):
                bodies[member.name.removeprefix("bodies/")] = held.read()
    known: dict[bytes, Text] = {}
    repeated = 0
    for row in sorted(rows, key=lambda row: (row["doc"], row["timestamp"]))[::6]:
        headers = {name.lower(): value for name, value in row["headers"].items()}
        response = CapturedResponse(bodies[row["sha1"]], row["url"], row["status"], headers)
        same, found = read(response, Part(), cite)
        if same in known:
            repeated += 1
            assert found == known[same]
        elif same is not None:
            known[same] = found
    assert repeated > 50
