"""Pages laid out as designers do, for the tests: columns, tables, watermarks, drawn by fpdf2."""

from collections.abc import Sequence

from fpdf import FPDF

from crawler.extraction.pdf.extract import PdfText, extract_pdf

ORDERS = (
    "We keep the address of your workshop and the name of the person who ordered, because a parcel of lamp oil cannot "
    "find its way without them. We do not keep anything else about an order once the parcel has arrived."
)
LETTERS = (
    "When you write to our repair desk we store the letter for eighteen months. After that time a clerk removes it "
    "from the shelf, and no copy of it stays in the house or with the carriers that work for us."
)
RIGHTS = (
    "You may ask us at any time which of your particulars we hold, have them put right, or have them removed. We "
    "answer within four weeks, without a fee, and in the language in which you asked."
)
THREE = [ORDERS, LETTERS, RIGHTS]
LEADING = 13


class Sheet(FPDF):
    """A page of A4 in points, on which texts stand where the test says."""

    def __init__(self) -> None:
        super().__init__(unit="pt", format="A4")
        self.set_auto_page_break(auto=False)
        self.next_page()

    def next_page(self) -> None:
        self.add_page()
        self.plain()

    def plain(self) -> None:
        self.set_font("Helvetica", size=10)
        self.set_text_color(0)

    def wrapped(self, text: str, width: float) -> list[str]:
        lines = [""]
        for word in text.split():
            if self.get_string_width(f"{lines[-1]} {word}".strip()) > width:
                lines.append("")
            lines[-1] = f"{lines[-1]} {word}".strip()
        return lines

    def block(self, text: str, x: float, top: float, width: float) -> float:
        """Write a paragraph, and return where the next one may begin."""
        for number, line in enumerate(self.wrapped(text, width)):
            self.text(x, top + LEADING * number, line)
        return top + LEADING * len(self.wrapped(text, width)) + 8

    def lines(self, paragraphs: Sequence[str], width: float) -> list[str]:
        """Return the lines of paragraphs with an empty one after each."""
        return [line for text in paragraphs for line in [*self.wrapped(text, width), ""]]

    def by_rows(self, columns: Sequence[Sequence[str]], at: Sequence[float], top: float) -> float:
        """Write columns of lines row by row, as word processors print them, and return where the page goes on."""
        height = max(map(len, columns))
        for number in range(height):
            for column, x in zip(columns, at, strict=True):
                if number < len(column) and column[number]:
                    self.text(x, top + LEADING * number, column[number])
        return top + LEADING * height

    def ruled(self, rows: Sequence[Sequence[str]], x: float, top: float, width: float) -> float:
        """Draw a table with all its rulings."""
        self.set_left_margin(x)
        self.set_xy(x, top)
        with self.table(rows, width=width, align="LEFT", line_height=LEADING):
            pass
        return self.get_y() + 20

    def mark(self, text: str, *, angle: float = 0, grey: int = 200, size: float = 70) -> None:
        """Print a watermark."""
        self.set_font("Helvetica", "B", size)
        self.set_text_color(grey)
        with self.rotation(angle, 297, 420):
            self.text(150, 420, text)
        self.plain()

    def bytes(self) -> bytes:
        return bytes(self.output())


def read(sheet: Sheet) -> PdfText:
    """Return the text of a sheet, of which nothing may be lost."""
    found = extract_pdf(sheet.bytes())
    assert isinstance(found, PdfText)
    assert found.recall == 1
    return found


def blocks(sheet: Sheet) -> list[str]:
    return [block.strip("\n") for block in read(sheet).body.split("\n\n") if block.strip("\n")]
