import lxml.html
import pytest
from pace import at_most

from crawler.extraction.rendering.normalising import normalise


def normalised(body: str, title: str = "") -> str:
    root = lxml.html.fragment_fromstring(body, create_parent="div")
    normalise(root, title)
    html = lxml.html.tostring(root, encoding="unicode").replace("<removed></removed>", "")
    return html.removeprefix("<div>").removesuffix("</div>")


@pytest.mark.parametrize(
    ("page", "article"),
    [
        ("a<br><br>b<br><br><br>c", "<p>a</p><p>b</p><p>c</p>"),
        ("a<br>b", "<p>a<br>b</p>"),
        ("<ul><li>a<br><br></li><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<p>a<br>&nbsp;<br>b</p>", "<div><p>a</p><p>\xa0b</p></div>"),
        ("<p>a<br><br><ul><li>b</li></ul></p>", "<div><p>a</p></div><ul><li>b</li></ul>"),
    ],
    ids=["chain", "single", "end of an item", "space between", "block after"],
)
def test_line_breaks_in_a_row_end_a_paragraph(page, article):
    assert normalised(page) == article


def test_text_beside_blocks_becomes_a_paragraph_without_breaks_at_its_end():
    page = "<div><b>Cookies</b> are<br><p>small</p>and <i>sweet</i><ul><li>x</li></ul></div>"
    assert normalised(page) == (
        "<div><p><b>Cookies</b> are</p><p>small</p><p>and <i>sweet</i></p><ul><li>x</li></ul></div>"
    )


def test_emphasis_within_emphasis_is_marked_once():
    page = "<p><i><u>a</u></i> <b>b <strong>c</strong> <i>d</i></b> <u>e</u></p>"
    assert normalised(page) == "<p><i><span>a</span></i> <b>b <span>c</span> <i>d</i></b> <u>e</u></p>"


@pytest.mark.parametrize("nothing", ["<p>&nbsp;</p>", "<p><br></p>", "<div><hr></div>", "<h2> </h2>", "<br><p></p>"])
def test_what_holds_nothing_is_left_out(nothing):
    assert normalised(f"<p>a</p>{nothing}<p>b</p>") == "<p>a</p><p>b</p>"


def test_scripts_styles_comments_and_fields_are_left_out_and_the_text_around_them_stays():
    page = "<p>a<script>x</script>b<!-- c -->d<style>e</style>f<textarea>g</textarea>h<svg><text>i</text></svg>j</p>"
    assert normalised(page) == "<p>abdfhj</p>"


@pytest.mark.parametrize(
    "page",
    [
        "<table><tbody><tr><td><p>a</p></td></tr></tbody></table>",
        "<table><tr><td><p>a</p></td></tr></table>",
        "<tbody><tr><td><p>a</p></td><td><p>b</p></td></tr></tbody>",
    ],
)
def test_a_table_of_one_cell_and_cells_without_a_table_are_no_table(page):
    article = normalised(page)
    assert "<p>a</p>" in article
    assert "<t" not in article


def test_a_table_stays_a_table():
    assert normalised("<table><tr><td>a</td><td>b</td></tr></table>").count("<td>") == 2


def test_control_characters_from_character_references_are_no_obstacle():
    assert normalised("<p>a<br><br>b&#1;c</p>d&#1;e").endswith("<p>b c</p></div><p>d e</p>")


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    ["<br><br>x" * 20_000, "<p></p>x\n" * 20_000, "<br><p></p>" * 20_000, "<p><span>" * 200 + "<i></i>" * 20_000],
    ids=["breaks", "empty paragraphs", "breaks before empty paragraphs", "nested"],
)
def test_the_time_does_not_explode(page):
    with at_most(5):
        normalised(page)
