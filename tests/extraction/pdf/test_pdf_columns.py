"""In which order the columns of a page are read, and what is no column."""

import pytest
from pdf_layouts import LETTERS, ORDERS, RIGHTS, THREE, Sheet, blocks


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
