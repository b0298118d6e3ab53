"""A corpus that another program holds, or whose reader presses Ctrl-C: a sentence, and no harm."""

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest
from crawling import ROOT, found, run_crawl
from reading import Merge, Reextract, read_in_every_way, run

from crawler.errors import CorpusError
from pipelines.corpus import Corpus, crawls, trust
from pipelines.corpus.lock import CorpusLock

HELD = "another program is writing to the corpus, and has held it for"


@pytest.fixture
def hold(tmp_path):
    """Hold the corpus of the test as another program does; returns what lets it go."""
    held = []

    def hold() -> sqlite3.Connection:
        held.append(sqlite3.connect(tmp_path / "corpus.db", isolation_level=None, check_same_thread=False))
        held[-1].execute("PRAGMA busy_timeout = 10000")
        held[-1].execute("BEGIN EXCLUSIVE")
        return held[-1]

    yield hold
    for connection in held:
        connection.close()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(trust, "BUSY_SECONDS", 0.5)


async def test_a_crawl_says_who_holds_the_corpus_and_ends(tmp_path, hold, impatient, caplog):
    Corpus(tmp_path / "corpus.db").close()
    hold()
    crawled = await run_crawl(tmp_path, vendor="gruenwald.example")
    assert crawled.run.status == "failed"
    assert HELD in crawled.run.fatal
    assert "Traceback" not in caplog.text


@pytest.mark.slow
async def test_a_crawl_that_is_locked_out_midway_ends_with_a_status_and_the_next_ends_where_it_would_have(
    tmp_path, hold, impatient, monkeypatch, sample_crawl
):
    from pipelines.corpus import policy_crawls

    store, events = policy_crawls.store, []

    def held_at_the_tenth_event(*args, **more):
        events.append(args)
        if len(events) == 10:
            holder = hold()
            threading.Timer(0.8, lambda: holder.execute("ROLLBACK")).start()
        return store(*args, **more)

    monkeypatch.setattr(policy_crawls, "store", held_at_the_tenth_event)
    crawled = await run_crawl(tmp_path, snapshots="all")
    assert crawled.run.status == "partial"
    assert HELD in crawled.run.ended
    assert crawled.rows("SELECT status, reason FROM crawls") == [("partial", crawled.run.ended)]
    crawled = await run_crawl(tmp_path, snapshots="all")
    assert crawled.run.status == "complete"
    assert found(tmp_path) == found(sample_crawl.run.corpus.parent)


async def test_a_crawl_that_is_locked_out_to_its_end_says_so_and_whoever_opens_the_corpus_next_ends_its_status(
    tmp_path, hold, impatient, monkeypatch
):
    from pipelines.corpus import policy_crawls

    store, events, holders = policy_crawls.store, [], []

    def held_from_the_tenth_event_on(*args, **more):
        events.append(args)
        if len(events) == 10:
            holders.append(hold())
        return store(*args, **more)

    monkeypatch.setattr(policy_crawls, "store", held_from_the_tenth_event_on)
    crawled = await run_crawl(tmp_path, vendor="gruenwald.example")
    assert crawled.run.status == "failed"
    assert HELD in crawled.run.fatal
    assert crawled.run.fatal.endswith("Its row in `crawls` says `running` until a command opens the corpus again.")

    statuses = "SELECT status FROM crawls"
    lock = CorpusLock(tmp_path / "corpus.db")  # as another crawl does that has just begun
    holders[0].execute("ROLLBACK")
    with Corpus.reading(tmp_path / "corpus.db") as corpus:
        assert corpus.db.execute(statuses).fetchall() == [("running",)]
    lock.release()
    holders[0].execute("BEGIN EXCLUSIVE")
    with Corpus.reading(tmp_path / "corpus.db") as corpus:
        assert corpus.db.execute(statuses).fetchall() == [("running",)]
    holders[0].execute("ROLLBACK")
    with Corpus.reading(tmp_path / "corpus.db") as corpus:
        assert corpus.db.execute(statuses).fetchall() == [("killed",)]


@pytest.mark.parametrize("command", [Merge, Reextract])
def test_a_command_that_writes_ends_the_status_of_a_killed_crawl_too(command, tmp_path, capsys):
    path, other = tmp_path / "corpus.db", tmp_path / "other.db"
    with closing(Corpus(path)) as corpus:
        crawls.start(corpus.db, {})
    Corpus(other).close()
    run(command, path, *[str(other)] * (command is Merge))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT status FROM crawls").fetchall() == [("killed",)]


def test_who_writes_waits_for_other_writers(tmp_path, hold):
    with Corpus(tmp_path / "corpus.db") as corpus:
        holder = hold()
        threading.Timer(0.5, lambda: holder.execute("ROLLBACK")).start()
        with corpus.being("written"), corpus.writing():
            assert corpus.db.execute("SELECT count(*) FROM policies").fetchone() == (0,)
            corpus.db.execute("INSERT INTO policies (vendor, type) VALUES ('a.example', 'x')")


async def test_readers_say_who_holds_the_corpus(tmp_path, hold, impatient, capsys):
    with closing(Corpus(tmp_path / "corpus.db")) as corpus:
        corpus.db.execute("PRAGMA journal_mode = DELETE")  # in which a writer keeps readers out, too
    hold()
    assert set(read_in_every_way(tmp_path / "corpus.db")) == {1}
    assert capsys.readouterr().err.count(HELD) == 8


def test_a_reader_cannot_write(tmp_path):
    Corpus(tmp_path / "corpus.db").close()
    with (
        Corpus.reading(tmp_path / "corpus.db") as corpus,
        pytest.raises(CorpusError, match="readonly"),
        corpus.being("read"),
    ):
        corpus.db.execute("DELETE FROM policies")


@pytest.mark.slow
def test_ctrl_c_ends_a_query_that_has_no_end(tmp_path):
    Corpus(tmp_path / "corpus.db").close()
    endless = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c"
    code = (
        "from scrapy.settings import Settings; from crawler.corpus_command import CorpusCommand\n"
        f"class Ask(CorpusCommand):\n    def work(self, corpus, *_): corpus.db.execute({endless!r})\n"
        f"ask = Ask(); ask.given = {{}}; ask.settings = Settings({{'CORPUS_DB': {str(tmp_path / 'corpus.db')!r}}})\n"
        "print('asked', flush=True); ask.run([], None); raise SystemExit(ask.exitcode)"
    )
    asking = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=-1, stderr=-1, text=True)
    assert asking.stdout.readline() == "asked\n"
    time.sleep(1)
    asking.send_signal(signal.SIGINT)
    _, said = asking.communicate(timeout=20)
    assert (asking.returncode, said) == (2, "Interrupted.\n")
