"""The lock of a corpus has one holder at a time, whom the message names, and never a dead one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.errors import CorpusLockedError
from pipelines.corpus.lock import CorpusLock

ROOT = Path(__file__).parents[3]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus.db"


def test_the_message_names_the_holder(corpus):
    lock = CorpusLock(corpus)
    for _ in range(2):  # also to the third process, after the second looked
        with pytest.raises(CorpusLockedError, match=rf"process {os.getpid()} on .*, since 20\d\d-"):
            CorpusLock(corpus)
    lock.release()
    CorpusLock(corpus).release()


def test_each_corpus_has_a_lock_of_its_own(tmp_path):
    lock = CorpusLock(tmp_path / "one.db")
    CorpusLock(tmp_path / "other.db").release()
    lock.release()


def test_a_process_that_dies_leaves_no_lock(corpus):
    script = (
        "import os, sys; from pathlib import Path; from pipelines.corpus.lock import CorpusLock\n"
        "lock = CorpusLock(Path(sys.argv[1])); os._exit(9)"
    )
    died = subprocess.run([sys.executable, "-c", script, str(corpus)], cwd=ROOT, check=False)
    assert died.returncode == 9
    assert corpus.with_name("corpus.db.lock").exists()
    CorpusLock(corpus).release()


@pytest.mark.parametrize("text", ["", "{}", "[", "3"])
def test_a_holder_that_has_not_written_its_name_yet_keeps_others_out(corpus, text):
    lock = CorpusLock(corpus)
    corpus.with_name("corpus.db.lock").write_text(text)
    with pytest.raises(CorpusLockedError, match=r"another crawl is at work on this corpus\. Wait"):
        CorpusLock(corpus)
    lock.release()


def test_a_place_for_no_file_is_an_error_of_the_system(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        CorpusLock(tmp_path / "file" / "corpus.db")
