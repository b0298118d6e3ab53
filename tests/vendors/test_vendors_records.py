"""A record is read as far as it can be; everything that is wrong with it is noted, with its place."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crawler.model import DEFAULT_TYPE, Part
from crawler.vendors.records import RECORD_KEYS, Location, PolicyRecord, read_record

GOOD: dict[str, Any] = {"vendor": "shop.example", "urls": ["https://shop.example/privacy"]}


def read(table: object) -> tuple[PolicyRecord | None, list[str]]:
    errors: list[str] = []
    return read_record(table, 3, Location("vendors.toml", errors)), errors


def parts(*tables: dict[str, Any], **more: Any) -> tuple[tuple[Part, ...] | None, list[str]]:
    record, errors = read(GOOD | {"part": list(tables)} | more)
    assert record is not None
    return record.parts, errors


def test_a_record_needs_a_vendor_and_urls_and_has_a_type_by_itself():
    record, errors = read(GOOD)
    assert record is not None
    assert errors == []
    assert (record.vendor, record.type, record.parts) == ("shop.example", DEFAULT_TYPE, ())
    assert [url for url, _ in record.urls] == GOOD["urls"]


def test_all_that_is_wrong_is_noted_with_its_place_and_the_rest_is_read():
    record, errors = read(
        {"vendor": "shop.example", "urls": ["https://shop.example/", "nowhere"], "type": "", "URL": 1}
    )
    assert record is not None
    assert (record.vendor, record.type) == ("shop.example", None)
    assert [url for url, _ in record.urls] == ["https://shop.example/"]
    assert len(errors) == 3
    assert all(error.startswith("vendors.toml, record 3 (shop.example): ") for error in errors)


def test_what_is_missing_is_named_with_an_example():
    _, errors = read({})
    assert ["vendor = " in error or "urls = " in error for error in errors] == [True, True]


def test_a_key_that_is_nearly_right_is_corrected():
    _, errors = read(GOOD | {"selct": "main"})
    assert 'did you mean "select"?' in errors[0]


def test_what_is_no_table_is_no_record():
    assert read("shop.example") == (
        None,
        ["vendors.toml, record 3: this is a text; expected a [[policy]] table."],
    )


def test_dated_parts_go_by_date_and_the_undated_one_comes_last():
    found, errors = parts(
        {"select": "#b", "since": date(2014, 1, 1)}, {"select": "#a", "until": "2014-01-01"}, select="main"
    )
    assert errors == []
    assert found is not None
    assert [part.select for part in found] == ["#a", "#b", "main"]


def test_parts_that_overlap_or_have_no_time_are_noted():
    for tables in (
        [{"select": "#a", "until": "2015-01-01"}, {"select": "#b", "since": "2014-01-01"}],
        [{"select": "#a", "since": "2015-01-01"}, {"select": "#b", "since": "2016-01-01"}],
        [{"select": "#a", "since": "2015-01-01", "until": "2015-01-01"}],
        [{"select": "#a"}],
    ):
        found, errors = parts(*tables)
        assert found is None or len(found) == len(tables)
        assert len(errors) == 1, tables


VALUES = st.one_of(st.text(max_size=8), st.integers(), st.dates(), st.lists(st.text(max_size=8), max_size=2))
TABLES = st.dictionaries(st.sampled_from([*RECORD_KEYS, "since", "x"]), VALUES | st.lists(st.just({"select": "a"})))


@given(TABLES)
def test_what_could_not_be_read_was_noted(table: dict[str, Any]):
    record, errors = read(table)
    assert record is not None
    if None in (record.vendor, record.type, record.parts) or not record.urls:
        assert errors
    assert all(error.startswith("vendors.toml, record 3") for error in errors)
