"""Opens a corpus to merge it: it is only read, and an older one is brought up to date in a copy."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.errors import CorpusError
from pipelines.corpus import Corpus


@contextmanager
def source(path: Path, room: Path) -> Iterator[Corpus]:
    """Open a corpus, which shows one state whatever a crawl writes at the same time, and is never written.

    The copy of an older one is made in the folder ``room``, and goes afterwards. Raises `CorpusError`.
    """
    if not path.is_file():
        raise CorpusError(f"{path}: there is no corpus.")
    with Corpus.as_it_is(path, "leave it out") as corpus:
        if not corpus.is_outdated:
            with _one_state(corpus):
                yield corpus
            return
        with tempfile.TemporaryDirectory(dir=room, prefix=".", suffix=".tmp", ignore_cleanup_errors=True) as folder:
            copy = Path(folder, "corpus.db")
            with sqlite3.connect(copy) as copied:
                corpus.db.conn.backup(copied)
            copied.close()
            with Corpus(copy) as migrated, _one_state(migrated):
                migrated.path = path  # that messages name
                yield migrated


@contextmanager
def _one_state(corpus: Corpus) -> Iterator[None]:
    corpus.db.execute("BEGIN")
    try:
        yield
    finally:
        if corpus.db.conn.in_transaction:
            corpus.db.execute("ROLLBACK")
