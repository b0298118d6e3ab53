"""What a reader sees of a page and its parser hides is read; what is there twice, or for others, is not."""

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pace import at_most
from unfolding_pages import CONSENT, MENU, PARAGRAPHS, SENTENCES, document, outcome, reads_all, shown

from crawler.extraction import page
from crawler.extraction.unfolding.unfold import unfold
from crawler.model import Rejection

FIRST, REST = PARAGRAPHS[: PARAGRAPHS.index("<p>Ask")], PARAGRAPHS[PARAGRAPHS.index("<p>Ask") :]
LINES = "\n\n".join(SENTENCES)
ATTRIBUTE = PARAGRAPHS.replace('"', "&quot;")
NOTICE = "<noscript>You need to enable JavaScript to run this app.</noscript>"


@pytest.mark.parametrize(
    "field",
    [
        f"<textarea readonly>{LINES}</textarea>",
        f"<textarea DISABLED rows=9>\n{LINES}\n</textarea>",
        f'<textarea readonly="readonly" class="terms">{"&#13;&#10;".join(SENTENCES)}</textarea>',
        f"<textarea name=terms>{LINES}</textarea>",
    ],
)
def test_the_running_text_of_a_field_is_read_as_paragraphs(field: str) -> None:
    markup = f"<h1>Terms</h1><form action=/join><p>Please read.</p>{field}<input type=submit></form>"
    assert reads_all(markup)
    assert document(markup).body.count("\n\n") >= len(SENTENCES)


def test_lines_broken_at_a_margin_are_one_paragraph_and_others_are_not() -> None:
    text = (
        "We keep the name under which you ordered a clock, because\n"
        "the watchmaker writes it on the back of the dial, and"
        "\n"
        "nobody reads it there.\n\nClock House\nTower Lane 3\nBern"
    )
    markup = f"<textarea readonly>{text}</textarea>"
    tree = page.parse(markup)
    unfold(tree)
    assert [each.text for each in tree.iter("p")] == [
        "We keep the name under which you ordered a clock, because the watchmaker writes it on the back of the dial, "
        "and nobody reads it there.",
        "Clock House",
        "Tower Lane 3",
        "Bern",
    ]


@pytest.mark.parametrize(
    "field",
    [
        "<textarea></textarea>",
        "<textarea placeholder='Write to us. We read every letter, and answer it soon.'></textarea>",
        "<textarea>Dear clock house, please send me your catalogue of this year. Yours, a friend of clocks.</textarea>",
        "<textarea readonly>&lt;iframe src='https://clocks.example/embed' width=3&gt;&lt;/iframe&gt;</textarea>",
        "<textarea readonly>" + "if (a) { b = c; }\n" * 30 + "</textarea>",
        f"<textarea hidden>{LINES}</textarea>",
    ],
)
def test_a_field_for_a_visitor_or_a_program_is_not_read(field: str) -> None:
    assert shown(f"<p>Contact</p>{field}") == "Contact"


@pytest.mark.parametrize(
    "markup",
    [
        f'<main><h1>Privacy</h1><iframe srcdoc="{ATTRIBUTE}"></iframe></main>',
        f'<iframe srcdoc="<!DOCTYPE html><html><title>x</title><body>{ATTRIBUTE}</body></html>">no</iframe>',
        f'<iframe srcdoc="&lt;iframe srcdoc=&quot;{PARAGRAPHS}&quot;&gt;&lt;/iframe&gt;"></iframe>',
        f'<iframe srcdoc="<div><template shadowrootmode=open>{ATTRIBUTE}</template></div>"></iframe>',
    ],
)
def test_the_document_written_into_a_frame_is_read(markup: str) -> None:
    assert reads_all(markup)


def test_a_player_or_a_fifth_frame_in_frames_is_not_read() -> None:
    assert (
        shown("<p>a</p><iframe srcdoc='<style>a{}</style><a href=/v><img src=t.jpg><span>Play</span></a>'></iframe>")
        == "a"
    )
    markup = PARAGRAPHS
    for _ in range(5):
        markup = f'<iframe srcdoc="{markup.replace("&", "&amp;").replace(chr(34), "&quot;")}"></iframe>'
    assert SENTENCES[0] not in shown(markup)


@pytest.mark.parametrize(
    "markup",
    [
        f"<div id=app></div><noscript>{PARAGRAPHS}</noscript><script>load()</script>",
        f"{MENU}<div id=root></div><noscript><p>Please enable JavaScript.</p>{PARAGRAPHS}</noscript>"
        "<footer><a href=/>Home</a></footer>",
        f"<head><title>Privacy</title><noscript>{PARAGRAPHS}</noscript></head><body><div id=app></div></body>",
        f"{CONSENT}<main><h1>Privacy</h1>Loading…</main>"
        + "".join(f"<noscript><section>{half}</section></noscript>" for half in (FIRST, REST)),
        f"<noscript><img src=/pixel.gif></noscript><div id=app></div><noscript>{PARAGRAPHS}</noscript>{NOTICE}",
    ],
    ids=["plain", "menu", "head", "consent, two", "pixel, notice"],
)
def test_noscript_is_read_where_the_page_has_nothing_else(markup: str) -> None:
    assert reads_all(markup)
    assert "JavaScript to run this app" not in document(markup).body


def test_noscript_beside_a_text_is_not_read() -> None:
    assert reads_all(f"<main>{PARAGRAPHS}</main><noscript>{PARAGRAPHS}</noscript>{NOTICE}")
    hidden = f"<div hidden>{PARAGRAPHS}</div><noscript>{PARAGRAPHS}</noscript>"
    assert reads_all(hidden)


def test_a_notice_alone_stays_an_empty_shell() -> None:
    notice = "To see this site you need to enable JavaScript. Here are the steps for your browser, one by one. "
    for markup in (NOTICE, f"<noscript>{notice * 3}</noscript>"):
        found = outcome(f"<body>{markup}<div id=root></div><script src=a.js></script></body>")
        assert isinstance(found, Rejection)
        assert found.reason == "empty shell"


def test_a_page_with_none_of_these_is_untouched() -> None:
    markup = f"<title>T</title>{MENU}<main>{PARAGRAPHS}</main>{NOTICE}<textarea>a</textarea><iframe src=/ad></iframe>"
    before, after = page.parse(markup), page.parse(markup)
    assert unfold(after) is None
    assert page.etree.tostring(before) == page.etree.tostring(after)


_PIECES = st.sampled_from(
    [
        "<template shadowrootmode=open>",
        "</template>",
        "<slot>",
        "<slot name=a>",
        "</slot>",
        "<div slot=a>",
        "<x-a>",
        "</x-a>",
        "<textarea readonly>",
        "</textarea>",
        "<noscript>",
        "</noscript>",
        "<noframes>",
        "</noframes>",
        "<frameset>",
        "<frame src=a>",
        '<iframe srcdoc="',
        '"></iframe>',
        "<p>",
        "</p>",
        "<head>",
        "<body>",
        "&#1;",
        "&lt;p&gt;",
        PARAGRAPHS,
        LINES,
        "<script id=__NEXT_DATA__ type=application/json>",
        "</script>",
        '{"a":[',
        '"' + "We keep a clock. " * 30 + '"',
        "]}",
        "<script>",
        "window.__X__ = ",
        'self.__next_f.push([1,"',
        "1:T20,",
        "<![CDATA[",
        "]]>",
        "text ",
        "<select>",
        "<table>",
        "<svg>",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=5), max_size=30).map("".join))
def test_no_page_makes_it_fail(markup: str) -> None:
    tree = page.parse(markup)
    unfold(tree)
    page.visible_text(tree)


@pytest.mark.slow
@pytest.mark.parametrize(
    "markup",
    [
        "<x-a><template shadowrootmode=open><slot></slot>" * 80_000,
        "<x-a>" * 200 + "<template shadowrootmode=open><slot></slot></template></x-a>" * 200,
        "<template shadowrootmode=open></template>" * 200_000,
        "<x-a><template shadowrootmode=open>" + "<slot></slot>" * 200_000 + "</template>" + "a<b>c</b>" * 40_000,
        "<textarea readonly>" + "A line of text. \n" * 200_000,
        "<textarea readonly>a b c.</textarea>" * 100_000,
        ("<iframe srcdoc='" + "<p>We keep it." * 6 + "'></iframe>") * 30_000,
        "<noscript>a b c</noscript>" * 100_000,
        "<noscript>" * 400 + "We keep a clock. " * 100_000,
        "<script>window.a = {" * 100_000,
        "<script>window.a = " + "[" * 900_000 + "</script>",
        "<script>" + 'window.a = {"a":[1,' * 100_000 + "</script>",
        "<script>" + "window.a = '" * 300_000 + "</script>",
        "<script>window.a" + "'\\" * 900_000 + "</script>",
        "<script type=application/json>[" + '"<p>We keep a clock.</p>",' * 100_000 + '""]</script>',
        "<script type=application/json>[" + '"' + "<" * 900_000 + '"]</script>',
        "<script type=application/json>" + '{"a":' * 90_000 + "</script>",
        "<script>" + 'self.__next_f.push([1,"1:Tffffff,a"])' * 80_000 + "</script>",
        '<script>self.__next_f.push([1,"' + "1:T1,a" * 80_000 + '"])</script>',
    ],
    ids=range(19),
)
def test_time_is_bounded_for_pages_made_to_take_long(markup: str) -> None:
    start = time.process_time()
    try:
        tree = page.parse(markup)
    except page.PageTooBigError:
        return
    parsed = time.process_time() - start
    with contextlib.suppress(page.PageTooBigError), at_most(4 + 2 * parsed):
        unfold(tree)
