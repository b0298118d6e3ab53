"""The executor for several machines: the workers of a Dask cluster (the extra `policytrail[cluster]`)."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from concurrent.futures import CancelledError, Executor, Future
from typing import TYPE_CHECKING, Any, TypeVar

from crawler.errors import ArgumentError, WorkersError
from crawler.workers.processes import Processes, WorkerDiedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from distributed import Client

_T = TypeVar("_T")

_SECONDS = 10  # to reach a scheduler, which answers at once
_NOT_INSTALLED = "-s WORKERS={}: a cluster needs Dask. Install it: pip install 'policytrail[cluster]'."
_NOT_REACHED = (
    "-s WORKERS={}: no Dask scheduler answers there ({}). Start one with dask scheduler --preload policytrail, and on"
    " each machine that is to read: dask worker {} --preload policytrail."
)


def connected(address: str) -> Executor:
    """Return an executor on the cluster whose scheduler is at an address. Raises `ArgumentError`."""
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ArgumentError(_NOT_INSTALLED.format(address)) from error
    for name in ("distributed", "distributed.client", "distributed.core"):  # their lines are for who runs the cluster
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        client = Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ArgumentError(_NOT_REACHED.format(address, str(error).splitlines()[0][:200], address)) from error
    return Cluster(client)


class Cluster(Executor):
    """The workers of a cluster. What was under way on one that is lost is done again on another."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)

    def submit(self, fn: Callable[..., _T], /, *args: Any, **kwargs: Any) -> Future[_T]:
        """Have a worker do it."""
        future: Future[_T] = Future()
        done = self._executor.submit(_in_a_process, fn, *args, **kwargs)
        done.add_done_callback(lambda done: _settle(future, done))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what is under way, and leave the cluster, which goes on."""
        self._executor.shutdown(wait=wait)
        self._client.close()


def _settle(future: Future[Any], done: Future[Any]) -> None:
    from distributed.scheduler import KilledWorker  # noqa: PLC0415 - an extra

    try:
        future.set_result(done.result())
    except KilledWorker as error:
        future.set_exception(WorkerDiedError(f"reading it ended several workers of the cluster: {error}"[:500]))
    except (CancelledError, OSError) as error:
        future.set_exception(WorkersError(f"The cluster was lost while it read ({error or 'cancelled'})."))
    except Exception as error:
        future.set_exception(error)


_processes: Processes | None = None
_lock = threading.Lock()


def _in_a_process(fn: Callable[..., _T], *args: Any, **kwargs: Any) -> _T:
    """Do something in a process of this worker's: its threads are no place for trafilatura, nor for a limit of time."""
    global _processes  # noqa: PLW0603 - one for each worker, as long as it lives
    with _lock:
        if _processes is None:
            # A worker may itself be the child of a nanny, which by default allows it no children.
            multiprocessing.current_process().daemon = False
            _processes = Processes(1)
    return _processes.submit(fn, *args, **kwargs).result()
