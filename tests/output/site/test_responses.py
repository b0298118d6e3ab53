"""What stands in a query is used as far as it makes sense, and otherwise not at all."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from output.site.addresses import Addresses
from output.site.responses import PageRequest


def request(**query: str) -> PageRequest:
    return PageRequest({}, query, Addresses(SimpleNamespace(path=str)), "https://archive.example", "https://a.example")


@pytest.mark.parametrize(("given_number", "number"), [("7", 7), ("0", 1), ("-3", 1), ("x", 1), ("³", 1), ("9" * 9, 1)])
def test_a_pages_number_is_one_where_nonsense_is_asked_for(given_number, number):
    assert request(page=given_number).number("page") == number
    assert request().number("page") == 1


@pytest.mark.parametrize(("text", "day"), [("2019-05-01", "2019-05-01"), ("20190501", "2019-05-01"), ("May", "")])
def test_a_day_is_one_of_the_calendar_or_none(text, day):
    assert request(on=text).day("on") == day


@given(st.text(max_size=600))
def test_whatever_is_asked_a_text_is_bounded_and_a_day_can_stand_in_a_page(value):
    text = request(q=value).text("q", 50)
    assert len(text) <= 50
    assert "\x00" not in text
    assert set(request(q=value).day("q")) <= set("0123456789-")
    assert request(q=value).number("q") >= 1
