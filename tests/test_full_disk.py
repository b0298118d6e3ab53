"""A crawl that runs out of room says so and leaves a whole corpus; with room again, the next one loses nothing."""

import asyncio
import resource
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from crawling import ROOT, SAMPLE, crawl_command, found

pytestmark = pytest.mark.slow


def fetched(corpus: Path) -> int:
    """How many snapshots were fetched and stored."""
    with closing(sqlite3.connect(corpus)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'snapshots'").fetchall():
            return 0
        return int(connection.execute("SELECT count(*) FROM snapshots WHERE state = 'fetched'").fetchone()[0])


@pytest.mark.parametrize("kilobytes", [100, 350, 2500])  # while the corpus is made, when it is listed, while asking
async def test_a_crawl_without_room_says_so_and_the_next_one_ends_where_it_would_have(
    tmp_path, crawl, sample_crawl, kilobytes
):
    room = kilobytes * 1000
    command = crawl_command(tmp_path, SAMPLE / "sample.warc.gz", "-a", "snapshots=all", LOG_LEVEL="ERROR")
    full = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),  # no file may grow beyond it
    )
    said = (await full.communicate())[1].decode()
    assert full.returncode in {1, 2}
    assert said.count("] ERROR: ") <= 1, said
    assert "corpus.db: " in said
    assert "set CORPUS_DB to another path" in said
    assert "Traceback" not in said
    kept = fetched(tmp_path / "corpus.db")
    crawled = await crawl(snapshots="all")
    assert crawled.run.status == "complete"
    now, expected = found(tmp_path), found(sample_crawl.run.corpus.parent)
    del now["languages"], expected["languages"]  # their model needs a temporary file, for which there was no room
    assert now == expected
    assert crawled.requests <= sample_crawl.requests - kept
