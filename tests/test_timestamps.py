"""Timestamps of 14 digits name moments, and moments have 14 digits."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import timestamps

SECONDS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))


@given(SECONDS)
def test_a_moment_has_14_digits_that_name_it(moment: datetime) -> None:
    digits = timestamps.digits(moment)
    assert len(digits) == 14
    assert timestamps.moment(digits) == timestamps.nearest_moment(digits) == moment
    assert timestamps.repaired(digits) == digits


@given(st.dates())
def test_a_day_has_8_digits(day: date) -> None:
    assert timestamps.digits(day) == timestamps.digits(datetime(day.year, day.month, day.day))[:8]


def test_the_digits_are_those_of_utc() -> None:
    assert timestamps.digits(datetime(2020, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))) == "20191231230000"
    assert timestamps.digits(datetime(2020, 1, 1, 1)) == "20200101010000"


@pytest.mark.parametrize(
    "digits",
    [
        *("", "2020", "2020010100000", "202001010000000", "20201301000000", "20200230000000", "20200101240000"),
        *("20200101006000", "20200101000060", "00000101000000", "2020-1-1000000", "٢٠٢٠٠١٣١١٢٠٠٠٠", "202001010000 0"),
    ],
)
def test_anything_but_a_time_in_14_digits_names_no_moment(digits: str) -> None:
    assert timestamps.moment(digits) is None


@given(st.text("0123456789", min_size=14, max_size=14))
def test_14_digits_name_a_moment_only_if_it_has_those_digits(digits: str) -> None:
    moment = timestamps.moment(digits)
    assert moment is None or timestamps.digits(moment) == digits


@pytest.mark.parametrize(
    ("listed", "meant"),
    [
        ("20000012170449", "20001217044900"),  # month 00 was put in
        ("20000800241623", "20000824162300"),  # day 00 was put in
        ("20201341000000", None),
        ("2000001217", None),
    ],
)
def test_a_listed_month_or_day_of_00_was_put_in(listed: str, meant: str | None) -> None:
    assert timestamps.repaired(listed) == meant


@pytest.mark.parametrize(
    ("digits", "iso"),
    [
        ("2020", "2020-01-01T00:00:00"),
        ("202", "2020-01-01T00:00:00"),
        ("20200230", "2020-02-29T00:00:00"),
        ("20000012170449", "2000-01-12T17:04:49"),
        ("20201399996199", "2020-12-31T23:59:59"),
        ("00000000000000", "0001-01-01T00:00:00"),
    ],
)
def test_the_nearest_moment_of_an_impossible_timestamp(digits: str, iso: str) -> None:
    assert timestamps.nearest_moment(digits).isoformat() == iso + "+00:00"


@given(st.text("0123456789", min_size=1, max_size=20))
def test_any_digits_have_a_nearest_moment(digits: str) -> None:
    assert timestamps.nearest_moment(digits).tzinfo is UTC
