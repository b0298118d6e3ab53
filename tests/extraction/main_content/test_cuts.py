"""What stands around a policy is cut away, and accounted for."""

from lxml.html import HtmlElement, document_fromstring

from crawler.extraction.main_content.cuts import Cut, around, trim
from crawler.extraction.main_content.words import index_words, tally

TEXT = "<p>" + "We keep your order for thirty days. " * 5 + "</p>"
LIST = "<ul>" + "<li>your name and your address and your order</li>" * 5 + "</ul>"
MENU = "<ul>" + "<li><a href='/x'>Our other product page</a></li>" * 6 + "</ul>"


def cut(html: str) -> tuple[HtmlElement, list[Cut]]:
    """Return an element trimmed to what lies between `first` and `last`, which is also what was found."""
    body = document_fromstring(f"<body>{html}</body>").find("body")
    index = index_words(body)
    found = index.spans[body.get_element_by_id("first")][0], index.spans[body.get_element_by_id("last")][1]
    return body, trim(body, index, found, found)


def words(cuts: list[Cut]) -> int:
    return sum(tally(each.texts) for each in cuts)


def test_what_lies_outside_goes_and_is_accounted_for():
    body, cuts = cut("<p>two words</p><p id=first>kept</p> and <p id=last>kept too</p><div>three more words</div>after")
    assert body.text_content().split() == ["kept", "and", "kept", "too"]
    assert [(each.reason, " ".join(each.texts)) for each in cuts] == [
        ("not main content", "two words"),
        ("not main content", "three more words"),
        ("not main content", "after"),
    ]


def test_lists_of_links_that_go_are_navigation():
    body, cuts = cut(f"{MENU}<p id=first>kept</p> <p id=last>kept too</p>{MENU}")
    assert body.text_content().split() == ["kept", "kept", "too"]
    assert [(each.reason, each.linked) for each in cuts] == [("navigation", 24)] * 2


def test_what_lies_between_is_kept_as_it_is():
    html = f"<div id=first>{TEXT}</div><div>{LIST}{MENU}</div><div id=last>{TEXT}</div>"
    body, cuts = cut(html)
    assert body.text_content() == document_fromstring(html).text_content()
    assert cuts == []


def found_in_the_middle(html: str) -> str:
    """Return what is left of a policy of which only the paragraph `found` was found."""
    body = document_fromstring(f"<body>{html}</body>").find("body")
    index = index_words(body)
    trim(body, index, index.spans[body], index.spans[body.get_element_by_id("found")])
    return body.text_content()


def test_a_link_in_a_sentence_is_no_menu():
    date = "<p>Valid from May 2020 (<a href='/old'><b>previous versions</b></a>)</p>"
    assert "previous versions" in found_in_the_middle(f"{date}<p id=found>{TEXT}</p>")


def test_addresses_to_write_to_are_no_menu():
    contact = "<ul><li><a href='mailto:a@v.example'>a@v.example</a></li><li><a href='tel:1'>0041 31</a></li></ul>" * 3
    assert "0041 31" in found_in_the_middle(f"<p id=found>{TEXT}</p><div>{contact}</div>")


def test_a_button_after_the_text_is_none_of_it():
    join = "<div><a class='btn' href='/join'>JOIN NOW</a></div>"
    assert "JOIN" not in found_in_the_middle(f"<p id=found>{TEXT}</p>{join}")


def test_the_blocks_around_an_element_are_listed_with_the_texts_between_them():
    body = document_fromstring("<body>one<p>two</p>three<div><p>four</p><p id=it>five</p>six</div>seven</body>").find(
        "body"
    )
    cuts = around(body, body.get_element_by_id("it"), index_words(body))
    assert sorted(" ".join(each.texts) for each in cuts) == ["four", "one", "seven", "six", "three", "two"]
