"""The lock of a corpus: at most one process writes it, and a process that dies leaves no lock behind.

The operating system holds the lock on ``CORPUS.lock`` as long as the process lives. The content of the file only tells
others who that is; the file stays.
"""

import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from crawler.errors import CorpusLockedError


class CorpusLock:
    """The lock of a corpus, held until `release` or the end of the process."""

    def __init__(self, corpus: Path) -> None:
        """Take the lock. Raises `CorpusLockedError`, and `OSError` if there can be no lock file."""
        path = _path(corpus)
        path.parent.mkdir(parents=True, exist_ok=True)
        # A file system without locks is an error: filelock's own way there is a file that a killed process would leave.
        self._lock = FileLock(path, fallback_to_soft=False, preserve_lock_file=True, on_acquired=_write_holder)
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            raise CorpusLockedError(
                f"{corpus}: another crawl is at work on this corpus{_holder(path)}. Wait for it to end, or set"
                " CORPUS_DB to another path."
            ) from None

    def release(self) -> None:
        """Give the lock back."""
        self._lock.release()


def is_abandoned(corpus: Path) -> bool:
    """Tell whether the process that last held the lock of a corpus was of this machine, and is known to have ended."""
    try:
        holder = json.loads(_path(corpus).read_bytes())
        if os.name != "posix" or holder["host"] != socket.gethostname():
            return False
        os.kill(int(holder["pid"]), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return False
    return False


def _path(corpus: Path) -> Path:
    return corpus.with_name(f"{corpus.name}.lock")


def _write_holder(file: int) -> None:
    now = datetime.now(UTC).isoformat(" ", "seconds")
    os.ftruncate(file, 0)
    os.write(file, json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": now}).encode())


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_bytes())
        return f": process {holder['pid']} on {holder['host']}, since {holder['since']}"
    except (ValueError, TypeError, KeyError):
        return ""  # it has just taken the lock
