"""What a monitor is told of a corpus: whether somebody has to act, and figures that Prometheus can read."""

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from corpus_writing import finish_crawl, start_crawl
from datasette.app import Datasette
from prometheus_client.parser import text_string_to_metric_families
from serving import HOSTILE, serve

from crawler.version import policytrail_version
from output.site.health import health
from output.site.metrics import exposition
from pipelines.corpus import Corpus
from pipelines.corpus.lock import CorpusLock

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def written(path: Path, *runs: tuple[str, timedelta | None]) -> Path:
    """A corpus with runs, each with how it ended and how long before `NOW`; None: it goes on."""
    with Corpus(path) as corpus:
        for status, ago in runs:
            crawl = start_crawl(corpus)
            started = (NOW - (ago or timedelta()) - timedelta(hours=1)).isoformat()
            corpus.db.execute("UPDATE crawls SET started = ?, status = ? WHERE id = ?", [started, status, crawl])
            if ago is not None and status != "killed":
                finish_crawl(corpus, crawl, status)
                corpus.db.execute("UPDATE crawls SET finished = ? WHERE id = ?", [(NOW - ago).isoformat(), crawl])
        corpus.db.conn.commit()
    return path


def told(corpus: Path, max_age: int | None = None) -> Any:
    with closing(sqlite3.connect(f"file:{corpus}?mode=ro", uri=True)) as conn:
        return health(conn, NOW, max_age)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("runs", "max_age", "http_status", "status"),
    [
        ([("complete", DAY)], None, 200, "ok"),
        ([("partial", DAY)], None, 200, "partial"),
        ([("complete", DAY), ("interrupted", DAY / 2)], None, 200, "interrupted"),
        ([("complete", DAY), ("failed", DAY / 2)], None, 503, "failed"),
        ([("complete", DAY), ("killed", DAY / 2)], None, 503, "killed"),
        ([("failed", DAY), ("complete", DAY / 2)], None, 200, "ok"),
        ([], None, 200, "none"),
        ([], 3600, 503, "stale"),
        ([("complete", DAY)], 86_400, 200, "ok"),
        ([("complete", DAY)], 86_399, 503, "stale"),
        ([("complete", 9 * DAY), ("interrupted", DAY / 2)], 86_400, 503, "stale"),
        ([("complete", -DAY)], 60, 200, "ok"),
    ],
)
def test_somebody_is_woken_only_if_they_have_to_act(tmp_path, runs, max_age, http_status, status):
    found = told(written(tmp_path / "corpus.db", *runs), max_age)
    assert (found.http_status, found.status) == (http_status, status)
    assert (found.problem is None) == (http_status == 200)


def test_a_run_that_goes_on_is_told_and_the_one_before_it_is_judged(tmp_path):
    corpus = written(tmp_path / "corpus.db", ("complete", DAY), ("running", None))
    lock = CorpusLock(corpus)
    found = told(corpus, 86_400)
    lock.release()
    assert (found.status, found.http_status, found.age_seconds) == ("ok", 200, 86_400)
    assert found.running_since == (NOW - timedelta(hours=1)).isoformat()
    assert found.last_run.finished == (NOW - DAY).isoformat()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="only there is it known whether a process lives")
def test_a_run_whose_process_is_gone_was_killed(tmp_path):
    corpus = written(tmp_path / "corpus.db", ("complete", DAY), ("running", None))
    program = "import sys, pathlib; from pipelines.corpus.lock import CorpusLock; CorpusLock(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", program, str(corpus)], check=True)
    assert (told(corpus).status, told(corpus).http_status) == ("killed", 503)


async def test_the_page_tells_it_in_json(sample: Datasette, sample_corpus: Path):
    with closing(sqlite3.connect(sample_corpus)) as db:
        ((newest, schema),) = db.execute(
            "SELECT (SELECT max(captured) FROM snapshots), (SELECT max(name) FROM _sqlite_migrations)"
        )
    answer = await sample.client.get("/-/health")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert {**told, "age_seconds": 0} == {
        "status": "ok",
        "problem": None,
        "last_run": told["last_run"],
        "running_since": None,
        "age_seconds": 0,
        "newest_capture": newest,
        "schema": schema,
        "version": policytrail_version(),
    }
    assert told["last_run"]["status"] == "complete"
    assert 0 <= told["age_seconds"] < 86_400
    assert (await sample.client.get("/-/health?max_age=86400")).status_code == 200
    for wrong in ("1d", "-1", "9" * 11, "³", ""):
        answer = await sample.client.get("/-/health", params={"max_age": wrong})
        assert answer.status_code == 400
        assert answer.json()["problem"] == f"max_age={wrong}: expected seconds, such as max_age=129600 for 36 hours."


async def test_the_newest_capture_is_that_of_now(sample_corpus, tmp_path):
    path = tmp_path / "corpus.db"
    with closing(sqlite3.connect(sample_corpus)) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
    served = serve(path)
    before = (await served.client.get("/-/health")).json()["newest_capture"]
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE snapshots SET captured = '2030-01-01T00:00:00+00:00' WHERE id = 1")
    assert (await served.client.get("/-/health")).json()["newest_capture"] == "2030-01-01T00:00:00+00:00" > before


async def test_a_corpus_that_cannot_be_read_is_told_as_such(tmp_path):
    (tmp_path / "corpus.db").write_bytes(b"SQLite format 3\x00" + b"x" * 5000)
    served = serve(tmp_path / "corpus.db")
    answer = await served.client.get("/-/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unreadable"
    assert answer.json()["problem"]
    figures = await served.client.get("/-/metrics")
    assert figures.status_code == 503
    (tmp_path / "other").mkdir()
    with closing(sqlite3.connect(tmp_path / "other" / "corpus.db")) as db, db:
        db.execute("CREATE TABLE crawls (status)")
    other = await serve(tmp_path / "other" / "corpus.db").client.get("/-/health")
    assert (other.status_code, other.json()["status"]) == (503, "unreadable")
    assert "it is a database of something else" in other.json()["problem"]


async def test_foreign_values_are_told_and_no_traceback(tmp_path):
    corpus = written(tmp_path / "corpus.db", ("complete", DAY))
    with closing(sqlite3.connect(corpus)) as db, db:
        db.execute("UPDATE crawls SET finished = 'never'")
    answer = await serve(corpus).client.get("/-/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "unreadable")
    assert (await serve(corpus).client.get("/-/metrics")).status_code == 200


# -- metrics ----------------------------------------------------------------------------------------------------------
def figures(text: str) -> dict[tuple[str, ...], float]:
    """The samples that Prometheus reads in a text, by their name and their labels' values."""
    families = [*text_string_to_metric_families(text)]
    for family in families:
        assert family.documentation, family.name
        assert family.type in {"counter", "gauge"}
        assert family.name.startswith("policytrail_")
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


async def test_figures_are_those_of_the_corpus(sample: Datasette, sample_corpus: Path):
    answer = await sample.client.get("/-/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = figures(answer.text)
    with closing(sqlite3.connect(sample_corpus)) as db:
        (asked, received, stored, refused, started, finished) = db.execute(
            "SELECT asked, received, stored, refused, started, finished FROM crawls"
        ).fetchone()
        for name in ("policies", "revisions"):
            (count,) = db.execute(f"SELECT count(*) FROM {name}").fetchone()  # noqa: S608 - ours
            assert found[f"policytrail_{name}",] == count
        for state, count in db.execute("SELECT state, count(*) FROM snapshots GROUP BY 1"):
            assert found["policytrail_snapshots", state] == count
        for reason, count in db.execute("SELECT reason, count FROM crawl_counts WHERE what = 'snapshot'"):
            assert found["policytrail_snapshots_answered_total", reason] == count
    assert found["policytrail_requests_total",] == asked > 0
    assert found["policytrail_rows_received_total",] == received > 0
    assert found["policytrail_rows_stored_total",] == stored > 0
    assert found["policytrail_rows_refused_total",] == refused
    assert found["policytrail_runs_total", "complete"] == found["policytrail_last_run_status", "complete"] == 1
    begin, end = (datetime.fromisoformat(moment).timestamp() for moment in (started, finished))
    assert found["policytrail_last_run_start_timestamp_seconds",] == begin
    assert found["policytrail_last_run_end_timestamp_seconds",] == end
    assert found["policytrail_last_run_duration_seconds",] == max(0, end - begin)


def test_a_corpus_without_runs_and_one_that_runs_have_figures_too(tmp_path):
    for name, runs, known in (
        ("none", [], False),
        ("runs", [("running", None)], False),
        ("ran", [("failed", DAY)], True),
    ):
        with closing(sqlite3.connect(written(tmp_path / f"{name}.db", *runs))) as db:
            found = figures(exposition(db))
        assert (("policytrail_last_run_end_timestamp_seconds",) in found) is known
        assert found["policytrail_policies",] == 0


def test_reasons_of_strangers_are_text_and_few(tmp_path):
    corpus = written(tmp_path / "corpus.db", ("complete", DAY))
    strange = Counter({f"{HOSTILE}\n\\ {number}" + "x" * 1000: 3 for number in range(400)})
    with closing(sqlite3.connect(corpus)) as db, db:
        db.executemany("INSERT INTO crawl_counts VALUES (1, 'row', ?, ?)", strange.items())
        db.execute("INSERT INTO crawl_counts VALUES (1, 'row', x'ff', 9223372036854775807)")
        db.execute("UPDATE crawls SET asked = 9223372036854775807, started = 'never', refused = 'many'")
        found = figures(exposition(db))
    of_rows = {key: value for key, value in found.items() if key[0] == "policytrail_rows_refused_by_reason_total"}
    assert len(of_rows) == 51
    assert max(len(reason) for _, reason in of_rows) <= 200
    assert sum(of_rows.values()) >= 9.2e18
