"""Lean markup: what extraction never looks at is off it, and a page is read from it as it would be from its own."""

from importlib import import_module
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.extract import CapturedResponse, Glances, read
from crawler.extraction.lean import lean
from crawler.extraction.page import MAX_ATTRIBUTES, MAX_ELEMENTS
from crawler.model import Part

EXTRACT = import_module("crawler.extraction.extract")
SENTENCE = "<p>We keep your order and your address for as long as the law asks of every shop in the country.</p>"
URL = "https://shop.example/privacy"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<script nonce='a'>x = '<p>1</p>' // <b></script>", "<script>y = 2</script>"),
        ("<script><!--\nx()\n--></script>", "<script></script>"),
        ("<style media=print>p::after { content: '<a>' }</style>", "<style></style>"),
        ("<!-- build 7 > <p> -->", "<!-- build -- 8 -->"),
        ("<meta name=csrf content='a>b'>", "<meta charset=utf-8 />"),
        ("<link id=a rel=stylesheet href=/1.css>", "<link href=/2.css>"),
        ('<p id=x data-n="1" data-x=\'{"a":">"}\'>', "<p id=x>"),
        ("<img src=/1.png srcset='/2.png 2x' alt=A>", "<img alt=A src=/3.png>"),
        ("<a data-cfemail=0761476629><b>", "<a data-cfemail=1a7c5a7b34><b>"),  # one address, written with two keys
    ],
)
def test_what_extraction_never_looks_at_is_off(one, other):
    assert lean(f"<body>{one}<p>Text").text == lean(f"<body>{other}<p>Text").text


@pytest.mark.parametrize(
    "kept",
    [
        "<!DOCTYPE html><html lang=en>",
        "<p class=a style='color: red' hidden>5 > 4 &lt; 6</p>",
        "<title>A > B</title>",
        "<textarea readonly>Terms -- > </textarea>",
        '<iframe srcdoc="<script>x</script><p>Text</p>"></iframe>',  # an attribute holds no markup of the page's
        '<a href="/n?a=1#b" title="src=1">',
        '<li data-x="my-footer" data-toggle=tab>',
        "<br/><hr />",
        "<![if !IE]><p>Others</p><![endif]>",
    ],
)
def test_all_else_stays_to_the_letter(kept):
    assert lean(kept).text == kept


@pytest.mark.parametrize(
    "odd",
    [
        "<script>a",
        "<script/><p>Text",
        "<script><!-- <script> </script> --></script>",
        "<style>a",
        "<!-- a",
        "<!--> a -->",
        "<!-- a --!> b -->",
        "<p title='a>b",
        '<p "a>b">',
        '<p a="1"b="2">',
        "<p @click='a > b'>",
        "<title><b>A</b></title>",
        "<textarea><script></textarea>",
        "<xmp><script></xmp></script>",
        "<![CDATA[ <script> ]]>",
        "<svg><title/></svg>",
        "<title>a</textarea><script></title>",
        "5 < 4",
        "</p a>",
        f"<p{' a' * (MAX_ATTRIBUTES + 1)}>",
        "<b>" * (MAX_ELEMENTS + 1),
    ],
)
def test_what_parsers_could_read_otherwise_is_left_alone(odd):
    assert lean(f"<p>{odd}") is None


@pytest.mark.parametrize(
    "part", ["<", "<p ", "<p a", "<p a=", '<p a="', "<!--", "<!-", "<script>", "<style", "a=''", "-"]
)
def test_any_repetition_takes_linear_time(part):
    lean(part * 200_000)  # quadratic time would take minutes


PIECES = (
    SENTENCE, "word ", "<b>bold</b>", "<script>var a = '<p>'</script>", "<script><!-- b --></script>", "<!-- c -->",
    "<!--", "-->", "<style>p {}</style>", "</style>", "<style>", "<script>", "</script>", "<title>t</title>",
    "<textarea>", "</textarea>", "<p data-x='1' src=/a>", '<div class="footer" nonce="n">', "</div>", "<p a='", "'>",
    "<iframe srcdoc='<p>i</p>'></iframe>", "<noscript><script>n</script>n</noscript>", "<meta content=x>", "<link>",
    "<template><p>t</p></template>", "<svg><style>s</style><title>t</title></svg>", "<![CDATA[c]]>", "<?p?>", "<x",
    "<a data-cfemail='0761476629'>e</a>", "<table><script>t</script>", "<select><style>o</style>", "&#1;", "\f", "<",
    "<img data-a=\"it's\" data-b='\"'>", "<script>document.write('<!--')</script>", "<ul data-x=related>", "</ul>",
)  # fmt: skip
PAGES = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), min_size=2, max_size=4))
def test_a_page_is_made_lean_as_it_would_be_without_the_one_before(pages):
    pages = [f"<title>Privacy</title>{SENTENCE}<script>1</script>{page}<script>2</script>{SENTENCE}" for page in pages]
    last = None
    for page in pages:
        made = lean(page, last)
        assert made == lean(page)
        assert made is None or "".join(made.stretches) == page
        last = made or last


@given(st.integers(0, 3), st.integers(1, 40))
def test_what_a_page_shares_with_the_one_before_is_copied(changed, more):
    parts = [f"{SENTENCE * 9}<script nonce={number}></script>" for number in range(4)]
    other = parts[:changed] + [f"<i>{more}</i><script>{more}</script>"] * more + parts[changed + 1 :]
    before = lean("".join(parts))
    after = lean("".join(other), before)
    kept = {id(stretch) for stretch in before.stretches}
    assert sum(id(stretch) in kept for stretch in after.stretches) >= 2  # all but what comes after what is new


def _found(markup: str) -> object:
    body = f"<html><head><title>Privacy</title></head><body><h1>Privacy</h1>{SENTENCE * 20}{markup}{SENTENCE * 20}"
    with patch.object(EXTRACT, "_glances", Glances()):
        found = read(CapturedResponse(body.encode(), URL, 200, {}), Part(), lambda when, url: f"{when}/{url}")
    return found.found


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(PAGES)
def test_a_page_says_what_it_says_without_being_made_lean(markup):
    with patch.object(EXTRACT._pages, "lean", lambda *_: None):
        expected = _found(markup)
    assert _found(markup) == expected


def test_a_policy_in_the_state_of_an_application_is_found_and_told_from_another():
    prose = "We share what you give us with nobody but those who deliver it. " * 60
    page = f'<title>Privacy</title><div id=app></div><script>window.__STATE__ = {{"body": "<p>{prose}</p>"}}</script>'
    said, known = [], set()
    for word in ("nobody", "partners"):
        response = CapturedResponse(page.replace("nobody", word).encode(), URL, 200, {})
        same, found = read(response, Part(), lambda *_: "", known)
        known.add(same)
        said.append(found)
    assert None not in known
    assert [found.account.route for found in said] == ["application state"] * 2
    assert "partners" in said[1].body


def test_a_page_that_differs_where_nobody_looks_is_not_parsed_again():
    page = f"<title>Privacy</title><script>1</script><h1>Privacy</h1>{SENTENCE * 40}"
    same, _ = read(CapturedResponse(page.encode(), URL, 200, {}), Part(), lambda *_: "")
    other = CapturedResponse(page.replace("1", "2", 1).encode(), URL, 200, {})
    with patch.object(EXTRACT.page, "parse", side_effect=AssertionError):
        assert read(other, Part(), lambda *_: "", {same}) == (same, None)
