"""Which tables of a page are tables, and what their cells say."""

from pdf_layouts import LETTERS, ORDERS, RIGHTS, THREE, Sheet, blocks, read

from crawler.text.markdown import CELL_BREAK


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
