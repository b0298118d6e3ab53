from datetime import date

import pytest

from crawler.model import Part, Policy, type_slug

EARLY = Part(select=".early", until=date(2014, 5, 25))
MIDDLE = Part(select=".middle", since=date(2014, 5, 25), until=date(2018, 1, 1))
ALWAYS = Part(select=".always")


def policy(*parts: Part) -> Policy:
    return Policy("shop.example", "privacy policy", ("https://shop.example/privacy",), parts)


@pytest.mark.parametrize(
    ("timestamp", "part"),
    [
        ("19961201000000", EARLY),
        ("20140524235959", EARLY),
        ("20140525000000", MIDDLE),
        ("20171231235959", MIDDLE),
        ("20180101000000", ALWAYS),
    ],
)
def test_a_period_has_its_first_day_and_not_the_day_of_its_end(timestamp: str, part: Part) -> None:
    assert policy(EARLY, MIDDLE, ALWAYS).part_at(timestamp) == part


def test_without_a_valid_part_the_whole_page_is_the_policy() -> None:
    assert policy().part_at("20140525000000") == Part()
    assert policy(EARLY).part_at("20150101000000") == Part()


def test_timestamps_that_no_calendar_has_are_in_a_period_too() -> None:
    assert policy(EARLY, ALWAYS).part_at("20140000000000") == EARLY


@pytest.mark.parametrize(
    ("type_", "slug"),
    [
        ("privacy policy", "privacy-policy"),
        ("Privacy  Policy", "privacy-policy"),
        ("AGB", "agb"),
        ("Políticas (2)", "políticas-(2)"),
    ],
)
def test_the_slug_is_lower_case_with_dashes_for_spaces(type_: str, slug: str) -> None:
    assert type_slug(type_) == slug
