"""Plain text keeps its lines, its numbers and whatever stands between < and >, in any Markdown renderer."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from crawler.extraction.extract import CapturedResponse, extract
from crawler.extraction.plain_text import as_markdown, title_of
from crawler.model import Document, Part

TEXT = """\

PRIVACY NOTICE
==============

We keep the address of your workshop & the name of
the person who ordered, *because* a parcel cannot
find its way without them. snake_case stays.

1. If an order is < 5 pounds, no slip is kept.
2. Write to <clerk@vendor.example> or &copy; it.

Orme Ltd
12 Lamp Street
Town

  Cookie      Days   Purpose
  session        1   logging in
  lamp_id       30   counting
"""


def shown(markdown):
    return (
        re.sub(r"<[^>]+>", "", MarkdownIt().render(markdown))
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
    )


def test_a_renderer_shows_what_the_text_says():
    body = as_markdown(TEXT)
    seen = shown(body).replace("&quot;", '"')
    for words in ("<clerk@vendor.example>", "< 5 pounds", "&copy; it", "*because*", "snake_case", "workshop & the"):
        assert words in seen
    assert "1. If an order is < 5 pounds, no slip is kept.\n2. Write" in body
    assert "Orme Ltd  \n12 Lamp Street  \nTown" in body  # they were not wrapped: each is a line of its own
    assert "workshop & the name of\nthe person who ordered" in body  # these were
    assert "    session        1   logging in\n    lamp_id       30   counting" in body


def test_the_title_is_the_first_line_unless_it_is_a_paragraph():
    assert title_of(TEXT) == "PRIVACY NOTICE"
    assert title_of("We keep your data. " * 20) == ""


def document(text, content_type="text/plain; charset=utf-8"):
    response = CapturedResponse(text, "https://v.example/p.txt", 200, {"content-type": content_type})
    return extract(response, Part(), str)


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/octet-stream"])
def test_a_text_is_a_document(content_type):
    text = TEXT + "We keep your data for thirty days, and then a clerk erases it for good.\n" * 10
    found = document(text.encode(), content_type)
    assert isinstance(found, Document)
    assert found.route == "plain text"
    assert found.title == "PRIVACY NOTICE"
    assert found.body == as_markdown(text)


def test_line_ends_of_other_systems_are_the_same_text():
    assert as_markdown(TEXT.replace("\n", "\r\n")) == as_markdown(TEXT.replace("\n", "\r")) == as_markdown(TEXT)


@pytest.mark.parametrize("text", [b"404 Not Found", b"File not found.", b"Down for maintenance"])
def test_a_text_that_says_it_is_none_is_rejected(text):
    assert not isinstance(document(text), Document)


@pytest.mark.parametrize("text", [b"a\n" * 300_000, b"a " * 2_200_000])
def test_a_text_of_too_many_lines_or_characters_is_not_read(text):
    assert document(text).reason == "too large"


@given(st.text(alphabet=st.sampled_from("ab <>&;*_`~[]()#\\\n1.")))
def test_every_letter_stays(text):
    assert re.sub(r"[^ab]", "", as_markdown(text)) == re.sub(r"[^ab]", "", text)
    seen = re.sub(r"[^ab<>*_`]", "", shown(as_markdown(text)))
    assert re.sub(r"[^ab]", "", seen) == re.sub(r"[^ab]", "", text)
