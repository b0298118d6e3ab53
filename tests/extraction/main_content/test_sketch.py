"""A sketch says, by the numbers of its paragraphs, which words of the page an extractor found."""

from lxml import etree
from lxml.html import document_fromstring

from crawler.extraction.main_content.sketch import draw, found_by_readability, found_by_trafilatura
from crawler.extraction.main_content.words import index_words

SENTENCE = "We keep your name and your address for as long as you have an account with Acme, and no longer. "
LEGAL = "".join(f"<p>{SENTENCE * 4}</p>" for _ in range(6))


def sketch_of(html: str):
    body = document_fromstring(f"<body>{html}</body>").find("body")
    return draw(body, index_words(body))


def text_of(sketch) -> str:
    return etree.tostring(sketch.html, encoding="unicode")


def test_lists_and_tables_are_paragraphs_so_that_no_extractor_drops_them():
    html = text_of(sketch_of("<ul><li>One item</li></ul><table><tr><td>A cell</td></tr></table>"))
    assert "One item" in html
    assert "A cell" in html
    assert "<li" not in html
    assert "<td" not in html


def test_numbers_stand_for_the_words_of_their_paragraphs():
    sketch = sketch_of("<div><p>one two</p></div><div><p>three</p></div>")
    assert list(sketch.found("¶1¶ three")) == [0, 0, 1]
    assert list(sketch.found("¶0¶")) == [1, 1, 0]
    assert list(sketch.found("nothing of it")) == [0, 0, 0]


def test_a_page_cannot_bring_numbers_of_its_own():
    sketch = sketch_of("<p>See ¶7¶ and ¶0¶</p>")
    assert text_of(sketch).count("¶") == 2
    assert any(sketch.found(text_of(sketch)))


def test_menus_get_no_number():
    sketch = sketch_of(f"<ul>{'<li><a href=/x>Some page</a></li>' * 5}</ul><div><p>{SENTENCE}</p></div>")
    assert list(sketch.found(text_of(sketch)))[:10] == [0] * 10


def test_text_between_elements_is_drawn():
    sketch = sketch_of("<div>before<p>in</p>behind</div>last")
    assert "".join(sketch.html.itertext()).split() == ["¶0¶", "before", "in", "behind¶1¶", "last"]
    assert list(sketch.found("¶1¶")) == [0, 0, 0, 1]


def test_extractors_find_the_text_and_not_the_menu():
    menu = f"<div><ul>{'<li><a href=/x>Some page</a></li>' * 8}</ul></div>"
    sketch = sketch_of(f"{menu}<div>{LEGAL}</div>")
    for found in (found_by_trafilatura(sketch), found_by_readability(sketch)):
        assert not any(found[:16])
        assert sum(found) > 0.9 * (sketch.total - 16)


def test_the_same_page_is_found_as_often_as_it_is_asked():
    sketch = sketch_of(f"<div>{LEGAL}</div>")
    assert len({bytes(found_by_trafilatura(sketch)) for _ in range(5)}) == 1


def test_an_empty_page_has_nothing_to_find():
    sketch = sketch_of("")
    assert not found_by_trafilatura(sketch)
    assert not found_by_readability(sketch)


def test_a_page_of_any_size_has_a_small_sketch():
    sketch = sketch_of("<ul><li>word one<ul><li><a href=/x>word</a></li></ul></li></ul><div>x</div>" * 8_000)
    assert sum(1 for _ in sketch.html.iter()) < 15_000
