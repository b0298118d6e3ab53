"""Whole pages: in which order they are read, which tables are tables, what is left out, and that nothing else is."""

import re
from collections import Counter

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdf_layouts import LETTERS, ORDERS, RIGHTS, Sheet

from crawler.extraction.pdf.extract import PdfText, extract_pdf
from crawler.text.markdown import CELL_BREAK

THREE = [ORDERS, LETTERS, RIGHTS]


def read(sheet: Sheet) -> PdfText:
    found = extract_pdf(sheet.bytes())
    assert isinstance(found, PdfText)
    assert found.recall == 1
    return found


def blocks(sheet: Sheet) -> list[str]:
    return [block.strip("\n") for block in read(sheet).body.split("\n\n") if block.strip("\n")]


def left(found: PdfText) -> list[tuple[str, str]]:
    return [(each.reason, each.text) for each in found.left_out]


# -- columns ----------------------------------------------------------------------------------------------------------
def test_two_columns_that_are_drawn_by_rows_are_read_one_after_the_other():
    sheet = Sheet()
    sheet.by_rows([sheet.lines([ORDERS, LETTERS], 230), sheet.lines([RIGHTS], 230)], [50, 310], 80)
    assert blocks(sheet) == [ORDERS, LETTERS, RIGHTS]


def test_two_columns_that_are_drawn_one_after_the_other_are_read_so():
    sheet = Sheet()
    sheet.block(LETTERS, 50, sheet.block(ORDERS, 50, 80, 230), 230)
    sheet.block(RIGHTS, 310, 80, 230)
    assert blocks(sheet) == [ORDERS, LETTERS, RIGHTS]


def test_lines_of_two_columns_may_stand_at_different_heights():
    sheet = Sheet()
    for number, (one, other) in enumerate(zip(sheet.wrapped(ORDERS, 230), sheet.wrapped(LETTERS, 230), strict=False)):
        sheet.text(50, 80 + 13 * number, one)
        sheet.text(310, 85 + 13 * number, other)
    assert blocks(sheet)[0].startswith(ORDERS[:190])


def test_three_columns():
    sheet = Sheet()
    sheet.by_rows([sheet.lines([text], 145) for text in THREE], [40, 220, 400], 80)
    assert blocks(sheet) == THREE


def test_a_title_and_a_section_stand_across_columns():
    sheet = Sheet()
    sheet.set_font("Helvetica", "B", 16)
    sheet.text(150, 60, "Privacy notice of the lamp works of Example")
    sheet.plain()
    end = sheet.by_rows([sheet.lines([ORDERS], 230), sheet.lines([LETTERS], 230)], [50, 310], 100)
    sheet.text(50, end + 10, "Contact")
    sheet.block(RIGHTS, 50, end + 28, 500)
    assert blocks(sheet) == [ORDERS, LETTERS, "Contact", RIGHTS]


def test_columns_begin_in_the_middle_of_a_page():
    sheet = Sheet()
    end = sheet.block(f"{RIGHTS} {ORDERS}", 50, 80, 500)
    sheet.by_rows([sheet.lines([ORDERS, LETTERS], 230), sheet.lines([RIGHTS], 230)], [50, 310], end + 20)
    assert blocks(sheet) == [f"{RIGHTS} {ORDERS}", ORDERS, LETTERS, RIGHTS]


def test_a_ruled_table_across_the_columns_stands_between_them():
    sheet = Sheet()
    end = sheet.by_rows([sheet.lines([ORDERS], 230), sheet.lines([LETTERS], 230)], [50, 310], 80)
    end = sheet.ruled([("Data", "Kept for"), ("Name", "ten years")], 50, end, 490)
    sheet.by_rows([sheet.lines([RIGHTS], 230), sheet.lines([ORDERS], 230)], [50, 310], end + 20)
    assert blocks(sheet) == [ORDERS, LETTERS, "Data| Kept for  \n---|---  \nName| ten years  ", RIGHTS, ORDERS]


def test_numbers_that_hang_before_clauses_stay_with_them_in_columns():
    sheet = Sheet()
    columns = []
    for first in (1, 4):
        numbers, lines = [], []
        for number, text in enumerate(THREE, first):
            wrapped = [*sheet.wrapped(text, 200), ""]
            numbers += [f"{number}.", *[""] * (len(wrapped) - 1)]
            lines += wrapped
        columns += [numbers, lines]
    sheet.by_rows(columns, [50, 70, 310, 330], 80)
    assert blocks(sheet) == [rf"{number}\. {THREE[(number - 1) % 3]}" for number in range(1, 7)]


def test_words_divided_at_the_end_of_a_columns_line_are_mended():
    sheet = Sheet()
    one = [
        "We keep the address of your work-",
        "shop and the name of the person",
        "who ordered, and nothing else is",
        "kept.",
    ]
    other = [
        "If a carrier loses a parcel we hand",
        "your address to the insurer of that",
        "carrier, who keeps it until all set-",
        "tles.",
    ]
    sheet.by_rows([one, other], [50, 310], 80)
    assert "the address of your workshop and the name" in blocks(sheet)[0]
    assert "until all settles." in blocks(sheet)[1]


def test_a_sidebar_does_not_part_the_text_beside_it():
    address = ["Lamp Works Ltd", "12 Wick Street", "London", "United Kingdom", "+44 20 123456"]
    sheet = Sheet()
    sheet.by_rows([sheet.lines(THREE, 340), address], [50, 420], 80)
    assert blocks(sheet) == [*THREE, " ".join(address)]
    sheet = Sheet()
    for number, line in enumerate(address):
        sheet.text(420, 80 + 13 * number, line)
    sheet.by_rows([sheet.lines(THREE, 340)], [50], 80)
    assert blocks(sheet) == [" ".join(address), *THREE]


# -- what is no column --------------------------------------------------------------------------------------------
def test_clauses_with_hanging_numbers_are_no_columns():
    sheet = Sheet()
    top: float = 80
    for number in range(1, 10):
        sheet.text(50, top, f"{number}.")
        top = sheet.block(THREE[number % 3], 90, top, 430)
    assert blocks(sheet) == [rf"{number}\. {THREE[number % 3]}" for number in range(1, 10)]


def test_a_table_without_rulings_is_read_by_rows():
    sheet = Sheet()
    cells = [
        ("Name", "Purpose", "Period"),
        *[(f"cookie_{at}", "to remember your basket", f"{at} days") for at in range(9)],
    ]
    sheet.by_rows(list(zip(*cells, strict=True)), [50, 200, 420], 80)
    assert blocks(sheet) == [" ".join(" ".join(row) for row in cells)]


def test_a_table_without_rulings_that_is_written_by_cells_is_read_so():
    sheet = Sheet()
    top: float = 80
    for one, other in [(ORDERS, LETTERS), (LETTERS, RIGHTS), (RIGHTS, ORDERS)]:
        top = max(sheet.block(one, 50, top, 200), sheet.block(other, 310, top, 230))
    assert blocks(sheet) == [ORDERS, LETTERS, LETTERS, RIGHTS, RIGHTS, ORDERS]


def test_terms_beside_their_definitions_are_no_columns():
    sheet = Sheet()
    top: float = 80
    for term, text in zip(("Order", "Repair desk", "Particulars"), THREE, strict=True):
        sheet.text(50, top, term)
        top = sheet.block(text, 200, top, 340)
    assert blocks(sheet) == [f"Order {ORDERS}", f"Repair desk {LETTERS}", f"Particulars {RIGHTS}"]


def test_the_parties_at_the_head_of_a_contract_are_no_columns():
    sheet = Sheet()
    parties = [
        ("Lamp Works Ltd", "Carriers GmbH"),
        ("12 Wick Street", "Am Hafen 3"),
        ("London", "Hamburg"),
        ("UK", "DE"),
    ]
    end = sheet.by_rows(list(zip(*parties, strict=True)), [50, 330], 80)
    sheet.block(ORDERS, 50, end + 20, 500)
    assert blocks(sheet) == [" ".join(" ".join(row) for row in parties), ORDERS]


@pytest.mark.parametrize("width", [150, 260, 480])
def test_wide_spaces_of_justified_text_are_no_gutters(width: float):
    sheet = Sheet()
    sheet.set_xy(50, 80)
    for text in [*THREE, *THREE]:
        sheet.set_x(50)
        sheet.multi_cell(width, 13, text, align="J")
        sheet.ln(20)
    assert blocks(sheet) == [*THREE, *THREE]


# -- tables -----------------------------------------------------------------------------------------------------------
def test_a_ruled_table_is_a_table_and_its_cells_are_whole():
    sheet = Sheet()
    rows = [("Data", "Purpose", "Kept for"), ("Name | address", ORDERS, "ten years"), ("E-mail", "", LETTERS)]
    end = sheet.ruled(rows, 50, sheet.block(RIGHTS, 50, 80, 480), 480)
    sheet.block(RIGHTS, 50, end, 480)
    assert blocks(sheet) == [
        RIGHTS,
        f"Data| Purpose| Kept for  \n---|---|---  \nName \\| address| {ORDERS}| ten years  \nE-mail| | {LETTERS}  ",
        RIGHTS,
    ]


def test_cells_that_span_keep_the_others_in_their_columns():
    sheet = Sheet()
    sheet.set_xy(50, 80)
    with sheet.table(width=480, align="LEFT", line_height=14) as table:
        table.row(("Group", "Category", "Sold"))
        row = table.row()
        row.cell("Identifiers", rowspan=2)
        row.cell("Name")
        row.cell("No")
        table.row(("Address", "No"))
        row = table.row()
        row.cell("Everything else that we hold", colspan=2)
        row.cell("Never")
    assert read(sheet).body.split("  \n") == [
        "Group| Category| Sold",
        "---|---|---",
        "Identifiers| Name| No",
        "| Address| No",
        "Everything else that we hold| | Never  ",
    ]


def test_a_table_goes_on_over_the_page():
    sheet = Sheet()
    for first in (0, 30):
        sheet.ruled([(f"cookie_{at}", f"for {at} days") for at in range(first, first + 30)], 50, 80, 400)
        if not first:
            sheet.next_page()
    body = read(sheet).body
    assert body.count("---|---") == 1
    assert len(body.splitlines()) == 61


def test_rulings_across_show_rows_and_empty_strips_columns():
    sheet = Sheet()
    rows = [("Category", "Use"), ("Name", "We print it on the parcel."), ("Age", "We never ask for it.")]
    sheet.line(50, 66, 500, 66)
    for number, (one, other) in enumerate(rows):
        sheet.text(55, 80 + 20 * number, one)
        sheet.text(200, 80 + 20 * number, other)
        sheet.line(50, 86 + 20 * number, 500, 86 + 20 * number)
    sheet.block(RIGHTS, 50, 200, 480)
    assert (
        blocks(sheet)[0]
        == "Category| Use  \n---|---  \nName| We print it on the parcel.  \nAge| We never ask for it.  "
    )


def test_items_in_a_cell_stand_apart():
    sheet = Sheet()
    sheet.ruled([("Data", "Use"), ("Orders", "- to send them\n- to repair them"), ("Letters", "none")], 50, 80, 400)
    assert f"Orders| - to send them{CELL_BREAK}- to repair them  \n" in read(sheet).body


def test_frames_and_rulings_around_columns_make_no_table():
    sheet = Sheet()
    sheet.rect(40, 60, 520, 400)
    sheet.line(300, 60, 300, 460)
    sheet.by_rows([sheet.lines([ORDERS, LETTERS], 230), sheet.lines([RIGHTS], 230)], [50, 310], 80)
    assert blocks(sheet) == THREE


# -- what is left out -------------------------------------------------------------------------------------------------
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


# -- every word -------------------------------------------------------------------------------------------------------
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
