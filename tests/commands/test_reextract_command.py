"""scrapy reextract: what it says, and its exit status."""

import subprocess
import sys
from pathlib import Path

import pytest

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
            "-a",
            f"vendors={SAMPLE}/vendors.toml",
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
