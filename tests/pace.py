"""Limits of time that say the same on a slow machine, or on one that is busy."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

CALM = 0.0095
"""Seconds of the processor that `_work` takes on the machine on which the limits were measured, when nothing else runs
(the median of 60 runs, 2026-11). Beside other programs that share a core it is two to three times that.
"""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Assert that a block takes less time of the processor than this, as the machine was when the limit was set."""
    started = time.process_time()
    yield
    took = time.process_time() - started
    if took >= seconds:
        allowed = seconds * slowness()
        assert took < allowed, f"it took {took:.2f} s of the processor, and may take {allowed:.2f}"


def slowness() -> float:
    """How many times slower this machine is now than the one on which limits were measured; 1 if it is not."""
    return max(1.0, sorted(_work() for _ in range(9))[4] / CALM)


def _work() -> float:
    started = time.process_time()
    assert (
        len({str(number)[::-1] for number in range(40_000)}) == 40_000
    )  # strings, a set, memory: as what is measured does
    return time.process_time() - started
