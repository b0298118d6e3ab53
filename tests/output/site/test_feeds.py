"""A feed is Atom whatever it is about, and its entries keep their ids wherever the corpus is served."""

from dataclasses import replace
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from output.site.addresses import Addresses
from output.site.feeds import atom
from output.site.history import Doubts, PolicyRow
from output.site.overview import Changed
from output.site.responses import PageRequest
from output.site.turns import TurnsRow, Variant
from pipelines.corpus.conclusions.variants import Served, VariantText
from pipelines.corpus.differences import Difference

ATOM = {"a": "http://www.w3.org/2005/Atom"}
CHANGED = Changed(
    policy=PolicyRow(1, "shop.example", "privacy policy"),
    title="Privacy",
    name="20200101000000",
    before_name="20190101000000",
    changed_after="2019-06-01T00:00:00+00:00",
    first_captured="2020-01-01T00:00:00+00:00",
    change=Difference(10, 12, 3, 1, 0, [[("=", "We keep "), ("-", "all"), ("+", "<b>nothing</b>")]]),
    doubts=Doubts(),
)


def feed(*changes: Changed, title: str = "Changes", root: str = "https://a.example") -> etree._Element:
    request = PageRequest({}, {}, Addresses(SimpleNamespace(path=str)), "https://archive.example", root)
    return etree.fromstring(atom(request, title, "/", "/changes.atom", changes).encode())


def value(root: etree._Element, path: str) -> str:
    return str(root.xpath(f"string({path})", namespaces=ATOM))


def test_an_entry_says_whose_policy_changed_by_how_much_and_leads_to_the_comparison():
    entry = feed(CHANGED)
    assert value(entry, "//a:entry/a:title") == "shop.example changed its privacy policy (+3 −1 words)"
    assert value(entry, "//a:entry/a:link/@href") == (
        "https://a.example/policies/shop.example/privacy-policy/20190101000000/20200101000000"
    )
    assert value(entry, "/a:feed/a:updated") == value(entry, "//a:entry/a:updated") == CHANGED.first_captured


def test_ids_stay_the_same_wherever_it_is_served_and_differ_by_what_they_are_of():
    here, there = feed(CHANGED), feed(CHANGED, root="http://127.0.0.1:8001")
    assert value(here, "//a:entry/a:id") == value(there, "//a:entry/a:id")
    assert value(here, "/a:feed/a:id") == value(there, "/a:feed/a:id")
    assert value(here, "//a:entry/a:id") != value(feed(replace(CHANGED, name="20200101000001")), "//a:entry/a:id")


def test_changed_words_are_marked_and_texts_are_no_markup():
    content = html.fragment_fromstring(value(feed(CHANGED), "//a:entry/a:content"), create_parent=True)
    assert content.findtext(".//del") == "all"
    assert content.findtext(".//ins") == "<b>nothing</b>"
    assert content.find(".//b") is None


def test_a_doubt_stands_in_the_title_and_in_the_text():
    entry = feed(replace(CHANGED, doubts=Doubts(outlier=True)))
    for part in ("title", "content"):
        assert "perhaps another page was captured" in value(entry, f"//a:entry/a:{part}")


def test_an_entry_of_texts_that_take_turns_tells_what_all_of_them_differ_in():
    moments = "2020-01-01T00:00:00+00:00", "2020-03-01T00:00:00+00:00"
    texts = [
        VariantText("a", 4, *moments, None, 1),
        VariantText("b", 3, *moments, "a", 2),
        VariantText("c", 3, *moments, "b", 3),
    ]
    first, second = (Variant(text, number, str(number)) for number, text in enumerate(texts[:2], 1))
    differs = Difference(9, 9, 2, 1, 0, [[("-", "all"), ("+", "<b>nothing</b>")]])
    differs_too = Difference(9, 9, 5, 0, 0, [[("+", "{A third} sentence.")]])
    variants = (
        first,
        replace(second, compared=first, change=differs),
        Variant(texts[2], 3, "3", second, differs_too),
    )
    turning = replace(
        CHANGED, turns=TurnsRow(Served(1, *moments, 10, tuple(texts)), variants), flip=True, began=CHANGED
    )
    entry = feed(turning)
    assert value(entry, "//a:entry/a:title") == "shop.example serves its privacy policy in three variants"
    assert value(entry, "//a:entry/a:id") == value(feed(CHANGED), "//a:entry/a:id")
    content = html.fragment_fromstring(value(entry, "//a:entry/a:content"), create_parent=True)
    assert [paragraph.text_content() for paragraph in content.iterfind("p")] == [
        "Served in three variants from 1 January 2020 to 1 March 2020, they differ in:",
        "Variant 3, first seen 1 January 2020, beside variant 2: +5 −0 words.",
        "{A third} sentence.",
        "Variant 2, first seen 1 January 2020, beside variant 1: +2 −1 words.",
        "all<b>nothing</b>",
        "The first of them replaced another text between 1 June 2019 and 1 January 2020: +3 −1 words.",
        "We keep all<b>nothing</b>",
    ]


def test_a_feed_without_changes_is_a_feed():
    assert value(feed(), "/a:feed/a:updated")
    assert not feed().xpath("//a:entry", namespaces=ATOM)


@given(st.text(), st.text(min_size=1), st.text())
def test_whatever_the_texts_it_is_well_formed(vendor: str, type_: str, text: str):
    change = Difference(1, 1, 1, 1, 0, [[("+", text)]])
    root = feed(replace(CHANGED, policy=PolicyRow(1, vendor, type_), change=change), title=text)
    assert len(root.xpath("//a:entry", namespaces=ATOM)) == 1
