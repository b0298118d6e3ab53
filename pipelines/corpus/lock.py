"""The lock of a corpus: two crawls of it never overlap, and a crawl that dies, however it does, leaves no lock behind.

The operating system holds the lock of the open file ``CORPUS.lock``, for as long as the process lives. What is written
in the file only tells others who that is; the file stays.
"""

import json
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from crawler.errors import CorpusLockedError


class CorpusLock:
    """Holds the lock of a corpus until it is released or the process ends."""

    def __init__(self, corpus: Path) -> None:
        """Take the lock. Raises `CorpusLockedError`, and `OSError` where there can be no lock file."""
        path = corpus.with_name(f"{corpus.name}.lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(self._file)
        except (BlockingIOError, PermissionError):
            holder = _holder(path.read_bytes())
            os.close(self._file)
            raise CorpusLockedError(
                f"{corpus}: another crawl is at work on this corpus{holder}. Wait for it to end, or set CORPUS_DB to"
                " another path."
            ) from None
        here = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(" ", "seconds"),
        }
        os.ftruncate(self._file, 0)
        os.write(self._file, json.dumps(here).encode())

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._file)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        # Windows keeps others from reading the locked bytes, so it is one far behind those that say who holds it.
        os.lseek(file, 1 << 30, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _holder(text: bytes) -> str:
    try:
        holder = json.loads(text)
        return f": process {holder['pid']} on {holder['host']}, since {holder['since']}"
    except (ValueError, TypeError, KeyError):
        return ""  # it has just begun
