"""Markdown is shown as a reader wants it, and nothing in it can do anything."""

import time

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from output.site.markdown import render

TAGS = {"div", "span", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code"}
TAGS |= {"em", "strong", "s", "a", "table", "thead", "tbody", "tr", "th", "td"}


def test_what_documents_are_made_of_is_shown() -> None:
    html = render("# Title\n\nA **bold** [link](https://a.example/).\n\n  * item\n\na | b\n---|---\nc | d")
    assert "<h2>Title</h2>" in html
    assert '<a href="https://a.example/" rel="nofollow noopener noreferrer">link</a>' in html
    assert "<li>item</li>" in html
    assert "<td>d</td>" in html


@pytest.mark.parametrize(
    "text",
    [
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


@pytest.mark.parametrize("piece", ["[", "![[", "*a_", "> ", "<", "|a", "\\", "- "])
def test_what_is_made_to_be_slow_ends(piece: str) -> None:
    started = time.perf_counter()
    render(piece * (500_000 // len(piece)))
    render(piece * (60_000 // len(piece)))
    assert time.perf_counter() - started < 5
