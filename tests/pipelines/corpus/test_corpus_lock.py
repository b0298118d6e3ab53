"""The lock of a corpus: one holder at a time, who is named, and none who is dead."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.errors import CorpusLockedError
from pipelines.corpus.lock import CorpusLock

ROOT = Path(__file__).parents[3]


def test_the_second_one_hears_who_the_first_one_is(tmp_path):
    lock = CorpusLock(tmp_path / "corpus.db")
    with pytest.raises(CorpusLockedError, match=rf"process {os.getpid()} on .*, since 20\d\d-"):
        CorpusLock(tmp_path / "corpus.db")
    lock.release()
    CorpusLock(tmp_path / "corpus.db").release()


def test_corpora_have_locks_of_their_own(tmp_path):
    CorpusLock(tmp_path / "one.db").release()
    lock = CorpusLock(tmp_path / "one.db")
    CorpusLock(tmp_path / "other.db").release()
    lock.release()


def test_a_process_that_dies_leaves_no_lock(tmp_path):
    script = (
        "import os, sys; from pathlib import Path; from pipelines.corpus.lock import CorpusLock\n"
        "CorpusLock(Path(sys.argv[1])); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "corpus.db")], cwd=ROOT, check=False)
    assert (tmp_path / "corpus.db.lock").exists()
    CorpusLock(tmp_path / "corpus.db").release()


@pytest.mark.parametrize("text", ["", "{}", "[", "3"])
def test_a_holder_that_has_not_said_who_it_is_keeps_others_out_all_the_same(tmp_path, text):
    lock = CorpusLock(tmp_path / "corpus.db")
    (tmp_path / "corpus.db.lock").write_text(text)
    with pytest.raises(CorpusLockedError, match="another crawl is at work"):
        CorpusLock(tmp_path / "corpus.db")
    lock.release()
