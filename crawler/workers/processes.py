"""The executor for several cores: processes of this machine, which may die without harm to anything but their task."""

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import wait
from typing import Any, TypeVar

_T = TypeVar("_T")

# A pool can have more tasks than it works on, so that none of its processes waits for this one. If one dies, all of
# them have to be done again, one by one.
_AHEAD = 2
# Forking a process that has threads or a network is not safe; the server that forks for us has neither. On macOS its
# libraries are not safe either.
_METHOD = "spawn" if sys.platform == "darwin" else "forkserver"


class WorkerDiedError(Exception):
    """A task ended the process that worked on it, also when it was done again, alone."""


@dataclass(eq=False, slots=True)
class _Task:
    call: Callable[[], Any]
    future: "Future[Any]" = field(default_factory=Future)


class Processes(Executor):
    """A pool of processes that is made anew when one of them dies.

    Nobody can tell which task it died of. So those that were under way are done again, each alone, and the one that
    ends its process then gets a `WorkerDiedError`.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: deque[_Task] = deque()
        self._running: set[_Task] = set()
        self._suspects: deque[_Task] = deque()
        self._lock = threading.RLock()
        self._idle = threading.Condition(self._lock)

    def submit(self, fn: Callable[..., _T], /, *args: Any, **kwargs: Any) -> Future[_T]:
        """Have a process do it; what is given and what it returns are pickled."""
        task = _Task(partial(fn, *args, **kwargs))
        with self._lock:
            self._waiting.append(task)
            self._start_some()
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what is under way, and end the processes."""
        with self._lock:
            if cancel_futures:
                while self._waiting:
                    self._waiting.popleft().future.cancel()
            while wait and (self._running or self._waiting or self._suspects):
                self._idle.wait()
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait)

    def _start_some(self) -> None:
        """Give the pool what it has room for: one that is under suspicion has it for itself."""
        while self._suspects or self._waiting:
            if self._suspects:
                if self._running:
                    return
                task = self._suspects[0]
            elif len(self._running) < _AHEAD * self.workers:
                task = self._waiting.popleft()
                if task.future.cancelled():
                    continue
            else:
                return
            self._running.add(task)
            if self._pool is None:
                self._pool = _pool(self.workers)
            try:
                with _without_main():
                    done = self._pool.submit(task.call)
            except BrokenProcessPool as error:  # it broke since
                done = Future()
                done.set_exception(error)
            done.add_done_callback(partial(self._finish, task, self._pool))

    def _finish(self, task: _Task, pool: ProcessPoolExecutor, done: "Future[Any]") -> None:
        error = done.exception()
        with self._lock:
            self._running.discard(task)
            alone = bool(self._suspects) and self._suspects[0] is task
            if alone:
                self._suspects.popleft()
            died = isinstance(error, BrokenProcessPool)
            if died and self._pool is pool:
                self._pool = None
            if died and not alone:
                self._suspects.append(task)
        # Outside of the lock: whoever waits for the answer may submit more.
        if task.future.cancelled():
            pass
        elif died and alone:
            task.future.set_exception(WorkerDiedError("reading it ended the process that read it, twice"))
        elif error is not None and not died:
            task.future.set_exception(error)
        elif error is None:
            task.future.set_result(done.result())
        with self._lock:
            self._start_some()
            self._idle.notify_all()


def _pool(workers: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context(_METHOD)
    if _METHOD == "forkserver":
        context.set_forkserver_preload(["crawler.workers.worker"])
    return ProcessPoolExecutor(workers, context, _begin)


@contextmanager
def _without_main() -> Iterator[None]:
    """Let processes start without the program's main module: that of a crawl is Scrapy, which takes them a second."""
    main = sys.modules["__main__"]
    path, spec = getattr(main, "__file__", None), getattr(main, "__spec__", None)
    if path is None:
        yield
        return
    with suppress(AttributeError):
        del main.__file__
    main.__spec__ = None
    try:
        yield
    finally:
        main.__file__, main.__spec__ = path, spec


def _begin() -> None:
    """Begin a worker: Ctrl-C is for the process that it works for, whose end is its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_end_with, args=[parent.sentinel], daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(0)
