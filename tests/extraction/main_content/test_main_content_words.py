"""Words are counted as readers would, each where it stands."""

from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from crawler.extraction.main_content.words import index_words, tally


def test_an_element_holds_the_words_in_it_but_not_those_after_it():
    tree = document_fromstring("<body><div><p>one two <b>three</b> four</p> five</div> six</body>")
    index = index_words(tree)
    assert index.total == 6
    assert index.words(tree.find(".//p")) == 4
    assert index.words(tree.find(".//b")) == 1
    assert index.spans[tree.find(".//div")] == (0, 5)


def test_comments_hold_no_words_and_lose_none():
    assert index_words(document_fromstring("<body><p>one<!-- not these --> two</p></body>")).total == 2


def test_words_in_links_are_counted_apart():
    tree = document_fromstring("<body><p>Read <a href='/x'>our <b>other</b> terms</a> too</p></body>")
    index = index_words(tree)
    assert index.links(tree.find(".//p")) == 3
    assert index.links_between(0, 2) == 1


def test_chinese_and_japanese_text_has_words_though_it_has_no_spaces():
    assert tally(["個人情報の取り扱いについて"]) == 7
    assert index_words(document_fromstring("<body><p>個人情報の取り扱いについて</p></body>")).total == 7


@given(st.recursive(st.text("ab .", max_size=6), lambda inner: st.lists(inner, max_size=4), max_leaves=20))
def test_children_hold_no_more_words_than_their_parent(content):
    def html(node):
        return node if isinstance(node, str) else "".join(f"<div>{html(child)} </div>" for child in node)

    tree = document_fromstring(f"<body><div>{html(content)}</div></body>")
    index = index_words(tree)
    for element in tree.iter():
        assert sum(index.words(child) for child in element) <= index.words(element)
    assert index.total == tally(tree.itertext())
    assert index.words(tree) == index.total == len(tree.text_content().replace(".", " ").split())
