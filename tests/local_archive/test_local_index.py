from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.local_archive.captures import Capture
from crawler.local_archive.index import CaptureIndex, moment

KEY = "example,tools)/privacy"
FILE = Path("a.warc.gz")


def held(timestamp: str, digest: str, key: str = KEY) -> Capture:
    return Capture(key, timestamp, "https://tools.example/privacy", "text/html", "200", digest, 1, FILE, 0)


def revisit(timestamp: str, digest: str, refers_to: tuple[str, str] | None = None) -> Capture:
    return Capture(KEY, timestamp, "https://tools.example/privacy", "warc/revisit", "-", digest, 1, FILE, 0, refers_to)


def test_resolves_a_revisit_by_what_it_refers_to() -> None:
    elsewhere = held("20180101000000", "B", "example,other)/")
    repeat = revisit("20200101000000", "A", ("example,other)/", "20180101000000"))
    index = CaptureIndex([elsewhere, held("20180101000000", "A"), repeat])
    assert index.original(repeat) is elsewhere


def test_resolves_a_revisit_by_its_digest_to_the_latest_before_it_of_its_own_url() -> None:
    repeat = revisit("20200101000000", "A", (KEY, "19990101000000"))
    captures = [
        held("20190601000000", "A", "example,other)/"),
        held("20180101000000", "A"),
        held("20190101000000", "A"),
    ]
    captures += [held("20190701000000", "B"), repeat, held("20210101000000", "A")]
    assert CaptureIndex(captures).original(repeat) is captures[2]


def test_a_revisit_of_what_is_not_here_has_no_original_and_is_never_the_nearest() -> None:
    repeat, other = revisit("20200101000000", "A"), held("20250101000000", "B")
    index = CaptureIndex([repeat, other])
    assert index.original(repeat) is None
    assert index.nearest(KEY, "20200101") is other


def test_finds_the_nearest_in_time_not_in_digits() -> None:
    index = CaptureIndex([held("20191231235950", "A"), held("20200102000000", "B")])
    found = index.nearest(KEY, "20200101")
    assert found is not None
    assert found.timestamp == "20191231235950"
    assert index.nearest("example,nobody)/", "2020") is None


@pytest.mark.parametrize(
    ("timestamp", "iso"),
    [
        ("2020", "2020-01-01T00:00:00"),
        ("202", "2020-01-01T00:00:00"),
        ("20200230", "2020-02-29T00:00:00"),
        ("20000012170449", "2000-01-12T17:04:49"),
        ("20201399996199", "2020-12-31T23:59:59"),
        ("00000000000000", "0001-01-01T00:00:00"),
    ],
)
def test_takes_impossible_timestamps_for_the_nearest_possible(timestamp: str, iso: str) -> None:
    assert moment(timestamp).isoformat() == iso + "+00:00"


@given(st.text("0123456789", min_size=1, max_size=20))
def test_any_digits_are_a_moment(timestamp: str) -> None:
    assert moment(timestamp).tzinfo is not None
