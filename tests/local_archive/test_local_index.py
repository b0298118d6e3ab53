"""A revisit plays the payload that it repeats, and the nearest capture is the nearest in time."""

from pathlib import Path

from crawler.local_archive.captures import ArchivedRecord
from crawler.local_archive.index import CaptureIndex

KEY = "example,tools)/privacy"
FILE = Path("a.warc.gz")


def held(timestamp: str, digest: str, key: str = KEY) -> ArchivedRecord:
    return ArchivedRecord(key, timestamp, "https://tools.example/privacy", "text/html", "200", digest, 1, FILE, 0)


def revisit(timestamp: str, digest: str, refers_to: tuple[str, str] | None = None) -> ArchivedRecord:
    return ArchivedRecord(
        KEY, timestamp, "https://tools.example/privacy", "warc/revisit", "-", digest, 1, FILE, 0, refers_to
    )


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
