"""scrapy reextract: what it says, and its exit status."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.corpus import Corpus
from pipelines.corpus.lock import CorpusLock

pytestmark = pytest.mark.slow  # each test starts processes

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "sample"


@pytest.fixture
def scrapy(tmp_path):
    def run(command: str, *more: str) -> subprocess.CompletedProcess[str]:
        settings = {
            "ARCHIVE_URL": SAMPLE / "sample.warc.gz",
            "CORPUS_DB": tmp_path / "corpus.db",
            "DOCUMENTS_DIR": tmp_path / "documents",
        }
        given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        words = [
            sys.executable,
            "-m",
            "scrapy",
            *command.split(),
            *(("-a", f"vendors={SAMPLE}/vendors.toml") if command.startswith("crawl") else ()),
            *given,
            *more,
        ]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert "Traceback" not in done.stderr
        return done

    return run


def test_it_reads_every_policy_again_and_says_what_changed(scrapy):
    assert scrapy("crawl policies", "-a", "vendor=gruenwald.example").returncode == 0
    done = scrapy("reextract")
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["gruenwald.example privacy policy: 14 snapshots read, 0 changes"]


def test_it_works_on_the_corpus_whatever_vendors_file_is_there(scrapy, tmp_path):
    with_part = tmp_path / "part.toml"
    with_part.write_text(
        '[[policy]]\nvendor = "gruenwald.example"\n'
        'urls = ["http://www.gruenwald.example/datenschutz.html"]\nselect = "h1"\n'
    )
    assert scrapy("crawl policies", "-a", "vendor=gruenwald.example").returncode == 0
    done = scrapy("reextract", "-a", f"vendors={with_part}")
    assert done.returncode == 0
    assert " 0 changes" not in done.stdout
    again = scrapy("reextract")  # the corpus knows by now which part it is
    assert again.stdout.splitlines() == ["gruenwald.example privacy policy: 14 snapshots read, 0 changes"]


def test_that_there_is_nothing_to_read_is_said(scrapy, tmp_path):
    with Corpus(tmp_path / "corpus.db"):
        pass
    done = scrapy("reextract")
    assert (done.returncode, done.stderr) == (0, "")
    said = f"{tmp_path}/corpus.db has no policy that a crawl fetched: there is nothing to read again.\n"
    assert done.stdout == said


def test_a_policy_whose_part_of_the_page_nobody_says_is_named_and_left_as_it_is(scrapy, tmp_path):
    assert scrapy("crawl policies", "-a", "vendor=gruenwald.example").returncode == 0
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as db:
        db.execute("UPDATE policies SET parts = NULL")  # as an older version left it
        db.commit()
    done = scrapy("reextract")
    assert done.returncode == 2
    assert done.stdout.splitlines()[-1] == "Not read: gruenwald.example privacy policy."
    assert done.stderr.splitlines()[-1].endswith("Give the vendors file: scrapy reextract -a vendors=FILE.")
    assert scrapy("reextract", "-a", f"vendors={SAMPLE}/vendors.toml").returncode == 0
    assert scrapy("reextract").returncode == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "there is no corpus; make one with scrapy crawl policies"),
        (["-a", "vendor=nowhere.example"], "has no policy of this vendor"),
        (["-s", "ARCHIVE_URL=nowhere.warc.gz"], "nowhere.warc.gz"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_exits_1(scrapy, tmp_path, more, said):
    if more:  # the fault is another than that there is no corpus
        (tmp_path / "corpus.db").touch()
    done = scrapy("reextract", *more)
    assert done.returncode == 1
    assert said in done.stderr


def test_a_corpus_that_a_crawl_is_at_work_on_is_left_alone(scrapy, tmp_path):
    assert scrapy("crawl policies", "-a", "vendor=gruenwald.example").returncode == 0
    lock = CorpusLock(tmp_path / "corpus.db")
    try:
        done = scrapy("reextract")
    finally:
        lock.release()
    assert done.returncode == 1
    assert "corpus.db" in done.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_run_that_was_interrupted_is_gone_on_with(scrapy, tmp_path, workers):
    assert scrapy("crawl policies").returncode == 0
    whole = scrapy("reextract", "-s", f"WORKERS={workers}").stdout.splitlines()
    assert len(whole) > 3
    path = tmp_path / "corpus.db"
    before = path.read_bytes()
    run_killed_after(2, tmp_path)
    again = scrapy("reextract", "-s", f"WORKERS={workers}").stdout.splitlines()
    assert again[0] == "2 policies were read again by a run that was interrupted; this one goes on."
    assert again[1:-1] == whole[2:-1]
    assert again[-1] == whole[-1]  # it counts all
    assert path.read_bytes() == before
    assert scrapy("reextract", "-s", f"WORKERS={workers}").stdout.splitlines() == whole


def run_killed_after(policies: int, tmp_path: Path) -> None:
    """Read again in a process that is killed when so many policies are done."""
    program = (
        "import os, signal, sys\n"
        "from pipelines.interrupted import Checkpoint\n"
        "add = Checkpoint.add\n"
        "def counted(self, *given):\n"
        "    add(self, *given)\n"
        f"    if len(self.done) == {policies}: os.kill(os.getpid(), signal.SIGKILL)\n"
        "Checkpoint.add = counted\n"
        "from scrapy.cmdline import execute\n"
        "execute()\n"
    )
    given = ["-s", f"ARCHIVE_URL={SAMPLE}/sample.warc.gz", "-s", f"CORPUS_DB={tmp_path}/corpus.db"]
    words = [sys.executable, "-c", program, "reextract", *given, "-s", f"DOCUMENTS_DIR={tmp_path}/documents"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -9, done.stderr


def test_what_a_run_before_did_holds_for_the_same_bytes_only(scrapy, tmp_path):
    assert scrapy("crawl policies").returncode == 0
    run_killed_after(1, tmp_path)
    checkpoint = tmp_path / "corpus.db-reextract"
    checkpoint.write_text(checkpoint.read_text().replace("policytrail/", "policytrail/0.", 1))
    done = scrapy("reextract")
    assert "interrupted" not in done.stdout
    assert not checkpoint.exists()


def test_a_wrong_number_of_workers_is_a_sentence(scrapy):
    assert scrapy("crawl policies", "-a", "vendor=gruenwald.example").returncode == 0
    done = scrapy("reextract", "-s", "WORKERS=many")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("-s WORKERS=many: expected auto,")
