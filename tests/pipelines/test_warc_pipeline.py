"""Kept bytes: what a crawl received can be crawled again without the archive, and gives the same texts."""

import errno
import gzip
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crawler.errors import ArgumentError
from crawler.local_archive.captures import read_captures
from crawler.local_archive.server import serve
from pipelines import warc
from pipelines.warc import append


@pytest.fixture
async def archive(request):
    """The sample served at an address, as a foreign archive would be."""
    sample = request.path.parents[1] / "sample" / "sample.warc.gz"
    async with serve(sample) as address:
        yield address


async def test_every_capture_that_is_fetched_is_kept_with_its_digest(crawl, archive, tmp_path):
    crawled = await crawl(archive, vendor="gruenwald.example", snapshots="all")
    kept = {(c.url, c.timestamp): c for c in read_captures(tmp_path / "warc").captures}
    fetched = crawled.rows("SELECT url, timestamp, digest FROM snapshots WHERE state = 'fetched' AND read_at IS NULL")
    assert fetched
    assert all(kept[url, timestamp].digest == digest for url, timestamp, digest in fetched)


@pytest.mark.slow
async def test_a_crawl_of_the_kept_captures_gives_the_same_texts(crawl, archive, tmp_path):
    texts = "SELECT hash, title, body FROM documents ORDER BY hash"
    first = (await crawl(archive, snapshots="all")).rows(texts)
    (tmp_path / "corpus.db").unlink()
    again = await crawl(tmp_path / "warc", snapshots="all")
    assert again.run.status == "complete"
    assert again.rows(texts) == first


async def test_nothing_is_kept_where_the_setting_is_empty(crawl, archive, tmp_path):
    await crawl(archive, vendor="gruenwald.example", WARC_DIR="")
    assert not (tmp_path / "warc").exists()


async def test_a_local_archive_is_not_copied(crawl, tmp_path):
    await crawl(vendor="gruenwald.example")
    assert not (tmp_path / "warc").exists()


async def test_a_place_that_cannot_be_written_is_refused_before_anything_is_asked_for(crawl, archive, tmp_path):
    (tmp_path / "warc").write_text("a file where the folder should be")
    with pytest.raises(ArgumentError, match=r"WARC_DIR=.*no bytes can be written there"):
        await crawl(archive, vendor="gruenwald.example")


async def test_a_place_that_is_full_is_named_and_the_crawl_goes_on(crawl, archive, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(warc, "append", full)
    crawled = await crawl(archive, vendor="gruenwald.example")
    assert crawled.run.status == "partial"
    (error,) = next(iter(crawled.run.crawls.values())).errors  # said once, not for every capture
    assert "bytes not kept" in error
    assert crawled.rows("SELECT count(*) > 0 FROM revisions") == [(1,)]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a full disk: no file of this process grows beyond a size."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_a_full_disk_leaves_no_part_of_a_record_and_goes_on_when_there_is_room(tmp_path):
    first, second = (gzip.compress(bytes(words, "utf-8") * 100) for words in ("one", "two"))
    with (tmp_path / "kept").open("xb", buffering=0) as file:
        append(file, memoryview(first))
        with files_of_at_most(len(first) + 10), pytest.raises(OSError, match="large"):
            append(file, memoryview(second))
        assert (tmp_path / "kept").read_bytes() == first
        append(file, memoryview(second))
    assert (tmp_path / "kept").read_bytes() == first + second
