"""A path is an archive for as long as the crawl goes to it."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.utils.test import get_crawler

from crawler.archive.address import is_local
from crawler.extensions.local_archive import LocalArchiveExtension
from crawler.run import Run

SAMPLE = Path(__file__).parents[1] / "sample"
QUIET = {"TWISTED_REACTOR_ENABLED": False}


@pytest.mark.parametrize(
    "path", ["captures", "captures/some.warc.gz", "/srv/captures", "./http", "C:\\captures", "~/c"]
)
def test_a_path_is_local(path):
    assert is_local(path)


@pytest.mark.parametrize("address", ["https://archive.example", "http://127.0.0.1:8080", "HTTPS://ARCHIVE.EXAMPLE"])
def test_an_address_is_not(address):
    assert not is_local(address)
    with pytest.raises(NotConfigured):
        LocalArchiveExtension.from_crawler(get_crawler(settings_dict={**QUIET, "ARCHIVE_URL": address}))


def served(path) -> tuple[LocalArchiveExtension, Run]:
    crawler = get_crawler(settings_dict={**QUIET, "ARCHIVE_URL": str(path)})
    requested = SimpleNamespace(policies=())
    run = Run(requested, str(path), "https://archive.example", path, path)
    crawler.spider = SimpleNamespace(run=run)
    return LocalArchiveExtension.from_crawler(crawler), run


async def test_the_run_is_told_where_the_files_are_served_on_loopback_only():
    extension, run = served(SAMPLE / "sample.warc.gz")
    await extension.open()
    try:
        assert run.archive_url.startswith("http://127.0.0.1:")
        port = int(run.archive_url.rpartition(":")[2])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        await writer.wait_closed()
    finally:
        await extension.close()
    with pytest.raises(OSError, match="onnect"):
        await asyncio.open_connection("127.0.0.1", port)


async def test_files_without_captures_end_the_crawl_before_it_begins(tmp_path):
    extension, run = served(tmp_path)
    with pytest.raises(CloseSpider):
        await extension.open()
    assert run.status == "failed"
    assert str(tmp_path) in run.fatal
    await extension.close()


async def test_a_crawl_of_a_folder_of_files_is_one_of_all_of_them(crawl, tmp_path):
    folder = tmp_path / "warc"
    folder.mkdir()
    (folder / "some.warc.gz").write_bytes((SAMPLE / "sample.warc.gz").read_bytes())
    (folder / "notes.txt").write_text("not a WARC file")
    crawled = await crawl(archive=folder, vendor="gruenwald.example")
    assert crawled.run.status == "complete"
    assert crawled.rows("SELECT count(*) > 10 FROM snapshots") == [(1,)]
