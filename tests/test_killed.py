"""A crawl that is killed at any moment, or that runs out of room, leaves a whole corpus, and the next one ends where it
would have ended.
"""

import random
import resource
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "tests" / "sample"
KILLS = 4
KNOWN = {
    "snapshots": "SELECT url, timestamp, state, reason, document, read_at FROM snapshots ORDER BY url, timestamp",
    "documents": "SELECT hash, title, body FROM documents ORDER BY hash",
    "revisions": "SELECT p.vendor, p.type, r.document, f.url, f.timestamp, l.url, l.timestamp FROM revisions r"
    " JOIN policies p ON p.id = r.policy JOIN snapshots f ON f.id = r.first_snapshot"
    " JOIN snapshots l ON l.id = r.last_snapshot ORDER BY 1, 2, f.captured",
    "search": "SELECT count(*) FROM documents_fts WHERE documents_fts MATCH 'privacy'",
}


def start(folder: Path, **how: Any) -> subprocess.Popen[bytes]:
    settings = (f"CORPUS_DB={folder}/corpus.db", f"DOCUMENTS_DIR={folder}/documents", "LOG_LEVEL=ERROR")
    given = [part for setting in (*settings, f"ARCHIVE_URL={SAMPLE}/sample.warc.gz") for part in ("-s", setting)]
    crawl = ["crawl", "policies", "-a", f"vendors={SAMPLE}/vendors.toml", "-a", "snapshots=all"]
    how = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | how
    return subprocess.Popen([sys.executable, "-m", "scrapy", *crawl, *given], cwd=ROOT, **how)


def outcomes(path: Path) -> int:
    """How many snapshots have an outcome; -1 as long as there is nothing to ask."""
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    except sqlite3.Error:
        return -1
    try:
        return int(connection.execute("SELECT count(*) FROM snapshots WHERE state <> 'listed'").fetchone()[0])
    except sqlite3.Error:
        return -1
    finally:
        connection.close()


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.md")}


def ends_where_it_would_have(folder, sample_crawl):
    """Crawl on, and compare with a crawl that nothing disturbed."""
    assert start(folder).wait(60) == 0
    with closing(sqlite3.connect(folder / "corpus.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for what, sql in KNOWN.items():
            assert connection.execute(sql).fetchall() == sample_crawl.rows(sql), what
    assert files(folder / "documents") == files(sample_crawl.run.documents)


def test_a_crawl_that_is_killed_again_and_again_ends_where_an_undisturbed_one_ends(tmp_path, sample_crawl):
    moments = random.Random(20261121)
    corpus = tmp_path / "corpus.db"
    told = -1
    for kill in range(KILLS):
        # The first is killed while the corpus is made, the others after some more snapshots.
        enough = -1 if kill == 0 else max(told, 0) + moments.randint(0, 40)
        crawling = start(tmp_path)
        until = time.monotonic() + 20
        while crawling.poll() is None and time.monotonic() < until:
            if outcomes(corpus) >= enough and corpus.exists():
                time.sleep(moments.random() / 100)
                break
            time.sleep(0.002)
        crawling.kill()
        crawling.wait()
        told = outcomes(corpus)
        connection = sqlite3.connect(corpus)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.close()
    assert told >= 0  # killed after it had begun to ask
    ends_where_it_would_have(tmp_path, sample_crawl)


@pytest.mark.parametrize("kilobytes", [100, 350, 2500])  # while the corpus is made, when it is listed, while asking
def test_a_crawl_without_room_says_so_and_the_next_one_ends_where_it_would_have(tmp_path, sample_crawl, kilobytes):
    room = kilobytes * 1000
    crawling = start(
        tmp_path,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),  # no file may grow beyond it
    )
    said = crawling.communicate(timeout=60)[1].decode()
    assert crawling.returncode in {1, 2}
    assert "corpus.db: " in said
    assert "set CORPUS_DB to another path" in said
    assert "Traceback" not in said
    ends_where_it_would_have(tmp_path, sample_crawl)
