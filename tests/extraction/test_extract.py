"""From bytes to a document or a reason, the whole way."""

from datetime import date

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from pace import at_most

from crawler.extraction.extract import EXTRACTOR, CapturedResponse, extract
from crawler.extraction.rejection.reasons import NOTHING_SELECTED, REASONS
from crawler.model import Document, Part, Rejection

POLICY = "".join(
    f"<h2>{n}. Section</h2><p>{'We keep your order for thirty days and tell nobody. ' * 9}</p>" for n in range(5)
)
PAGE = f"<html><title>Privacy | Shop</title><body><nav>Home Shop Cart</nav><main>{POLICY}</main></body></html>"


def extracted(body: str | bytes, part: Part = Part(), content_type: str = "text/html") -> Document | Rejection:  # noqa: B008
    data = body.encode() if isinstance(body, str) else body
    response = CapturedResponse(data, "https://shop.example/p", 200, {"content-type": content_type})
    return extract(response, part, lambda url: url)


def test_a_page_gives_its_policy_with_its_language_and_how_it_was_found():
    document = extracted(PAGE)
    assert isinstance(document, Document)
    assert document.title == "Privacy | Shop"
    assert document.body.startswith("## 0\\. Section")
    assert "Cart" not in document.body
    assert (document.route, document.recall) == ("trafilatura", 1.0)
    assert (document.language, document.extractor) == ("en", EXTRACTOR)


def test_a_selected_part_is_taken_as_it_is():
    page = (
        f"<html><body><div id='a'>{POLICY}</div><div id='b'>{POLICY.replace('nobody', 'partners')}</div></body></html>"
    )
    document = extracted(page, Part(select="#b"))
    assert isinstance(document, Document)
    assert "nobody" not in document.body
    assert document.route == "selected"


def test_a_range_of_a_page_is_a_document():
    cookies = POLICY.replace("order", "cookie")
    page = f"<html><body><h1 id='t'>Terms</h1>{POLICY}<h1 id='c'>Cookies</h1>{cookies}</body></html>"
    document = extracted(page, Part(start="#c", since=date(2020, 1, 1)))
    assert isinstance(document, Document)
    assert "order" not in document.body


def test_what_stands_behind_the_element_that_a_policy_ends_with_is_not_in_the_document():
    cookies = POLICY.replace("order", "cookie")
    page = f"<html><body>{POLICY}<p id='end'>The end of it.</p><h1>Cookies</h1>{cookies}</body></html>"
    document = extracted(page, Part(through="#end"))
    assert isinstance(document, Document)
    assert document.route == "selected"
    assert document.body.endswith("The end of it.")


def test_a_selector_that_matches_nothing_is_a_reason_not_an_empty_document():
    rejection = extracted(PAGE, Part(select="#gone"))
    assert isinstance(rejection, Rejection)
    assert rejection.reason == NOTHING_SELECTED
    assert "#gone" in rejection.detail


def test_a_challenge_page_is_rejected():
    rejection = extracted("<html><title>Just a moment...</title><body><h1>Checking your browser</h1></body></html>")
    assert isinstance(rejection, Rejection)
    assert rejection.reason in REASONS


def test_a_pdf_gives_a_document_with_the_same_identity_each_time():
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=11)
    pdf.multi_cell(0, 5, "We keep your order for thirty days and tell nobody. " * 40)
    document = extracted(bytes(pdf.output()), content_type="application/pdf")
    assert isinstance(document, Document)
    assert document.route == "pdf"
    assert document == extracted(bytes(pdf.output()), content_type="application/octet-stream")


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0" * 1000,
        b"<div>" * 100_000,
        b"x" * (30 * 1024 * 1024),
        b"<table>" + b"<tr><td>a</td></tr>" * 100_000,
        b"&#x110000;&bogus;&#0;<p " * 1000,
        b"<" * 1_000_000,
        b"%PDF-1.7\n" + b"\xff" * 10_000,
    ],
    ids=["empty", "NUL", "deep", "one line", "cells", "entities", "brackets", "pdf"],
)
def test_hostile_bytes_give_a_document_or_a_reason_soon(body):
    with at_most(20):
        assert isinstance(extracted(body), Document | Rejection)


@given(st.binary(max_size=2000))
@settings(max_examples=50, deadline=None)
def test_any_bytes_give_a_document_or_a_reason(body):
    assert isinstance(extracted(body), Document | Rejection)
