"""A body that breaks off is doubted, with the evidence; a page that is whole never, whatever its headers say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.truncation import TRUNCATED, doubt, marked
from crawler.model import Document, Doubt, Rejection

HTML = {"content-type": "text/html; charset=utf-8"}
PAGE = b"<html><body><h1>Privacy</h1><p>We keep nothing of a buyer of lamps.</p></body></html>"
CUT = PAGE[:60]  # within a sentence
IN_TAG = PAGE[:-8]  # within </body>


@pytest.mark.parametrize(
    ("headers", "body", "said", "detail"),
    [
        (HTML, CUT, "length", "the archive's record is cut: length"),
        (HTML, CUT, "time", "is cut: time"),
        ({}, b"%PDF-1.4 " + b"x" * 99, "disconnect", "is cut: disconnect"),
        (HTML | {"content-length": "1379"}, CUT, None, "the body has 60 of 1,379 bytes (Content-Length), and no end"),
        (HTML | {"content-length": "61", "content-encoding": "gzip"}, CUT, None, "60 of 61 bytes"),
        ({"content-type": "text/plain", "content-length": "99"}, b"We keep", None, "7 of 99 bytes"),
        ({"content-type": "application/pdf", "content-length": "9999"}, b"%PDF-1.4 x", None, "10 of 9,999 bytes"),
        (HTML, IN_TAG, None, "the page ends within a tag, script, style sheet or comment: </body"),
        (HTML, PAGE[:40] + b'<a href="/con', None, 'comment: <a href="/con'),
        (HTML, PAGE[:40] + b"<a\n href='/con", None, "comment: <a href='/con"),
        (HTML, PAGE[:40] + b"<!-- what follo", None, "comment: <!-- what follo"),
        ({}, PAGE[:40] + b"<a href=/con", None, "within a tag"),
        (HTML, PAGE[:40] + b"<SCRIPT>if (a > b) { show('<p>')", None, "comment: <script>if (a > b)"),
        (HTML, PAGE[:40] + b"<style>p > a { color: red", None, "comment: <style>"),
        (HTML, PAGE[:40] + b"<!-- <p>not shown</p>", None, "comment: <!-- <p>not"),
        (HTML, (PAGE[:40] + b"<a href=/con").decode().encode("utf-16"), None, "comment: <a href=/con"),
    ],
)
def test_a_body_that_breaks_off_is_doubted(headers, body, said, detail):
    found = doubt(headers, body, said)
    assert found is not None
    assert found.reason == TRUNCATED
    assert detail in found.detail


@pytest.mark.parametrize(
    ("headers", "body", "said"),
    [
        (HTML, PAGE, None),
        (HTML | {"content-length": str(len(PAGE))}, PAGE, None),
        (HTML | {"content-length": "99999"}, PAGE, None),  # of another form of the body
        (HTML | {"content-length": "99999"}, PAGE.decode().encode("utf-16"), None),
        (HTML | {"content-length": "99999"}, PAGE + b"\n<!-- 93 queries -->\n" + b"<script>a()</script>" * 9, "length"),
        (HTML, PAGE, "disconnect"),  # after the last byte
        (HTML | {"content-length": "12", "content-encoding": "gzip"}, CUT, None),  # decoded already
        (HTML | {"content-length": "many"}, CUT, None),
        (HTML | {"content-length": "9" * 400}, CUT, None),
        (HTML, CUT, None),  # nothing tells
        (HTML, b"<p>Orders below 5 < 6 crowns", None),
        (HTML, b"<p>We keep nothing.</p>\n</div>", None),
        ({"content-type": "text/plain"}, b"Write to <clerk@lamp.example", None),
        ({"content-type": "application/pdf", "content-length": "9999"}, b"%PDF-1.4 x\n%%EOF\n", None),
        (HTML, b"<script>a()</script><style>p {}</style><!-- x --><p>We keep nothing.", None),
        ({}, b"", None),
    ],
)
def test_a_whole_page_and_one_of_which_nothing_is_known_are_not(headers, body, said):
    assert doubt(headers, body, said) is None


def test_the_doubt_joins_those_of_the_document_and_a_rejection_stays_as_it_is():
    document = Document("T", "B", "H", doubts=(Doubt("mojibake", "Ã¤"),))
    reasons = [one.reason for one in marked(document, HTML, CUT, "length").doubts]
    assert reasons == ["mojibake", TRUNCATED]
    assert marked(document, HTML, PAGE, None) is document
    rejection = Rejection("soft 404", "…")
    assert marked(rejection, HTML, CUT, "length") is rejection


@given(
    st.dictionaries(st.sampled_from(["content-length", "content-type"]), st.text()), st.binary(), st.none() | st.text()
)
def test_nothing_breaks_it(headers, body, said):
    doubt(headers, body, said)
