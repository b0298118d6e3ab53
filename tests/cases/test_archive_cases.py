"""Archives, captures and addresses that were read wrongly once: each folder says what has to hold of a crawl of it."""

import asyncio
import logging
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from crawler.errors import VendorsFileError
from crawler.events import Answered
from crawler.vendors import load

HERE = Path(__file__).parent


@pytest.fixture
def answers(crawl, caplog):
    """Crawl an archive of a case, and give its answers in the order of their captures."""

    async def run(case: str, archive: str) -> list[Answered]:
        found: list[Answered] = []

        def keep(_: object, item: object) -> object:
            found.extend([item] if isinstance(item, Answered) else [])
            return item

        place = archive if "://" in archive else HERE / case / archive
        with (
            caplog.at_level(logging.WARNING),
            patch("pipelines.store.StorePipeline.process_item", autospec=True, side_effect=keep),
        ):
            await crawl(place, HERE / case / "vendors.toml", snapshots="all")
        return sorted(found, key=lambda answer: answer.snapshot.timestamp)

    return run


async def test_every_archive_file_of_a_folder_is_read(answers, caplog):
    read = await answers("51-folder-of-archives", "folder")
    assert [answer.snapshot.timestamp[:4] for answer in read] == ["2002", "2019", "2020", "2021"]  # 2002 in two files
    assert {answer.state for answer in read} == {"fetched"}
    assert not [record for record in caplog.records if record.name.startswith("crawler.local_archive")]


@pytest.mark.parametrize("archive", ["c.arc", "c2.arc.gz", "b.warc.zst", "d.wacz"])
async def test_each_kind_of_archive_file_is_read_by_itself(answers, archive):
    (read,) = await answers("52-arc-message", archive)
    assert read.state == "fetched"


@pytest.mark.parametrize(
    ("archive", "detail"),
    [("truncated-flag.warc", "is cut: length"), ("content-length-short.warc", "of 1,379 bytes")],
)
async def test_a_truncated_capture_is_doubted_and_the_whole_ones_are_not(answers, archive, detail):
    before, cut = await answers("53-truncated-record", archive)  # the third has the first one's bytes
    assert before.document.doubts == ()
    (doubt,) = cut.document.doubts
    assert doubt.reason == "truncated capture"
    assert detail in doubt.detail


@pytest.mark.slow
async def test_the_nearest_capture_served_as_the_one_asked_for_is_a_near_match(answers):
    case = "55-nearest-capture-served-as-200"
    server = await asyncio.create_subprocess_exec(sys.executable, str(HERE / case / "server.py"))
    try:
        for _ in range(100):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", 18123)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                break
        lost, shown = await answers(case, "http://127.0.0.1:18123")
    finally:
        server.terminate()
        await server.wait()
    assert (lost.snapshot.timestamp, lost.state, lost.reason) == ("20100101000000", "rejected", "near match")
    assert (shown.snapshot.timestamp, shown.state) == ("20200101000000", "fetched")


def test_a_url_that_stands_for_many_pages_is_refused():
    said = r"one page is one policy; the archive takes the \* at the end for all pages that begin so"
    with pytest.raises(VendorsFileError, match=said):
        load(HERE / "56-wildcard-url" / "vendors.toml")
