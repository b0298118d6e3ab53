"""What is left out of a PDF, and that it is no word more than what is on record."""

import re
from collections import Counter

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdf_layouts import ORDERS, RIGHTS, THREE, Sheet, read

from crawler.extraction.pdf.extract import PdfText, extract_pdf
from crawler.text.markdown import CELL_BREAK


def left(found: PdfText) -> list[tuple[str, str]]:
    return [(each.reason, each.text) for each in found.left_out]


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("DRAFT", {"angle": 45}),
        ("NOT IN FORCE", {"angle": -30, "grey": 0}),
        ("COPY", {}),
        ("ENTWURF", {"grey": 0}),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_watermarks_are_left_out_and_on_record(text: str, look: dict[str, int], *, first: bool):
    sheet = Sheet()
    if first:
        sheet.mark(text, **look)
    top: float = 80
    for each in [*THREE] * 4:
        top = sheet.block(each, 50, top, 480)
    if not first:
        sheet.mark(text, **look)
    found = read(sheet)
    assert found.body.split("\n\n") == [*THREE] * 4
    assert left(found) == [("watermark", text)]
    assert found.left_out[0].words == len(text.split())


def test_a_pattern_of_small_watermarks_is_left_out():
    sheet = Sheet()
    for number in range(9):
        with sheet.rotation(30, 100 + 50 * number, 80 + 80 * number):
            sheet.text(100 + 50 * number, 80 + 80 * number, "Confidential copy")
    top: float = 80
    for each in [*THREE] * 3:
        top = sheet.block(each, 50, top, 480)
    found = read(sheet)
    assert found.body.split("\n\n") == [*THREE] * 3
    assert found.left_out[0].words == 18


def test_a_pale_heading_is_no_watermark():
    sheet = Sheet()
    end = sheet.block(ORDERS, 50, 80, 480)
    sheet.set_font("Helvetica", "B", 18)
    sheet.set_text_color(170)
    sheet.text(50, end + 20, "YOUR RIGHTS")
    sheet.plain()
    sheet.block(RIGHTS, 50, end + 50, 480)
    found = read(sheet)
    assert "YOUR RIGHTS" in found.title + found.body
    assert found.left_out == ()


def test_running_heads_are_on_record():
    sheet = Sheet()
    for number in (1, 2, 3):
        sheet.text(50, 30, "Lamp Works privacy notice")
        sheet.block(THREE[number - 1], 50, 80 + number, 480)
        sheet.text(280, 820, f"Page {number} of 3")
        if number < 3:
            sheet.next_page()
    found = read(sheet)
    assert found.body.split("\n\n") == THREE
    assert [(each.reason, each.words, each.prose) for each in found.left_out] == [("running head", 24, False)]


WORDS = st.text(st.sampled_from("abcdeflmnorstuwABC"), min_size=2, max_size=9)
SENTENCES = st.lists(WORDS, min_size=1, max_size=60).map(" ".join)
KINDS = (
    "one column",
    "two columns",
    "three columns",
    "cells",
    "table",
    "open table",
    "heading",
    "lines",
    "mark",
    "sidebar",
)
PARTS = st.lists(st.tuples(st.sampled_from(KINDS), st.lists(SENTENCES, min_size=6, max_size=6)), min_size=1, max_size=4)


def drawn(sheet: Sheet, kind: str, texts: list[str], top: float) -> float:
    if kind in {"two columns", "three columns", "sidebar"}:
        widths = {"two columns": [230, 230], "three columns": [145, 145, 145], "sidebar": [350, 120]}[kind]
        places = {"two columns": [50, 310], "three columns": [40, 220, 400], "sidebar": [50, 430]}[kind]
        columns = [sheet.lines(texts[at : at + 2], width) for at, width in enumerate(widths)]
        return sheet.by_rows(columns, places, top)
    if kind == "cells":
        return max(sheet.block(texts[0], 50, top, 200), sheet.block(texts[1], 310, top, 200))
    if kind == "table":
        return sheet.ruled([texts[:3], texts[3:]], 50, top, 480)
    if kind == "open table":
        for number in range(3):
            sheet.line(50, top + 20 * number - 12, 500, top + 20 * number - 12)
            sheet.text(55, top + 20 * number, texts[number][:20].strip())
            sheet.text(250, top + 20 * number, texts[number + 1][:20].strip())
        return top + 70
    if kind == "heading":
        sheet.set_font("Helvetica", "B", 18)
        sheet.text(50, top, texts[0][:30].strip())
        sheet.plain()
        return top + 30
    if kind == "mark":
        sheet.mark(texts[0][:20].strip(), angle=len(texts[1]) % 3 * 30, grey=len(texts[2]) % 250)
        return top
    if kind == "lines":
        for number, text in enumerate(texts):
            sheet.line(50 + 30 * number, 80, 50 + 30 * number, 700)
            sheet.line(50, 80 + len(text) * 2, 500, 80 + len(text) * 2)
    return sheet.block(texts[0], 50, top, 480)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PARTS, min_size=1, max_size=3), st.sampled_from(["", "Lamp Works"]))
def test_words_before_are_the_words_kept_and_those_left_out(pages: list[list[tuple[str, list[str]]]], head: str):
    sheet = Sheet()
    for number, page in enumerate(pages):
        if number:
            sheet.next_page()
        if head:
            sheet.text(50, 30, head)
            sheet.text(280, 825, str(number + 1))
        top: float = 60
        for kind, texts in page:
            top = drawn(sheet, kind, texts, top)
    body = sheet.bytes()
    found = extract_pdf(body)
    with pypdfium2.PdfDocument(body) as document:
        before = words(" ".join(page.get_textpage().get_text_range() for page in document))
    if not isinstance(found, PdfText):
        assert not before or found.reason == "no text"
        return
    kept = words(found.body.replace(CELL_BREAK, " "))
    gone = sum(each.words for each in found.left_out)
    assert found.recall == 1
    assert before.total() - gone in {kept.total(), (kept + words(found.title)).total()}  # a heading may be the title
    assert kept - before == Counter()
