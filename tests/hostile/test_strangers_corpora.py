"""Corpora that strangers made: whatever is in them, nothing of it runs, and commands and the site answer in sentences.

Each is read by a process of its own, with a limit of time and memory.
"""

import json
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from crawling import ROOT
from measured import kilobytes, started
from reading import TEXT, WAYS, read_in_every_way, statuses, write_in_every_way
from serving import serve
from strangers import BORNE, LARGE, REFUSED, Spoil

READING = Path(__file__).with_name("reading.py")
SECONDS = 60
"""Of the processor, so that it says the same on a busy machine; some 8 are usual."""
MEGABYTES = 500


@pytest.fixture(scope="module")
def good(sample_crawl, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("good") / "corpus.db"
    with closing(sqlite3.connect(sample_crawl.run.corpus)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    return path


@pytest.fixture
def spoilt(good, tmp_path) -> Callable[[Spoil], Path]:
    def make(spoil: Spoil) -> Path:
        path = Path(shutil.copy(good, tmp_path / "corpus.db"))
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("PRAGMA foreign_keys = OFF")
            spoil(db)
        return path

    return make


def read_by_another_process(corpus: Path, *ways: str) -> tuple[dict[str, Any], str]:
    """What came of reading and writing a corpus in every way, or in some, and what was said on standard error."""
    report, memory, log = (corpus.with_name(name) for name in ("report.json", "memory.txt", "said.txt"))
    report.unlink(missing_ok=True)
    with log.open("wb") as said:
        command = [sys.executable, str(READING), str(corpus), str(report), *(ways or WAYS)]
        reading = started(
            command,
            memory,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=said,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS)),
        )
        reading.wait(5 * SECONDS)
    text = log.read_text("utf-8", "replace")
    assert report.exists(), text
    assert "Traceback" not in text, text
    assert kilobytes(memory) < MEGABYTES * 1024
    return json.loads(report.read_text()), text


@pytest.mark.slow
@pytest.mark.parametrize("spoil", REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_no_corpus_of_ours_is_refused_and_left_as_it_is(spoilt, spoil):
    corpus = spoilt(spoil)
    before = corpus.read_bytes()
    report, text = read_by_another_process(corpus)
    assert {*report["read"], *report["written"]} == {1}
    said = {re.sub(r"\S*/corpus\.db", "/corpus.db", line) for line in text.splitlines() if line}
    assert len(said) == 1, said
    assert re.match(
        r"\S+corpus\.db: cannot be opened as a corpus \(.*\)\. .*, or set CORPUS_DB to another path\.", *said
    )
    assert corpus.read_bytes() == before
    found = report["pages"]
    assert {status for path, status in found.items() if not path.startswith("/corpus") and path != "/about"} == {503}
    assert max(found.values()) <= 503
    assert 500 not in found.values()


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_texts_that_are_larger_than_any_of_ours_are_named_and_the_other_policies_come_out_as_alone(
    spoilt, good, tmp_path, name
):
    corpus = spoilt(LARGE[name])
    # Each by a process of its own, as commands and the site are: what one has freed, it may keep.
    (reading, _), (site, _), (writing, said) = (read_by_another_process(corpus, way) for way in WAYS)
    assert {*reading["read"]} <= {0, 1, 2}
    assert set(site["pages"].values()) <= {*range(200, 500), 503}
    read_again, imported, merged, crawled = writing["written"]
    assert (read_again, imported, merged, crawled) == (2, 1, 2, 2), said
    for folder in ("again", "merged", "crawled"):
        assert revisions(tmp_path / folder / "corpus.db") == revisions(good)


def revisions(corpus: Path) -> list[tuple[Any, ...]]:
    """The revisions of the policies whose texts nobody made larger."""
    sql = (
        "SELECT p.vendor, p.type, r.document, f.timestamp, l.timestamp FROM revisions r"
        " JOIN policies p ON p.id = r.policy JOIN snapshots f ON f.id = r.first_snapshot"
        " JOIN snapshots l ON l.id = r.last_snapshot WHERE p.vendor <> ? ORDER BY 1, 2, 4"
    )
    with closing(sqlite3.connect(corpus)) as db:
        return db.execute(sql, [TEXT["vendor"]]).fetchall()


@pytest.mark.slow
@pytest.mark.parametrize("spoil", BORNE.values(), ids=BORNE)
def test_values_that_nobody_of_ours_writes_are_shown_or_named(spoilt, spoil):
    corpus = spoilt(spoil)
    report, said = read_by_another_process(corpus)
    assert {*report["read"]} <= {0, 1, 2}
    assert {*report["written"]} <= {0, 1, 2}
    assert said.count("\n") >= sum(map(bool, report["read"] + report["written"]))
    assert not [*corpus.parent.glob("*pwned*"), *corpus.parent.parent.glob("*pwned*")]
    assert 500 not in report["pages"].values(), report["pages"]


ONE = "harbourlight.example"
OF_ONE = "SELECT r.document FROM revisions r JOIN policies p ON p.id = r.policy WHERE p.vendor = 'harbourlight.example'"
NO_UTF8 = "CAST(x'ffc328' AS TEXT)"


def texts_of_one(db):
    db.execute(f"UPDATE documents SET title = {NO_UTF8} WHERE hash IN ({OF_ONE})")  # noqa: S608


def reasons_of_one(db):
    policy = f"SELECT id FROM policies WHERE vendor = '{ONE}'"  # noqa: S608
    db.execute(f"UPDATE snapshots SET digest = {NO_UTF8} WHERE policy IN ({policy})")  # noqa: S608


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [texts_of_one, reasons_of_one])
def test_a_text_that_is_no_utf8_stops_no_other_policy(spoilt, good, tmp_path, spoil):
    corpus = spoilt(spoil)
    report, said = read_by_another_process(corpus, "written")
    read_again, _, merged, crawled = report["written"]
    assert (read_again, merged, crawled) == (2, 2, 2), said
    for folder in ("again", "merged", "crawled"):
        assert revisions(tmp_path / folder / "corpus.db") == revisions(good)


def test_what_is_measured_of_texts_is_measured_anew_where_another_program_spoilt_it(spoilt):
    def spoil(db):
        db.execute("UPDATE differences SET sentences = '[['")
        db.execute("UPDATE policies SET parts = '{{' WHERE id = 1")

    assert set(read_in_every_way(spoilt(spoil))) == {0}


async def test_a_good_corpus_is_served_and_read(spoilt):
    corpus = spoilt(lambda db: None)
    assert set(read_in_every_way(corpus)) == {0}
    assert set(await write_in_every_way(corpus)) == {0}
    pages = await statuses(corpus)
    assert pages.pop("/revisions/1") == 302
    assert set(pages.values()) == {200}


def bytes_in_one_row_of_each_table(db):
    for table in ("policies", "documents", "snapshots", "revisions", "crawls", "noise", "doubts", "left_out"):
        texts = [name for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})") if kind == "TEXT"]
        first = f"rowid = (SELECT min(rowid) FROM {table})"  # noqa: S608
        for name in texts:  # one by one: a constraint may keep one from it
            db.execute(f"UPDATE OR IGNORE {table} SET {name} = x'ff00c3' WHERE {first}")  # noqa: S608


async def test_datasettes_own_pages_show_rows_that_hold_bytes_in_place_of_text(spoilt):
    corpus = spoilt(bytes_in_one_row_of_each_table)
    with closing(sqlite3.connect(corpus)) as db:
        shown = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE '%sign%'"
        names = [name for (name,) in db.execute(shown)]
    served, with_bytes = serve(corpus), set()
    for name in names:
        for form in ("", ".json", ".csv"):
            answer = await served.client.get(f"/corpus/{name}{form}")
            assert answer.status_code == 200, f"{name}{form}"
            if "3 bytes that are no text" in answer.text:
                with_bytes.add(name)
    assert with_bytes >= {"policies", "changes", "histories"}


@pytest.mark.parametrize(
    "path",
    [
        "?sql=select+randomblob(500000000)",
        ".json?sql=select+1",
        "/documents?_where=1",
        "/documents.json?_where=randomblob(9)",
    ],
)
async def test_strangers_ask_no_sql_of_their_own_and_browsers_are_kept_safe(good, path):
    served = serve(good, sql=False)
    assert (await served.client.get(f"/corpus{path}")).status_code == 403
    for other in (
        "/",
        "/corpus/changes",
        "/corpus/changes.json",
        "/static/site.css",
        "/corpus/nothing",
        "/-/versions.json",
    ):
        headers = (await served.client.get(other)).headers
        assert headers["x-content-type-options"] == "nosniff", other
        assert "script-src 'self';" in headers["content-security-policy"], other
        assert "frame-ancestors 'none'" in headers["content-security-policy"], other
        assert headers["referrer-policy"] in {"same-origin", "no-referrer"}, other


async def test_no_answer_takes_the_memory_of_the_machine(good):
    served = serve(good)
    blob = await served.client.get("/corpus.json?sql=select+length(randomblob(900000000))")
    assert blob.status_code == 400
    rows = await served.client.get("/corpus.json?sql=select+hex(zeroblob(3000000))+from+documents+limit+6")
    assert rows.status_code == 413
    assert "larger than 32 MiB" in rows.text
    more = await served.client.get("/corpus.json?sql=select+hex(zeroblob(3000000))+from+documents+limit+12")
    assert more.status_code == 400
    assert "larger than 64 MiB: ask for fewer rows" in more.text
    value = await served.client.get("/corpus.json?sql=select+hex(zeroblob(7000000))")
    assert value.status_code == 400
    assert "a value has 14,000,000 characters" in value.text


async def test_what_somebody_added_beside_ours_may_stay(spoilt):
    def add(db):
        db.execute("CREATE TABLE my_notes (policy INTEGER REFERENCES policies (id), note)")
        db.execute("CREATE VIEW my_view AS SELECT * FROM changes WHERE type = 'privacy policy'")
        db.execute("CREATE INDEX my_index ON snapshots (status, captured)")
        db.execute("ANALYZE")

    assert set(read_in_every_way(spoilt(add))) == {0}
