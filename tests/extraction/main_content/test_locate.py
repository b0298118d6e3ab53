"""The policy is found on a page: all of it, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import document_fromstring

from crawler.extraction.cleaning.clean import clean
from crawler.extraction.cleaning.unseen import drop_unseen
from crawler.extraction.main_content.locate import locate

SENTENCE = "We keep your name, your address and what you ordered for as long as the law of our country asks us to. "
LEGAL = "".join(f"<p>{number}. {SENTENCE * 3}</p>" for number in range(8))
MENU = f"<div class='top'><ul>{'<li><a href=/x>MENU item</a></li>' * 10}</ul></div>"
FOOT = f"<div class='end'><p>Acme 2015</p><ul>{'<li><a href=/y>FOOT item</a></li>' * 8}</ul></div>"


def located(html: str):
    tree = document_fromstring(f"<html><head><title>Acme</title></head><body>{html}</body></html>")
    drop_unseen(tree)
    body = tree.find("body")
    return locate(body, "Acme", clean(body).index)


def text_of(html: str) -> str:
    return located(html).element.text_content()


def test_menus_and_footers_without_names_are_not_part_of_it():
    result = located(f"{MENU}<div><h1>TITLE</h1>{LEGAL}</div>{FOOT}")
    text = result.element.text_content()
    assert "TITLE" in text
    assert text.count(SENTENCE.strip()) == 24
    assert "MENU" not in text
    assert "FOOT" not in text
    assert result.route == "trafilatura"


@pytest.mark.parametrize(
    "part",
    [
        "<ul><li>PART of it</li><li>and more</li></ul>",
        "<ol><li><p>PART of it</p></li></ol>",
        "<table><tr><th>Name</th><th>Use</th></tr><tr><td>PART</td><td>counts visits</td></tr></table>",
        "<dl><dt>PART</dt><dd>what it means</dd></dl>",
        "<blockquote>PART</blockquote>",
        "<details><summary>PART</summary><p>More.</p></details>",
    ],
)
@pytest.mark.parametrize("page", ["{part}{legal}", "{legal}{part}{legal}", "{legal}{part}"])
def test_lists_tables_and_quotes_are_not_lost(part, page):
    assert "PART" in text_of(f"{MENU}<main><h1>Terms</h1>{page.format(part=part, legal=LEGAL)}</main>{FOOT}")


def test_links_below_a_heading_of_the_text_are_part_of_it():
    links = "<h2>Partners</h2><ul>" + "<li><a href='https://p.example/'>PARTNER</a></li>" * 9 + "</ul>"
    assert text_of(f"{MENU}<main><h1>Terms</h1>{LEGAL}{links}</main>{FOOT}").count("PARTNER") == 9


def test_a_table_after_the_text_in_a_container_of_its_own_is_not_lost():
    rows = "".join(f"<tr><td>name{number}</td><td>{SENTENCE}</td></tr>" for number in range(5))
    text = text_of(
        f"{MENU}<div class='content'><div class='text'><h1>Cookies</h1>{LEGAL}</div><table>{rows}</table></div>{FOOT}"
    )
    assert "name4" in text
    assert "FOOT" not in text


def test_a_policy_with_an_article_for_each_section_is_found_whole():
    sections = "".join(f"<article><h2>PART{number}</h2><p>{SENTENCE * 4}</p></article>" for number in range(6))
    text = text_of(f"{MENU}<h1>TITLE</h1>{sections}{FOOT}")
    assert [f"PART{number}" in text for number in range(6)] == [True] * 6
    assert "TITLE" in text


def test_the_title_comes_along_from_a_container_of_its_own_but_not_the_name_of_the_site():
    site = "<div><h1><a href='/'>SITE</a></h1></div>"
    hero = "<section class='hero'><h1>TITLE</h1><p>Last updated May 2015</p></section>"
    text = text_of(f"{site}{MENU}{hero}<section class='body'>{LEGAL}</section>{FOOT}")
    assert text.startswith("TITLELast updated May 2015")
    assert "SITE" not in text
    assert "MENU" not in text


def test_a_table_of_contents_is_part_of_the_policy():
    contents = "<ul>" + "".join(f"<li><a href='#s{number}'>CONTENTS {number}</a></li>" for number in range(8)) + "</ul>"
    assert text_of(f"{MENU}<div><h1>Terms</h1>{contents}{LEGAL}</div>{FOOT}").count("CONTENTS") == 8


def test_layout_tables_of_2004_are_no_obstacle():
    bar = "<tr><td colspan=2><a href=/1>MENU one</a> | <a href=/2>MENU two</a></td></tr>"
    side = "<td><font><a href=/3>MENU three</a><br><a href=/4>MENU four</a></font></td>"
    legal = SENTENCE * 4
    main = f"<td><font><b>TITLE</b></font><br><br>{legal}<br><br>{legal}<ul><li>LISTED</ul>{legal}</td>"
    text = text_of(f"<table>{bar}<tr>{side}{main}</tr>{bar}</table>")
    assert "TITLE" in text
    assert "LISTED" in text
    assert "MENU" not in text


def test_related_articles_and_sidebars_are_not_part_of_it():
    cards = "<div class='card'><a href='/z'>RELATED article on something else</a></div>" * 5
    side = f"<div class='sidebar'><h3>About</h3><p>SIDE {SENTENCE}</p></div>"
    text = text_of(f"{MENU}<div>{side}<div><h1>TITLE</h1>{LEGAL}</div></div><div><h3>Read also</h3>{cards}</div>{FOOT}")
    assert "TITLE" in text
    assert "RELATED" not in text
    assert "SIDE" not in text


def test_text_that_a_page_repeats_for_other_screens_is_kept_once():
    policy = f"<h1>TITLE</h1>{LEGAL}"
    text = text_of(f"{MENU}<div class='desktop'>{policy}</div><div class='phone'>{policy}</div>{FOOT}")
    assert text.count("TITLE") == 1


def test_a_short_policy_is_found():
    for policy in ("<h1>TITLE</h1><p>We collect nothing.</p>", "<p>TITLE: we collect nothing.</p>"):
        text = text_of(f"{MENU}<div>{policy}</div>{FOOT}")
        assert "TITLE" in text
        assert "MENU" not in text


def test_a_japanese_policy_is_found():
    legal = "<p>当社は、お客様の個人情報を適切に取り扱います。法令を遵守し、安全に管理します。</p>" * 4
    text = text_of(f"{MENU}<div><h1>個人情報保護方針</h1>{legal}<ul><li>氏名と住所</li></ul></div>{FOOT}")
    assert "個人情報保護方針" in text
    assert "氏名と住所" in text


def test_another_extractor_is_asked_if_one_takes_a_part_for_the_whole():
    promotion = f"<div class='entry-content'><h2>Offer</h2>{LEGAL[: len(LEGAL) // 4]}</div>"
    result = located(f"{MENU}{promotion}<div class='legal'><h1>TITLE</h1>{LEGAL}{LEGAL}</div>{FOOT}")
    assert "TITLE" in result.element.text_content()
    assert result.route != "trafilatura"


def test_an_empty_page_has_an_empty_policy():
    for html in ("", "<div> </div>", "<div><img src='x'></div>"):
        result = located(html)
        assert not result.element.text_content().strip()


TAGS = st.sampled_from(
    ["div", "p", "ul", "li", "table", "tr", "td", "section", "article", "h1", "h2", "a", "br", "span"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TAGS, st.booleans(), st.sampled_from(["", "word ", SENTENCE])), max_size=30))
def test_any_page_has_a_policy_that_is_a_part_of_it(parts):
    html = "".join(f"<{tag}>{text}" + (f"</{tag}>" if closed else "") for tag, closed, text in parts)
    left = iter(document_fromstring(f"<body>{html}</body>").text_content().split())
    result = located(html)
    assert all(word in left for word in result.element.text_content().split())


def test_a_deep_page_is_found_without_recursion():
    deep = "<div>word " * 1_500
    assert "word" in text_of(f"{deep}{LEGAL}")


def test_on_a_page_laid_out_with_a_table_the_cell_of_the_text_is_taken():
    news = "<p>NEWS of today: our shop in Oslo is open again, and the cakes are as good as ever, says everyone.</p>" * 2
    page = f"<table><tr><td>{MENU}</td><td>{LEGAL}</td><td>{news}</td></tr></table>"
    text = text_of(page)
    assert text.count(SENTENCE.strip()) == 24
    assert "NEWS" not in text


def test_a_table_of_data_is_not_cut_to_its_largest_cell():
    rows = "".join(f"<tr><td>Purpose {n}</td><td>{SENTENCE * (3 if n == 2 else 1)}</td></tr>" for n in range(9))
    assert text_of(f"<h1>What we do with data</h1><table>{rows}</table>").count(SENTENCE.strip()) == 11
