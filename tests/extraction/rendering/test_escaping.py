"""What a page says is what a reader of its Markdown sees, whatever the text looks like."""

import html
import re

import lxml.html
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pace import at_most

from crawler.extraction.page import parse
from crawler.extraction.rendering.escaping import escape, heading, unescape
from crawler.extraction.rendering.render import render
from crawler.text.identity.policy import PolicyIdentity
from crawler.text.markdown import read, shown

RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def markdown(page: str) -> str:
    return render(parse(page).find("body"), url="https://shop.example/p", title="", cite=str)


def rendered(body: str) -> str:
    """Return the text of a body as a renderer of CommonMark shows it, HTML enabled."""
    page = RENDERER.render(body).replace("\n", " ")
    return folded("".join(lxml.html.fragment_fromstring(page, create_parent="div").itertext())) if page else ""


def folded(text: str) -> str:
    return " ".join(text.split())


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Write to <clerk@vendor.example>", "Write to \\<clerk@vendor.example>"),
        ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
        ("a < b, 3<5, i <3 you", "a < b, 3<5, i <3 you"),
        ("&amp; is an entity, AT&T is none, nor is R&D;", "\\&amp; is an entity, AT&T is none, nor is R&D;"),
        ("&#169; &#xA9;", "\\&#169; \\&#xA9;"),
        ("[x](y) and [z]", "[x\\](y) and [z]"),
        ("Fees* and costs* apply", "Fees* and costs* apply"),
        ("not *this* one", "not \\*this\\* one"),
        ("2 * 3 * 4, snake_case_name", "2 * 3 * 4, snake_case_name"),
        ("__init__", "\\_\\_init\\_\\_"),
        ("~~gone~~ ~ 5", "\\~\\~gone\\~\\~ ~ 5"),
        ("the users` data", "the users` data"),
        ("run `x`", "run \\`x\\`"),
        ("# 1 of our aims", "\\# 1 of our aims"),
        ("#privacy", "#privacy"),
        ("> quoted", "\\> quoted"),
        ("* required", "\\* required"),
        ("- a", "\\- a"),
        ("1. a", "1\\. a"),
        ("2) a", "2\\) a"),
        ("a\\b", "a\\b"),
        ("a\\*b", "a\\\\*b"),
        ("***", "\\***"),
        ("===", "\\==="),
        ("[1]: /x", "\\[1]: /x"),
        ("*NOTICE* - of a shop", "*NOTICE* - of a shop"),
    ],
)
def test_only_what_would_be_markup_is_escaped(text, written):
    body = markdown(f"<p>{html.escape(text, quote=False)}</p>")
    assert body == written
    assert escape(text) == written
    if "NOTICE" not in text:
        assert rendered(body) == text
    assert words(" ".join(shown(block.text) for block in read(body))) == words(text)


@pytest.mark.parametrize(
    ("page", "written"),
    [
        ("<p>&lt;<span>b&gt;</span></p>", "\\<b>"),
        ("<p>Fees* and <b>costs</b> apply</p>", "Fees* and **costs** apply"),
        ("<p><b>Fees*</b> apply</p>", "**Fees\\*** apply"),
        ('<p>see! <a href="https://a.example/x_y_z">a_b_c]</a></p>', "see! [a_b_c\\]](https://a.example/x_y_z)"),
        ('<p>see!<a href="https://a.example/">a</a></p>', "see\\![a](https://a.example/)"),
        ("<h2>C #</h2>", "## C \\#"),
        ("<ul><li>* a</li><li># b</li></ul>", "  * \\* a\n  * \\# b"),
        ("<p><code>a*b_c*</code> and <code>a`b</code></p>", "`a*b_c*` and a`b"),
        ("<p><b>P</b>rivacy, <i>P</i>olicy, un<i>believ</i>able</p>", "**P**rivacy, *P*olicy, un*believ*able"),
        ('<p><b>found <a href="https://a.example/">here</a>.</b></p>', "**found [here](https://a.example/).**"),
        ('<p><b>found </b><a href="https://a.example/">here</a></p>', "**found** [here](https://a.example/)"),
        ("<p><i>found </i>(here) and <s>this </s><b>that</b></p>", "_found_ (here) and ~~this~~ **that**"),
        ("<p><b>refer <span>to </span><i>it</i></b></p>", "**refer to _it_**"),
        ("<p><b>a </b></p><p>b</p>", "**a**\n\nb"),
    ],
)
def test_what_stands_around_a_sign_decides(page, written):
    body = markdown(page)
    assert body == written
    assert rendered(body) == folded("".join(parse(page.replace("><p>", "> <p>").replace("><li>", "> <li>")).itertext()))


NASTY = st.text(st.sampled_from(list("ab1 *_`<>&#~|[]()!\\-+=.;:/é")), min_size=1, max_size=12)
WORDS = st.one_of(
    NASTY,
    st.sampled_from(
        ["<script>", "<clerk@vendor.example>", "<https://a.example>", "&amp;", "&#42;", "[x](y)", "<!--", "1.", "---"]
    ),
)
PHRASE = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@given(st.lists(PHRASE, min_size=1, max_size=3), st.sampled_from(["<p>{}</p>", "<ul><li>{}</li></ul>", "<h3>{}</h3>"]))
def test_any_text_is_shown_as_it_is(texts, block):
    body = markdown(f"<div>{''.join(block.format(html.escape(text)) for text in texts)}</div>")
    assert rendered(body) == folded(" ".join(texts))


@given(st.lists(PHRASE, min_size=4, max_size=4))
def test_any_text_is_shown_as_it_is_in_the_cells_of_a_table(texts):
    a, b, c, d = (html.escape(f"x {text} x") for text in texts)
    body = markdown(f"<p>x</p><table><tr><td>{a}<td>{b}<tr><td>{c}<td>{d}</table>")
    cells = RENDERER.parse(body)
    assert [folded("".join(part.content for part in cell.children)) for cell in cells if cell.type == "inline"][1:] == [
        folded(f"x {text} x") for text in texts
    ]


@given(PHRASE, PHRASE, PHRASE, st.sampled_from(["b", "i", "span", "a href='https://a.example/_x_*y*'"]))
def test_any_text_is_shown_as_it_is_around_markup(before, within, after, tag):
    page = f"<p>{html.escape(before)} <{tag}>x{html.escape(within)}x</{tag.split()[0]}> {html.escape(after)}</p>"
    assert rendered(markdown(page)) == folded(f"{before} x{within}x {after}")


@given(PHRASE)
def test_any_text_that_is_escaped_is_shown_as_it_is(text):
    assert rendered(escape(text)) == folded(text)
    assert unescape(escape(text)) == text


@given(PHRASE)
@example("#")
@example("##")
@example("C #")
def test_a_title_is_shown_as_it_is(text):
    assert rendered(heading(text)) == folded(text)
    assert unescape(heading(text).removeprefix("# ")) == text


@pytest.mark.parametrize("text", ["a hashed* version and *another*", "<b> &amp; `c`", "a_b __c__", "* a", "1) b"])
def test_an_escape_is_no_change_of_a_text(text):
    plain, escaped = PolicyIdentity().content(f"a\n\n{text}"), PolicyIdentity().content(f"a\n\n{escape(text)}")
    assert plain.hash == escaped.hash


@pytest.mark.parametrize("sign", ["*", "_ ", "`", "[", "](", "<a", "&a", "\\", "~ ", "# ", "!["])
def test_a_page_of_signs_takes_no_time(sign):
    with at_most(5):
        escape(sign * 100_000)
