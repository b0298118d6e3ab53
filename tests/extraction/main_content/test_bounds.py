"""A policy's bounds: its title above it and its lists below it belong to it, menus and neighbours do not."""

from lxml.html import document_fromstring

from crawler.extraction.main_content.bounds import with_lists, with_title
from crawler.extraction.main_content.words import index_words

TEXT = "<p>" + "We keep your order for thirty days. " * 5 + "</p>"
LIST = "<ul>" + "<li>your name and your address and your order</li>" * 5 + "</ul>"
MENU = "<ul>" + "<li><a href='/x'>Our other product page</a></li>" * 6 + "</ul>"


def titled(html: str) -> str | None:
    """The id of the element that a text's title stands in with it."""
    body = document_fromstring(f"<body>{html}</body>").find("body")
    element, _ = with_title(body, body.get_element_by_id("text"), index_words(body))
    return element.get("id")


def listed(html: str) -> str | None:
    body = document_fromstring(f"<body>{html}</body>").find("body")
    element, _ = with_lists(body, body.get_element_by_id("text"), index_words(body))
    return element.get("id")


def test_the_title_right_above_a_text_belongs_to_it():
    assert titled(f"<div id=all><h1>Privacy</h1><p>As of May</p><div id=text>{TEXT}</div></div>") == "all"


def test_a_title_within_a_text_or_far_above_it_changes_nothing():
    assert titled(f"<div id=all><div id=text><h1>Privacy</h1>{TEXT}</div></div>") == "text"
    assert titled(f"<div id=all><h1>Shop</h1>{TEXT * 3}<div id=text>{TEXT}</div></div>") == "text"


def test_a_sites_name_above_its_menu_is_no_title():
    assert titled(f"<div id=all><h1><a href='/'>Shop</a></h1>{MENU}<div id=text>{TEXT}</div></div>") == "text"


def test_a_list_or_table_right_after_a_text_belongs_to_it():
    table = LIST.replace("ul", "table").replace("<li>", "<tr><td>").replace("</li>", "</td></tr>")
    for more in (LIST, table, f"<div>{LIST}</div>", LIST + table):
        assert listed(f"<div id=all><div id=text>{TEXT}</div>{more}</div>") == "all"


def test_menus_footers_and_what_is_short_are_not_taken_for_lists():
    footer = f"<div class=footer>{LIST}</div>"
    for more in (MENU, footer, "<ul><li>Cart</li></ul>", f"{TEXT}{LIST}"):
        assert listed(f"<div id=all><div id=text>{TEXT}</div>{more}</div>") == "text"


def test_what_follows_a_cell_is_another_column():
    columns = f"<table id=all><tr><td><div id=text>{TEXT}</div></td><td>{LIST}</td></tr></table>"
    assert listed(columns) == "text"
