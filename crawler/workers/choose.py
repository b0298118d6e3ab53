"""Which executor a user's ``WORKERS`` means."""

import os
import re
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

from crawler.errors import ArgumentError
from crawler.workers.in_process import InProcess
from crawler.workers.processes import Processes

_T = TypeVar("_T")

_CLUSTER = re.compile(r"(?:tcp|tls|ws|wss|ucx|inproc)://\S+")
_MOST = 1000  # more processes than any machine has use for
# The command's own process keeps a core busy: it asks, stores and draws conclusions. On two cores, processes read 1,670
# captures of a crawl no sooner (17.2 s against 16.7) for a third more of the processor. They finish a re-extraction,
# which asks nothing and hands out consecutive pages together, in 0.68 of the time for a fifth more (2026-11).
_PAYS_FROM_CORES = 3
_PAYS_IN_RUNS_FROM_CORES = 2
# To start processes takes the processor some 3 s (imports, the model of languages), reading so many pages as much
# (measured 2026-11).
_PAYS_AFTER = 300


def executor(workers: str, *, eager: bool = True, in_runs: bool = False) -> Executor:
    """Return the executor that ``WORKERS`` means. Raises `ArgumentError`.

    ``auto`` is this process where there are too few cores, or where reading does not have to be fast (not ``eager``);
    else as many processes as there are cores, once there are pages enough. With pages that are handed out ``in_runs``
    two cores are enough.
    """
    if _CLUSTER.fullmatch(workers):
        from crawler.workers.cluster import connected  # noqa: PLC0415 - an extra

        return connected(workers)
    if workers == "auto":
        cores = _cores()
        pays = cores >= (_PAYS_IN_RUNS_FROM_CORES if in_runs else _PAYS_FROM_CORES)
        return Growing(cores) if eager and pays else InProcess()
    if not (workers.isascii() and workers.isdecimal() and 1 <= int(workers) <= _MOST):
        raise ArgumentError(
            f"-s WORKERS={workers}: expected auto, a number of processes (1 reads in the command's own), or the address"
            " of a Dask scheduler like tcp://scheduler:8786."
        )
    return InProcess() if int(workers) == 1 else Processes(int(workers))


class Growing(Executor):
    """Works in this process, until there was so much to do that processes would have paid."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._here = InProcess()
        self._processes: Processes | None = None
        self._done = 0

    @property
    def is_here(self) -> bool:
        """Whether the next task is done here."""
        return self._processes is None and self._done < _PAYS_AFTER

    def submit(self, fn: Callable[..., _T], /, *args: Any, **kwargs: Any) -> Future[_T]:
        """Do it here, or have a process do it."""
        if self._processes is None:
            self._done += 1
            if self._done <= _PAYS_AFTER:
                return self._here.submit(fn, *args, **kwargs)
            self._processes = Processes(self._workers)
        return self._processes.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes."""
        if self._processes is not None:
            self._processes.shutdown(wait, cancel_futures=cancel_futures)


def _cores() -> int:
    """Return how many cores this process may use, which in a container are not all of the machine's."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
