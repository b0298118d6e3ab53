"""Hands batches out to the machines of a cluster, as many at a time as there are machines, until all are done.

Dask chooses the machine, and gives a batch to another one when its own dies. What it cannot know is decided here: when
the next batch goes out (late, so that it goes with what is known by then), which one is tried again, and when there is
nobody left to crawl.
"""

import logging
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future as Arrival
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.cluster import machine
from crawler.cluster.batches import RESOURCE, Batch, Outcome
from crawler.errors import ClusterError, PolicytrailError

if TYPE_CHECKING:
    from distributed import Client, Future

logger = logging.getLogger(__name__)

_ATTEMPTS = 3
"""Machines that try a batch whose crawl ends before its end, and times that a batch is sent again after a fault."""
_LOOK = 0.5  # seconds between two looks at what came back, and which machines there are
_PATIENCE = 60.0
"""Seconds to wait for machines where there are none: workers that die are started again in a few."""
_UNITED = 8
"""Batches that may wait to be united, until no more are handed out: machines keep what nobody fetches."""


@dataclass(frozen=True, slots=True)
class Done:
    """A batch that is done: the exit status of its crawl, and what its last line was if that is not 0."""

    batch: Batch
    status: int
    said: str


Known = Callable[[Batch], tuple[bytes | None, bool]]
"""Gives what goes with a batch, and whether anything is known of its policies."""


@dataclass(slots=True)
class Dispatch:
    """A crawl that is being handed out."""

    client: "Client"
    known: Known
    unite: Callable[[Batch, Outcome], list[str]]
    """Takes in what comes back, one outcome at a time, in a thread of its own; gives what could not be done.

    Raises `PolicytrailError` where the crawl cannot go on, and anything else where the files of the outcome cannot be
    had: then the batch is sent again.
    """
    show: "Callable[[Dispatch], None]"
    """Shows how far the crawl is, again and again."""
    waiting: deque[Batch]
    under_way: "dict[Future[Outcome], Batch]" = field(default_factory=dict)
    arriving: dict["Arrival[list[str]]", tuple[Batch, Outcome]] = field(default_factory=dict)
    attempts: Counter[int] = field(default_factory=Counter)
    done: dict[int, Done] = field(default_factory=dict)
    machines: int = 0
    gave_up: str = ""
    """Why a machine gave a batch up, the last time that one did."""
    alone_since: float | None = None

    def run(self) -> None:
        """Hand out all batches. Raises `PolicytrailError` where the crawl cannot go on, and `KeyboardInterrupt`: then
        no crawl goes on anywhere, and what had arrived is united.
        """
        with ThreadPoolExecutor(1, "unite") as uniting:
            try:
                self._all(uniting)
            except (KeyboardInterrupt, ClusterError):
                self._cancel()
                self._settle(wait=True)
                raise
            finally:
                self._cancel()

    def _all(self, uniting: ThreadPoolExecutor) -> None:
        try:
            while self.waiting or self.under_way or self.arriving:
                self._hand_out()
                self._collect(uniting)
                self.show(self)
        except Exception as error:
            if isinstance(error, PolicytrailError) or self.client.status == "running":
                raise
            raise ClusterError("the scheduler is gone, and with it the crawls") from error

    def _hand_out(self) -> None:
        self.machines = self._offering()
        while self.waiting and len(self.under_way) < self.machines and len(self.arriving) < _UNITED:
            batch = self.waiting.popleft()
            self.attempts[batch.number] += 1
            known, has_known = self.known(batch)
            future = self.client.submit(
                machine.crawl,
                batch,
                known,
                has_known=has_known,
                key=f"crawl-policies-{batch.number}.{self.attempts[batch.number]}-{batch.request.topic}",
                resources={RESOURCE: 1},
                retries=_ATTEMPTS - 1,
            )
            self.under_way[future] = batch

    def _offering(self) -> int:
        """Return how many machines offer to crawl. Raises `ClusterError` if there are none, and none come."""
        workers = self.client.scheduler_info(n_workers=-1)["workers"].values()
        offers = [worker["resources"][RESOURCE] for worker in workers if RESOURCE in worker["resources"]]
        offering = sum(map(bool, offers))
        if offering or not (self.waiting or self.under_way):
            self.alone_since = None
        elif self.alone_since is None:
            self.alone_since = time.monotonic()
        elif offers and not self.under_way and not self.arriving:
            why = self.gave_up.rstrip(".")
            raise ClusterError(f"no machine is left that may crawl. The last one said: {why}")
        elif time.monotonic() - self.alone_since > _PATIENCE:
            raise ClusterError(
                f"no worker offers to crawl ({len(workers)} are there, and none came for {_PATIENCE:.0f} s). Start one"
                f" on each machine: dask worker ADDRESS --preload policytrail --nthreads 1 --resources {RESOURCE}=1"
            )
        return offering

    def _collect(self, uniting: ThreadPoolExecutor) -> None:
        """Take in what came back; wait a moment if nothing did."""
        back = [future for future in self.under_way if future.done()]
        for future in back:
            batch = self.under_way.pop(future)
            try:
                outcome: Outcome = future.result()
            except ClusterError:
                raise
            except Exception as error:  # of the machine, or Dask's own: too many workers died of it
                if self.client.status != "running":
                    raise
                self.done[batch.number] = Done(batch, 1, _fault(error))
            else:
                self.arriving[uniting.submit(self.unite, batch, outcome)] = batch, outcome
        if not self._settle() and not back:
            time.sleep(_LOOK)

    def _settle(self, *, wait: bool = False) -> bool:
        """Note what has been united, or wait for all that has arrived; return whether there was anything."""
        united = [arrival for arrival in self.arriving if wait or arrival.done()]
        for arrival in united:
            batch, outcome = self.arriving.pop(arrival)
            lost = arrival.exception()
            if isinstance(lost, PolicytrailError):
                raise lost
            if lost is not None:
                self._again(batch, 1, _fault(lost))
            elif outcome.again:
                self.gave_up = outcome.said
                self._free(outcome.address)
                self._again(batch, outcome.status, outcome.said)
            else:
                failed = arrival.result()
                said = filter(None, [outcome.said.rstrip("."), *failed])
                self.done[batch.number] = Done(batch, outcome.status or 2 * bool(failed), "; ".join(said))
        return bool(united)

    def _cancel(self) -> None:
        if self.under_way and self.client.status == "running":
            self.client.cancel(list(self.under_way))
        self.under_way.clear()

    def _again(self, batch: Batch, status: int, why: str) -> None:
        if self.attempts[batch.number] < _ATTEMPTS:
            logger.warning("%s is handed out again: %s", batch.name, why)
            self.waiting.appendleft(batch)
        else:
            self.done[batch.number] = Done(batch, status, why)

    def _free(self, address: str) -> None:
        """Take back what waits for a machine that does not crawl for now."""
        held = set(self.client.processing([address]).get(address, ()))
        for future, batch in list(self.under_way.items()):
            if future.key in held:
                self.client.cancel([future])
                del self.under_way[future]
                self.waiting.appendleft(batch)


def _fault(error: BaseException) -> str:
    if type(error).__name__ == "KilledWorker":
        return "every machine that crawled it died meanwhile, or lost touch"
    said = str(error) if isinstance(error, PolicytrailError) else f"{type(error).__name__}: {error}"
    return " ".join(said.split())
