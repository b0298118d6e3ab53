"""The extension that shows how a crawl goes: a bar at a terminal, log lines elsewhere, a table at the end."""

import logging
import sys
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from scrapy import signals
from scrapy.crawler import Crawler

from crawler.events import Answered, Finished, Listed, Planned
from crawler.rate_limit.rates import CDX, REPLAY, intervals
from crawler.run import run_of

logger = logging.getLogger(__name__)


class ProgressExtension:
    """Counts the items of a crawl as they are stored, and shows the counts."""

    def __init__(self, crawler: Crawler) -> None:
        self.run = run_of(crawler)
        self.intervals = intervals(crawler.settings, local=self.run.is_local)
        self.listed = 0
        self.fetched = 0
        self.revisions = 0
        self.finished: list[Finished] = []
        self.bar: Progress | None = None
        self.logs: list[logging.StreamHandler[Any]] = []
        crawler.signals.connect(self.open, signals.spider_opened)
        crawler.signals.connect(self.count, signals.item_scraped)
        crawler.signals.connect(self.close, signals.spider_closed)
        crawler.signals.connect(self.show_table, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open(self) -> None:
        """Show the bar, if a person is looking."""
        console = Console(stderr=True)
        if not console.is_terminal:
            return
        self.bar = Progress(
            TextColumn("{task.completed}/{task.total} policies"),
            BarColumn(),
            TextColumn("{task.fields[status]}"),
            TimeElapsedColumn(),
            console=console,
        )
        self.bar.add_task("policies", total=len(self.run.requested.policies), status="")
        self.bar.start()
        # The log goes on above the bar: handlers hold the stream that stood before the bar took its place.
        handlers = [h for h in logging.getLogger().handlers if isinstance(h, logging.StreamHandler)]
        self.logs = [h for h in handlers if h.stream is sys.__stderr__]
        for handler in self.logs:
            handler.setStream(sys.stderr)

    def count(self, item: object) -> None:
        """Count one stored event."""
        match item:
            case Listed():
                self.listed += len(item.snapshots)
            case Planned():
                self._log_plan(item)
            case Answered():
                self.fetched += item.state == "fetched"
            case Finished(summary=summary) if summary is not None:
                self.finished.append(item)
                self.revisions += summary.revisions
                if self.bar is None:
                    logger.info("%s: %s", item.policy.name, _counts(item))
        if self.bar is not None:
            self.bar.update(self.bar.task_ids[0], completed=len(self.finished), status=self._status())

    def _log_plan(self, plan: Planned) -> None:
        likely, at_most = plan.cost.likely, plan.cost.at_most
        minutes = self.intervals[REPLAY] / 60
        logger.info(
            "%s: %d snapshots; about %d requests (%.1f min at the current rate), at most %d (%.1f min)",
            *(plan.policy.name, plan.snapshots, likely, likely * minutes, at_most, at_most * minutes),
        )

    def _status(self) -> str:
        left, seconds = self._left()
        minutes = f", {seconds / 60:.0f} min" if seconds >= 60 else ""
        return (
            f"{self.listed} snapshots · {self.fetched} fetched · {self.revisions} revisions"
            f" · {left} requests left{minutes} at this rate"
        )

    def _left(self) -> tuple[int, float]:
        """Return the requests that are known to be needed, and the seconds that they take at the settings' rates."""
        listings = sum(crawl.unlisted for crawl in self.run.crawls.values())
        captures = sum(crawl.pending for crawl in self.run.crawls.values())
        return listings + captures, listings * self.intervals[CDX] + captures * self.intervals[REPLAY]

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()
        for handler in self.logs:
            handler.setStream(sys.__stderr__)

    def show_table(self) -> None:
        """Print what the crawl came to, a line a policy, and name what failed."""
        if not self.finished:
            return
        table = Table("vendor", "policy", title_justify="left")
        for column in ("snapshots listed", "fetched", "revisions", "rejected", "failed"):
            table.add_column(column, justify="right")
        for item in sorted(self.finished, key=lambda item: (item.policy.vendor, item.policy.type)):
            assert item.summary is not None
            listed, fetched, rejected, failed, revisions = item.summary
            table.add_row(
                item.policy.vendor, item.policy.type, *map(str, (listed, fetched, revisions, rejected, failed))
            )
        console = Console()
        if not console.is_terminal:
            console = Console(width=120)
        console.print(table)
        for item in self.finished:
            for error in item.errors:
                console.print(
                    f"{item.policy.name}: {error}", style="red", markup=False, highlight=False, soft_wrap=True
                )


def _counts(item: Finished) -> str:
    assert item.summary is not None
    counts = ", ".join(f"{count} {name}" for name, count in item.summary._asdict().items())
    return f"{counts}{'; ' if item.errors else ''}{'; '.join(item.errors)}"
