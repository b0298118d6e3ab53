"""Cleaning takes out what is never part of a policy, and nothing that could be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HTMLParser, document_fromstring
from pace import at_most

from crawler.extraction.cleaning.clean import clean
from crawler.extraction.cleaning.unseen import drop_unseen

SENTENCE = "We keep your name and your address for as long as you have an account with Acme, and no longer. "
POLICY = f"<div><h1>Privacy Policy</h1>{f'<p>{SENTENCE * 3}</p>' * 4}</div>"


def cleaned(html: str) -> str:
    tree = document_fromstring(f"<html><head><title>T</title></head><body>{html}</body></html>")
    drop_unseen(tree)
    clean(tree.find("body"))
    return tree.find("body").text_content()


@pytest.mark.parametrize(
    "noise",
    [
        "<script>NOISE</script>",
        "<style>NOISE</style>",
        "<noscript>NOISE</noscript>",
        "<!-- NOISE -->",
        "<select><option>NOISE</option></select>",
        "<nav><a href='/'>NOISE</a></nav>",
        "<header><p>NOISE</p></header>",
        "<footer><p>NOISE</p></footer>",
        "<aside><p>NOISE</p></aside>",
        "<form><p>NOISE</p></form>",
        "<button>NOISE</button>",
        "<div role='search'>NOISE</div>",
        "<div role='dialog'><p>NOISE</p></div>",
        "<div class='cookie-banner'><p>NOISE</p></div>",
        "<div id='onetrust-banner-sdk'><p>NOISE</p></div>",
        "<ul class='breadcrumb'><li>NOISE</li></ul>",
        "<div class='share-buttons'>NOISE</div>",
        "<div class='language-switcher'><a href='/de'>NOISE</a></div>",
        "<a class='skip-link' href='#main'>NOISE</a>",
        "<div class='login'>NOISE</div>",
        "<div id='chat-widget'>NOISE</div>",
        "<div class='related-articles'>" + "<a href='/x'>NOISE about other things</a>" * 20 + "</div>",
        "<div hidden>NOISE</div>",
        "<div style='display:none'>NOISE</div>",
        "<span aria-hidden='true'>NOISE</span>",
    ],
)
def test_boilerplate_goes_and_the_text_after_it_stays(noise):
    text = cleaned(f"{noise}TAIL{POLICY}")
    assert "NOISE" not in text
    assert text.startswith("TAIL")
    assert text.count(SENTENCE.strip()) == 12


def test_a_consent_dialog_goes_though_it_outweighs_the_policy():
    text = cleaned(f"<div class='cky-modal' role='dialog'>{f'<p>DIALOG {SENTENCE}</p>' * 40}</div>{POLICY}")
    assert "DIALOG" not in text
    assert SENTENCE.strip() in text


@pytest.mark.parametrize(
    "names", ["class='cookie-notice'", "id='cookie-consent'", "class='related'", "hidden", "id='skip-nav'"]
)
def test_a_policy_stays_whatever_its_container_is_called(names):
    assert SENTENCE.strip() in cleaned(f"<nav>Menu</nav><div {names}>{POLICY}</div><footer>Imprint</footer>")


@pytest.mark.parametrize("tag", ["form", "footer", "aside", "header", "dialog", "nav"])
def test_a_policy_stays_whatever_element_it_stands_in(tag):
    assert SENTENCE.strip() in cleaned(f"<p>Acme</p><{tag}>{POLICY}</{tag}>")


def test_collapsed_sections_of_an_accordion_stay_with_their_titles():
    title = "<h2><button aria-expanded='false'>Title</button></h2>"
    text = cleaned(f"{title}<div hidden aria-hidden='true'><p>{SENTENCE * 3}</p></div>" * 5)
    assert text.count("Title") == 5
    assert text.count(SENTENCE.strip()) == 15


def test_titles_in_headers_stay():
    text = cleaned(f"<header><h1>TITLE</h1></header><article><header><h2>PART</h2></header>{POLICY}</article>")
    assert "TITLE" in text
    assert "PART" in text


def test_remarks_among_the_paragraphs_stay():
    text = cleaned(
        f"{POLICY}<p>We sell nothing.</p><aside>REMARK</aside><h2>Consent</h2><div id='cookie-consent'>HOW</div>"
    )
    assert "REMARK" in text
    assert "HOW" in text


def test_a_link_that_opens_the_consent_dialog_stays_in_its_sentence():
    text = cleaned(f"{POLICY}<p>Change your <a class='optanon-show-settings' href='#'>CHOICES</a> here.</p>")
    assert "Change your CHOICES here." in text


def test_an_element_with_a_name_that_is_none_goes_like_others():
    assert "NOISE" not in cleaned(f"<p<div class='share' hidden>NOISE</p<div>{POLICY}")


def test_an_empty_page_is_left_empty():
    assert cleaned("").strip() == ""


TAGS = st.sampled_from(["div", "p", "nav", "span", "form", "aside", "button", "section", "header", "table", "a"])
NAMES = st.sampled_from(["", "cookie-banner", "cky-modal", "share", "related", "content"])


@given(st.lists(st.tuples(TAGS, NAMES, st.booleans(), st.sampled_from(["", "word ", SENTENCE])), max_size=30))
def test_what_stays_is_a_part_of_the_page_in_its_order(parts):
    html = "".join(f"<{t} class='{n}'>{x}" + (f"</{t}>" if closed else "") for t, n, closed, x in parts)
    before = document_fromstring(f"<body>{html}</body>").text_content().split()
    left = iter(before)
    assert all(word in left for word in cleaned(html).split())


@pytest.mark.slow
def test_a_hostile_page_takes_a_bounded_time():
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    nested = "".join(f"<div class='cookie-banner' hidden>{SENTENCE}" for _ in range(20_000)).encode()
    wide = b"<nav><form hidden>word</form></nav>" * 20_000
    with at_most(5):
        for page in (nested, wide):
            tree = document_fromstring(b"<body>" + page, parser=parser)
            drop_unseen(tree)
            clean(tree.find("body"))
