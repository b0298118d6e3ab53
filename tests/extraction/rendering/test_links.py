import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.rendering.render import absolute, is_absolute

PAGE = "http://www.shop.example/legal/privacy.html"


@pytest.mark.parametrize(
    ("href", "printed"),
    [
        ("http://shop.example", "http://shop.example/"),
        ("HTTP://Shop.Example/A", "http://shop.example/A"),
        ("https://shop.example:443/a", "https://shop.example/a"),
        ("https://shop.example:8443/a", "https://shop.example:8443/a"),
        ("http://shop.example?a=b", "http://shop.example/?a=b"),
        ("http://shop.example/a b#c d", "http://shop.example/a%20b#c%20d"),
        ("http://shop.example/100%25/%7Ea", "http://shop.example/100%25/%7Ea"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
        (" http://shop.example/\n a ", "http://shop.example/%20a"),
        ("http:\\\\shop.example\\a", "http://shop.example/a"),
        ("//cdn.example/a", "http://cdn.example/a"),
        ("/a", "http://www.shop.example/a"),
        ("a.html", "http://www.shop.example/legal/a.html"),
        ("../a.html?b#c", "http://www.shop.example/a.html?b#c"),
        ("Who-do-I-ask-", "http://www.shop.example/legal/Who-do-I-ask-"),
        ("mailto:Jo@Shop.Example", "mailto:Jo@Shop.Example"),
        ("tel:+44 20", "tel:+44 20"),
    ],
)
def test_a_link_is_printed_as_a_browser_would(href, printed):
    assert absolute(href, PAGE) == printed


@pytest.mark.parametrize(
    "href",
    [
        "",
        " \n",
        "javascript:void(0)",
        " JavaScript:x",
        "data:text/html,x",
        "java\nscript:x",
        "http://",
        "http://[::1/a",
        "http://shop.example:port/",
        "https://" + "a" * 5_000,
    ],
)
def test_what_leads_nowhere_is_no_link(href):
    assert absolute(href, PAGE) is None


def test_a_path_with_a_colon_later_on_is_not_absolute():
    assert not is_absolute("/a:b")
    assert not is_absolute("1a:b")
    assert is_absolute("x-scheme:b")


@given(st.text(max_size=80))
def test_no_href_makes_it_raise(href):
    absolute(href, PAGE)


@given(st.sampled_from(["http://", "//", "/", "https://u:p@", "ftp://h:", ""]), st.text(max_size=60))
def test_what_is_printed_is_printed_the_same_again(start, rest):
    printed = absolute(start + rest, PAGE)
    assert printed is None or absolute(printed, PAGE) == printed
