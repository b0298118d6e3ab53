"""scrapy merge: what it says of each corpus, what is left out, and its exit status."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from crawling import ROOT
from merging import exported

from pipelines.corpus import Corpus
from pipelines.corpus.lock import CorpusLock
from pipelines.imported_text import ImportedText, Moment
from pipelines.imports import store_texts

pytestmark = pytest.mark.slow  # each test starts processes


def corpus(path: Path, vendor: str, years: int = 3) -> Path:
    """A corpus with a policy that says something else each year."""
    with Corpus(path) as made:
        store_texts(
            made,
            (
                ImportedText(
                    vendor,
                    "privacy policy",
                    "Privacy",
                    f"At {vendor} we keep your orders for {year} days, as the law asks.",
                    "somebody",
                    (Moment(f"https://{vendor}/", f"{year}0101000000", f"{year}-01-01T00:00:00+00:00", "tree"),),
                )
                for year in range(2010, 2010 + years)
            ),
        )
    return path


def command(folder: Path, *more: object) -> list[str]:
    settings = {name: folder / name.lower() for name in ("CORPUS_DB", "DOCUMENTS_DIR", "WARC_DIR")}
    given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", "merge", *map(str, more), *given]


def run(folder: Path, *more: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command(folder, *more), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr
    return done


def table(said: str) -> list[list[str]]:
    """The counts in the table, row by row; a long path goes on in further lines."""
    cells = ([cell.strip() for cell in line.split("│")[1:7]] for line in said.splitlines() if "│" in line)
    return [row for row in cells if all(row)]


def test_it_tells_what_each_corpus_added_and_then_that_nothing_is_new(tmp_path):
    sources = [corpus(tmp_path / f"{name}.db", f"{name}.example") for name in ("ada", "bo")]
    done = run(tmp_path, *sources)
    assert (done.returncode, done.stderr) == (0, "")
    assert table(done.stdout) == [["1", "3", "3", "3", "+3", "0"]] * 2
    assert done.stdout.splitlines()[-1].endswith("2 policies, 6 snapshots, 6 texts, 6 revisions.")
    assert len([*(tmp_path / "documents_dir").rglob("*.md")]) == 6
    before = exported(tmp_path / "corpus_db")
    again = run(tmp_path, *sources[::-1], tmp_path / "corpus_db")
    assert (again.returncode, again.stderr) == (0, "")
    assert "corpus_db is the corpus that the others are merged into: it stays as it is." in again.stdout
    assert table(again.stdout) == [["0", "0", "0", "0", "+0", "0"]] * 2
    assert exported(tmp_path / "corpus_db") == before
    alone = run(tmp_path, tmp_path / "corpus_db")
    assert (alone.returncode, alone.stderr) == (1, "There is no other corpus to merge into it.\n")


def test_one_that_cannot_be_read_is_named_and_the_others_are_merged(tmp_path):
    good = corpus(tmp_path / "good.db", "ada.example")
    hostile = corpus(tmp_path / "hostile.db", "bo.example")
    with closing(sqlite3.connect(hostile)) as db:
        db.executescript("CREATE TRIGGER more AFTER INSERT ON snapshots BEGIN DELETE FROM documents; END")
    broken = tmp_path / "broken.db"
    broken.write_bytes(good.read_bytes()[:20_000])
    (tmp_path / "other.db").write_text("no database at all")
    names = ["hostile.db", "broken.db", "other.db", "missing.db"]
    done = run(tmp_path, *(tmp_path / name for name in names), good)
    assert done.returncode == 2
    *told, last = done.stderr.splitlines()
    assert [name for name in names if any(name in line for line in told)] == names
    assert last.startswith("4 of 5 corpora not merged, as named above; all else is in ")
    assert "1 policies" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ((), "Expected corpora to merge: scrapy merge A.db B.db"),
        (("missing.db",), "missing.db: there is no corpus to merge."),
        (("good.db", "--warc", "missing"), "--warc missing: there is no such folder."),
        (("good.db", "-a", "vendor=ada.example"), "-a vendor=…: no such argument."),
    ],
)
def test_what_cannot_be_meant_ends_with_a_sentence_and_makes_no_corpus(tmp_path, given, why):
    corpus(tmp_path / "good.db", "ada.example")
    done = run(tmp_path, *(tmp_path / one if one == "good.db" else one for one in given))
    assert done.returncode == 1
    assert done.stderr.startswith(why)
    assert not (tmp_path / "corpus_db").exists()


def test_a_corpus_at_which_a_crawl_is_at_work_is_left_alone(tmp_path):
    source = corpus(tmp_path / "good.db", "ada.example")
    lock = CorpusLock(tmp_path / "corpus_db")
    done = run(tmp_path, source)
    lock.release()
    assert done.returncode == 1
    assert "another crawl is at work on this corpus" in done.stderr


def test_one_that_was_interrupted_is_repeated(tmp_path):
    sources = [corpus(tmp_path / f"{at}.db", f"v{at}.example", years=12) for at in range(6)]
    with subprocess.Popen(command(tmp_path, *sources), cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        while not (tmp_path / "corpus_db").exists() and process.poll() is None:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    assert process.returncode in {0, 2}
    assert run(tmp_path, *sources).returncode == 0
    assert run(tmp_path / "other", *sources).returncode == 0
    assert exported(tmp_path / "corpus_db") == exported(tmp_path / "other" / "corpus_db")
