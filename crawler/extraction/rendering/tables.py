"""Tables of data, as Markdown's dialects can show them: the same number of cells in each row, captions apart.

These dialects know no cells that span columns or rows. Such a cell stands where it begins, and the other places it
takes are empty: each word is said once, as on the page, and the cells below and beside it stay in their columns.
"""

import re

from lxml.html import HtmlElement

DATA_CELL = "datacell"
BORDERED_ROW = "borderedrow"
"""A row that begins or ends with an empty cell, which is lost in GitHub's tables without a stroke around the row."""
_MAX_PLACES = 100_000  # in the grid of a table with spans; of 269 real pages none had a tenth (measured 2026-11)
_MAX_SPAN = 1_000  # as in browsers
_SPAN = re.compile(r"\s*\+?(\d{1,6})")
_LAYOUT = "descendant::*[self::h1 or self::h2 or self::h3 or self::h4 or self::ul or self::ol or self::hr]"


def set_captions_apart(root: HtmlElement) -> None:
    """Make a paragraph before its table of each caption; html2text would glue it to the first cell."""
    for caption in list(root.iter("caption")):
        table = caption.getparent()
        if table is not None and table.tag == "table" and table is not root:
            caption.tag = "p"
            table.addprevious(caption)


def name_data_cells(root: HtmlElement) -> None:
    """Rename the cells of tables of data, of two or more rows and columns, and fill what their cells span."""
    for table in root.iter("table"):
        rows = table.xpath("tr | thead/tr | tbody/tr | tfoot/tr")
        if len(rows) < 2 or table.find(".//table") is not None:
            continue
        spans = bool(table.xpath("boolean(descendant::*[@colspan or @rowspan])"))
        if spans and (table.xpath(_LAYOUT) or not _fill(rows)):
            continue
        widths = {len(row.xpath("td | th")) for row in rows}
        if len(widths) == 1 and widths.pop() > 1:
            for row in rows:
                cells = row.xpath("td | th")
                if not (_has_text(cells[0]) and _has_text(cells[-1])):
                    row.tag = BORDERED_ROW
                for cell in cells:
                    cell.tag = DATA_CELL


def _fill(rows: list[HtmlElement]) -> bool:
    """Add the empty cells that spans leave; tell whether each row then has a cell for each column."""
    grid: list[dict[int, HtmlElement | None]] = []
    below: dict[int, int] = {}  # the columns that cells above take, and for how many rows more
    places = 0
    for number, row in enumerate(rows):
        taken: dict[int, HtmlElement | None] = dict.fromkeys(below)
        below = {column: left - 1 for column, left in below.items() if left > 1}
        column = 0
        for cell in row.xpath("td | th"):
            while column in taken:
                column += 1
            height = _span(cell, "rowspan") or len(rows) - number
            for at in range(column, column + (_span(cell, "colspan") or 1)):
                taken[at] = None
                if height > 1:
                    below[at] = height - 1
            taken[column] = cell
        places += len(taken) + 1
        if places > _MAX_PLACES:
            return False
        grid.append(taken)
    columns = sorted({column for taken in grid for column, cell in taken.items() if cell is not None})
    if len(columns) < 2 or len(columns) * len(rows) > _MAX_PLACES:
        return False
    if any(column not in taken for taken in grid for column in columns):
        return False
    for row, taken in zip(rows, grid, strict=True):
        for at, column in enumerate(columns):
            if taken[column] is None:
                row.insert(at, row.makeelement("td"))
    return True


def _span(cell: HtmlElement, name: str) -> int:
    found = _SPAN.match(cell.get(name, "1"))
    return min(int(found[1]), _MAX_SPAN) if found else 1


def _has_text(cell: HtmlElement) -> bool:
    return any(not text.isspace() for text in cell.itertext())
