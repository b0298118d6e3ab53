import html
import re
from urllib.parse import quote

import html2text
import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import at_most

from crawler.extraction.charset import decode
from crawler.extraction.page import PageTooBigError, parse
from crawler.extraction.rendering.render import render
from crawler.extraction.rendering.writer import MAX_MARKDOWN

URL = "http://www.shop.example/legal/privacy.html"


def cite(url: str) -> str:
    return f"https://archive.example/web/20121230123545id_/{quote(url)}"


def markdown(page: str, title: str = "") -> str:
    return render(parse(page).find("body"), url=URL, title=title, cite=cite)


@pytest.mark.parametrize(
    ("page", "body"),
    [
        ("<ul><li>a<ul><li>b</ul><li>c</ul></ul><p>d", "  * a\n    * b\n  * c\n\n\n\nd"),
        ('<ol start="3"><li>a<li>b</ol>', "  3. a\n  4. b"),
        ("<dl><dt>a<dd>b<dt>c<dd>d</dl>", "a\n    b\nc\n    d"),
        ("<table><tr><th>a<th>b<tr><td>c<td>d</table>", "a| b  \n---|---  \nc| d"),
        ("<blockquote><p>a<p>b</blockquote>c", "> a\n> \n> b\n\nc"),
        ("a<hr>b", "a\n\n* * *\n\nb"),
        ("<pre>a\n  b</pre>", "    a\n      b"),
        ("<p>a<br>b", "a  \nb"),
        ("<h3>a</h3><h2>b</h2>c", "### a\n\n## b\n\nc"),
        ("<p><b>a</b> <em>b</em> <i>c</i>", "**a** _b_ _c_"),
        ('<p>a<img src="x" alt="y">b', "ab"),
        ("<p>- a<p>1. b<p>a\n- b", "\\- a\n\n1\\. b\n\na \\- b"),
        ("<p>a&nbsp;b &nbsp; c", "a\xa0b \xa0 c"),
        ("<p>a &lt;b&gt; &amp; c", "a \\<b> & c"),
        ("<section>a</section><section>b</section>", "a\n\nb"),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a b| c  \n---|---"),
    ],
)
def test_the_markdown_is_that_of_the_published_documents(page, body):
    assert markdown(page) == body


@pytest.mark.parametrize(
    ("anchor", "body"),
    [
        ('<a href="http://shop.example">http://shop.example</a>', "[http://shop.example](http://shop.example/)"),
        ('<a href="http://shop.example/a">http://shop.example/a</a>', "<http://shop.example/a>"),
        ('<a href="a (b)">c</a>', f"[c]({cite('http://www.shop.example/legal/a%20(b)')})"),
        (
            '<a href="/a?b#c">d</a>',
            "[d](https://archive.example/web/20121230123545id_/http%3A//www.shop.example/a%3Fb#c)",
        ),
        ('<a href="mailto:a@shop.example">b</a>', "[b](mailto:a@shop.example)"),
        ('<a href="http://shop.example/" title="t">b</a>', '[b](http://shop.example/ "t")'),
        ('<a href="javascript:x()">a</a>', "a"),
        ('<a href="">a</a>', "a"),
        ('<a href="#top">a</a>', "a"),
        ('<a name="top">a</a>', "a"),
    ],
)
def test_a_link_leads_where_the_published_documents_lead(anchor, body):
    assert markdown(f"<p>{anchor}") == body


def test_on_a_page_with_a_base_a_relative_link_is_resolved_against_it_and_not_cited():
    page = '<head><base href="http://shop.example/x/"></head><p><a href="a.html">b</a> <a href="#c">d</a>'
    assert markdown(page) == "[b](http://shop.example/x/a.html) [d](http://shop.example/x/#c)"


def test_an_anchor_that_was_never_closed_does_not_glue_paragraphs():
    assert markdown('<a name="top"><p>a</p><p>b</p></a>') == "a\n\nb"


def test_the_page_s_title_is_not_repeated():
    assert markdown("<h1>Privacy</h1><p>a", title="Privacy | Shop") == "a"


def test_a_cell_may_be_the_policy():
    cell = parse("<table><tr><td>menu</td><td>a<p>b</p></td></tr></table>").findall(".//td")[1]
    assert render(cell, url=URL, title="", cite=cite) == "a\n\nb"


def test_the_tree_stays_as_it_is():
    page = parse('<h1>a</h1>b<br><br>c<p></p><a href="/x">d</a>')
    before = lxml.html.tostring(page)
    render(page.find("body"), url=URL, title="a", cite=cite)
    assert lxml.html.tostring(page) == before


def test_malformed_tags_lose_no_text():
    assert markdown("<p>a <br<br>b <p<p>c").split() == ["a", "b", "c"]


@pytest.mark.parametrize(
    "page",
    [
        "<p>" + "\n" * 3_000_000,
        "<p>" + " 1" * 500_000,
        '<ol start="' + "9" * 5_000 + '"><li>a',
        "<abbr title=a>" + "<i>b</i>" * 20_000,
        '<a href="x">' * 300 + "a",
        "<td>" * 300 + "a",
        "<del>" * 400 + "a" * 9_000,
    ],
    ids=["lines", "numbers", "start", "abbreviation", "links", "cells", "deletions"],
)
def test_hostile_pages_take_seconds_at_most(page):
    with at_most(5):
        markdown(page)


@pytest.mark.slow
def test_markdown_without_bounds_is_refused_with_a_reason():
    with pytest.raises(PageTooBigError, match=f"more than {MAX_MARKDOWN:,} characters"):
        markdown("<ul><li>" * 250 + "<li>x" * 100_000)


TAGS = re.split(
    r" ",
    "p div span b i a ul ol li table tr td th br hr h1 h2 pre blockquote dl dt dd q abbr code section u del img",
)
SOUP = st.lists(
    st.one_of(
        st.sampled_from(TAGS).map(lambda tag: f"<{tag}>"),
        st.sampled_from(TAGS).map(lambda tag: f"</{tag}>"),
        st.sampled_from(['<a href="x">', '<a href="http://a.example">', '<ol start="3">', "&nbsp;", "&#1;", "<br<br>"]),
        st.text(max_size=8),
        st.sampled_from([" ", "\n", "a", "- b", "1. c"]),
    ),
    max_size=40,
).map("".join)


@given(SOUP)
def test_any_markup_is_rendered(page):
    markdown(decode(page.encode("utf-8", "replace"), None), title="a")


@given(st.binary(max_size=500))
def test_any_bytes_are_rendered(body):
    markdown(decode(body, None))


TEXT = st.text("ab1 -.(&>\xa0\n", max_size=8).map(lambda text: html.escape(text, quote=False).replace("\xa0", "&nbsp;"))
INLINE = st.recursive(
    TEXT,
    lambda inner: st.tuples(
        st.sampled_from(["b", "i", "span", "strong", "u", 'a href="http://a.example/"', "a", "del"]),
        st.lists(inner, max_size=3).map("".join),
    ).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0].split()[0]}>"),
)


def once_marked(inline: str) -> bool:
    """Whether no emphasis stands in one of its kind or is empty: there we differ from html2text, and mean to."""
    tree = lxml.html.fragment_fromstring(inline, create_parent="div")
    return not tree.xpath(
        "//i//i | //i//u | //u//i | //u//u | //b//b | //b//strong | //strong//b | //strong//strong"
        " | //*[self::b or self::strong or self::i or self::u][not(normalize-space())]"
    )


def without_spaces(markdown: str) -> str:
    """Return Markdown without what tells our spaces and escapes from html2text's, which loses and invents some."""
    return re.sub(r"\s|\\(?=[&>)])", "", markdown).replace("*", "_").replace("__", "_")


@given(st.lists(st.lists(INLINE, max_size=4).map("".join).filter(once_marked), min_size=1, max_size=3))
def test_but_for_spaces_the_tree_is_written_as_html2text_writes_its_text(paragraphs):
    page = "<div>" + "\n".join(f"<p>x{inline}x</p>" for inline in paragraphs) + "</div>"
    reader = html2text.HTML2Text(bodywidth=0)
    reader.unicode_snob = True
    text = lxml.html.tostring(parse(page).find("body/div"), encoding="unicode").replace("\xa0", "&nbsp;")
    assert without_spaces(markdown(page)) == without_spaces(reader.handle(text))


@given(st.lists(st.text("abcdefghij ", min_size=1, max_size=12), min_size=1, max_size=6))
def test_every_word_of_a_paragraph_is_there(paragraphs):
    body = markdown("".join(f"<p>{text}</p>" for text in paragraphs))
    assert body.split() == " ".join(paragraphs).split()


def test_lines_of_a_cell_stay_in_their_row():
    page = (
        "<table><tr><th>Data</th><th>Kept</th></tr>"
        "<tr><td><p>Name</p><p>Profile</p></td><td>30 days<br>then deleted<br></td></tr></table>"
    )
    assert markdown(page) == "Data| Kept  \n---|---  \nName<br>Profile| 30 days<br>then deleted"


def test_a_table_of_layout_breaks_as_html2text_does():
    page = "<table><tr><td>a<br>b</td><td>c</td></tr><tr><td>d</td></tr></table>"
    assert "<br>" not in markdown(page)


@pytest.mark.parametrize(
    ("page", "body"),
    [
        ('<ol><li value="7">a</li><li>b</li></ol>', "  7. a\n  8. b"),
        ('<ol start="3"><li>a</li><li value="9">b</li><li>c</li></ol>', "  3. a\n  9. b\n  10. c"),
        ('<ol><li value="x">a</li></ol><ul><li value="4">b</li></ul>', "  1. a\n\n\n  * b"),
        ("<ol reversed><li>a</li><li>b</li></ol>", "  2. a\n  1. b"),
        ('<ol reversed start="9"><li>a<ol><li>x</li></ol></li><li>b</li></ol>', "  9. a\n     1. x\n  8. b"),
    ],
)
def test_items_have_the_numbers_that_readers_see(page, body):
    assert markdown(page) == body


@pytest.mark.parametrize(
    ("ruby", "body"),
    [
        ("<ruby>住所<rt>じゅうしょ</rt></ruby>を", "住所（じゅうしょ）を"),
        ("<ruby>住<rt>じゅう</rt>所<rt>しょ</rt></ruby>を", "住（じゅう）所（しょ）を"),
        ("<ruby>住所<rt><span>じゅうしょ</span></rt></ruby>を", "住所（じゅうしょ）を"),
        ("<ruby>個人<rp>(</rp><rt>こじん</rt><rp>)</rp></ruby>情報", "個人(こじん)情報"),
        ("<ruby>個人<rt></rt></ruby>情報", "個人情報"),
    ],
)
def test_readings_stand_apart_from_the_word(ruby, body):
    assert markdown(f"<p>{ruby}</p>") == body
