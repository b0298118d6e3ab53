"""Any lines and rulings, in any place: each letter is kept or left out, and none of them raises anything."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.pdf.boilerplate import without_boilerplate
from crawler.extraction.pdf.columns import in_reading_order
from crawler.extraction.pdf.layout import text_of
from crawler.extraction.pdf.lines import Page, page
from crawler.extraction.pdf.tables import with_tables
from crawler.extraction.pdf.watermarks import without_watermarks
from crawler.text.markdown import CELL_BREAK

PLACE = st.integers(0, 60).map(lambda at: at * 10.0) | st.floats(-1e5, 1e5)
SIZE = st.sampled_from([0.0, 8.0, 11.0, 30.0])
ANGLE = st.sampled_from([0, 0, 0, 0, 45, 90, 270])
TEXT = st.text(st.sampled_from("aAbB 1.|-•"), max_size=40)
PIECE = st.tuples(TEXT, PLACE, PLACE, PLACE, SIZE, st.booleans(), st.booleans(), ANGLE, st.booleans(), st.just(()))
LINE = st.tuples(
    TEXT, PLACE, PLACE, PLACE, SIZE, st.booleans(), st.booleans(), ANGLE, st.booleans(), st.lists(PIECE, max_size=4)
)
ACROSS = st.tuples(PLACE, PLACE, PLACE).map(lambda at: (min(at[:2]), at[2], max(at[:2]), at[2]))
UPRIGHT = st.tuples(PLACE, PLACE, PLACE).map(lambda at: (at[2], min(at[:2]), at[2], max(at[:2])))
PAGES = st.lists(st.tuples(st.lists(LINE, max_size=20), st.lists(ACROSS | UPRIGHT, max_size=12)), max_size=4)


def whole(line: tuple) -> tuple:
    """Return a line whose text is that of its pieces, as the reader's are."""
    pieces = [piece for piece in line[-1] if piece[0].strip()]
    return (" ".join(piece[0] for piece in pieces), *line[1:-1], pieces) if len(pieces) > 1 else (*line[:-1], ())


def letters(text: str) -> list[str]:
    return sorted(filter(str.isalnum, text))


@given(PAGES)
def test_any_page_keeps_its_letters(found):
    pages = [page({"lines": [whole(line) for line in lines], "rulings": rulings}) for lines, rulings in found]
    before = [line.text for each in pages for line in each.lines]
    lines, marks = without_watermarks([each.lines for each in pages])
    lines, heads = without_boilerplate(lines)
    read = [in_reading_order(with_tables(Page(kept, each.rulings))) for kept, each in zip(lines, pages, strict=True)]
    text = text_of(read, "")
    after = [text.body.replace(CELL_BREAK, ""), text.heading, *(line.text for line in [*marks, *heads])]
    assert letters("".join(after)) == letters("".join(before))
