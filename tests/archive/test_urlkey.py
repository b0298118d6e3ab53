import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pace import at_most

from crawler.archive.urlkey import urlkey

KNOWN = {
    "http://www.cnn.com/": "com,cnn)/",
    "https://cnn.com": "com,cnn)/",
    "http://www.usatoday.com/2000/century/tech/003d.htm": "com,usatoday)/2000/century/tech/003d.htm",
    "http://archive.org/goo/?b=1&a=2#fragment": "org,archive)/goo?a=2&b=1",
    "http://WWW2.Archive.org:80/Goo//a/./b/../C/": "org,archive)/goo/a/c",
    "https://shop.example:443/": "example,shop)/",
    "http://shop.example:8080/": "example,shop:8080)/",
    "shop.example:8080/terms": "example,shop:8080)/terms",
    "http://user:word@shop.example/": "example,shop)/",
    "http://bücher.example/ü?ü=1": "example,xn--bcher-kva)/%c3%bc?%c3%bc=1",
    "http://b%C3%BCcher.example/": "example,xn--bcher-kva)/",
    "http://192.0.2.7/x": "7,2,0,192)/x",
    "http://[2001:db8::1]:8080/": "[2001:db8::1]:8080)/",
    "http://shop.example/?": "example,shop)/",
    "http://shop.example?b&a=&a": "example,shop)/?a&a=&b",
    "http://shop.example/a b": "example,shop)/a%20b",
    "http://shop.example/a%20b": "example,shop)/a%20b",
    "http://shop.example/%2541": "example,shop)/a",
    "http://shop.example/A%e9": "example,shop)/a%e9",
    "http://shop.example/A\udce9": "example,shop)/a%e9",
    "http://shop.example/?id=1&sid=0123456789abcdef0123456789abcdef&z=2": "example,shop)/?id=1&z=2",
    "http://shop.example/(S(4hqa0555fwsecu455xqckv45))/terms.aspx": "example,shop)/terms.aspx",
    "http://http://shop.example/": "example,shop)/",
    "http:/shop.example/terms": "example,shop)/terms",
    "http://shop..example./": "example,shop)/",
    "//shop.example/terms": "example,shop)/terms",
    "ftp://shop.example/a": "example,shop)/a",
    "mailto:Legal@Shop.example": "mailto:legal@shop.example",
    "data:text/html,Hi there": "data:text/html,hi%20there",
    "": "-",
}


@pytest.mark.parametrize(("url", "key"), KNOWN.items())
def test_gives_the_key_that_the_internet_archive_gives(url: str, key: str) -> None:
    assert urlkey(url) == key


@given(st.text(st.characters()) | st.text("htps:/.@[]?#&=%25w0é\udc80 \n\\").map("http://".__add__))
@example("http://[")
@example("http://x:99999999999999999999/")
@example("http://" + "é" * 300 + "/")
@example("http://xn--.example/")
@example("http://é..example/")
def test_gives_any_string_a_key_that_fits_into_a_row(text: str) -> None:
    assert re.fullmatch(r"[!-~]+", urlkey(text))


@given(st.sampled_from(sorted(KNOWN)), st.sampled_from(["http", "https"]), st.booleans())
def test_scheme_case_and_www_make_no_difference(url: str, scheme: str, upper: bool) -> None:
    rest = url.partition("://")[2]
    if url.startswith("http://") and not re.search(r":80|http|www|\[|%|[^\x00-\x7f]", rest, re.IGNORECASE):
        assert urlkey(f"{scheme}://www3.{rest.upper() if upper else rest}") == urlkey(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://x.example/" + "%25" * 30_000,
        "http://x.example/" + "(4hqa0555fwsecu455xqckv45)/" * 3000,
        "http://x.example/?" + "cfid=" * 13_000,
        "http://" + "é." * 30_000,
        "http://" * 10_000,
        "/../" * 20_000,
    ],
)
def test_takes_little_time_for_hostile_urls(url: str) -> None:
    with at_most(1):
        urlkey(url)
