"""How far a crawl on a cluster is: a bar at a terminal, log lines elsewhere, and what the machines log."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from crawler.cluster.dispatch import Dispatch

logger = logging.getLogger(__name__)


class ClusterProgress:
    """Shows a `Dispatch`, which calls `show` again and again."""

    def __init__(self, policies: int, *, bar: bool, log_every: float) -> None:
        self.policies = policies
        self.log_every = log_every
        self.logged = time.monotonic()
        status = TextColumn("{task.fields[status]}")
        console = Console(stderr=True)
        self.bar = Progress(BarColumn(bar_width=20), status, TimeElapsedColumn(), console=console, disable=not bar)
        self.bar.add_task("policies", total=policies, status="waiting for machines")

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the bar; the log goes on above it."""
        with self.bar:
            handlers = [h for h in logging.getLogger().handlers if isinstance(h, logging.StreamHandler)]
            ours = [h for h in handlers if h.stream is sys.__stderr__]
            for handler in ours:
                handler.setStream(sys.stderr)  # the bar's, which has taken its place
            try:
                yield
            finally:
                for handler in ours:
                    handler.setStream(sys.__stderr__)

    def show(self, dispatch: "Dispatch") -> None:
        """Show how far the crawl is."""
        done = sum(len(one.batch.policies) for one in dispatch.done.values())
        left = len(dispatch.waiting) + len(dispatch.under_way) + len(dispatch.arriving)
        machines = f"{dispatch.machines} machine{'s' * (dispatch.machines != 1)}"
        status = f"{done}/{self.policies} policies · {machines} · {left} batches left"
        if len(dispatch.arriving) > 1:
            status += f", {len(dispatch.arriving)} of them waiting to be united"
        self.bar.update(self.bar.task_ids[0], completed=done, status=status)
        if self.bar.disable and time.monotonic() - self.logged >= self.log_every > 0:
            self.logged = time.monotonic()
            logger.info(status)


def log_of_a_machine(event: tuple[float, Any]) -> None:
    """Log what a machine logged."""
    _, record = event
    level = logging.getLevelNamesMapping().get(record["level"], logging.INFO)
    logger.log(level, "%s: %s", record["machine"], record["message"])
