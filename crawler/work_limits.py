"""Limits on the processor's time and the memory that a piece of work may take, whatever it calls."""

import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

_LOOK_AGAIN = 0.05
"""Seconds of the processor between two looks at what was taken: in that time Python takes some 50 MB at most (2026-11).
"""
_STATM = Path("/proc/self/statm")


class TookTooMuch(BaseException):
    """The work took more than it may. No `Exception`, since libraries catch those and go on."""


class TookTooLong(TookTooMuch):
    """It took more time."""


class TookTooMuchMemory(TookTooMuch):
    """It took more memory."""


@contextmanager
def work_limits(seconds: float, megabytes: float) -> Iterator[None]:
    """Raise `TookTooMuch` in what is done within this once it has taken so much time, or so much more memory than the
    process had before.

    Counts the process's own time, so that a busy machine changes nothing. It looks now and then, between two steps of
    Python, and lets no allocation fail: libraries in C end the process then, or go on with half a page. What one call
    of such a library takes has to be bounded by what it is given. Signals reach the main thread only: there is no limit
    in any other.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    began, had = time.process_time(), _megabytes()

    def look(_signal: int, _frame: FrameType | None) -> None:
        took_too_long = time.process_time() - began >= seconds
        if took_too_long or _megabytes() - had > megabytes:
            signal.setitimer(signal.ITIMER_VIRTUAL, 1.0, 1.0)  # again each second, where it was swallowed
            raise TookTooLong if took_too_long else TookTooMuchMemory

    before = signal.signal(signal.SIGVTALRM, look)
    signal.setitimer(signal.ITIMER_VIRTUAL, min(_LOOK_AGAIN, seconds), _LOOK_AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _megabytes() -> float:
    """Return how much memory the process has; where Linux's account of that is absent, the most that it ever had."""
    try:
        pages = int(_STATM.read_bytes().split()[1])
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / 2**20 if sys.platform == "darwin" else most / 2**10
    return pages * resource.getpagesize() / 2**20
