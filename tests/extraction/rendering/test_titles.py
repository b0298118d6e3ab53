import lxml.html
import pytest

from crawler.extraction.rendering.titles import repeated_titles


def left_out(body: str, title: str) -> list[str]:
    root = lxml.html.fragment_fromstring(body, create_parent="div")
    return [heading.text_content() for heading in repeated_titles(root, title)]


@pytest.mark.parametrize("title", ["Privacy Policy", "Acme Shop", ""])
def test_the_only_h1_is_the_page_s_title_whatever_it_says(title):
    assert left_out("<h1>Privacy policy</h1><h2>Cookies</h2><h2>Rights</h2>", title) == ["Privacy policy"]


def test_of_several_h1_only_one_that_repeats_the_title_is_left_out():
    body = "<h1>Privacy <i>policy</i></h1><h1>Cookies</h1><h1>Your rights</h1>"
    assert left_out(body, "Acme | Privacy Policy") == ["Privacy policy"]


@pytest.mark.parametrize("title", ["Privacy Policy | Acme", "Acme :: Privacy policy -", "Acme - Privacy Policy"])
def test_a_single_h2_that_comes_first_and_repeats_the_title_is_left_out(title):
    assert left_out("<h2>Privacy Policy</h2><p>x</p><h3>Cookies</h3>", title) == ["Privacy Policy"]


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Privacy Policy</h2><h2>Cookies</h2>",
        "<h3>Cookies</h3><h2>Privacy Policy</h2>",
        "<h2>Privacy Policy of 2012</h2>",
    ],
)
def test_an_h2_that_may_be_of_a_section_stays(body):
    assert left_out(body, "Privacy Policy") == []


def test_a_subheader_is_left_out_as_in_the_published_documents():
    assert left_out('<h2 class="b subheader">Security</h2><h2 class="section-header">Cookies</h2>', "x") == ["Security"]
