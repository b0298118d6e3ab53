"""XHTML is read as its author saw it."""

import pytest
from pace import at_most
from unfolding_pages import PARAGRAPHS, document, reads_all

from crawler.extraction.unfolding.xhtml import as_html

XHTML = "application/xhtml+xml"
ROOT = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Privacy</title></head><body>'
SECTION = "<p><![CDATA[We sell <no> addresses & no clocks > 3.]]></p>"


@pytest.mark.parametrize(
    ("page", "content_type"),
    [
        (f"<html><body>{PARAGRAPHS}{SECTION}", "application/xml; charset=utf-8"),
        (f"<?xml version='1.0'?>\n<html><body>{PARAGRAPHS}{SECTION}", "text/html"),
        (f"<!DOCTYPE html PUBLIC 'x' 'y'>\n<!-- a -->{ROOT}{SECTION}{PARAGRAPHS}", "text/html"),
        (
            f"{ROOT}<p>a<![CDATA[]]></p>{PARAGRAPHS}<div>Of {SECTION[3:-4]} all</div>",
            XHTML,
        ),
    ],
)
def test_a_section_is_text(page: str, content_type: str) -> None:
    body = document(page, content_type).body
    assert "addresses & no clocks > 3" in body
    assert "We sell" in body
    assert "CDATA" not in body
    assert "]]>" not in body


def test_a_whole_policy_in_one_section_is_text() -> None:
    text = PARAGRAPHS.replace("<p>", "").replace("</p>", "")
    assert reads_all(f"{ROOT}<h1>Privacy</h1><p><![CDATA[{text}]]></p></body></html>", XHTML)


def test_a_script_s_sections_stay_in_the_script() -> None:
    page = f"{ROOT}<script>//<![CDATA[\nif (a < b && c) x('</p>');\n//]]></script>{PARAGRAPHS}"
    assert as_html(page, XHTML) == page
    assert reads_all(page, XHTML)


def test_an_empty_script_of_xml_does_not_swallow_the_page() -> None:
    assert reads_all(f'{ROOT}<script src="a.js" /><textarea name="q"/>{PARAGRAPHS}', XHTML)


def test_in_html_a_section_is_a_comment() -> None:
    page = f"<!DOCTYPE html><html><body>{PARAGRAPHS}{SECTION}"
    assert as_html(page, "text/html") is page
    assert as_html(f"{ROOT}{PARAGRAPHS}", "text/html") == f"{ROOT}{PARAGRAPHS}"


@pytest.mark.parametrize("part", ["<script>", "<![CDATA[", "<style></p>", "<script/>", "<!-- <html", "<script <"])
def test_a_page_of_openings_takes_no_time(part: str) -> None:
    with at_most(3):
        as_html(f"<?xml?>{part * 300_000}]]>", XHTML)
        as_html(f"{part * 300_000}<![CDATA[", "text/html")
