"""Markdown is shown as a reader wants it, and nothing in it can do anything."""

import re
from itertools import pairwise

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import at_most

from output.site.markdown import render, struck

TAGS = {"div", "span", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code"}
TAGS |= {"em", "strong", "s", "a", "table", "thead", "tbody", "tr", "th", "td"}


def test_what_documents_are_made_of_is_shown() -> None:
    html = render("# Title\n\nA **bold** [link](https://a.example/).\n\n  * item\n\na | b\n---|---\nc | d")
    assert "<h2>Title</h2>" in html
    assert '<a href="https://a.example/" rel="nofollow noopener noreferrer">link</a>' in html
    assert "<li>item</li>" in html
    assert "<td>d</td>" in html


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        ("12332", "23443"),
        ("3", "2"),
        ("24", "23"),
        ("313", "223"),
        ("6421", "2222"),
        ("123456", "234566"),
        ("1642", "2333"),
    ],
)
def test_headings_skip_no_level(levels: str, shown: str) -> None:
    html = render("\n\n".join(f"{'#' * int(level)} Heading" for level in levels))
    assert [element.tag for element in lxml.html.fragments_fromstring(html)] == [f"h{level}" for level in shown]


@given(st.lists(st.integers(1, 6), max_size=20))
def test_whatever_the_headings_none_is_two_levels_below_the_one_before(levels: list[int]) -> None:
    html = render("\n\n".join(f"{'#' * level} Heading" for level in levels))
    shown = [1, *(int(level) for level in re.findall(r"<h(\d)>", html))]
    assert len(shown) == len(levels) + 1
    assert all(after - before <= 1 and after >= 2 for before, after in pairwise(shown))


def test_a_line_break_in_a_cell_is_one_and_nothing_else_is() -> None:
    table = "a | b\n---|---\none<br>**two<br>three** | <br/> <BR> <br onclick=x> \\<br> `<br>`\n"
    cells = lxml.html.fragment_fromstring(render(f"{table}\n\nout<br>side"), create_parent="div").cssselect("td, p")
    assert [len(list(cell.iter("br"))) for cell in cells] == [2, 0, 0]
    assert [" ".join(cell.itertext()).split() for cell in cells[:1]] == [["one", "two", "three"]]
    assert cells[1].text_content() == "<br/> <BR> <br onclick=x> <br> <br>"
    assert cells[2].text_content() == "out<br>side"


@pytest.mark.parametrize(
    "text",
    [
        "a | b\n---|---\n<br><script>attack()</script><br onload=attack()> | <br>[x](javascript:attack())",
        "<script>attack()</script>",
        "<img src=x onerror=attack()>",
        "[x](javascript:attack())",
        "[x](JaVaScRiPt:attack())",
        "[x](data:text/html,attack)",
        "[x](//evil.example/)",
        "[x](/corpus)",
        "[x]: javascript:attack()\n\n[x]",
        "<javascript:attack()>",
        "![x](https://evil.example/pixel.png)",
        "[![x](https://evil.example/p.png)](vbscript:attack)",
        '[x](https://a.example/ "\\" onmouseover=attack()")',
        "<svg/onload=attack()>",
        "`</code><script>attack()</script>`",
    ],
)
def test_nothing_in_it_runs_or_loads(text: str) -> None:
    check(render(text))


@given(st.text(alphabet="<>[]()!`*_|#- \n:/\\\"'&;javscriptonx=", max_size=200))
def test_nothing_gets_through_however_it_is_written(text: str) -> None:
    check(render(text))


def check(html: str) -> None:
    for element in lxml.html.fragment_fromstring(html, create_parent="div").iter():
        assert element.tag in TAGS
        assert set(element.attrib) <= {"href", "rel", "title", "start", "class", "tabindex"}
        assert element.get("href", "https:").startswith(("https:", "http:", "mailto:"))


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["[", "![[", "*a_", "> ", "<", "|a", "\\", "- "])
def test_what_is_made_to_be_slow_ends(piece: str) -> None:
    with at_most(5):
        render(piece * (500_000 // len(piece)))
        render(piece * (60_000 // len(piece)))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("We ~~never~~ sell & ~~<b>give~~", "We <s>never</s> sell &amp; <s>&lt;b&gt;give</s>"),
        ("~~ no ~~ or ~~", "~~ no ~~ or ~~"),
    ],
)
def test_words_that_are_struck_out_are_struck_out(text: str, html: str) -> None:
    assert struck(text) == html
