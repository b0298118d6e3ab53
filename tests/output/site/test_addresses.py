"""The permanent addresses lie below wherever the site is mounted, and no name of a vendor or policy leads elsewhere."""

from types import SimpleNamespace
from urllib.parse import parse_qs, unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from output.site.addresses import Addresses

TO = Addresses(SimpleNamespace(path=lambda path: "/base" + path))
V, T, A, B = "shop.example", "Privacy  policy", "20190101000000", "20200101000000"


def test_they_are_those_that_are_promised():
    assert TO.home() == "/base/"
    assert TO.vendor(V) == "/base/policies/shop.example"
    assert TO.policy(V, T, on="2019-01-01") == "/base/policies/shop.example/privacy-policy?on=2019-01-01"
    assert TO.revision(V, T, A) == f"/base/policies/shop.example/privacy-policy/{A}"
    assert TO.compare(V, T, A, B, view="side") == f"/base/policies/shop.example/privacy-policy/{A}/{B}?view=side"
    assert TO.across((V, T, A), ("a.example", "Terms", B)) == (
        f"/base/policies/shop.example/privacy-policy/{A}/with/a.example/terms/{B}"
    )


def test_feeds_are_of_the_corpus_a_vendor_or_a_policy():
    assert TO.feed() == "/base/changes.atom"
    assert TO.feed(V) == "/base/policies/shop.example/changes.atom"
    assert TO.feed(V, T) == "/base/policies/shop.example/privacy-policy/changes.atom"


def test_changes_are_asked_for_on_a_page_and_in_a_feed_alike():
    assert TO.changes(vendor=V, words=3) == "/base/changes?vendor=shop.example&words=3"
    assert TO.changes_feed(vendor=V, words=3) == "/base/changes.atom?vendor=shop.example&words=3"
    assert TO.changes_feed() == TO.feed()


def test_what_is_not_asked_does_not_stand_in_an_address():
    assert TO.search(q="", vendor=None, page=0) == "/base/search"
    assert TO.data("snapshots", policy=1) == "/base/corpus/snapshots?policy__exact=1"


@given(st.text(), st.text(min_size=1), st.text(min_size=1))
def test_whatever_the_names_the_parts_stay_apart_and_can_be_read_back(vendor: str, name: str, asked: str):
    address = urlsplit(TO.search(q=asked)).query
    assert parse_qs(address) == {"q": [asked]}
    path = TO.revision(vendor, "terms", name)
    assert urlsplit(path).path == path
    assert not urlsplit(path).netloc
    assert [unquote(part) for part in path.split("/")] == ["", "base", "policies", vendor, "terms", name]
