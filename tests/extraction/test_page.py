import pytest
from pace import at_most

from crawler.extraction.page import PageTooBigError, base_url, parse, title


def test_the_title_is_folded_as_a_browser_folds_it():
    page = parse("<title>\n Resources ::\t Privacy\xa0Policy - \n</title>")
    assert title(page) == "Resources :: Privacy\xa0Policy -"


def test_the_title_of_a_drawing_is_not_the_page_s():
    assert title(parse("<body><svg><title>Logo</title></svg><title>Privacy</title>")) == "Privacy"


@pytest.mark.parametrize("text", ["", "  \n", "<!-- nothing -->", "<!DOCTYPE html>"])
def test_an_empty_page_is_an_empty_tree(text):
    page = parse(text)
    assert page.tag == "html"
    assert title(page) == ""
    assert page.text_content().strip() == ""


def test_a_page_that_breaks_off_in_its_head_has_an_empty_body():
    assert parse("<style").find("body") is not None


def test_an_xml_prolog_with_an_encoding_is_no_obstacle():
    assert parse('<?xml version="1.0" encoding="utf-16"?><html><body>é</body></html>').text_content() == "é"


def test_broken_entities_and_nul_stay_text():
    assert parse("<p>a &bogus; &amp b &#0; &#x110000; \x00c</p>").text_content().startswith("a &bogus; & b")


def test_the_base_is_what_the_page_says():
    assert base_url(parse('<base target="_top"><base href=" /a/ "><p>x')) == "/a/"
    assert base_url(parse("<p>x")) is None


def test_a_table_of_a_hundred_thousand_cells_is_read():
    assert len(parse("<table><tr>" + "<td>x</td>" * 100_000).findall(".//td")) == 100_000


def test_a_text_of_two_million_characters_is_not_cut():
    assert len(parse("<p>" + "x" * 2_000_000).text_content()) == 2_000_000


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x" * (30 << 20), "31,457,280 characters; pages of up to 4,194,304"),
        ("<div>" * 100_000 + "x", "nested deeper than 512 levels"),
        ("<a " + " ".join(f"a{i}" for i in range(100_000)) + ">x", "100,000 attributes in one tag; pages of up to 500"),
        ('<a x=">"' + " b" * 100_000 + ">x", "100,001 attributes in one tag"),
        ("<script/" + "b/" * 501 + ">x", "501 attributes in one tag"),
        ("<!-- <i> --><a" + " b='\">'" * 501 + ">x", "501 attributes in one tag"),
        ("<a<b" + " c\n=\n'>'" * 501, "501 attributes in one tag"),
        ("<p>" * 300_000, "300,000 elements; pages of up to 250,000"),
    ],
    ids=["long", "deep", "many", "after a quote", "of a script", "with quotes", "unfinished", "elements"],
)
def test_a_page_beyond_the_limits_is_refused_with_a_reason_and_at_once(text, sentence):
    with at_most(5), pytest.raises(PageTooBigError, match=sentence):
        parse(text)


def test_scripts_and_comments_count_as_neither_elements_nor_attributes():
    script = "<script>if (a<b && c) {" + " d = e;" * 5_000 + "}</script><!-- <a" + " b" * 5_000 + " -->"
    assert parse(f"<body>{script}<p>x</p>").findtext(".//p") == "x"


@pytest.mark.parametrize("number", [1, 8, 11, 12, 14, 31, 0xFFFE, 0xFFFF, 9, 10, 13, 32, 100, 123, 310])
@pytest.mark.parametrize("written", ["&#{};", "&#00{};", "&#x{:x};", "&#X0{:X};"])
def test_a_reference_to_a_control_character_is_nothing_that_lxml_refuses(number, written):
    (element,) = parse(f"<p class='a{written.format(number)}b'>c{written.format(number)}d").iter("p")
    element.set("id", element.get("class") + element.text)
    kept = chr(number) if number in {9, 10, 13} or 32 <= number < 0xFFFE else ""
    assert element.text == f"c{kept}d"


def test_a_form_feed_is_a_space():
    (element,) = parse("<p class='a\fb'>c\fd").iter("p")
    element.set("id", element.get("class"))
    assert element.text == "c d"
