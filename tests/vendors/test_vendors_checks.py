"""Each check gives a value as it is used, or says in a sentence what is wrong with it and what was expected."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.model import type_slug
from crawler.vendors import checks
from crawler.vendors.checks import Wrong

VALUES = st.one_of(
    st.text(max_size=40),
    st.integers(),
    st.booleans(),
    st.none(),
    st.lists(st.text(max_size=3)),
    st.dates(),
    st.datetimes(),
)
CHECKS = {
    "vendor": checks.vendor,
    "type": checks.policy_type,
    "url": checks.url,
    "selector": lambda value: checks.selector(value, "select"),
    "texts": lambda value: checks.texts(value, "urls", "https://shop.example/"),
    "day": lambda value: checks.day(value, "since"),
}


@pytest.mark.parametrize("name", CHECKS)
@given(value=VALUES)
def test_whatever_is_given_it_is_a_value_or_a_sentence_on_one_line(name: str, value: Any):
    said = ""
    try:
        CHECKS[name](value)
    except Wrong as wrong:
        said = str(wrong)
        assert said.isprintable()
    assert not said or said.endswith((".", ")"))


@given(st.text(max_size=30))
def test_a_vendor_that_is_accepted_is_a_domain_and_stays_the_same(given_name: str):
    try:
        name = checks.vendor(given_name + ".example")
    except Wrong:
        return
    assert name.isascii()
    assert name == name.lower() == checks.vendor(name)
    assert not set(name) & set("/\\:@ ")


@given(st.text(max_size=30))
def test_a_type_that_is_accepted_names_one_folder_and_no_other_place(given_name: str):
    try:
        name = checks.policy_type(given_name)
    except Wrong:
        return
    slug = type_slug(name)
    assert slug
    assert not set(slug) & set("/\\:\0")
    assert not slug.startswith(".")
    assert ".." not in slug
    assert checks.policy_type(name) == name


def test_a_vendor_given_as_an_address_is_told_its_domain():
    with pytest.raises(Wrong, match=r'vendor = "shop\.example"'):
        checks.vendor("https://shop.example/privacy")


def test_a_url_without_its_scheme_gets_it_where_it_begins_with_a_domain():
    assert checks.url("shop.example/privacy") == "https://shop.example/privacy"
    assert checks.url("shop.example") == "https://shop.example"


@pytest.mark.parametrize("given_url", ["privacy.html", "legal.php/x", "me@shop.example", "shop.example:80/p", "shop/p"])
def test_a_url_that_may_be_something_else_is_no_address(given_url: str):
    with pytest.raises(Wrong, match="does not begin with http"):
        checks.url(given_url)


def test_a_url_with_a_fragment_is_told_the_one_without():
    with pytest.raises(Wrong, match=r'Write "https://shop\.example/"'):
        checks.url("https://shop.example/#terms")


def test_a_day_may_be_a_date_or_its_text_and_has_no_time():
    assert checks.day("2014-05-25", "since") == checks.day(date(2014, 5, 25), "since") == date(2014, 5, 25)
    for value in (datetime(2014, 5, 25), "2014-05-25T00:00", "25.5.2014", 2014):
        with pytest.raises(Wrong, match="since = 2014-05-25"):
            checks.day(value, "since")


def test_what_is_shown_of_a_file_is_short_and_visible():
    assert checks.shown("a\n\u202eb") == '"a\\n\\u202eb"'
    assert len(checks.shown("a" * 10_000)) < 120
