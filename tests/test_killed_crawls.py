"""A crawl that is killed at any moment leaves a whole corpus, and the next one ends where it would have ended."""

import asyncio
import random
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from crawling import ROOT, crawl_command, found, kept
from front import front

pytestmark = pytest.mark.slow

KILLS = 4
AT_ONCE = 8
"""Requests of a crawl under way at a time, which a kill loses."""


def check(corpus: Path) -> None:
    with closing(sqlite3.connect(corpus)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_a_crawl_that_is_killed_again_and_again_ends_where_it_would_have_and_repeats_little(
    tmp_path, sample_crawl, sample_bytes
):
    draw = random.Random(7)
    corpus = tmp_path / "corpus.db"
    async with front(latency=0.02) as (url, played):
        command = crawl_command(tmp_path, url, "-a", "snapshots=all", CONCURRENT_REQUESTS=AT_ONCE)
        for kill in range(KILLS + 1):
            crawl = await asyncio.create_subprocess_exec(
                *command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            if kill < KILLS:
                # The first is killed while the corpus is made, the others after some more captures.
                enough = played.total() + draw.randint(1, 40) if kill else 0
                while crawl.returncode is None and not (corpus.exists() and played.total() >= enough):  # noqa: ASYNC110  # nothing tells
                    await asyncio.sleep(0.002)
                await asyncio.sleep(draw.random() / 100)
                assert crawl.returncode is None
                crawl.kill()
            await crawl.wait()
            check(corpus)
    assert crawl.returncode == 0
    assert found(tmp_path) == found(sample_crawl.run.corpus.parent)
    assert kept(tmp_path / "warc") == sample_bytes
    assert played.total() - len(played) <= KILLS * AT_ONCE
