"""The records of a file come one after the other, and what is damaged between them is counted and passed over."""

from pathlib import Path
from typing import Any

import pytest
from warc_writing import PAGE, WarcFile

from crawler.local_archive.files import ArchiveFile
from crawler.local_archive.finding import find_files
from crawler.local_archive.records import MAX_DAMAGED_PLACES, Records, visit_records


class Visitor:
    """Keeps where the records stand that were read to their end."""

    def __init__(self) -> None:
        self.places: list[tuple[int, int]] = []
        self.urls: list[str | None] = []

    def __call__(self, record: Any, records: Records) -> None:
        url = record.rec_headers.get_header("WARC-Target-URI")
        self.places.append(records.finish())
        self.urls.append(url)


def file_at(path: Path) -> ArchiveFile:
    (file,) = find_files(path).files
    return file


def pages(path: Path, count: int, *, compress: bool) -> list[int]:
    """A file of some pages; where each ends."""
    warc, ends = WarcFile(path, gzip=compress), []
    for number in range(count):
        warc.response(f"{PAGE}/{number}", body=b"We keep nothing. " * 9)
        ends.append(path.stat().st_size)
    return ends


@pytest.mark.parametrize("compress", [True, False])
def test_records_come_in_order_with_the_bytes_that_they_take(tmp_path: Path, compress: bool):
    ends = pages(tmp_path / "a.warc", 3, compress=compress)
    seen = Visitor()
    assert not visit_records(file_at(tmp_path / "a.warc"), seen)
    assert seen.urls == [f"{PAGE}/{number}" for number in range(3)]
    assert seen.places[0][0] == 0
    assert [offset for offset, _ in seen.places[1:]] == ends[:-1]
    assert all(offset + length <= end for (offset, length), end in zip(seen.places, ends, strict=True))


@pytest.mark.parametrize("compress", [True, False])
def test_behind_damage_reading_goes_on(tmp_path: Path, compress: bool):
    path = tmp_path / "a.warc"
    ends = pages(path, 3, compress=compress)
    content = bytearray(path.read_bytes())
    content[ends[0] : ends[0] + 40] = b"?" * 40
    path.write_bytes(content)
    seen = Visitor()
    damage = visit_records(file_at(path), seen)
    assert seen.urls == [f"{PAGE}/0", f"{PAGE}/2"]
    assert damage.total() == 1


@pytest.mark.parametrize("compress", [True, False])
def test_a_file_that_was_cut_is_told_from_one_that_ends(tmp_path: Path, compress: bool):
    path = tmp_path / "a.warc"
    pages(path, 2, compress=compress)
    path.write_bytes(path.read_bytes()[:-40])
    seen = Visitor()
    (reason,) = visit_records(file_at(path), seen)
    assert "the file ends within" in reason
    assert seen.urls == [f"{PAGE}/0"]


def test_a_file_of_nothing_but_damage_is_given_up(tmp_path: Path):
    path = tmp_path / "a.warc"
    path.write_bytes(b"WARC/1.0\r\nWARC-Type: response\r\n\r\nx\n" * (2 * MAX_DAMAGED_PLACES))
    damage = visit_records(file_at(path), Visitor())
    assert damage.total() <= MAX_DAMAGED_PLACES + 1
    assert damage["the rest was given up, after too much damage"] == 1
