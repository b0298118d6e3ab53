from itertools import pairwise

import pytest
from markdown_it import MarkdownIt
from pace import at_most

from crawler.extraction.page import parse
from crawler.extraction.rendering.render import render
from crawler.text.markdown import CELL, read


def markdown(page: str) -> str:
    return render(parse(page).find("body"), url="https://shop.example/p", title="", cite=str)


def columns(body: str) -> list[list[str]]:
    """Return the cells of the rows of a body's table as GitHub shows them."""
    rows: list[list[str]] = []
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    for token, content in pairwise(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in {"td_open", "th_open"}:
            rows[-1].append(content.content)
    return rows


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (
            "<tr><td colspan=2>of lamps<tr><td>basket<td>chosen.<br>Gone.",
            [["of lamps", ""], ["basket", "chosen.<br>Gone."]],
        ),
        ("<tr><th>a<th>b<tr><td rowspan=2>c<td>d<tr><td>e", [["a", "b"], ["c", "d"], ["", "e"]]),
        ("<tr><th>a<th>b<tr><td rowspan=0>c<td>d<tr><td>e<tr><td>f", [["a", "b"], ["c", "d"], ["", "e"], ["", "f"]]),
        ("<tr><th>a<th>b<tr><td>c<td rowspan=9>d<tr><td>e", [["a", "b"], ["c", "d"], ["e", ""]]),
        ("<tr><th colspan=2>a<th>b<tr><td>c<td>d<td>e", [["a", "", "b"], ["c", "d", "e"]]),
        ("<tr><td colspan=9>a<tr><td>b<td>c", [["a", ""], ["b", "c"]]),
        ("<tr><td colspan=3>a<td>b<tr><td colspan=3>c<td>d", [["a", "b"], ["c", "d"]]),
        ("<tr><th><th>a<tr><td>b<td>c", [["", "a"], ["b", "c"]]),
        ("<tr><th>a<th>b<tr><td>c|d<td>e", [["a", "b"], ["c|d", "e"]]),
        ("<tr><th colspan=x>a<th>b<tr><td>c<td>d", [["a", "b"], ["c", "d"]]),
    ],
)
def test_cells_stay_in_their_columns(rows, shown):
    body = markdown(f"<p>x</p><table>{rows}</table>")
    assert columns(body) == shown
    assert [[cell.strip() for cell in block.text.split(CELL)] for block in read(body) if block.kind == "row"] == [
        [cell.replace("<br>", " ") for cell in row] for row in shown
    ]


@pytest.mark.parametrize("place", ["<caption>kept</caption>{}", '{}<caption class="sr-only"><b>kept</b></caption>'])
def test_a_caption_is_a_paragraph_before_its_table(place):
    table = place.format("<tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr>")
    body = markdown(f"<div>x<table>{table}</table></div>")
    assert body.replace("**", "") == "x\n\nkept\n\na| b  \n---|---  \nc| d"


def test_a_caption_stands_apart_in_a_table_of_layout_and_in_one_of_a_single_cell():
    nested = "<table><tr><td>m<td><table><caption>k</caption><tr><td>a<td>b</table><tr><td>y</table>"
    assert "ka" not in markdown(nested)
    assert markdown("<table><caption>k</caption><tr><td><p>a</p><p>b</p></table>") == "k\n\na\n\nb"


def test_a_table_of_layout_with_spans_is_none_of_data():
    page = "<table><tr><td colspan=2>x<tr><td><ul><li>a</ul><td><h2>b</h2><p>c<br>d</table>"
    assert "<br>" not in markdown(page)


@pytest.mark.parametrize(
    "rows",
    [
        "<tr><td colspan=1000>a<td>b" * 20_000,
        "<tr>" + "<td rowspan=0>a" * 1_000 + "<tr><td>b" * 20_000,
        "<tr>" + "<td>a" * 50_000 + "<tr><td colspan=2>b",
    ],
)
def test_spans_without_bounds_take_no_time(rows):
    with at_most(8):
        markdown(f"<table>{rows}</table>")
